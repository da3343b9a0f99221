"""How a host divides its labelled rows: a column of train, valid and test, or of folds."""

from __future__ import annotations

import re
from typing import Protocol

import pandas as pd

from kit.presets.table.names import TEST, TRAIN, VALID, says


class Rows(Protocol):
    """Whatever has rows with columns."""

    @property
    def rows(self) -> pd.DataFrame: ...

    @property
    def columns(self) -> list[str]: ...


def host_split(side: Rows) -> tuple[str, dict[str, list[str]]] | None:
    """The column whose values are sides, such as train, valid and test, and which values are of which side."""
    for column in side.columns:
        values = sorted(side.rows[column].dropna().unique()) if side.rows[column].nunique() <= 10 else []
        sides = {value: _side_named(value) for value in values}
        if len(values) >= 2 and all(sides.values()) and len(set(sides.values())) >= 2:
            by_side: dict[str, list[str]] = {}
            for value, name in sides.items():
                by_side.setdefault(str(name), []).append(value)
            return column, by_side
    return None


def own_folds(side: Rows) -> str | None:
    """A column called fold, of 2 to 20 whole numbers or names that many rows have."""
    for column in side.columns:
        known = side.rows[column].dropna()
        named = re.fullmatch(r"(k?_?folds?(_?id|_?no|_?number)?|cv)", column.lower())
        if named and 2 <= known.nunique() <= 20 and len(known) == len(side.rows) and host_value(known.iloc[0]):
            return column
    return None


def host_value(cell: str) -> bool:
    """Whether a cell names a fold, and no side."""
    return _side_named(cell) is None


def _side_named(value: str) -> str | None:
    """train, valid or test, where a value is such a word and little more."""
    sides = [side for side, known in (("train", TRAIN), ("valid", VALID), ("test", TEST)) if says(value, known)]
    return sides[0] if len(sides) == 1 and len(value) <= 14 else None
