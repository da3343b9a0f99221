"""Tasks joined into the target class, and the target taken apart into tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def join_tasks(probs: Mapping[str, np.ndarray], tasks: Sequence[str], target_table: np.ndarray) -> np.ndarray:
    """Product rule: p(class) is the product of its tasks' probabilities.

    `probs` has (n_rows, n_task_classes) for each of `tasks`; `target_table` is (n_classes, n_tasks), the class of each
    task behind a target class. Returns (n_rows, n_classes); rows sum to one because the table covers all combinations.
    """
    joined = np.ones((len(probs[tasks[0]]), len(target_table)), dtype=np.float64)
    for column, task in enumerate(tasks):
        joined *= probs[task][:, target_table[:, column]]
    return joined / joined.sum(axis=1, keepdims=True)


def marginal(joined: np.ndarray, column: int, target_table: np.ndarray) -> np.ndarray:
    """p(task class) as the sum over the target classes that have it; the task is a column of `target_table`."""
    n_classes = int(target_table[:, column].max()) + 1
    membership = (target_table[:, column, None] == np.arange(n_classes)).astype(joined.dtype)
    return joined @ membership
