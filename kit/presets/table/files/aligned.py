"""Ways to photos whose paths are made of several columns: the words of the paths of a few rows, laid side by side."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from kit.presets.table.files.index import PhotoIndex

LOOKED_AT, FEWEST = 10, 4
"""Rows whose photos are laid side by side, and of how many there have to be some."""
MOST = 5000
"""Photos of one value above which it tells nothing."""
TRIED = 200
"""Photos of a row that are tried."""
MOST_PATHS = 64
"""Paths that are tried on all rows."""
WORDS = tuple(map(re.compile, (r"[^\W\d_]+|\d+", r"[^\W_]+", r"[^/_]+", r"[^/]+")))
"""What a word of a path may be: letters or digits alone, both together, with dashes and spaces too, a whole name."""
SURE = 0.9
"""The share of the rows that a path has to lead to a photo of their own."""

Skeleton = tuple[str, ...]
"""What stands between the words of a path, from its beginning to its end."""
Photo = tuple[Skeleton, tuple[str, ...]]
"""A photo's path: what stands between its words, and these."""
Means = list[frozenset[str]]
"""For each word of a path the columns that say it, as column:0n with zeros in front; '' where the word itself does."""


def aligned(
    photos: PhotoIndex, rows: pd.DataFrame, columns: Sequence[str], every: frozenset[str]
) -> tuple[str, str, float, str] | None:
    """A path with {column} for words of it, of folders too, that leads nearly each row to a photo of its own.

    The column that tells most of the name, the path, the share of the rows, and the first photo.
    """
    known = rows[list(columns)].dropna()
    if len(known) < SURE * len(rows):
        return None
    some = known.sample(min(LOOKED_AT, len(known)), random_state=0).sort_index().to_dict("records")
    records = [{str(name): str(value).strip() for name, value in record.items()} for record in some]
    near = [_near(photos, record) for record in records]
    looked_at = [place for place, images in enumerate(near) if images]
    if len(looked_at) < min(FEWEST, len(known)):
        return None
    tried = set[str]()
    for word in WORDS:
        first, *others = [
            (records[place], _best([_parted(image, word) for image in near[place]], records[place]))
            for place in looked_at
        ]
        for skeleton, words in first[1]:
            means = _common(skeleton, words, first[0], others)
            if means is not None and sum(bool(one - {""}) for one in means) >= 2 and len(tried) < MOST_PATHS:
                paths = [path for path in _paths(skeleton, words, means) if path not in tried]
                tried.update(paths)
                found = _checked(paths, rows, every)
                if found is not None:
                    return found
    return None


def _near(photos: PhotoIndex, record: Mapping[str, str]) -> list[str]:
    """The photos whose paths hold one of the two rarest of a row's values, of the long ones."""
    lists: list[list[str]] = []
    for value in sorted(set(record.values()), key=lambda value: (-len(value), value)):
        found = [image for image in photos.images if value in image] if value else []
        if 0 < len(found) <= MOST:
            lists.append(found)
        if len(lists) == 2:
            break
    return list(dict.fromkeys(image for found in lists for image in found))


def _parted(image: str, word: re.Pattern[str]) -> Photo:
    stem, ending = posixpath.splitext(image)
    *gaps, last = word.split(stem)
    return (*gaps, last + ending), tuple(word.findall(stem))


def _best(some: Sequence[Photo], record: Mapping[str, str]) -> list[Photo]:
    """The photos that say most of what a row says, these first."""
    return sorted(some, key=lambda one: -sum(bool(meant) for meant in _meant(one[1], record)))[:TRIED]


def _meant(words: Sequence[str], record: Mapping[str, str]) -> Means:
    """For each word what of a row says it."""
    by_value: dict[str, set[str]] = defaultdict(set)
    for name, value in record.items():
        by_value[value].add(name)
    means = []
    for word in words:
        said = set(by_value.get(word, ()))
        if word.isdigit() and len(word) > 1:
            numbers = by_value.get(word, set()) | by_value.get(word.lstrip("0") or "0", set())
            said |= {f"{name}:0{len(word)}" for name in numbers}
        means.append(frozenset(said))
    return means


def _common(
    skeleton: Skeleton,
    words: Sequence[str],
    record: Mapping[str, str],
    others: Sequence[tuple[Mapping[str, str], Sequence[Photo]]],
) -> Means | None:
    """What may say each word of the paths of all rows, in one of the photos that are made like the first row's: two
    columns may hold the same number in one row.
    """
    means = [one | {""} for one in _meant(words, record)]
    for other, photos in others:
        fitting: list[Means] = []
        for gaps, spoken in photos:
            if gaps != skeleton:
                continue
            here = [
                one & (said | ({""} if word == first else set()))
                for one, said, word, first in zip(means, _meant(spoken, other), spoken, words, strict=True)
            ]
            if all(here):
                fitting.append(here)
        if not fitting:
            return None
        means = [frozenset[str]().union(*some) for some in zip(*fitting, strict=True)]
    return means


def _paths(skeleton: Skeleton, words: Sequence[str], means: Means) -> list[str]:
    """The paths that may be meant: with the words themselves where they are in all rows alike, and without; of several
    columns that say one word each by itself.
    """
    paths = []
    for literal in (True, False):
        choices = []
        for word, said in zip(words, means, strict=True):
            columns = sorted((f"{{{name}}}" for name in said if name), key=lambda name: (":" in name, name))
            plain = [word] if "" in said else []
            choices.append((plain or columns) if literal else (columns or plain))
        for picked in itertools.islice(itertools.product(*choices), 16):
            paths.append("".join(itertools.chain(*zip(skeleton, [*picked, ""], strict=True))))
    return list(dict.fromkeys(paths))


def _checked(paths: Sequence[str], rows: pd.DataFrame, every: frozenset[str]) -> tuple[str, str, float, str] | None:
    """The first path that leads nearly each row to a photo of its own."""
    for path in paths:
        images = ways_of(path, rows)
        there = [image for image in images if image in every]
        if there and len(set(there)) >= SURE * len(rows):
            names = [place.partition(":")[0] for place in re.findall(r"{([^{}]+)}", path.rpartition("/")[2])]
            column = max(names, key=lambda name: rows[name].nunique(), default="")
            if column:
                return column, path, len(there) / len(rows), there[0]
    return None


def ways_of(path: str, rows: pd.DataFrame) -> list[str]:
    """The path of each row, '' where it lacks a value."""
    made = pd.Series("", index=rows.index, dtype=object)
    for place, gap in itertools.zip_longest(re.findall(r"{([^{}]+)}", path), re.split(r"{[^{}]+}", path)[1:]):
        if place is None:
            break
        name, _, width = place.partition(":0")
        cells = rows[name].str.strip()
        made = made + (cells.str.zfill(int(width)) if width else cells) + gap
    return [path.partition("{")[0] + one if isinstance(one, str) else "" for one in made]
