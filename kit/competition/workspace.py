"""The folder that a team works in: competition.yaml, what lies beside it, and what every run of it stands on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.answers import Answers
from kit.competition.basis import Basis, why_apart
from kit.competition.forms import Question
from kit.competition.known_rows import cut_tables
from kit.competition.metrics import find_metric
from kit.competition.names import KNOWN_TABLES
from kit.competition.pixels import Pixels, read_pixels
from kit.competition.readers import own_readers
from kit.competition.spec import SPEC_NAME, TARGET, Competition, read_competition
from kit.competition.tables import WITHOUT_TEST, Tables, read_tables, without_train
from kit.errors import KitError
from kit.evidence.metrics import Metric, metric_named
from kit.evidence.scorer import Scorer
from kit.files import fingerprint
from kit.folds.frozen import Folds, read_folds
from kit.reading import require_file, require_utf8
from kit.reporter import Reporter
from kit.targets.counted import Counted, side_by_side

UNCUT = f"restore it, or delete data/cache/{KNOWN_TABLES} if it is meant"


@dataclass(frozen=True)
class Workspace:
    """Where everything is; tables and folds are read once, when they are first asked for."""

    root: Path
    reporter: Reporter = field(default_factory=Reporter, compare=False)
    """Who is told of long work that the workspace does by itself."""
    _metrics: dict[str, Metric] = field(default_factory=dict, init=False, repr=False, compare=False)
    _scorers: dict[tuple[str, Metric], Scorer] = field(default_factory=dict, init=False, repr=False, compare=False)

    _warned: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def warn_once(self, text: str) -> None:
        """Tell of something that may be wrong and that several steps of a command come upon."""
        if text not in self._warned:
            self._warned.add(text)
            self.reporter.warn(text)

    def tell_once(self, text: str) -> None:
        """Tell a fact that several steps of a command come upon."""
        if text not in self._warned:
            self._warned.add(text)
            self.reporter.info(text)

    @cached_property
    def competition(self) -> Competition:
        return read_competition(self.root / SPEC_NAME)

    @property
    def metric(self) -> Metric:
        """What judges the target."""
        return self.metric_of(TARGET)

    def metric_of(self, task: str) -> Metric:
        """What judges a task or the target: the host's metric, its own among separate tasks, or one of its kind where
        it is only learnt and the host's cannot judge it.
        """
        if task not in self._metrics:
            self._metrics[task] = self.competition.judged_by(task, self._find_metric)
        return self._metrics[task]

    def _find_metric(self, name: str) -> Metric:
        return find_metric(name, self.root / SPEC_NAME)

    @cached_property
    def tables(self) -> Tables:
        tables = read_tables(self.root, self.competition)
        for table, what in cut_tables(self.cache_dir, self.data_dir, tables.rows):
            self.reporter.warn(f"{self.data_dir / table}: {what}; {UNCUT}")
        return tables

    @property
    def train(self) -> pd.DataFrame:
        """A row for each train photo: image, group, a column of class numbers or strata for each task, target."""
        return self.tables.train

    @property
    def test(self) -> pd.DataFrame:
        """A row for each photo to predict: image and id."""
        return self.tables.test

    def truth(self, task: str) -> np.ndarray:
        """What is so of each train photo, in the order of `train` and in the shape of the task's kind.

        Of a target of separate tasks their truths side by side, (n_train, n_columns) float64.
        """
        parts = self.competition.parts(task)
        if parts[0].name == task:
            name = next(iter(self.competition.sent)) if task == TARGET and self.competition.target is None else task
            known = self.tables.truths.get(name)
            return self.train[task].to_numpy() if known is None else known
        columns = [np.asarray(self.truth(part.name), dtype=float) for part in parts]
        return np.concatenate([column.reshape(len(column), -1) for column in columns], axis=1)

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The parts of the target, and what each is judged by."""
        return self.competition.asked(self._find_metric)

    @cached_property
    def answers(self) -> Answers | None:
        """Which train photos share an answer; None where each has its own."""
        return None if self.tables.answers is None else Answers.of(self.tables.answers)

    @cached_property
    def judged(self) -> pd.DataFrame:
        """What is scored: a row for each answer, as in `train`, with the key of its predictions as its `image`."""
        if self.answers is None:
            return self.train
        return self.train.iloc[self.answers.first].assign(image=self.answers.keys).reset_index(drop=True)

    def judged_truth(self, task: str) -> np.ndarray:
        """What is so of each answer, in the order of `judged`."""
        return self.truth(task) if self.answers is None else self.truth(task)[self.answers.first]

    @property
    def judged_folds(self) -> np.ndarray:
        """(n_judged,) int64: the fold of each answer."""
        folds = self.folds.table["fold"].to_numpy()
        return folds if self.answers is None else folds[self.answers.first]

    @property
    def test_answers(self) -> pd.DataFrame:
        """A row for each answer to send: its id, and `image`, the key of its predictions."""
        if self.answers is None:
            return self.test
        return pd.DataFrame({"id": self.test["id"].unique()}).assign(image=lambda table: table["id"])

    def counted(self, task: str) -> Counted:
        """What tables of the train photos count of a task or the target: its classes, labels, or bins of a number."""
        parts = self.competition.parts(task)
        if len(parts) == 1:
            return parts[0].task.counted(self.truth(task))
        return side_by_side([(part.name, part.task.counted(self.truth(part.name))) for part in parts])

    @property
    def counted_classes(self) -> Counted:
        """The same of the target, but of classes and labels alone: what a fold may lack."""
        parts = [part for part in self.competition.parts(TARGET) if part.task.kind not in ("number", "shares")]
        if len(parts) == len(self.competition.parts(TARGET)):
            return self.counted(TARGET)
        return side_by_side([(part.name, part.task.counted(self.truth(part.name))) for part in parts])

    @property
    def shared_out(self) -> np.ndarray | None:
        """What folds share out where a photo has several things at once, (n_train, n_things) of 0 and 1: its labels,
        and of separate tasks each one's labels or strata. None where the column target says it all.
        """
        parts = self.competition.parts(TARGET)
        if len(parts) == 1 and parts[0].task.kind != "labels":
            return None
        return np.concatenate([part.task.shared_out(self.truth(part.name)) for part in parts], axis=1)

    @cached_property
    def folds(self) -> Folds:
        """The frozen folds, in the order of `train`."""
        return read_folds(self.folds_path, self.train, self.tables.left_out)

    @cached_property
    def pixels(self) -> Pixels:
        """What is in the photos of both sides; all of them are read once, and those that have changed again."""
        gone = self.allowed_missing
        images = [image for image in (*self.train["image"], *self.test["image"]) if image not in gone]
        own = own_readers(self.root)
        return read_pixels(self.cache_dir, self.data_dir, images, self.reporter, self.competition.photos, own)

    @cached_property
    def basis(self) -> Basis:
        """What everything that is made here now stands on."""
        return Basis(
            classes=fingerprint(self.competition.definition),
            data=self.tables.fingerprint,
            pixels=self.pixels.fingerprint,
            folds=self.folds.fingerprint if self.folds_path.exists() else None,
            metric=self.metric.name,
            answers=self.competition.submission.answers,
        )

    def why_apart(self, claimed: Basis) -> str | None:
        """Why something may not be set beside what stands here now; None where it may. Every command asks this."""
        return why_apart(claimed, self.basis)

    def scorer(self, task: str, rows: np.ndarray | None = None, metric: str | Metric | None = None) -> Scorer:
        """Scores predictions of a task or the target in the order of `judged`, by the competition's metric.

        rows: (n_judged,) bool, those that are scored; all when left out. metric: another one than the competition's.
        """
        wanted = self.metric_of(task) if metric is None else metric_named(metric)
        if rows is None and (task, wanted) in self._scorers:
            return self._scorers[task, wanted]
        rows_of = slice(None) if rows is None else rows
        truth, groups = self.judged_truth(task)[rows_of], self.judged["group"].to_numpy()[rows_of]
        made = Scorer(wanted, truth, groups, self.competition.n_outputs(task))
        if rows is None:
            self._scorers[task, wanted] = made
        return made

    def require_test_set(self) -> None:
        """Refuse what is of photos to predict, where competition.yaml names none."""
        if self.competition.test is None:
            todo = "write 'test' and 'submission', if there are photos to predict"
            raise KitError("there is no test set: the key 'test' is missing", where=self.root / SPEC_NAME, todo=todo)

    @cached_property
    def allowed_missing(self) -> frozenset[str]:
        """Test photos that are not there, where such a photo may be unreadable."""
        test = self.competition.test
        allowed = test is not None and test.unreadable is not None
        return frozenset(self.tables.gone[1]) if allowed else frozenset()

    def require_photos(self) -> None:
        """Refuse to go on without the photos that the tables name."""
        missing = [image for image in self.tables.missing if image not in self.allowed_missing]
        if missing:
            raise KitError(
                f"{len(missing)} photos that the tables name are not there, the first is '{missing[0]}'",
                where=self.data_dir,
                todo=without_train(missing[0]) if missing[0] in self.tables.gone[0] else WITHOUT_TEST,
            )

    @property
    def data_dir(self) -> Path:
        return self.root / self.competition.data

    @property
    def cache_dir(self) -> Path:
        return self.root / "data" / "cache"

    @property
    def runs_dir(self) -> Path:
        return self.root / "runs"

    @property
    def folds_path(self) -> Path:
        return self.runs_dir / "folds.csv"

    @property
    def crops_path(self) -> Path:
        return self.runs_dir / "crops.csv"

    @property
    def pseudo_dir(self) -> Path:
        return self.runs_dir / "pseudo"

    @property
    def submissions_dir(self) -> Path:
        return self.root / "submissions"

    @property
    def recipes_dir(self) -> Path:
        return self.root / "recipes"


def find_root(start: Path) -> Path:
    """Walk up from `start` to the folder with a competition.yaml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SPEC_NAME).is_file():
            require_utf8(folder)
            return folder
    if os.path.lexists(start / SPEC_NAME):
        require_file(start / SPEC_NAME)
    raise KitError(
        f"there is no {SPEC_NAME} here or in a folder above",
        where=start,
        todo="start with 'kit init PRESET --data DIR'",
    )
