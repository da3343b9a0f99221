"""What a fold's model is shown: rows of the image caches with soft targets and weights, in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.top import Outputs, TopProbs, certain, concatenated
from kit.files import file_sha256
from kit.images.rows import PixelRows
from kit.pseudo.label import read_label_file
from kit.pseudo.record import read_round, round_dir
from kit.runs.predictions import probs_in
from kit.runs.record import NumberScale, RunRecord, Shape
from kit.targets.base import BaseTask


@dataclass(frozen=True)
class Examples:
    """Rows to learn from; the first `n_real` carry real labels, the others pseudo labels.

    `arrays` are (n_images, H, W, channels) uint8; row i is arrays[source[i]][row[i]]. `targets` has, for each task,
    (n_rows, n_outputs) float32: shares that sum to one (TopProbs of very many classes), a probability for each label, a
    number on the fold's scale; `weights` has, for each task, (n_rows,) float32, 0 where a row says nothing of the task.
    """

    arrays: tuple[PixelRows, ...]
    source: np.ndarray
    row: np.ndarray
    targets: Mapping[str, Outputs]
    weights: Mapping[str, np.ndarray]
    n_real: int
    groups: np.ndarray
    """(n_real,) the number of the group that each real row belongs to."""
    repeats: np.ndarray
    """(n_real,) how often each real row is shown in an epoch that shows it."""
    strata: np.ndarray
    """(n_real,) the number of the combination of classes or strata, over the tasks, that each real row has."""

    def class_counts(self, task: str) -> np.ndarray:
        """(n_outputs,) float32: how many real rows each class or label of a task has."""
        return np.asarray(self.targets[task][: self.n_real].sum(axis=0), dtype=np.float32)

    def pixels(self, chosen: np.ndarray) -> np.ndarray:
        """(len(chosen), H, W, channels) uint8, copied out of the caches."""
        source, row = self.source[chosen], self.row[chosen]
        if (source == source[0]).all():
            return np.asarray(self.arrays[source[0]][row])
        found = np.empty((len(chosen), *self.arrays[0].shape[1:]), self.arrays[0][:0].dtype)
        for number in np.unique(source):
            found[source == number] = self.arrays[number][row[source == number]]
        return found


@dataclass(frozen=True)
class Located:
    """Pseudo labels of one task by their rows in the test cache: `targets` (n, n_outputs), `weights` (n,)."""

    task: str
    row: np.ndarray
    targets: Outputs
    weights: np.ndarray


@dataclass(frozen=True)
class PseudoLabels:
    """A pseudo-label file as it was read, and its sha256."""

    table: pd.DataFrame
    hard: bool
    sha256: str

    def located(
        self, name: str, task: BaseTask, test_images: pd.Series, test_rows: np.ndarray, kept: int | None = None
    ) -> Located:
        """The labels of the task `name` by the rows of its photos; `test_rows` are those of `test_images`.

        kept: how many classes of a photo are kept, where not all.
        """
        places = pd.Index(test_images).get_indexer(pd.Index(self.table["image"]))
        values = probs_in(self.table, name, task.outputs, kept)
        targets = values
        if self.hard:
            said = task.said(values)
            targets = task.taught(said) if kept is None else certain(said, len(task.outputs), kept)
        return Located(name, test_rows[places], targets, self.table["weight"].to_numpy(np.float32))


def read_labels(workspace: Workspace, record: RunRecord, task: str, fold: int | None) -> PseudoLabels:
    """Read the labels that a fold of a run is to eat; a file that is not the one of round.json is refused."""
    part = read_round(workspace.pseudo_dir, record.round, record.teachers).tasks[task]
    if record.all_data and part.teachers == "own_fold":
        raise KitError(
            "a model trained on everybody eats the labels of pooled teachers",
            where=f"round {record.round}",
            todo=f"run 'kit pseudo --round {record.round} --teachers pooled', and add --teachers pooled here",
        )
    file = part.file(fold)
    path = round_dir(workspace.pseudo_dir, record.round, record.teachers) / file.name
    if not path.exists() or file_sha256(path) != file.sha256:
        raise KitError(
            "this file is not the one that round.json names: it was changed or swapped",
            where=path,
            todo=f"run 'kit pseudo --round {record.round}' again",
        )
    table = read_label_file(workspace, path, task)
    return PseudoLabels(table, part.settings.labels == "hard", file.sha256)


def held_out(groups: pd.Series, side: np.ndarray, share: float, seed: int) -> np.ndarray:
    """(n_rows,) bool: the rows of `side` whose group is drawn into a share of its groups; none where the share is 0."""
    names = np.array(sorted(set(groups[side])), dtype=object)
    drawn = np.random.default_rng(seed).permutation(names)[: round(share * len(names))]
    return side & groups.isin(set(drawn)).to_numpy()


def make_examples(
    arrays: tuple[PixelRows, PixelRows],
    real_rows: np.ndarray,
    real_targets: Mapping[str, Outputs],
    groups: np.ndarray,
    pseudo: Sequence[Located] = (),
    repeats: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    real_weights: np.ndarray | None = None,
) -> Examples:
    """Real rows of the train cache with their groups, then the test rows that any task has a pseudo label for.

    repeats, strata, real_weights: those of the real rows; without them each is shown once, all are of one stratum, and
    each counts as 1.
    """
    test_rows = np.unique(np.concatenate([labels.row for labels in pseudo])) if pseudo else np.zeros(0, dtype=np.int64)
    n_real, n_pseudo = len(real_rows), len(test_rows)
    by_task = {labels.task: labels for labels in pseudo}
    targets, weights = {}, {}
    counted = np.ones(n_real, dtype=np.float32) if real_weights is None else real_weights.astype(np.float32)
    for task, real in real_targets.items():
        added_weights, places = np.zeros(n_pseudo, dtype=np.float32), np.zeros(0, dtype=np.int64)
        if task in by_task:
            places = np.searchsorted(test_rows, by_task[task].row)
            added_weights[places] = by_task[task].weights
        targets[task] = concatenated([real, _spread(real, by_task.get(task), places, n_pseudo)])
        weights[task] = np.concatenate([counted, added_weights])
    return Examples(
        arrays=arrays,
        source=np.r_[np.zeros(n_real, dtype=np.int8), np.ones(n_pseudo, dtype=np.int8)],
        row=np.concatenate([real_rows, test_rows]),
        targets=targets,
        weights=weights,
        n_real=n_real,
        groups=np.unique(groups.astype(str), return_inverse=True)[1],
        repeats=np.ones(n_real) if repeats is None else repeats,
        strata=np.zeros(n_real, dtype=np.int64) if strata is None else strata,
    )


def _spread(real: Outputs, labels: Located | None, places: np.ndarray, n_rows: int) -> Outputs:
    """Targets of the test rows, (n_rows, n_outputs): those of the labels at their places, the same of all elsewhere."""
    if isinstance(real, TopProbs):
        # rows that say nothing have no weight, whatever stands in them
        found = certain(np.zeros(n_rows, dtype=np.int64), real.n_classes, real.kept)
        if labels is None:
            return found
        row_of = np.zeros(n_rows, dtype=np.int64)
        row_of[places] = np.arange(n_rows, n_rows + len(places))
        told = np.isin(np.arange(n_rows), places)
        return concatenated([found, labels.targets])[np.where(told, row_of, np.arange(n_rows))]
    added = np.full((n_rows, real.shape[1]), 1 / real.shape[1], dtype=np.float32)
    if labels is not None:
        added[places] = labels.targets
    return added


def on_scale(values: Outputs, shape: Shape | None) -> Outputs:
    """Numbers (n_rows, 1) as a fold's learner counts them; of other kinds what they are."""
    if not isinstance(shape, NumberScale):
        return values
    return np.asarray((values - np.float64(shape.mean)) / shape.deviation, dtype=np.float32)


def off_scale(values: np.ndarray, shape: Shape | None) -> np.ndarray:
    """What a fold's learner says of a number (n_rows, 1), as the table counts it; of other kinds what it is."""
    return (values * shape.deviation + shape.mean).astype(np.float32) if isinstance(shape, NumberScale) else values
