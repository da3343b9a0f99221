"""What is known of one side: its table, what is joined to it, and which of its rows are meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.sources import Join, Source
from kit.competition.tables.parts import in_parts, read_parts
from kit.competition.tables.reading import read_any
from kit.competition.templates import no_column
from kit.errors import KitError, nearest
from kit.targets.cells import LINE

ROWS_FROM = {"row": 1, "row0": 0}
"""The columns of the numbers of a table's rows, where it has none of that name -> the first number."""


def row_numbers(count: int) -> dict[str, np.ndarray]:
    """The columns of `ROWS_FROM` for so many rows, (count,) text each; both share the texts."""
    numbers = np.arange(count + 1).astype(str).astype(object)
    return {name: numbers[first : first + count] for name, first in ROWS_FROM.items()}


@dataclass(frozen=True)
class SourceRows:
    """The rows of a side as text: cells without the spaces around them, and as they stand in the table."""

    cells: pd.DataFrame
    exact: pd.DataFrame
    notes: tuple[str, ...]
    """How the tables were understood, and what was left out of them."""
    count: int
    """How many rows the table has in all."""


def read_source(data_dir: Path, source: Source) -> SourceRows:
    """Read a side's table with what is joined to it; KitError where its keys say nothing that is there."""
    assert source.table is not None
    path = data_dir / source.table
    read = read_parts(data_dir, source.table, source.form) if in_parts(source.table) else read_any(path, source.form)
    cells, notes = read.cells, [f"{source.table}: {read.note}"] if read.note else []
    cells = cells.assign(**{name: texts for name, texts in row_numbers(len(cells)).items() if name not in cells})
    for join in source.join:
        cells, more = _joined(cells, join, path, data_dir)
        notes += more
    kept, more = _rows(cells, source.rows, path)
    notes += [f"{source.table}: {note}" for note in more]
    cells = cells[kept].reset_index(drop=True)
    exact = read.exact[kept].reset_index(drop=True)
    exact = pd.concat([exact, cells[[name for name in cells if name not in exact]]], axis=1)
    return SourceRows(cells, exact, tuple(notes), len(read.cells))


def _joined(cells: pd.DataFrame, join: Join, path: Path, data_dir: Path) -> tuple[pd.DataFrame, list[str]]:
    """The rows with the columns of the row that a further table has for them, and what does not fit together."""
    where = data_dir / join.table
    read = read_any(where, join.form)
    other, notes = read.cells, [f"{join.table}: {read.note}"] if read.note else []
    for column, table, place in [(one, cells, path) for one in join.on] + [
        (one, other, where) for one in join.on.values()
    ]:
        if column not in table:
            raise no_column(column, table, place)
    keys = other[list(join.on.values())]
    twice = keys.duplicated(keep=False) & keys.notna().all(axis=1)
    if twice.any():
        first = keys[twice].iloc[0]
        lines = other.loc[twice & (keys == first).all(axis=1), LINE].tolist()[:3]
        raise KitError(
            f"lines {', '.join(map(str, lines))} are all of the {' and '.join(keys)} '{' '.join(first)}',"
            " and one row is joined to each",
            where=where,
            todo="keep one of them, or join by more columns",
        )
    rows = _indexer(keys, cells[list(join.on)])
    beside = other.drop(columns=[LINE, *keys]).rename(
        columns={name: f"{Path(join.table).stem}.{name}" for name in other if name in cells}
    )
    joined = pd.concat([cells, beside.reindex(rows).set_axis(cells.index)], axis=1)
    lost, idle = int((rows < 0).sum()), len(other) - len(set(rows[rows >= 0]))
    if lost == len(cells):
        raise KitError(
            f"none of its rows has a row in {join.table}, by {' and '.join(join.on)}", where=path, todo="mend 'join.on'"
        )
    if lost:
        notes.append(f"{join.table}: {lost:,} of {len(cells):,} rows of {path.name} have no row there")
    if idle:
        notes.append(f"{join.table}: {idle:,} of {len(other):,} rows are of no row of {path.name} and are left out")
    return joined, notes


def _indexer(keys: pd.DataFrame, wanted: pd.DataFrame) -> np.ndarray:
    """(n_wanted,) int64: the row of `keys` that is the same, or -1; a key that lacks a part is like no other."""
    there = keys[keys.notna().all(axis=1)]
    by_key = pd.MultiIndex.from_frame(there) if keys.shape[1] > 1 else pd.Index(there.iloc[:, 0])
    asked = pd.MultiIndex.from_frame(wanted) if keys.shape[1] > 1 else pd.Index(wanted.iloc[:, 0])
    found = by_key.get_indexer(asked)
    rows = np.where(found >= 0, there.index.to_numpy()[found], -1) if len(there) else np.full(len(wanted), -1)
    return np.where(wanted.notna().all(axis=1), rows, -1)


def _rows(cells: pd.DataFrame, rows: Mapping[str, tuple[str, ...]], where: Path) -> tuple[np.ndarray, list[str]]:
    """Which rows are meant, (n_rows,) bool, and how many each column leaves out."""
    kept, notes = np.ones(len(cells), dtype=bool), []
    for column, values in rows.items():
        if column not in cells:
            raise no_column(column, cells, where)
        there = cells[column]
        for value in values:
            if not holding(there, value).any():
                known = sorted(there.dropna().unique())[:100]
                what = f"no row has '{value}' in the column '{column}'" if value else f"each row has a '{column}'"
                raise KitError(what, where=where, todo=nearest(value, known))
        chosen = np.any([holding(there, value) for value in values], axis=0)
        left_out = int((kept & ~chosen).sum())
        kept &= chosen
        if left_out:
            others = ", ".join(f"'{value}'" if value else "nothing" for value in there[~chosen].fillna("").unique()[:3])
            notes.append(f"{left_out:,} of {len(cells):,} rows have another '{column}' ({others}) and are left out")
    if not kept.any():
        raise KitError(f"no row has all that 'rows' asks of {' and '.join(rows)}", where=where, todo="mend 'rows'")
    return kept, notes


def holding(cells: pd.Series, value: str) -> np.ndarray:
    """(n_rows,) bool: which cells hold a value, with true and false as YAML has them in any letters.

    '' is no value; a value with a * that no cell holds as it stands is a pattern: '*' is any, 'train_*' what begins so.
    """
    if value in ("True", "False"):
        return (cells.str.lower() == value.lower()).to_numpy(dtype=bool)
    if value == "":
        return cells.isna().to_numpy(dtype=bool)
    same = (cells == value).to_numpy(dtype=bool)
    if "*" in value and not same.any():
        expression = ".*".join(map(re.escape, value.split("*")))
        return cells.str.fullmatch(expression, flags=re.DOTALL).fillna(False).to_numpy(dtype=bool)
    return same
