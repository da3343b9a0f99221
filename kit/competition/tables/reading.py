"""One table as text cells: csv in any separator and encoding, json, jsonl and parquet."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit.competition.tables.json_table import JSON_ENDINGS, read_json_table
from kit.errors import KitError
from kit.parquet_file import read_parquet_table
from kit.table_file import read_text_table, told_form
from kit.table_form import UNSAID, WORDS, TableForm
from kit.targets.cells import LINE, as_text
from kit.wording import counted

GAPS = ["", "NaN", "nan"]
"""Cells that say nothing."""
MISSING_TABLE = "there is no such table; mend the path in competition.yaml"
TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".data", ".lst", ".list")
TABLE_ENDINGS = (*TEXT_ENDINGS, *JSON_ENDINGS, ".parquet")
"""How the names of files end that may be tables."""


@dataclass(frozen=True)
class Read:
    """A table without the rows that say nothing: its cells without the spaces around them, and as they stand there."""

    cells: pd.DataFrame
    exact: pd.DataFrame
    note: str | None
    """How its bytes were understood, where that is not plain."""


def read_csv(path: Path, form: TableForm = UNSAID, *, exact: bool = False) -> pd.DataFrame:
    """Read a table of text, as `read_table` does."""
    read = _read(_text_table(path, form), 1 + form.header, path)
    return read.exact if exact else read.cells


def read_table(
    path: Path, form: TableForm = UNSAID, *, exact: bool = False, only: Collection[str] | None = None
) -> pd.DataFrame:
    """Read a table as text without the spaces around its cells; an empty cell, NaN and nan are missing.

    Line numbers (of parquet and json the numbers of the rows) are kept in the column @line. What the form does not say
    is told by the bytes. exact: the same rows with their cells as they stand in the file. only: the columns that are
    read, of a table of text with a header or parquet; without it all.
    """
    read = read_any(path, form, only)
    return read.exact if exact else read.cells


def read_any(path: Path, form: TableForm = UNSAID, only: Collection[str] | None = None) -> Read:
    """The same with both kinds of cells, and a word on how the file is written."""
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _read(_parquet_table(path, only), 1, path)
    if name.endswith(JSON_ENDINGS) or (name.endswith(".txt") and _holds_records(path)):
        return _read(read_json_table(path, form), 1, path)
    told = told_form(path, form, missing=MISSING_TABLE)
    table = _text_table(path, told, only)
    return _read(table, 1 + form.header + told.above, path, _note(form, told, table))


def _holds_records(path: Path) -> bool:
    """Whether a file that is called text begins as a list of records in json."""
    with suppress(OSError), path.open("rb") as file:
        return re.match(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{\s*\"", file.read(200)) is not None
    return False


def _text_table(path: Path, form: TableForm, only: Collection[str] | None = None) -> pd.DataFrame:
    some: dict[str, Any] = {} if only is None else {"usecols": lambda name: name.strip() in only}
    return read_text_table(
        path,
        form,
        missing=MISSING_TABLE,
        na_values=GAPS,
        skip_blank_lines=False,
        index_col=False,  # a comma at the end of each line would shift all columns
        prose=True,
        **some,
    )


def _parquet_table(path: Path, only: Collection[str] | None = None) -> pd.DataFrame:
    """The columns of a parquet file that hold one value a row."""
    table = read_parquet_table(path, None, missing=MISSING_TABLE, only=only)
    return pd.DataFrame({str(name): as_text(column) for name, column in table.items()})


def _read(table: pd.DataFrame, first: int, path: Path, note: str | None = None) -> Read:
    """first: the line of the first row."""
    table = table.astype(object)
    cells = pd.DataFrame({name: _stripped(table[name]) for name in table}, index=table.index)
    kept = cells.notna().any(axis=1).to_numpy(dtype=bool)
    if not kept.any():
        raise KitError("this table has no rows", where=path)
    lines = pd.Series(np.arange(first, len(table) + first)[kept])
    some = partial(_some, kept=kept, lines=lines)
    return Read(some(cells), some(table), note)


def _stripped(column: pd.Series) -> np.ndarray:
    """The cells without the spaces around them, gaps as nan; what stands there often, such as a pixel, is read once."""
    codes, words = pd.factorize(column)
    bare = [word.strip() if isinstance(word, str) else np.nan for word in words]
    known = np.array([*(np.nan if word in GAPS else word for word in bare), np.nan], dtype=object)
    return known[codes]  # a gap has the code -1


def _some(table: pd.DataFrame, kept: np.ndarray, lines: pd.Series) -> pd.DataFrame:
    return table[kept].reset_index(drop=True).copy().assign(**{LINE: lines})


def _note(form: TableForm, told: TableForm, table: pd.DataFrame) -> str | None:
    """What the bytes of a table of text have told, where it is not UTF-8 with commas, and what was joined."""
    words = []
    if form.separator is None and told.separator not in (None, ","):
        words.append(f"{WORDS[str(told.separator)]} separate its cells")
    if form.encoding is None and told.encoding != "utf-8":
        words.append(f"it is read as {told.encoding}")
    if told.above:
        lines = "line is" if told.above == 1 else f"{told.above} lines are"
        words.append(f"its first {lines} no row of it, and left out")
    if told.unnamed:
        words.append("its first column, which has no name, is called 1")
    if joined := table.attrs.get("joined"):
        have = "has" if joined == 1 else "have"
        words.append(
            f"{counted(joined, 'line')} {have} cells too many, which are taken for the rest of '{table.columns[-1]}'"
        )
    return " and ".join(words) or None
