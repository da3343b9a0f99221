"""A submission, a blend or a run as what predicts: its models, and how they are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from kit.blend.kept import KeptPiece
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import fingerprint
from kit.images.look import Look, open_look
from kit.learn.model_file import ModelFile, model_file
from kit.learn.prior import run_prior
from kit.recipes.classic import ClassicRecipe
from kit.recipes.load import AnyRecipe, run_recipe
from kit.recipes.weights import recipe_weights
from kit.reporter import Reporter
from kit.runs.record import RunRecord
from kit.runs.store import Run, find_run
from kit.ship.faces import FaceBoxes, workspace_boxes
from kit.submissions.fit import fit_of
from kit.submissions.record import SubmissionRecord, find_submission, known_submissions, record_path


@dataclass(frozen=True)
class ShippedRun:
    """A run's models; what is said of a photo is the mean over them."""

    recipe: AnyRecipe
    models: tuple[ModelFile, ...]
    backbone: Path | None
    """The weights file that the features of a classic learner come from, where its recipe or a bundle names one."""
    prior: Callable[[], dict[str, np.ndarray]]
    """What is said of a photo that cannot be read, (n_outputs,) for each task."""


@dataclass(frozen=True)
class Shipped:
    """All that predicts photos, from a workspace or from a bundle."""

    name: str
    workspace: Workspace
    runs: Mapping[str, ShippedRun]
    pieces: tuple[KeptPiece, ...]
    """How the runs are joined; none where one run predicts its own tasks."""
    kinds: Mapping[str, str]
    """The kind of each task of the runs that is of no classes."""
    look: Look = field(default_factory=Look)
    csv: str | None = None
    """sha256 of the submission's file; None of what is no submission."""
    allows_unreadable: bool = False
    """Whether a test photo that cannot be read is said to be as train is shared out."""

    @property
    def of_bundle(self) -> bool:
        return False

    @cached_property
    def boxes(self) -> FaceBoxes:
        return workspace_boxes(self.workspace, self.look)

    @property
    def looks_at_faces(self) -> bool:
        return any(run.recipe.images == "crop" for run in self.runs.values())


def ship(workspace: Workspace, name: str | None, reporter: Reporter) -> Shipped:
    """What a submission, a blend such as best3 or a run predicts with; the newest submission without a name.

    KitError where a model's weights are not here.
    """
    from kit.blend.members import is_blend_spec

    pieces: tuple[KeptPiece, ...] = ()
    csv = None
    if name is None:
        record = _newest(workspace)
        name = record.name
        reporter.info(f"predicting as the submission {name} does")
    if record_path(workspace.submissions_dir, name).exists():
        record = find_submission(workspace.submissions_dir, name)
        _check_classes(workspace, record.name, record.basis.classes)
        pieces, csv = fit_of(workspace, record, reporter), record.csv
    elif is_blend_spec(name):
        from kit.blend.blend import spec_blend

        pieces = spec_blend(workspace, name, reporter).kept()
    runs = [find_run(workspace, run) for run in _runs_of(pieces)] if pieces else [find_run(workspace, name)]
    for run in runs:
        _check_classes(workspace, run.id, run.record.basis.classes)
    check_weights(runs)
    test = workspace.competition.test
    return Shipped(
        name=name if pieces else runs[0].id,
        workspace=workspace,
        runs={run.id: _shipped_run(workspace, run) for run in runs},
        pieces=pieces,
        kinds={task: kind for run in runs for task, kind in run.record.kinds.items()},
        look=open_look(workspace, reporter),
        csv=csv,
        allows_unreadable=test is not None and test.unreadable is not None,
    )


def _newest(workspace: Workspace) -> SubmissionRecord:
    made_here = [record for record in known_submissions(workspace) if record.members]
    if not made_here:
        raise KitError(
            "there is no submission yet whose models could predict",
            where=workspace.submissions_dir,
            todo="name a run or a blend with --from ('kit runs' lists the runs), or make one with 'kit submit'",
        )
    return made_here[-1]


def _runs_of(pieces: Iterable[KeptPiece]) -> list[str]:
    return list(dict.fromkeys(run for piece in pieces for run in piece.runs()))


def _check_classes(workspace: Workspace, name: str, claimed: str | None) -> None:
    now = fingerprint(workspace.competition.definition)
    if claimed is not None and claimed != now:
        raise KitError(
            f"it predicts other classes ({claimed[:8]}) than competition.yaml names now ({now[:8]})", where=name
        )


def check_weights(runs: Iterable[Run]) -> None:
    """Refuse runs whose models are not all here: KitError that names the first, and says how to get it."""
    gone: list[tuple[Run, int]] = []
    for run in runs:
        record: RunRecord = run.record
        if record.outside:
            raise KitError("it was made outside: there is no model here that could predict other photos", where=run.id)
        if not run.finished_folds:
            raise KitError("no fold of it is trained yet", where=run.id, todo="run 'kit train' first")
        for fold in run.finished_folds:
            if run.fold_record(fold).weights is None:
                raise KitError(
                    f"its learner kept no weights in fold {fold}",
                    where=run.id,
                    todo=f"delete {run.fold_dir(fold)} and run 'kit train' again, which fits it anew",
                )
            if not (run.fold_dir(fold) / "weights.safetensors").exists():
                gone.append((run, fold))
            else:
                run.check_fold(fold)
    if gone:
        run, fold = gone[0]
        more = "" if len(gone) == 1 else f", nor are those of {len(gone) - 1} more"
        raise KitError(
            f"the weights of this model are not here{more}: git leaves weights out",
            where=run.fold_dir(fold) / "weights.safetensors",
            todo="copy them from the machine that trained it, or delete that fold and run 'kit train' again",
        )


def _shipped_run(workspace: Workspace, run: Run) -> ShippedRun:
    recipe, channels = run_recipe(run), workspace.competition.photos.channels
    models = tuple(model_file(run, fold, channels) for fold in run.finished_folds)
    backbone = recipe_weights(recipe, workspace.root) if isinstance(recipe, ClassicRecipe) else None
    prior = partial(run_prior, workspace, run.record, recipe, run.finished_folds)
    return ShippedRun(recipe, models, backbone, prior)
