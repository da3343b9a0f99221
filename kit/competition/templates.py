"""Texts with {column} in them, filled from a table."""

from __future__ import annotations

import re

import pandas as pd

from kit.errors import KitError, nearest
from kit.targets.cells import LINE


def filled(template: str, table: pd.DataFrame, where: object) -> list[str]:
    """The template with each row's values in its {column} places."""
    columns = re.findall(r"{(\w[^{}]*)}", template)
    if not columns:
        raise KitError(
            f"'{template}' names no {{column}} of this table", where=where, todo="write one, such as {image}"
        )
    for column in columns:
        if column not in table:
            raise no_column(column, table, where)
        if table[column].isna().any():
            line = table.loc[table[column].isna(), LINE].iloc[0]
            raise KitError(f"line {line} has no '{column}'", where=where, todo="complete or remove that line")
    parts = re.split(r"{\w[^{}]*}", template)
    texts = [parts[0]] * len(table)
    for column, rest in zip(columns, parts[1:], strict=True):
        texts = [text + value + rest for text, value in zip(texts, table[column], strict=True)]
    return texts


def no_column(column: str, table: pd.DataFrame, where: object) -> KitError:
    """The error that a table has no such column, with the nearest that it has."""
    known = [name for name in table.columns if not name.startswith("@")]
    return KitError(f"there is no column '{column}'", where=where, todo=nearest(column, known))
