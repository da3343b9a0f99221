"""A way to photos: a path with a row's values in it, and the ways that a column's cells name."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kit.presets.table.files.index import Hit, PhotoIndex
from kit.presets.table.files.names import side_of
from kit.presets.table.files.several_folders import in_several_folders

NEARLY = 0.98
"""The share of the rows with a photo that one way of finding them has to find, to be the way."""
FEW_ROWS = 10
"""Rows from which on two values are no names of photos."""
MOST_PLACES = 5
"""Folders in which there is a photo of a cell's name, in the mean, above which cells that repeat name none of them."""
MOST_WAYS = 16
"""Ways in which the columns of one row may say the folders of its photo."""


@dataclass(frozen=True)
class Lead:
    """A way from a row to its photo."""

    column: str
    template: str
    """The photo's path, with {column} for what a row has there."""
    share: float
    """Of the rows that have a photo."""
    first: str
    many: bool = False
    """Whether a row leads to several photos."""
    repeats: bool = False
    """Whether rows share photos."""
    long: bool = False
    """Whether a cell names a photo and one of its labels, so that a photo has a row for each."""
    bands: tuple[str, ...] = ()
    """What stands in the names of the files of one photo's channels, one file each."""

    @property
    def folder(self) -> str:
        """What stands before the row's own part of the path."""
        return re.split(r"[{*]", self.template)[0].rpartition("/")[0]


def of_cells(photos: PhotoIndex, rows: pd.DataFrame, column: str, others: Sequence[str]) -> list[Lead]:
    """Ways to photos that a column's cells name."""
    cells = rows[column]
    flags = cells.nunique() <= 2 and len(cells) >= FEW_ROWS and cells.str.len().max() <= 3
    if flags:  # though there may be photos called 0 and 1
        return []
    if not any(photos.hits(cell) for cell in cells.dropna().head(60)):
        return []
    hits = [photos.hits(cell) if isinstance(cell, str) else [] for cell in cells]
    covered = sum(map(bool, hits))
    if covered < len(rows) / 2:
        return []
    repeats = cells.nunique() < cells.notna().sum()
    if cells.nunique() < len(rows) / 2 and covered < 0.9 * len(rows):  # labels may happen to be names of files
        return []
    if (
        cells.nunique() < len(rows) / 2 and sum(map(len, hits)) > MOST_PLACES * covered
    ):  # numbers of any folder's photos
        return []
    enough = NEARLY * covered
    counts = Counter(prefix for found in hits for prefix in {hit.prefix for hit in found})
    prefixes = {prefix: prefix for prefix, count in counts.items() if count >= enough}
    if prefixes and repeats:  # rows of one name may be told apart by their folders
        told = _generalised(rows, column, others, hits, enough)
        named = [name for name in others if any(f"{{{name}}}" in one for one in told.values())]
        prefixes = told if told and not rows.duplicated([column, *named]).any() else prefixes
    if not prefixes:
        prefixes = _generalised(rows, column, others, hits, enough) or in_several_folders(hits, enough)
    if not prefixes:
        prefixes = {prefix: prefix for prefix, count in counts.items() if count >= len(rows) / 2}
    elif any(side_of(f"{prefix}x") == "valid" for prefix in prefixes.values()):  # some test photos may not be there
        half = [prefix for prefix, count in counts.items() if count >= len(rows) / 2]
        prefixes |= {prefix: prefix for prefix in half if side_of(f"{prefix}x") == "test"}
    leads = []
    for general in sorted(set(prefixes.values())):
        others_too = [name for name in others if f"{{{name}}}" in general]
        shared = rows.duplicated([column, *others_too]).any() if repeats and others_too else repeats
        mine = [[hit for hit in found if prefixes.get(hit.prefix) == general] for found in hits]
        leads += _by_ending(column, general, mine, len(rows), bool(shared))
    return leads


def _by_ending(column: str, prefix: str, hits: list[list[Hit]], n_rows: int, repeats: bool) -> list[Lead]:
    """One way for each ending that nearly all rows have; else one for any ending."""
    share = sum(map(bool, hits)) / n_rows
    counts = Counter(ending for found in hits for ending in {hit.ending for hit in found})
    whole = [ending for ending, count in counts.items() if count >= NEARLY * share * n_rows]
    leads = []
    for ending in whole or [".*"]:
        first = next(hit.image for found in hits for hit in found if ending in (".*", hit.ending))
        leads.append(Lead(column, f"{prefix}{{{column}}}{ending}", share, first, repeats=repeats))
    return leads


def _generalised(
    rows: pd.DataFrame, column: str, others: Sequence[str], hits: list[list[Hit]], enough: float
) -> dict[str, str]:
    """Folders whose parts another column of the row says, or letters of the cell itself: prefix -> the general one."""
    counts: Counter[str] = Counter()
    told: dict[str, str] = {}
    for values, found in zip(rows[list(dict.fromkeys((column, *others)))].to_dict("records"), hits, strict=True):
        names: dict[str, list[str]] = defaultdict(list)  # two columns may say the same in one row
        for name, value in values.items():
            if name != column and isinstance(value, str):
                names[value].append(f"{{{name}}}")
        general = set()
        for hit in found:
            parts = hit.prefix.split("/")
            told_by = itertools.product(*(names.get(part, [part]) for part in parts))
            by_column = {"/".join(one) for one in itertools.islice(told_by, MOST_WAYS)}
            by_letters = _letters(parts, str(values[column]), column)
            for one in {*by_column, by_letters} - {hit.prefix}:
                general.add(one)
                told.setdefault(f"{hit.prefix}\n{one}", one)
        counts.update(general)
    if not counts or max(counts.values()) < enough:
        return {}
    best = max(sorted(counts), key=lambda one: counts[one])
    return {key.partition("\n")[0]: one for key, one in told.items() if one == best}


def _letters(parts: Sequence[str], cell: str, column: str) -> str:
    """The folders with {column[0]} in the place of those that the cell's letters say, from the first one on."""
    made, at = [], 0
    for part in parts:
        if part and cell.startswith(part, at) and len(part) < len(cell):
            made.append(f"{{{column}[{at}]}}" if len(part) == 1 else f"{{{column}[{at}:{at + len(part)}]}}")
            at += len(part)
        elif part and len(part) < len(cell) and cell.startswith(part):  # the first letters once more: a/ab/abc
            made.append(f"{{{column}[0:{len(part)}]}}")
        else:
            made.append(part)
    return "/".join(made)
