"""Whether the first row of a table names its columns, or is a row."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd

from kit.presets.table.files.index import PhotoIndex
from kit.targets.cells import LINE

HEAD, HEAD_COLUMNS = 200, 50
"""Rows and columns that tell whether the first row names the columns."""


def is_header(rows: pd.DataFrame, photos: PhotoIndex) -> bool:
    """Whether the first row names the columns: none of its cells leads to a photo, or to a folder of photos, as those
    below it do, and not all of them are made like these.
    """
    names = [column for column in rows.columns if column != LINE][:HEAD_COLUMNS]
    head = rows.head(HEAD)
    alike, with_digit = 0, False
    for name in names:
        cells = head[name].dropna()
        flags = name.isdigit() and cells.nunique() <= 2  # though photos may be called 0 and 1
        for called in () if flags else (partial(_names_one, photos=photos), photos.folders.__contains__):
            if called(name) and cells.map(called).mean() >= 0.5:
                return False
        alike += bool(len(cells)) and cells.map(_shape).eq(_shape(name)).mean() >= 0.9
        with_digit |= any(letter.isdigit() for letter in name)
    return not (with_digit and alike == len(names))


def _names_one(cell: str, photos: PhotoIndex) -> bool:
    """Whether a cell, or what is left of it behind folders of another disk, names a photo."""
    cuts = (0, *(mark.end() for mark in re.finditer("/", cell)))
    return any(photos.hits(cell[cut:]) for cut in cuts if cut < len(cell))


def _shape(cell: str) -> str:
    """How a cell is made: 'train_012.jpg' as 'a_0.a'."""
    cell = re.sub(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "#", cell)  # of UUIDs
    cell = re.sub(r"(?<![^\W_])(?=[a-f]*\d)[0-9a-f]{4,}(?![^\W_])", "#", cell)  # of ids in hexadecimal digits
    letters = re.sub(r"[^\W\d_]+", "a", cell)
    return re.sub(r"-?\d+(\.\d+)?", "0", letters)
