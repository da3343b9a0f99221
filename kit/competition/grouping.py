"""Who is on each train photo, and the folds that somebody has dealt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.sources import Group
from kit.competition.templates import no_column
from kit.errors import KitError
from kit.targets.cells import LINE

BETWEEN = "/"
"""Stands between the values of several columns that say the group together."""


def groups_of(raw: pd.DataFrame, group: Group, where: Path) -> pd.Series:
    """The group of each row, (n_rows,) text."""
    for column in group.columns:
        cells = _complete(raw, column, "the group", where)
    if group.pattern is not None:
        cells = cells.map(lambda cell: _found(str(group.pattern), cell))
        if cells.isna().any():
            line, cell = raw.loc[cells.isna(), [LINE, group.columns[-1]]].iloc[0]
            what = f"line {line}: the pattern of the group, '{group.pattern}', finds nothing in '{cell}'"
            raise KitError(what, where=where, todo="mend 'train.group'")
    first, *rest = (*(raw[column] for column in group.columns[:-1]), cells)
    return first.str.cat(rest, sep=BETWEEN) if rest else first


def _found(pattern: str, cell: str) -> str | None:
    """The first group of a pattern in a cell, or all that it matches."""
    match = re.search(pattern, cell)
    if match is None:
        return None
    return next((part for part in match.groups() if part is not None), match[0])


def folds_of(raw: pd.DataFrame, column: str, where: Path) -> np.ndarray:
    """The fold that a column gives each row, (n_rows,) int64: the places of its values in their natural order."""
    cells = _complete(raw, column, "the fold", where)
    names = sorted(cells.unique(), key=float if _are_numbers(cells.unique()) else _natural)
    if len(names) < 2:
        what = f"the column '{column}' has one value, '{names[0]}', and folds are two or more"
        raise KitError(what, where=where, todo="mend 'train.folds'")
    return cells.map({name: fold for fold, name in enumerate(names)}).to_numpy(dtype=np.int64)


def _are_numbers(names: Iterable[str]) -> bool:
    return bool(pd.to_numeric(pd.Series(list(names)), errors="coerce").notna().all())


def _natural(name: str) -> list[tuple[int, float, str]]:
    """Numbers by their size, also inside names."""
    parts = re.findall(r"\d+(?:\.\d+)?|\D+", name)
    return [(0, float(part), "") if part[0].isdecimal() else (1, 0.0, part) for part in parts]


def _complete(raw: pd.DataFrame, column: str, what: str, where: Path) -> pd.Series:
    if column not in raw:
        raise no_column(column, raw, where)
    if raw[column].isna().any():
        line = raw.loc[raw[column].isna(), LINE].iloc[0]
        raise KitError(f"line {line} has no '{column}', {what}", where=where, todo="complete or remove that line")
    return raw[column]
