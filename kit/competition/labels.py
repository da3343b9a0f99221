"""Raw values of a table to class numbers, and task classes to target classes."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.spec import Competition, Task
from kit.errors import KitError, nearest

LINE = "@line"
"""Column of raw tables: the line of the table that a row came from, for messages."""

PHOTO = "@image"
"""Column of raw tables: the photo's key; a table may have a column `image` of its own."""


def encode_task(raw: pd.DataFrame, name: str, task: Task, where: Path) -> np.ndarray:
    """The class number of every row, (n_rows,) int64; a value outside the classes is an error that names its line."""
    if task.column not in raw:
        known = [column for column in raw.columns if not column.startswith("@")]
        raise KitError(
            f"there is no column '{task.column}' for the task '{name}'", where=where, todo=nearest(task.column, known)
        )
    column = raw[task.column]
    if column.isna().any():
        line = raw.loc[column.isna(), LINE].iloc[0]
        raise KitError(f"line {line} has no '{task.column}', the label of '{name}'", where=where, todo="complete it")
    if task.edges is not None:
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        if not np.isfinite(numbers).all():
            row = int(np.flatnonzero(~np.isfinite(numbers))[0])
            raise KitError(
                f"line {raw[LINE].iloc[row]}: '{task.column}' is '{column.iloc[row]}', not a number", where=where
            )
        return np.searchsorted(task.edges, numbers, side="right").astype(np.int64)
    codes = {raw_value: _class_of(task, str(raw_value)) for raw_value in column.unique()}
    for raw_value, code in codes.items():
        if code is None:
            line = raw.loc[column == raw_value, LINE].iloc[0]
            raise KitError(
                f"line {line}: '{task.column}' is '{raw_value}', which is no class of the task '{name}'",
                where=where,
                todo=nearest(raw_value, task.values or task.classes),
            )
    return column.map(codes).to_numpy(dtype=np.int64)


def _class_of(task: Task, raw_value: str) -> int | None:
    if task.values is None:
        return task.classes.index(raw_value) if raw_value in task.classes else None
    if raw_value in task.values:
        return task.classes.index(task.values[raw_value])
    for pattern, name in task.values.items():
        if fnmatchcase(raw_value, pattern):
            return task.classes.index(name)
    return None


def encode_target(competition: Competition, labels: pd.DataFrame) -> np.ndarray:
    """The target class of every row, (n_rows,) int64, from one column of class numbers per task."""
    if competition.target is None:
        return labels[next(iter(competition.tasks))].to_numpy(dtype=np.int64)
    return sum(weight * labels[name].to_numpy(dtype=np.int64) for name, weight in competition.target.items())  # type: ignore[return-value]
