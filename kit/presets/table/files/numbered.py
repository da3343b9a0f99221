"""Photos that are called by numbers which count the rows of a table that names none: img_0.png is of its first row."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from kit.competition.tables.source import ROWS_FROM
from kit.presets.table.files.index import PhotoIndex

FEWEST_ROWS = 10
"""Rows from which on it is no chance that a folder has as many photos, called by the numbers from 0 or 1 on."""


def numbers_of(photos: PhotoIndex, rows: pd.DataFrame) -> str | None:
    """The column of the rows' numbers, from 1 or from 0, by which the photos of one folder are called; None where there
    is no such folder, or several.
    """
    if len(rows) < FEWEST_ROWS or set(ROWS_FROM) & set(rows):
        return None
    found = [_first_number(images) for images in photos.inside.values() if len(images) == len(rows)]
    named = [name for name, first in ROWS_FROM.items() if first in found]
    return named[0] if len(named) == 1 and found.count(ROWS_FROM[named[0]]) == 1 else None


def _first_number(images: Sequence[str]) -> int | None:
    """The first of the numbers that the photos of a folder are called by, without a gap and behind the same letters."""
    parts = [re.fullmatch(r"(.*?)(\d+)(\.[^.]*)", image.rpartition("/")[2]) for image in images]
    if not all(parts) or len({(part[1], part[3].lower()) for part in parts if part}) > 1:
        return None
    numbers = sorted(int(part[2]) for part in parts if part)
    return numbers[0] if numbers == list(range(numbers[0], numbers[0] + len(numbers))) else None
