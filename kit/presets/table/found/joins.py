"""Tables that say more of the rows of another, which find theirs by a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import FEATURES, says
from kit.presets.table.files.one_table import Table
from kit.presets.table.found.sample import Sample
from kit.targets.cells import LINE


@dataclass(frozen=True)
class Join:
    """A table whose columns are put beside those of another, by a column of each."""

    table: Table
    left: str
    right: str


def join_of(left: Table, right: Table) -> Join | None:
    """How a table's rows find theirs in another: by a column of one name that has each value once there; where the
    first is a list of one column, by any column.
    """
    for column in left.columns:
        if column in right.columns and _is_key(left, column, right, column):
            return Join(right, column, column)
    for column in left.columns if len(left.columns) == 1 else ():
        for other in right.columns:
            if _is_key(left, column, right, other):
                return Join(right, column, other)
    return None


def _is_key(left: Table, column: str, right: Table, other: str) -> bool:
    keys = right.rows[other].dropna()
    if not keys.is_unique or left.rows[column].nunique() < 2:
        return False
    cells = left.rows[column].dropna()
    return bool(len(cells) and cells.isin(frozenset(keys)).mean() >= 0.95)


def joined(table: Table, joins: Sequence[Join]) -> pd.DataFrame:
    """The rows of a table with the columns of those that are joined to it, which are called TABLE.COLUMN where both
    have one of a name, and left out where that says the same.
    """
    rows = table.rows
    for join in joins:
        other = join.table.rows.drop(columns=LINE).rename(columns={join.right: join.left})
        stem = PurePosixPath(join.table.name).stem
        clash = {column: f"{stem}.{column}" for column in other.columns if column != join.left and column in rows}
        rows = rows.merge(other.rename(columns=clash), on=join.left, how="left")
        same = [one for column, one in clash.items() if (rows[one].isna() | rows[one].eq(rows[column])).all()]
        rows = rows.drop(columns=same)
    return rows


def partners(facts: Facts, table: Table, sample: Sample | None) -> list[Table]:
    """Tables that may say more of the rows of a table, those of its own side first; of one that names no side those of
    the train side too.
    """
    taken = {table.name, *([sample.name] if sample is not None else [])}
    others = [one for one in facts.tables if one.name not in taken and not one.sample]
    others = [one for one in others if one.side in (table.side or "train", None)]
    return sorted(others, key=lambda one: (one.side != table.side, not says(one.stem, FEATURES), one.name))
