"""Cells of raw tables, read for a task: what is wrong with one is told with its line."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kit.errors import KitError, nearest

LINE = "@line"
"""Column of raw tables: the line of the table that a row came from, for messages."""

PHOTO = "@image"
"""Column of raw tables: the photo's key; a table may have a column `image` of its own."""

MOST_LISTED = 1000
"""Values of a list that are text: more are pixels, which a reader reads."""

_SIGNS = {"-1": 0, "1": 1, "-1.0": 0, "1.0": 1}
_FLAGS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}


def found(raw: pd.DataFrame, column: str, name: str, where: object) -> pd.Series:
    """The column that the task `name` reads; KitError with the nearest name where there is none."""
    if column not in raw:
        known = [other for other in raw.columns if not other.startswith("@")]
        raise KitError(f"there is no column '{column}' for the task '{name}'", where=where, todo=nearest(column, known))
    return raw[column]


def complete(raw: pd.DataFrame, column: str, name: str, where: object) -> pd.Series:
    """The column that the task `name` reads; KitError for a cell without content."""
    cells = found(raw, column, name, where)
    if cells.isna().any():
        line = raw.loc[cells.isna(), LINE].iloc[0]
        raise KitError(f"line {line} has no '{column}', the label of '{name}'", where=where, todo="complete it")
    return cells


def numbers(raw: pd.DataFrame, column: str) -> np.ndarray:
    """The numbers of a column, (n_rows,) float64; nan where a cell is none."""
    return pd.to_numeric(raw[column], errors="coerce").to_numpy(dtype=float)


def finite(raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
    """The numbers of a column that has one in every cell, (n_rows,) float64; KitError for any other cell."""
    cells, values = complete(raw, column, name, where), numbers(raw, column)
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        raise KitError(f"line {raw[LINE].iloc[row]}: '{column}' is '{cells.iloc[row]}', not a number", where=where)
    return values


def flags(raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
    """The 0 and 1 of a column, (n_rows,) int8, or its -1 and 1 where it has no others; KitError for any other cell."""
    cells = complete(raw, column, name, where).astype(str).str.lower()
    found = cells.map(_FLAGS if not set(cells.unique()) <= _SIGNS.keys() else _SIGNS)
    if found.isna().any():
        row = int(np.flatnonzero(found.isna())[0])
        told = f"line {raw[LINE].iloc[row]}: '{column}' of the task '{name}' is '{cells.iloc[row]}', not 0 or 1"
        raise KitError(told, where=where, todo="mend it")
    return found.to_numpy(dtype=np.int8)


def written_flag(cells: pd.Series, there: bool) -> str:
    """How a column of 0 and 1, or of -1 and 1, writes one of them."""
    signed = set(cells.dropna().astype(str).str.lower().unique()) <= _SIGNS.keys() and (cells.astype(str) < "0").any()
    return "1" if there else "-1" if signed else "0"


def bare_list(cell: str) -> str:
    """A list as Python or json writes it without its brackets."""
    text = cell.strip()
    return text[1:-1] if text[:1] + text[-1:] in ("[]", "()", "{}") else text


def bare_word(text: str) -> str:
    """A word of a list without the spaces and quotes around it."""
    word = text.strip()
    return word[1:-1].strip() if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word


def divided(values: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Which part of the line each number lies in, (n,) int64; `bounds` are where the second, third ... part begins."""
    return np.searchsorted(bounds, values, side="right").astype(np.int64)


def as_text(column: pd.Series) -> pd.Series:
    """Values of any type as the cells of a table of text, (n_rows,) object; what is nothing is missing.

    A list of values is text with spaces between them, anything deeper is json; of a long one it is said how long it is.
    """
    if column.dtype.kind in "iu" and isinstance(column.dtype, np.dtype):
        return column.astype(str).astype(object)
    return column.astype(object).map(_text).astype(object)


def _text(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray | tuple):
        value = list(value)
    if isinstance(value, list) and len(value) > MOST_LISTED:
        return f"({len(value)} values)"
    if isinstance(value, list):
        flat = not any(isinstance(one, list | dict | np.ndarray) for one in value)
        return " ".join(str(_text(one)) for one in value) if flat else json.dumps(value, default=str)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return np.nan
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    return str(value)
