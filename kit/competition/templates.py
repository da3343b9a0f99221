"""Texts with {column} in them, filled from a table."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from kit.errors import KitError, nearest
from kit.targets.cells import LINE

PLACE = re.compile(r"{(\w[^{}]*)}")
_PART = re.compile(r"(.+)\[(-?\d+)?(:)?(-?\d+)?\]")


def filled(template: str, table: pd.DataFrame, where: object, written: Callable[[str], str] | None = None) -> list[str]:
    """The template with each row's values in its {column} places, or characters of them: {column[0]}, {column[0:2]}.

    written: how a value is written there, such as with its wildcards escaped.
    """
    first, *rest = PLACE.split(template)
    if not rest:
        raise KitError(
            f"'{template}' names no {{column}} of this table", where=where, todo="write one, such as {image}"
        )
    texts = [first] * len(table)
    for place, after in zip(rest[::2], rest[1::2], strict=True):
        values = _values(place, table, where)
        if written is not None:
            values = [written(value) for value in values]
        texts = [text + value + after for text, value in zip(texts, values, strict=True)]
    return texts


def columns_in(template: str, table: pd.DataFrame) -> list[str]:
    """The columns that a template names."""
    return [_column(place, table)[0] for place in PLACE.findall(template)]


def _column(place: str, table: pd.DataFrame) -> tuple[str, slice | int | None]:
    """The column behind a {place}, and which characters of it are meant."""
    found = _PART.fullmatch(place)
    if place in table or found is None:
        return place, None
    column, start, colon, stop = found.groups()
    if colon is not None:
        return column, slice(*(None if at is None else int(at) for at in (start, stop)))
    return (place, None) if start is None or stop is not None else (column, int(start))


def _values(place: str, table: pd.DataFrame, where: object) -> list[str]:
    column, part = _column(place, table)
    if column not in table:
        raise no_column(column, table, where)
    if table[column].isna().any():
        line = table.loc[table[column].isna(), LINE].iloc[0]
        raise KitError(f"line {line} has no '{column}'", where=where, todo="complete or remove that line")
    if part is None:
        return table[column].tolist()
    some = table[column].astype(object).str[part]
    short = (some.isna() | (some == "")).to_numpy(dtype=bool)
    if short.any():
        line, value = table[[LINE, column]].iloc[int(short.argmax())]
        raise KitError(f"line {line}: '{value}' is too short for {{{place}}}", where=where, todo="mend it, or 'images'")
    return some.tolist()


def no_column(column: str, table: pd.DataFrame, where: object) -> KitError:
    """The error that a table has no such column, with the nearest that it has."""
    known = [name for name in table.columns if not name.startswith("@")]
    return KitError(f"there is no column '{column}'", where=where, todo=nearest(column, known))
