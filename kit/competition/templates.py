"""Texts with {column} in them, filled from a table."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from kit.errors import KitError, nearest
from kit.targets.cells import LINE

PLACE = re.compile(r"{([^{}]*[^{}\s][^{}]*)}")
_PART = re.compile(r"(.+)\[(-?\d+)?(:)?(-?\d+)?\]")
_PADDED = re.compile(r"(.+):0([1-9]\d?)")


def filled(template: str, table: pd.DataFrame, where: object, written: Callable[[str], str] | None = None) -> list[str]:
    """The template with each row's values in its {column} places, or characters of them: {column[0]}, {column[0:2]};
    {column:05} is the value with zeros in front, five characters long, and {column[5:]:06} such a part of it.

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


def folders_and_last(template: str) -> tuple[str, str]:
    """What stands before the last / of a path and behind it; one in the name of a {column} parts nothing."""
    cut = re.sub(r"{[^{}]*}", lambda place: "_" * len(place[0]), template).rfind("/")
    return template[: max(cut, 0)], template[cut + 1 :]


def columns_in(template: str, table: pd.DataFrame) -> list[str]:
    """The columns that a template names."""
    return [_column(place, table)[0] for place in PLACE.findall(template)]


def _column(place: str, table: pd.DataFrame) -> tuple[str, slice | int | None, int]:
    """The column behind a {place}, which characters of it are meant, and with zeros in front how many there are."""
    if place in table:
        return place, None, 0
    if (padded := _PADDED.fullmatch(place)) is not None:
        return *_column(padded[1], table)[:2], int(padded[2])
    found = _PART.fullmatch(place)
    if found is None:
        return place, None, 0
    column, start, colon, stop = found.groups()
    if colon is not None:
        return column, slice(*(None if at is None else int(at) for at in (start, stop))), 0
    return (place, None, 0) if start is None or stop is not None else (column, int(start), 0)


def _values(place: str, table: pd.DataFrame, where: object) -> list[str]:
    column, part, width = _column(place, table)
    if column not in table:
        raise no_column(column, table, where)
    if table[column].isna().any():
        line = table.loc[table[column].isna(), LINE].iloc[0]
        raise KitError(f"line {line} has no '{column}'", where=where, todo="complete or remove that line")
    if part is None:
        return table[column].astype(object).str.zfill(width).tolist() if width else table[column].tolist()
    some = table[column].astype(object).str[part]
    short = (some.isna() | (some == "")).to_numpy(dtype=bool)
    if short.any():
        line, value = table[[LINE, column]].iloc[int(short.argmax())]
        raise KitError(f"line {line}: '{value}' is too short for {{{place}}}", where=where, todo="mend it, or 'images'")
    return some.str.zfill(width).tolist()


def no_column(column: str, table: pd.DataFrame, where: object) -> KitError:
    """The error that a table has no such column, with the nearest that it has."""
    known = [name for name in table.columns if not name.startswith("@")]
    return KitError(f"there is no column '{column}'", where=where, todo=nearest(column, known))
