"""Tables whose shape is checked where they are read, those of csv among them: the one place that does."""

from __future__ import annotations

import csv
import io
import math
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from kit.conflict import refuse_conflict
from kit.errors import KitError, nearest
from kit.reading import MISSING, read_bytes
from kit.table_form import (
    OURS,
    SPACES,
    TableForm,
    no_table,
    rows_of,
    table_text,
    whole_form,
)


@dataclass(frozen=True)
class Column:
    """What a column of a known table holds: text, whole numbers (int64) or finite numbers (float64)."""

    name: str
    kind: Literal["text", "whole", "number"] = "text"
    low: float = -math.inf
    high: float = math.inf
    """The least and the greatest number, or code of a label, that may stand there."""
    unique: bool = False
    optional: bool = False
    """Whether a cell of text may be empty."""


def told_form(path: Path, form: TableForm, *, missing: str = MISSING) -> TableForm:
    """How a csv is written, with nothing left open."""
    return _read_form(path, form, missing=missing)[1]


def first_cells(path: Path, form: TableForm) -> list[str]:
    """The cells of a csv's first row, as they stand there."""
    text, told = _read_form(path, form)
    return next(rows_of(text, str(told.separator)), [])


def _read_form(
    path: Path,
    form: TableForm = OURS,
    *,
    missing: str = MISSING,
    todo: str | None = None,
    together: Iterable[Path] = (),
) -> tuple[str, TableForm]:
    """The text of a csv, and how it is written, with nothing left open."""
    text, encoding = table_text(read_bytes(path, missing=missing, todo=todo), form, path)
    refuse_conflict(path, text, together=together)
    return whole_form(text, replace(form, encoding=encoding))


MOST_JOINED = 0.1
"""The share of a table's lines that may have cells too many, which are the rest of a text."""
MANY = 10
"""How often, in the mean, one of many words may stand in a column."""


def read_text_table(
    path: Path,
    form: TableForm = OURS,
    *,
    missing: str = MISSING,
    todo: str | None = None,
    together: Iterable[Path] = (),
    prose: bool = False,
    **options: Any,
) -> pd.DataFrame:
    """A csv as text cells, under the stripped names of its header; KitError where it is no table or repeats a name.

    together: as `refuse_conflict` has it. prose: cells too many in a few lines are the rest of the last column's, where
    that holds texts with separators in them; attrs["joined"] of the table counts the lines. options: of
    pandas.read_csv.
    """
    text, form = _read_form(path, form, missing=missing, todo=todo, together=together)
    separator = str(form.separator)
    try:
        names = [name.strip() for name in next(rows_of(text, separator), [])]
        if form.unnamed:
            names = ["1", *names]
            options |= {"header": 0, "names": names}
        if not form.header:
            names = [str(place + 1) for place in range(len(next(filter(None, rows_of(text, separator)), [])))]
            options |= {"header": None, "names": names}
        table = _parsed(text, separator, options)
    except pd.errors.ParserWarning:
        first = "header's" if form.header else "first row's"
        raise KitError(f"its rows have more cells than the {first} {len(names)}", where=path, todo=todo) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, ValueError, OverflowError) as error:
        joined = _with_prose(text, separator, len(names), options) if prose and separator != SPACES else None
        if joined is None:
            raise no_table(error, path, todo) from None
        table = joined
    twice = next((name for place, name in enumerate(names) if name and name in names[:place]), None)
    if twice is not None:
        raise KitError(f"two columns are called '{twice}'", where=path, todo="rename or remove one of them")
    table.columns = table.columns.astype(str).str.strip()
    return table


def _parsed(text: str, separator: str, options: dict[str, Any]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # cells beyond the header would be dropped
        return pd.read_csv(
            io.StringIO(text, newline=""),
            sep=r"\s+" if separator == SPACES else separator,
            dtype=str,
            keep_default_na=False,
            **options,
        )


def _with_prose(text: str, separator: str, n_columns: int, options: dict[str, Any]) -> pd.DataFrame | None:
    """The table whose last column holds texts, with what stands behind it in a few lines joined to it; None for any
    other.
    """
    written, cut = io.StringIO(), list[list[str]]()
    writer = csv.writer(written, delimiter=separator, lineterminator="\n")
    try:
        for cells in rows_of(text, separator):
            cut += [cells[: n_columns - 1]] * (len(cells) > n_columns)
            writer.writerow([*cells[: n_columns - 1], separator.join(cells[n_columns - 1 :])] if cells else [])
        table = _parsed(written.getvalue(), separator, options)
    except (pd.errors.ParserError, csv.Error, ValueError, OverflowError, pd.errors.ParserWarning):
        return None
    last = table.iloc[:, -1].dropna()
    spaced = last.str.contains(" ", regex=False).mean() > 0.5
    texts = len(table.columns) == n_columns > 1 and len(last) and (spaced or _as_elsewhere(table, cut))
    listed = len(table.columns) == n_columns > 1 and _are_lists(last, separator)
    if not cut or not (listed or (texts and len(cut) <= MOST_JOINED * len(table))):
        return None
    table.attrs["joined"] = len(cut)
    return table


def _are_lists(last: pd.Series, separator: str) -> bool:
    """Whether the cells of the last column are lists of few words, most of them of one, which stand alone elsewhere."""
    lists = [[word.strip() for word in cell.split(separator)] for cell in last]
    alone = Counter(words[0] for words in lists if len(words) == 1)
    known = all(word in alone for words in lists for word in words)
    return known and sum(alone.values()) > len(lists) / 2 and len(alone) <= len(lists) / MANY * 2


def _as_elsewhere(table: pd.DataFrame, cut: Sequence[Sequence[str]]) -> bool:
    """Whether the last column holds many words, and the cells before them in lines that were joined are such as other
    lines have in a column of few values: a comma in one of these would shift them.
    """
    last = table.iloc[:, -1].dropna()
    words = pd.to_numeric(last, errors="coerce").isna().mean() > 0.5 and last.nunique() > len(last) / MANY
    few = [place for place in range(table.shape[1] - 1) if table.iloc[:, place].nunique() <= len(table) / 2]
    known = {place: Counter(table.iloc[:, place]) - Counter(row[place] for row in cut) for place in few}
    return bool(words and few) and all(known[place][row[place]] > 0 for row in cut for place in few)


def read_csv_table(
    path: Path,
    columns: Sequence[Column],
    *,
    missing: str = MISSING,
    todo: str | None = None,
    together: Iterable[Path] = (),
) -> pd.DataFrame:
    """The columns of a csv, in their order and of their types; KitError with the line of what is not so."""
    options: dict[str, Any] = {"skip_blank_lines": False, "index_col": False}
    table = read_text_table(path, OURS, missing=missing, todo=todo, together=together, **options)
    return checked(table, columns, path, todo)


def checked(table: pd.DataFrame, columns: Sequence[Column], where: Path, todo: str | None = None) -> pd.DataFrame:
    """The columns of a table, in their order and of their types; the first thing that is not so is a KitError."""
    cells = {column.name: table[column.name] for column in columns if column.name in table}
    held = [str(name) for name in table.columns]
    return table_of(checked_columns(cells, columns, held, where, todo), columns)


def table_of(found: Mapping[str, np.ndarray], columns: Sequence[Column]) -> pd.DataFrame:
    """What was checked as a table again."""
    return pd.DataFrame({column.name: pd.Series(found[column.name], dtype=_DTYPE[column.kind]) for column in columns})


def checked_columns(
    cells: Mapping[str, Any], columns: Sequence[Column], held: Sequence[str], where: Path, todo: str | None
) -> dict[str, np.ndarray]:
    """The cells of columns as arrays of their types; `held` are the names of all columns that are there."""
    for column in columns:
        if column.name not in cells:
            raise KitError(f"there is no column '{column.name}'", where=where, todo=todo or nearest(column.name, held))
    found = _good_numbers(cells, columns)
    for column in columns:
        if column.name in found:
            continue
        values, wrong = _PARSE[column.kind](cells[column.name])
        if column.kind != "text":
            wrong |= ~((values >= column.low) & (values <= column.high))
        elif not column.optional:
            wrong |= values == ""
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            told = str(pd.Series(cells[column.name]).iloc[row])[:40]
            raise KitError(f"row {row + 1}: '{column.name}' cannot be '{told}'", where=where, todo=todo)
        if column.unique and len(set(values)) < len(values):
            twice = pd.Series(values)[pd.Series(values).duplicated()].iloc[0]
            raise KitError(f"the {column.name} '{twice}' stands there twice", where=where, todo=todo)
        found[column.name] = values
    return found


def _good_numbers(cells: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, np.ndarray]:
    """All columns of numbers, float64, where no cell of them is wrong, and else none of them: all at once is faster."""
    numbers = [column for column in columns if column.kind == "number" and not column.unique]
    if not all(_is_plain(cells[column.name].dtype) for column in numbers):
        return {}
    every = np.array([cells[column.name] for column in numbers], dtype=np.float64).T
    low, high = (np.array([getattr(column, end) for column in numbers]) for end in ("low", "high"))
    if not (np.isfinite(every) & (every >= low) & (every <= high)).all():
        return {}
    return {column.name: every[:, place] for place, column in enumerate(numbers)}


def _is_plain(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "fiu"


def _text(cells: Any) -> tuple[np.ndarray, np.ndarray]:
    """The cells as text, and which of them are none."""
    values = np.asarray(cells, dtype=object)
    if pd.api.types.infer_dtype(values, skipna=False) == "string":
        return values, np.zeros(len(values), dtype=bool)
    wrong = np.array([not isinstance(value, str) for value in values], dtype=bool)
    return np.where(wrong, "", values), wrong


def _whole(cells: Any) -> tuple[np.ndarray, np.ndarray]:
    """The cells as int64, and which of them are no whole numbers."""
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iu":
        values = np.asarray(cells)
        wrong = values > np.iinfo(np.int64).max if values.dtype.kind == "u" else np.zeros(len(values), dtype=bool)
        return values.astype(np.int64), wrong
    text, wrong = _text(cells)
    wrong |= ~np.array([_is_whole(value) for value in text], dtype=bool)
    return np.array([0 if bad else int(value) for value, bad in zip(text, wrong, strict=True)], dtype=np.int64), wrong


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _number(cells: Any) -> tuple[np.ndarray, np.ndarray]:
    """The cells as float64, and which of them are no finite numbers."""
    if not _is_plain(cells.dtype):
        return np.zeros(len(cells)), np.ones(len(cells), dtype=bool)
    values = np.asarray(cells, dtype=np.float64)
    return values, ~np.isfinite(values)


_PARSE = {"text": _text, "whole": _whole, "number": _number}
_DTYPE = {"text": object, "whole": np.int64, "number": np.float64}
