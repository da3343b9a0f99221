"""The weighted mean of what several tasks score, each by its own metric, whose answers stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.arrays import Classes, Floats
from kit.evidence.metrics.base import Metric, Needs
from kit.evidence.metrics.truth import CLASS, LABELS, NUMBER, ORDERED


@dataclass(frozen=True, eq=False)  # slices have no hash
class Part:
    """One task among several: how it is scored, and where its columns are."""

    metric: Metric
    kind: str
    weight: float
    outputs: slice
    """Its columns among the outputs of all."""
    truth: slice
    """Its columns among the truths of all, and among the decided answers."""

    @property
    def n_outputs(self) -> int:
        return int(self.outputs.stop - self.outputs.start)

    def answers(self, columns: NDArray) -> NDArray:
        """Columns (n_rows, n_columns) of truths or decided answers as an array of the kind."""
        if self.kind in (CLASS, ORDERED):
            return columns[:, 0].astype(np.int64)
        if self.kind == LABELS:
            return columns.astype(np.int8)
        return columns[:, 0].astype(float) if self.kind == NUMBER else columns.astype(float)


@dataclass(frozen=True)
class MeanOfTasks(Metric):
    """A metric of truths and predictions side by side; what is scored of a task is what its own metric needs."""

    tasks: tuple[Part, ...] = ()

    @property
    def decides(self) -> bool:
        return all(task.metric.decides for task in self.tasks)

    @property
    def places(self) -> list[slice]:
        """Where each task's columns are among all that is scored."""
        widths = [task.truth.stop - task.truth.start if task.metric.decides else task.n_outputs for task in self.tasks]
        return [slice(*ends) for ends in pairwise(accumulate(widths, initial=0))]

    def by_class(self, n_outputs: int) -> bool:
        return False

    def of_outputs(self, outputs: NDArray, kind: str = "") -> NDArray:
        return np.hstack([_columns(task.metric.of_outputs(outputs[:, task.outputs], task.kind)) for task in self.tasks])

    def scored(self, outputs: NDArray, said: NDArray) -> NDArray:
        return np.hstack(
            [
                _columns(said[:, task.truth] if task.metric.decides else outputs[:, task.outputs]).astype(float)
                for task in self.tasks
            ]
        )

    def true(self, truth: ArrayLike, n_outputs: int) -> NDArray:
        columns = np.asarray(truth, dtype=float)
        n_columns = max(task.truth.stop for task in self.tasks)
        if columns.ndim != 2 or columns.shape[1] != n_columns:
            raise KitError(f"the truth of {self.name} has {n_columns} columns, not the shape {columns.shape}")
        for task in self.tasks:
            task.metric.true(task.answers(columns[:, task.truth]), task.n_outputs)
        return columns

    def fitting(self, predicted: ArrayLike, truth: NDArray, n_outputs: int) -> NDArray:
        columns = np.asarray(predicted, dtype=float)
        n_columns = self.places[-1].stop
        if columns.ndim != 2 or columns.shape[1] != n_columns:
            raise KitError(f"what {self.name} scores has {n_columns} columns, not the shape {columns.shape}")
        for task, true, said in self.split(truth, columns):
            task.metric.fitting(said, true, task.n_outputs)
        return columns

    def positives(self, truth: NDArray, codes: Classes, n_outputs: int) -> Classes:
        found = [(task, task.answers(truth[:, task.truth])) for task in self.tasks]
        return np.concatenate([task.metric.positives(true, codes, task.n_outputs) for task, true in found])

    def can_leave_out(self, n_rows: int, n_groups: int) -> bool:
        return all(task.metric.can_leave_out(n_rows, n_groups) for task in self.tasks)

    def without_groups(
        self, truth: NDArray, predicted: NDArray, n_outputs: int, codes: Classes, n_groups: int
    ) -> Floats:
        whole = sum(task.weight for task in self.tasks)
        return np.sum(
            [
                task.weight / whole * task.metric.without_groups(true, said, task.n_outputs, codes, n_groups)
                for task, true, said in self.split(truth, predicted)
            ],
            axis=0,
        )

    def split(self, truth: NDArray, predicted: NDArray) -> list[tuple[Part, NDArray, NDArray]]:
        """Each task with its own truth and what is scored of it."""
        return [
            (
                task,
                task.answers(truth[:, task.truth]),
                task.answers(predicted[:, place]) if task.metric.decides else predicted[:, place],
            )
            for task, place in zip(self.tasks, self.places, strict=True)
        ]


def _told(task: Part) -> str:
    """A task's metric, and how much it counts where that is not once."""
    times = "" if task.weight == 1 else f"{task.weight:g} x "
    return f"{times}{task.metric.name}"


def mean_of_tasks(tasks: Sequence[Part]) -> MeanOfTasks:
    """The weighted mean of the tasks' scores; a loss and a score of which higher is better have no mean: KitError."""
    metrics = [task.metric for task in tasks]
    up = {metric.higher_is_better for metric in metrics}
    if len(up) > 1:
        rising, falling = (next(m.name for m in metrics if m.higher_is_better is side) for side in (True, False))
        raise KitError(
            f"{rising} rises and {falling} falls with better predictions: they have no mean",
            todo="give all tasks metrics of one direction",
        )
    whole = sum(task.weight for task in tasks)
    if whole <= 0 or min(task.weight for task in tasks) < 0:
        raise KitError("the weights of the tasks are numbers of 0 or more, not all 0")
    shares = [task.weight / whole for task in tasks]

    def weighted_parts(truth: NDArray, predicted: NDArray, codes: Classes, weights: Floats) -> Floats:
        return np.hstack(
            [
                share * task.metric.of_draws(true, said, task.n_outputs, codes, weights)
                for share, (task, true, said) in zip(shares, made.split(truth, predicted), strict=True)
            ]
        )

    ends = [sum(share * m.score_range[k] for share, m in zip(shares, metrics, strict=True) if share) for k in (0, 1)]
    needs: set[Needs] = {metric.needs for metric in metrics}
    made = MeanOfTasks(
        f"mean of {', '.join(map(_told, tasks))}",
        up.pop(),
        needs.pop() if len(needs) == 1 else "mixed",
        tuple(dict.fromkeys(task.kind for task in tasks)),
        constant=sum(share * m.constant for share, m in zip(shares, metrics, strict=True)),
        weighted_parts=weighted_parts,
        score_range=(ends[0], ends[1]),
        mean_of_classes=any(metric.mean_of_classes for metric in metrics),
        tasks=tuple(tasks),
    )
    return made


def _columns(some: NDArray) -> NDArray:
    return some[:, None] if some.ndim == 1 else some
