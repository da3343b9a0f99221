"""What a fold's learner is given, and what it gives back: the same for networks and for classic learners."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from kit.competition.answers import Answers, Pool
from kit.evidence.metrics import Metric
from kit.evidence.top import Outputs, concatenated, top_of
from kit.images.rows import PixelRows
from kit.learn.examples import Examples
from kit.runs.record import Epoch, Shape
from kit.targets.base import BaseTask


class PhotoArray(Protocol):
    """One side's photos as a learner sees them: decoded, or as features."""

    @property
    def array(self) -> PixelRows: ...

    @property
    def unreadable(self) -> frozenset[str]:
        """The keys of photos that could not be read, where that is allowed."""

    def rows(self, keys: Iterable[str]) -> np.ndarray:
        """The row of `array` of each image key."""


Predict = Callable[[PixelRows, np.ndarray], dict[str, Outputs]]
"""(array, rows) -> predictions (len(rows), n_outputs) float32 of every task, for array[rows]."""


PIECE = 4096
"""Photos whose probabilities of very many classes are held at once."""


@dataclass(frozen=True)
class FoldJob:
    """All that reaches a fold's learner."""

    run: str
    """The run's id."""
    fold: int
    seed: int
    metrics: dict[str, Metric]
    """What a learning curve and early stopping measure: the metrics, all of one direction, of some of the tasks."""
    tasks: dict[str, BaseTask]
    shapes: dict[str, Shape]
    """The bins of the tasks whose heads learn any, and the scale of numbers."""
    examples: Examples
    validation: Validation | None
    """What a learning curve is drawn of; None for a model of everybody."""
    start: Path | None
    """The weights file of the model to start from; None to start as the recipe says."""
    directory: Path
    """Where the fold is made: for weights and checkpoints."""
    answers: Answers | None = None
    """Which photos of the validation side share an answer; None where each has its own."""
    pool: Pool = "mean"
    """How they become one."""
    kept: Mapping[str, int] = field(default_factory=dict)
    """How many classes of a photo predictions keep, of tasks where not all."""

    @property
    def name(self) -> str:
        """Of the fold's model: run/fold."""
        return f"{self.run}/fold{self.fold}"

    def score(self, probs: Mapping[str, Outputs], labels: Mapping[str, np.ndarray]) -> float | None:
        """Mean of the tasks' scores by the metric, on answers where photos share them; None where it is defined for
        none of them.
        """
        each = []
        for task, metric in self.metrics.items():
            said, true = probs[task], labels[task]
            if self.answers is not None:
                said, true = self.answers.pooled(said, self.pool, self.tasks[task]), true[self.answers.first]
            each.append(metric.score(true, metric.of_outputs(said, self.tasks[task].kind), self.n_classes[task]))
        mean = float(np.mean(each))
        return mean if math.isfinite(mean) else None

    @property
    def metric(self) -> Metric:
        """The first of them, which stands for all where a name or a direction is told."""
        return next(iter(self.metrics.values()))

    @property
    def n_classes(self) -> dict[str, int]:
        """How many outputs each task has."""
        return {name: len(task.outputs) for name, task in self.tasks.items()}


@dataclass(frozen=True)
class FoldResult:
    """What a fold's learner leaves."""

    predict: Predict
    weights: str | None
    """sha256 of the weights file that it wrote; None where it keeps none."""
    init_weights: str | None
    """sha256 of the weights file that it started from."""
    parameters: int
    device: str
    selected: tuple[str, ...] = ()
    history: tuple[Epoch, ...] = ()
    oof: dict[str, Outputs] | None = None
    """What `predict` says of the validation side, where it has said it already."""
    waited: float | None = None
    """Seconds in which the network waited for photos, and of a core that augmentation took; None of what has none."""
    augmented: float | None = None


@dataclass(frozen=True)
class Validation:
    """The validation side: rows of an image cache and the truth of each task."""

    array: PixelRows
    rows: np.ndarray
    labels: dict[str, np.ndarray]


def in_pieces(
    said: Callable[[np.ndarray], Mapping[str, np.ndarray]], rows: np.ndarray, kept: Mapping[str, int], size: int = PIECE
) -> dict[str, Outputs]:
    """What is said of rows, (len(rows), n_outputs) for each task: where not all classes are kept, `size` at a time."""
    if not kept:
        return dict(said(rows))
    pieces = []
    for first in range(0, max(1, len(rows)), size):
        piece = said(rows[first : first + size])
        pieces.append({task: top_of(values, kept.get(task)) for task, values in piece.items()})
    return {task: concatenated([piece[task] for piece in pieces]) for task in pieces[0]}
