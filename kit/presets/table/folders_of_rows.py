"""Ways to folders that a column's cells name, all of whose photos are the row's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pandas as pd

from kit.presets.table.index import PhotoIndex, normal

DIGITS = 4
"""Digits from which on a number is an id of its own, whatever word stands before it."""


def folders_of_rows(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[tuple[str, str, float, str]]:
    """The column, the path with {column} and a * for the photos, the share of the rows that have a folder, and the
    first photo; folders are called like the cells, or like their numbers with a word in front: advert_34419903.
    """
    cells = rows[column].dropna()
    if cells.nunique() < len(rows) / 2:
        return []
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    behind_words = _behind_words(photos) if cells.str.fullmatch(rf"\d{{{DIGITS},}}").all() else {}
    for cell in cells:
        for folder, prefix in _called(photos, normal(cell), behind_words):
            counts[prefix] += 1
            first.setdefault(prefix, folder)
    ways = []
    for prefix in sorted(prefix for prefix, count in counts.items() if count >= len(rows) / 2):
        inside = [image for image in photos.images if image.startswith(first[prefix] + "/")]
        depth = {image[len(first[prefix]) :].count("/") for image in inside}
        if len(depth) == 1:
            template = f"{prefix}{{{column}}}" + "/*" * depth.pop()
            ways.append((column, template, counts[prefix] / len(rows), inside[0]))
    return ways


def _called(photos: PhotoIndex, value: str, behind_words: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """The folders that are called so, each with what stands before the value in its path."""
    for folder in photos.folders.get(value.rpartition("/")[2], ()):
        if folder == value or folder.endswith("/" + value):
            yield folder, folder[: len(folder) - len(value)]
    for folder in behind_words.get(value, ()):
        yield folder, folder[: len(folder) - len(value)]


def _behind_words(photos: PhotoIndex) -> dict[str, list[str]]:
    """The folders that are called by a word and a number, by the number."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, folders in photos.folders.items():
        if match := re.fullmatch(rf".*[_\-. ](\d{{{DIGITS},}})", name):
            found[match[1]] += folders
    return found
