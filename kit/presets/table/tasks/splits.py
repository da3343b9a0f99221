"""How a host divides its labelled rows: a column of train, valid and test, or of folds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from kit.competition.tables.source import holding
from kit.presets.table.files.names import SPLITS, TEST, TRAIN, VALID, says, words
from kit.presets.table.found.columns import few

Split = tuple[str, dict[str, list[str]]]
"""A column, and which of its values, or patterns of them, are of which side."""
ASKING = re.compile(r"(?:is|in|for|use)?_?(.+?)_?(?:set|image|img|photo|row|flag|sample)?")
"""A column that asks whether a row is of a side: is_train, in_test_set."""
YES, NO = ("1", "1.0", "true", "yes", "y", "t"), ("0", "0.0", "false", "no", "n", "f")


class Rows(Protocol):
    """Whatever has rows with columns."""

    @property
    def rows(self) -> pd.DataFrame: ...

    @property
    def columns(self) -> list[str]: ...


class Named(Rows, Protocol):
    """Rows of which a column names their photos."""

    @property
    def column(self) -> str | None: ...


def split_of(side: Named) -> Split | None:
    """The host's split of a table's rows: a column's, or that of the names of their photos."""
    return host_split(side) or _split_in_names(side)


def host_split(side: Rows) -> Split | None:
    """The column whose values are sides, such as train, valid and test, and which values are of which side."""
    for column in side.columns:
        asked = _asked(column, side)
        if asked is not None:
            return asked
        values = sorted(side.rows[column].dropna().unique()) if side.rows[column].nunique() <= 10 else []
        sides = {value: _side_named(value) for value in values}
        if len(values) >= 2 and all(sides.values()) and len(set(sides.values())) >= 2:
            by_side: dict[str, list[str]] = {}
            for value, name in sides.items():
                by_side.setdefault(str(name), []).append(value)
            return column, by_side
    return None


def _asked(column: str, side: Rows) -> Split | None:
    """The split by a column of yes and no that is called like a side: what is not train is test, what is not another
    side is train. A column that is called train alone, beside others of yes and no, may be the label of one.
    """
    cells = side.rows[column]
    said = ASKING.fullmatch("_".join(words(column)))
    named = None if said is None else _side_named(said[1])
    values = sorted(cells.dropna().unique()) if cells.nunique() == 2 and cells.notna().all() else []
    if named is None or len(values) != 2 or said is None or said[1] not in (*TRAIN, *VALID, *TEST):
        return None
    others = [name for name in side.columns if name != column and _yes_and_no(side.rows[name])]
    if said[0] == said[1] and others:
        return None
    yes = [value for value in values if value.lower() in YES]
    no = [value for value in values if value.lower() in NO]
    other = "test" if named == "train" else "train"
    return (column, {named: yes, other: no}) if len(yes) == len(no) == 1 else None


def _yes_and_no(cells: pd.Series) -> bool:
    return {str(value).lower() for value in cells.dropna().unique()[:3]} <= {*YES, *NO}


def _split_in_names(side: Named) -> Split | None:
    """The split by what the cells begin with that name the photos, behind what all of them begin with: train_0001,
    images/test/7.jpg.
    """
    cells = pd.Series(dtype=object) if side.column is None else side.rows[side.column].dropna()
    if len(cells) < 2:
        return None
    start = posixpath.commonprefix(list(cells))
    start = start[: len(start) - len(re.split(r"[/_\-. ]", start)[-1])]
    found = cells.str[len(start) :].str.extract(r"^([^\W\d_]+)([/_\-. \d])")
    if found.isna().any(axis=None):
        return None
    pairs = sorted(set(zip(found[0], found[1].where(~found[1].str.isdigit(), ""), strict=True)))
    names = {name: _side_named(name) for name, _ in pairs}
    if len(pairs) > 6 or len(names) < len(pairs) or not all(names.values()) or len(set(names.values())) < 2:
        return None
    by_side: dict[str, list[str]] = {}
    for name, mark in pairs:
        by_side.setdefault(str(names[name]), []).append(f"{start}{name}{mark}*")
    return str(side.column), by_side


def unknown_splits(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns that are called a split and hold a few values, or like a side and hold true and false."""
    found = []
    for column in few(rows, columns):
        values = {str(value).lower() for value in rows[column].dropna().unique()[:11]}
        asked = says(column, (*TRAIN, *VALID, *TEST)) and values <= {"true", "false"}
        if asked or (says(column, SPLITS) and len(values) <= 10):
            found.append(column)
    return found


def rows_in(cells: pd.Series, values: Sequence[str]) -> pd.Series:
    """Which cells hold one of the values, or fit one of the patterns."""
    return pd.Series(np.any([holding(cells, value) for value in values], axis=0), index=cells.index)


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
