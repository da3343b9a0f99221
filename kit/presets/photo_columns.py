"""Which columns of a table, or which folders, lead to photos."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kit.competition.photos import Photos
from kit.errors import KitError
from kit.targets.cells import LINE

SAMPLE_ROWS = 2000
"""Rows of a table that are looked up to find its photos."""


@dataclass(frozen=True)
class Match:
    """A column whose values name photos: the path with {column}, the share of rows that have one, the first photo."""

    column: str
    template: str
    share: float
    first: str


def folder_per_class(photos: Photos) -> list[str]:
    """Folders that hold two or more folders of images and no image themselves, the test side left out."""
    holders = {image.rpartition("/")[0] for image in photos.images}
    inside: dict[str, set[str]] = defaultdict(set)
    for folder in holders - {""}:
        inside[posixpath.dirname(folder) or "."].add(posixpath.basename(folder).lower())
    sides = ("train", "test", "valid", "val", "eval")
    return sorted(
        folder
        for folder, names in inside.items()
        if len(names) >= 2
        and folder not in holders
        and not any(name.startswith(side) for name in names for side in sides)
        and not any(word in folder.lower() for word in ("test", "eval", "valid"))
    )


def photo_columns(
    photos: Photos, table: pd.DataFrame, columns: list[str], side: str, where: Path, other: str = ""
) -> list[Match]:
    """The columns that lead to photos in at least half of the rows, the best first.

    `side` (train or test) and `other`, the images of the other side, decide between folders that hold the same names.
    """
    rows = table.iloc[:: max(1, len(table) // SAMPLE_ROWS)]
    matches = [_match(photos, rows, column, side, where, other) for column in columns]
    found = [match for match in matches if match is not None]
    return sorted(found, key=lambda match: (-match.share, "." in match.template.rpartition("}")[2]))


def _match(photos: Photos, rows: pd.DataFrame, column: str, side: str, where: Path, other: str) -> Match | None:
    if rows[column].nunique() < len(rows) / 2:  # labels may happen to be names of files
        return None
    exact: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    endings: dict[str, set[str]] = defaultdict(set)
    first: dict[str, str] = {}
    for values in rows.to_dict("records"):
        value = values[column]
        if not isinstance(value, str):
            continue
        for folder, ending, image in _hits(photos, posixpath.normpath(value)):
            general = _generalised(folder, values, column)
            exact[folder] += 1
            filled.update({general} - {folder})
            for name in {folder, general}:
                endings[name].add(ending)
                first.setdefault(name, image)
    counts = exact if exact and max(exact.values()) >= len(rows) / 2 else filled
    if not counts or max(counts.values()) < len(rows) / 2:
        return None
    folder = _one_folder([name for name, count in counts.items() if count >= len(rows) / 2], column, side, where, other)
    ending = next(iter(endings[folder])) if len(endings[folder]) == 1 else ".*"
    template = f"{folder}{{{column}}}{ending}"
    return Match(column, template, counts[folder] / len(rows), first[folder])


def _hits(photos: Photos, value: str) -> list[tuple[str, str, str]]:
    """(what stands before the value, the ending that it lacks, path) for each image whose path ends in `value`."""
    hits = []
    for image in photos.by_name.get(posixpath.basename(value), []):
        stem, ending = posixpath.splitext(image)
        for path, rest in ((image, ""), (stem, ending)):
            if path == value or path.endswith("/" + value):
                hits.append((path[: len(path) - len(value)], rest, image))
                break
    return hits


def _generalised(folder: str, values: dict[str, object], column: str) -> str:
    """The folder with each part that another column of the row says in that column's {place}."""
    names = {value: name for name, value in values.items() if name not in (column, LINE)}
    return "/".join(f"{{{names[part]}}}" if part in names else part for part in folder.split("/"))


def _one_folder(folders: list[str], column: str, side: str, where: Path, other: str) -> str:
    foreign = "test" if side == "train" else "train"
    for keep in (
        [folder for folder in folders if side in folder.lower()],
        [folder for folder in folders if foreign not in folder.lower() and not other.startswith(folder + "{")],
    ):
        if len(folders) > 1 and keep:
            folders = keep
    if len(folders) > 1:
        shown = ", ".join(f"'{folder}{{{column}}}'" for folder in sorted(folders)[:5])
        raise KitError(
            f"the photos that '{column}' names could be {shown}",
            where=where,
            todo="choose with --image PATH or --test FOLDER",
        )
    return folders[0]
