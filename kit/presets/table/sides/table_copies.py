"""Tables that say no more than another: parts of it, and copies in another format or folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from kit.competition.tables.reading import TABLE_ENDINGS
from kit.presets.table.asking import Findings
from kit.presets.table.files.names import side_of
from kit.presets.table.files.one_table import UNNAMED, Table


def is_part_of(table: Table, other: Table) -> bool:
    """Whether a table is a part of another that lies beside it and is called as it and a word, or a copy of one that
    lies in a folder called so: train_small.csv, images_resized/train.csv.
    """
    own, whole = (PurePosixPath(one.name).with_suffix("") for one in (table, other))
    if table.columns != other.columns or len(own.parts) != len(whole.parts) or own == whole:
        return False
    other_names = [(mine, long) for mine, long in zip(own.parts, whole.parts, strict=True) if mine != long]
    longer = [re.fullmatch(rf"{re.escape(long)}[_\-. ](.+)", mine) for mine, long in other_names]
    if not all(longer) or any(match and side_of(match[1]) for match in longer):
        return False
    as_long = len(table.rows) == len(other.rows)
    if as_long != (own.name == whole.name):  # a part has another name, and a copy lies in another folder
        return False
    rows, every = (set(one.rows[one.columns].fillna("").itertuples(index=False, name=None)) for one in (table, other))
    return rows <= every


def without_excerpts(tables: list[Table], findings: Findings) -> list[Table]:
    """The one table of several that has all rows of the others and more; all where none has."""
    largest = max(tables, key=lambda table: len(table.rows))
    columns = [column for column in largest.columns if not UNNAMED.fullmatch(column)]
    rows = set(largest.rows[columns].fillna("").itertuples(index=False, name=None))
    others = [table for table in tables if table is not largest]
    for table in others:
        if set(columns) - set(table.columns) or len(table.rows) == len(largest.rows):
            return tables
        if not set(table.rows[columns].fillna("").itertuples(index=False, name=None)) <= rows:
            return tables
    if others:
        told = " and ".join(table.name for table in others)
        findings.check.append(f"{largest.name} has all rows of {told} and more, and trains; --train for another")
    return [largest]


def without_copies(tables: Sequence[Table]) -> list[Table]:
    """The tables without those that say the same as another, of one place and name, in another format."""
    kept: list[Table] = []
    for table in sorted(
        tables,
        key=lambda one: (
            TABLE_ENDINGS.index(PurePosixPath(one.name).suffix.lower())
            if PurePosixPath(one.name).suffix.lower() in TABLE_ENDINGS
            else len(TABLE_ENDINGS)
        ),
    ):
        path = PurePosixPath(table.name)
        if all(PurePosixPath(one.name).with_suffix("") != path.with_suffix("") for one in kept):
            kept.append(table)
    return [table for table in tables if table in kept]
