"""Raw values of a table to class numbers, and task classes to target classes."""

from __future__ import annotations

from collections.abc import Sequence
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
        numbers = column_numbers(raw, task)
        if not np.isfinite(numbers).all():
            row = int(np.flatnonzero(~np.isfinite(numbers))[0])
            raise KitError(
                f"line {raw[LINE].iloc[row]}: '{task.column}' is '{column.iloc[row]}', not a number", where=where
            )
        return divided(numbers, task.edges)
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


def column_numbers(raw: pd.DataFrame, task: Task) -> np.ndarray:
    """The numbers of the column of a task with edges, (n_rows,) float64; nan where a value is none."""
    return pd.to_numeric(raw[task.column], errors="coerce").to_numpy(dtype=float)


def divided(numbers: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Which part of the line each number lies in, (n,) int64; `bounds` are where the second, third ... part begins."""
    return np.searchsorted(bounds, numbers, side="right").astype(np.int64)


def encode_values(raw: pd.DataFrame, task: Task) -> np.ndarray:
    """Which of the task's `values` each row's raw value comes under, (n_rows,) int64."""
    places = {raw_value: _place(task, str(raw_value)) for raw_value in raw[task.column].unique()}
    return raw[task.column].map(places).to_numpy(dtype=np.int64)


def _class_of(task: Task, raw_value: str) -> int | None:
    if task.values is None:
        return task.classes.index(raw_value) if raw_value in task.classes else None
    place = _place(task, raw_value)
    return None if place is None else task.classes.index(list(task.values.values())[place])


def _place(task: Task, raw_value: str) -> int | None:
    """The place among `values` of the name, or else of the first pattern, that a raw value comes under."""
    names = list(task.values or ())
    if raw_value in names:
        return names.index(raw_value)
    return next((place for place, pattern in enumerate(names) if fnmatchcase(raw_value, pattern)), None)


def encode_target(competition: Competition, labels: pd.DataFrame) -> np.ndarray:
    """The target class of every row, (n_rows,) int64, from one column of class numbers per task."""
    if competition.target is None:
        return labels[next(iter(competition.tasks))].to_numpy(dtype=np.int64)
    return sum(weight * labels[name].to_numpy(dtype=np.int64) for name, weight in competition.target.items())  # type: ignore[return-value]
