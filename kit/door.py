"""The one door: a workspace with everything that the commands do, for notebooks, tests and the command line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from kit.claim import sweep_workspace
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace, find_root
from kit.folds.frozen import Folds, freeze_folds
from kit.reporter import Reporter
from kit.runs.frames import oof_frame, predictions_of, side_by_side, test_frame
from kit.runs.predictions import Predictions
from kit.runs.store import Run, all_runs, find_run

if TYPE_CHECKING:
    from kit.blend.blend import Blend
    from kit.blend.weights import Mean
    from kit.evidence.bootstrap import Score
    from kit.pseudo.lineage import Lineage, RunAgain
    from kit.pseudo.record import RoundRecord, Teachers
    from kit.selection.select import Selection
    from kit.selection.standings import Standings
    from kit.submissions.compare import Comparisons
    from kit.submissions.record import SubmissionRecord


def open_workspace(path: str | PathLike[str] = ".", reporter: Reporter | None = None) -> OpenWorkspace:
    """The workspace that `path` is or lies in. KitError where there is none. What dead processes left goes away."""
    root = find_root(Path(path))
    sweep_workspace(root)
    return OpenWorkspace(root, reporter or Reporter())


class OpenWorkspace(Workspace):
    """A workspace and what can be done in it.

    `competition`, `train`, `test`, `folds` and `metric` say what is being predicted; everything else is a method.
    A name of predictions is a run's id (or its beginning), a blend such as best3, or a submission's name.
    """

    def fold(self, n_folds: int = 5, seed: int = 0, *, force: bool = False) -> Folds:
        """Deal the people into folds and freeze them; the folds that are there already are kept.

        Where the train table has folds of its own (`train.folds`) those are taken.
        """
        began = time.time()
        self.require_photos()
        shared, given = self.shared_out, self.tables.folds
        freeze_folds(self.folds_path, self.train, n_folds, seed, labels=shared, given=given, force=force, since=began)
        for remembered in ("folds", "basis"):
            self.__dict__.pop(remembered, None)
        return self.folds

    def train_run(
        self,
        task: str,
        recipe: str | None = None,
        overrides: Sequence[str] = (),
        *,
        folds: Sequence[int] | None = None,
        round: int = 0,
        teachers: Teachers = "own_fold",
        init_round: int | None = None,
        all_data: bool = False,
    ) -> Run:
        """Train a recipe on a task, or on tasks joined by +, over all folds; what is trained already is not again."""
        from kit.learn.plan import plan_run
        from kit.learn.room import with_store
        from kit.learn.train import train_run
        from kit.recipes.load import load_recipe

        name = recipe or self.competition.recipe
        loaded = with_store(self, load_recipe(name, self.recipes_dir, overrides), self.reporter)
        plan = plan_run(
            self,
            task.split("+"),
            name,
            loaded,
            round=round,
            teachers=teachers,
            init_round=init_round,
            all_data=all_data,
        )
        return train_run(self, plan, folds, self.reporter)

    def add_run(self, name: str, *, oof: pd.DataFrame, test: pd.DataFrame, trained_per_fold: bool) -> Run:
        """Take in predictions that were made elsewhere as a run that blends, submits and is judged like any other.

        oof, test: the columns image and 'task/class', a row for every train photo, and for every test photo.
        trained_per_fold: whether each OOF row comes of a model that did not see the photo's fold. Lineage marks the
        run as made outside: unproven, or without trained_per_fold not honest.
        """
        from kit.runs.outside import add_outside_run

        return add_outside_run(self, name, oof, test, trained_per_fold=trained_per_fold)

    def pseudo(
        self,
        round: int = 1,
        spec: str = "all",
        *,
        tasks: Sequence[str] = (),
        teachers: Teachers = "own_fold",
        recipe: str | None = None,
        overrides: Sequence[str] = (),
        force: bool = False,
    ) -> RoundRecord:
        """Label the test set for a round with the runs of the round before, fold by fold."""
        from kit.blend.teachers import choose_teachers
        from kit.learn.features import photo_features
        from kit.pseudo.make import make_round
        from kit.recipes.load import load_recipe

        changes = [f"pseudo.{override}" for override in overrides]
        settings = load_recipe(recipe or self.competition.recipe, self.recipes_dir, changes).pseudo
        runs, selected = choose_teachers(self, spec, round - 1, tasks, self.reporter)
        look = partial(photo_features, self, reporter=self.reporter)
        return make_round(self, round, runs, settings, teachers, selected, look, self.reporter, force=force)

    def runs(self) -> list[Run]:
        """Every run, finished or not, in the order of their ids."""
        return all_runs(self)

    def run(self, name: str) -> Run:
        """The run with this id, or with an id that starts so."""
        return find_run(self, name)

    def oof(self, *names: str) -> pd.DataFrame:
        """Out-of-fold predictions joined with the train table: image, group, fold, true classes, 'task/class' columns.

        With several names a column is called 'name/task/class'.
        """
        return side_by_side([oof_frame(self, self._oof(name)) for name in names], names)

    def test_probs(self, *names: str) -> pd.DataFrame:
        """Predictions of the test photos of runs or blends: image, id, and columns as `oof` has them."""
        return side_by_side([test_frame(self, self._test(name)) for name in names], names)

    def score(self, what: str | pd.DataFrame | Predictions, task: str | None = None) -> Score:
        """Score a run, a blend, a submission or your own predictions of the train photos, joined by image.

        task: which of the tasks, or target; the target where it is predicted, otherwise the only task, when left out.
        """
        from kit.runs.scoring import score_oof

        predictions = what if isinstance(what, Predictions) else None
        if isinstance(what, str):
            predictions = self._oof(what)
        elif isinstance(what, pd.DataFrame):
            predictions = predictions_of(self, what)
        assert predictions is not None
        chosen = task or (TARGET if TARGET in predictions.tasks else predictions.tasks[0])
        return score_oof(self, chosen, predictions)

    def blend(self, spec: str, *, mean: Mean = "arithmetic", rule: str = "auto") -> Blend:
        """Join runs: bestN, all, weighted, greedy, or run ids with commas; nothing is written."""
        from kit.blend.blend import spec_blend

        return spec_blend(self, spec, self.reporter, mean=mean, rule=rule)

    def compare(self, *names: str, mean: Mean = "arithmetic", rule: str = "auto") -> Comparisons:
        """Set predictions beside the first of them, out of fold, on the same resamples of people."""
        from kit.submissions.compare import compare_entries, find_entries

        return compare_entries(self, find_entries(self, names, self.reporter, mean=mean, rule=rule))

    def lineage(self, again: RunAgain | None = None) -> Lineage:
        """Whose labels reached which model; ask its `verdict(run, fold)`.

        again: kit.learn.again.Again runs every model again, so that its predictions are proved too.
        """
        from kit.pseudo.lineage import Lineage

        return Lineage(self, again)

    def submit(
        self, spec: str, name: str | None = None, *, mean: Mean = "arithmetic", rule: str = "auto"
    ) -> SubmissionRecord:
        """Write the submission of a blend, checked against the sample; one with the same content is not made twice."""
        from kit.submissions.make import prepare_submission, write_checked

        return write_checked(self, prepare_submission(self, self.blend(spec, mean=mean, rule=rule), spec, name))

    def predict(self, *paths: str, name: str | None = None) -> pd.DataFrame:
        """What a submission (the newest), a blend or a run says of photos, folders and patterns: photo, each task's
        answer, and a column 'task/output' for each output. KitError where a photo cannot be read.
        """
        from kit.ship.answers import answered, rows_of
        from kit.ship.photos import find_photos
        from kit.ship.predictor import Predictor, Subject
        from kit.ship.shipped import ship

        shipped = ship(self, name, self.reporter)
        photos = find_photos(paths, shipped.look)
        said = Predictor(shipped, self.reporter)([Subject(str(photo), photo) for photo in photos])
        for error in said.unreadable.values():
            raise error
        return pd.DataFrame(rows_of(self.competition, said, answered(shipped, said)))

    def submissions(self) -> list[SubmissionRecord]:
        """What was or could be sent, in the order of creation."""
        from kit.submissions.record import known_submissions

        return known_submissions(self)

    def log(self, name: str, *, public: float | None = None, private: float | None = None) -> SubmissionRecord:
        """Note what the host scored a submission."""
        from kit.selection.leaderboard import log_score

        return log_score(self, name, public, private)

    def standings(self) -> Standings:
        """What is known of the submissions, each set beside the others only where it may be."""
        from kit.selection.standings import read_standings

        return read_standings(self)

    def select(self, n_finals: int = 2) -> Selection:
        """The final submissions to choose, and why; `picks` are places in `standings().records`."""
        from kit.selection.select import select

        standings = self.standings()
        return select(standings.judged(), n_finals, eligible=standings.eligible)

    def report(self, path: str | PathLike[str] | None = None) -> Path:
        """Write all that is known as one HTML page, report.html in the workspace where no path is given."""
        from kit.report.pages.page import NAME, write_report

        place = self.root / NAME if path is None else Path(path)
        write_report(self, place, self.reporter)
        return place

    def _oof(self, name: str) -> Predictions:
        from kit.submissions.runs_of import named_oof

        return named_oof(self, name, self.reporter)

    def _test(self, name: str) -> Predictions:
        from kit.blend.members import is_blend_spec

        return self.blend(name).test() if is_blend_spec(name) else self.run(name).test()
