"""From predictions of the tasks to predictions of the joined target.

A table (n_target_classes, n_tasks) says which class of each task stands behind a target class.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.metrics import Classes, Floats


def join_probs(task_probs: Sequence[ArrayLike], table: Classes) -> Floats:
    """Probabilities of the target classes, (n_rows, n_target_classes): the product of the tasks' probabilities.

    task_probs: (n_rows, n_task_classes) per task, in the order of the table's columns.
    """
    _one_per_task(task_probs, table)
    joined = np.ones((len(np.asarray(task_probs[0])), len(table)))
    for task, probs in enumerate(task_probs):
        joined *= np.asarray(probs, dtype=float)[:, table[:, task]]
    return joined


def join_labels(task_labels: Sequence[ArrayLike], table: Classes) -> Classes:
    """Target class of each row, (n_rows,), from its class in each task; KitError where no target class is that mix."""
    _one_per_task(task_labels, table)
    sizes = table.max(axis=0) + 1
    target_of = np.full(sizes, -1, dtype=np.int64)
    target_of[tuple(table.T)] = np.arange(len(table))
    labels: NDArray[np.int64] = np.stack([np.asarray(labels, dtype=np.int64) for labels in task_labels])
    outside = ((labels < 0) | (labels >= sizes[:, None])).any(axis=0)
    joined = np.where(outside, -1, target_of[tuple(np.where(outside, 0, labels))])
    if (joined < 0).any():
        row = int(np.flatnonzero(joined < 0)[0])
        raise KitError(f"row {row} has the task classes {labels[:, row].tolist()}, which are no target class together")
    return joined


def _one_per_task(predictions: Sequence[ArrayLike], table: Classes) -> None:
    if table.ndim != 2 or len(predictions) != table.shape[1]:
        raise KitError(f"{len(predictions)} tasks' predictions do not fit a target table of shape {table.shape}")
