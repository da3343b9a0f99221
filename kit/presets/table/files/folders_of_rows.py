"""Ways to folders that a column's cells name, all of whose photos are the row's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pandas as pd

from kit.presets.table.files.arrays import ENDINGS
from kit.presets.table.files.index import PhotoIndex, normal, shared_ending
from kit.presets.table.files.several_folders import one_pattern

LOOKED_AT = 20
"""Folders whose depth tells that of the others."""
DIGITS = 4
"""Digits from which on a number is an id of its own, whatever word stands before it."""


def folders_of_rows(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[tuple[str, str, float, str]]:
    """The column, the path with {column} and a * for the photos, the share of the rows that have a folder, and the
    first photo; folders are called like the cells, or like their numbers with a word in front: advert_34419903.
    """
    cells = rows[column].dropna()
    if cells.nunique() < len(rows) / 2:
        return []
    if ending := shared_ending(cells):
        part = f"{column}[:{-len(ending)}]"
        found = folders_of_rows(photos, rows.assign(**{part: rows[column].str[: -len(ending)]}), part)
        return [(column, *way[1:]) for way in found]
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    behind_words = _behind_words(photos) if cells.str.fullmatch(rf"\d{{{DIGITS},}}").all() else {}
    for cell in cells:
        for folder, prefix in _called(photos, normal(cell), behind_words):
            counts[prefix] += 1
            first.setdefault(prefix, folder)
    ways = [] if counts else _of_two_parts(photos, rows, column)
    if counts and max(counts.values()) < 0.9 * len(rows) and (above := _below_another(photos, rows, column)):
        return [above]
    if max(counts.values(), default=0) < 0.9 * len(rows) <= sum(counts.values()):  # in folders of classes or sources
        prefixes = sorted(counts)
        some = prefixes[:LOOKED_AT]
        within = [[one for one in photos.images if one.startswith(f"{first[prefix]}/")] for prefix in some]
        pairs = zip(some, within, strict=True)
        depths = {one[len(first[prefix]) :].count("/") for prefix, images in pairs for one in images}
        if all(within) and len({prefix.count("/") for prefix in prefixes}) == len(depths) == 1:
            template = f"{one_pattern(prefixes)}{{{column}}}" + "/*" * depths.pop()
            return [(column, template, sum(counts.values()) / len(rows), within[0][0])]
    for prefix in sorted(prefix for prefix, count in counts.items() if count >= len(rows) / 2):
        inside = [image for image in photos.images if image.startswith(first[prefix] + "/")]
        depth = {image[len(first[prefix]) :].count("/") for image in inside}
        if len(depth) == 1:
            template = f"{prefix}{{{column}}}" + "/*" * (depth.pop() - 1) + f"/{_pictures(photos, prefix)}"
            ways.append((column, template, counts[prefix] / len(rows), inside[0]))
    return ways


def _pictures(photos: PhotoIndex, prefix: str) -> str:
    """What the names of the photos in folders are like: any, or those of the pictures where arrays lie beside them."""
    names = [image.rpartition("/")[2] for image in photos.images if image.startswith(prefix)]
    pictures = {name for name in names if not name.endswith(ENDINGS)}
    endings = {name.rpartition(".")[2] for name in pictures}
    if not pictures or len(endings) > 1 or all(name in pictures for name in names):
        return "*"
    return pictures.pop() if len(pictures) == 1 else f"*.{endings.pop()}"


def same_within(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> tuple[str, str, float, str] | None:
    """The one photo that lies at the same place in the folder of each row, among others: {path}/visible/whole.png."""
    cells = rows[column].dropna()
    if cells.nunique() < max(len(rows) / 2, 2):
        return None
    called = {folder: prefix for cell in cells.unique() for folder, prefix in _called(photos, normal(cell), {})}
    places: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for image in photos.images:
        cuts = (mark.start() for mark in re.finditer("/", image))
        folder = next((image[:cut] for cut in cuts if image[:cut] in called), None)
        if folder is not None:
            key = called[folder], image[len(folder) :]
            places[key] += 1
            first.setdefault(key, image)
    n_folders = Counter(called.values())
    found = [key for key, count in places.items() if count == n_folders[key[0]] >= 0.9 * cells.nunique()]
    found = [key for key in found if not key[1].endswith(ENDINGS)] or found  # arrays beside photos say more of them
    if len(found) != 1 or found[0][1].count("/") < 2:
        return None
    prefix, inside = found[0]
    return column, f"{prefix}{{{column}}}{inside}", len(cells) / len(rows), first[found[0]]


def _below_another(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> tuple[str, str, float, str] | None:
    """The same, where a row's folder lies in one that is called as another of its cells: study/series/*."""
    known = set(photos.holders)
    for other in [name for name in rows.columns if name != column and not name.startswith("@")]:
        pairs = rows[[other, column]].dropna()
        called = set(pairs[other] + "/" + pairs[column])
        tops = {folder[: len(folder) - len(one)] for folder in known for one in (_last_two(folder),) if one in called}
        for top in sorted(tops):
            found = [folder for folder in called if f"{top}{folder}" in known]
            if len(found) == len(called):
                first = photos.inside[f"{top}{min(found)}"][0]
                return column, f"{top}{{{other}}}/{{{column}}}/*", len(pairs) / len(rows), first
    return None


def _last_two(folder: str) -> str:
    return "/".join(folder.rsplit("/", 2)[-2:])


def _of_two_parts(photos: PhotoIndex, rows: pd.DataFrame, column: str) -> list[tuple[str, str, float, str]]:
    """The same, where a cell is the names of a folder and of one in it: 11390_2012_07_18 of 11390/2012_07_18."""
    within = {folder for folder in photos.holders if "/" in folder}
    called = {mark.join(folder.rsplit("/", 2)[-2:]): folder for mark in "_-." for folder in sorted(within)}
    found = {cell: called[cell] for cell in rows[column].dropna() if cell in called}
    lengths = {len(folder.rsplit("/", 2)[-2]) for folder in found.values()}
    prefixes = {folder[: len(folder) - len(cell)] for cell, folder in found.items()}
    if len(lengths) != 1 or len(prefixes) != 1 or len(found) < len(rows) / 2:
        return []
    cut = lengths.pop()
    template = f"{prefixes.pop()}{{{column}[:{cut}]}}/{{{column}[{cut + 1}:]}}/*"
    first = next(iter(found.values()))
    image = next(image for image in photos.images if image.startswith(f"{first}/"))
    return [(column, template, len(found) / len(rows), image)]


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
