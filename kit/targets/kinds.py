"""All kinds of targets by the word for them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from kit.targets.base import BaseTask
from kit.targets.classes import ClassTask
from kit.targets.labels import LabelsTask
from kit.targets.number import NumberTask
from kit.targets.ordered import OrderedTask
from kit.targets.shares import SharesTask

Task = Annotated[ClassTask | OrderedTask | LabelsTask | NumberTask | SharesTask, Field(discriminator="kind")]

KINDS: dict[str, type[BaseTask]] = {
    "class": ClassTask,
    "ordered": OrderedTask,
    "labels": LabelsTask,
    "number": NumberTask,
    "shares": SharesTask,
}
"""A task's `kind` -> its model; without one a task is of `class`."""


def in_shape(task: BaseTask, answers: np.ndarray) -> np.ndarray:
    """Answers, or columns (n_rows, n_columns) that hold them as floats, in the shape and type of the task's truth."""
    one_number = task.kind in ("class", "ordered", "number")
    types = {"class": np.int64, "ordered": np.int64, "labels": np.int8}
    return (answers[:, 0] if one_number and answers.ndim == 2 else answers).astype(types.get(task.kind, np.float64))
