"""Ways to photos whose names hold what a row says, with more around it: by words of the name, and of its folders."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from kit.presets.table.files.index import PhotoIndex

LOOKED_AT = 6
"""Rows whose photos are looked for by the words in their names."""
MOST = 2000
"""Photos of one word above which it tells nothing."""
WAYS = 24
"""Paths that are told of, where a row has several photos."""
SHORT = 3
"""Letters of a value from which on it stands for itself wherever it is."""
SURE = 0.9
"""The share of the rows that a path has to lead to a photo of their own."""
WORD = re.compile(r"[^\W\d_]+|\d+")


def composed(photos: PhotoIndex, rows: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, str, float, str]]:
    """Paths with {column} that lead nearly each row to a photo of its own: the column that tells most of the name, the
    path, the share of the rows, and the first photo.
    """
    told = [column for column in columns if rows[column].notna().mean() >= SURE][:20]
    by_word, shared = _by_word(photos), _shared_folders(photos.images)
    counts: Counter[str] = Counter()
    records = rows[told].dropna().iloc[:: max(1, len(rows) // LOOKED_AT)].head(LOOKED_AT).to_dict("records")
    for record in records:
        values = {str(name): str(value).strip() for name, value in record.items()}
        near = (image[len(shared) :] for image in _near(by_word, values))
        counts.update({f"{shared}{path}" for image in near if (path := _path(image, values)) is not None})
    ways = [path for path, count in counts.items() if 2 * count > len(records)]  # a row may say two things alike
    every = frozenset(photos.images)
    ways.sort(key=lambda path: (-path.count("{"), path))
    found = [way for path in ways[:WAYS] if (way := _checked(path, rows, told, every)) is not None]
    widest = max((path.count("{") for _, path, _, _ in found), default=0)
    return [way for way in found if way[1].count("{") == widest]


def _shared_folders(images: Sequence[str]) -> str:
    """The folders that all photos lie in, with a / at the end: a number in their names is no row's."""
    folder = posixpath.commonpath([posixpath.dirname(image) for image in images]) if images else ""
    return f"{folder}/" if folder else ""


def _by_word(photos: PhotoIndex) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for image in photos.images:
        for word in set(WORD.findall(posixpath.splitext(image.rpartition("/")[2])[0])):
            found[word].append(image)
    return found


def _near(by_word: Mapping[str, list[str]], values: Mapping[str, str]) -> list[str]:
    """The photos whose names hold all words of one of a row's values, of the fewest."""
    some = []
    for value in values.values():
        words = WORD.findall(posixpath.splitext(value)[0])
        lists = sorted((by_word.get(word, []) for word in words), key=len)
        if lists and lists[0] and len(lists[0]) <= MOST:
            some += [image for image in lists[0] if value in image.rpartition("/")[2]]
    return list(dict.fromkeys(some))


def _path(image: str, values: Mapping[str, str]) -> str | None:
    """A photo's path with {column} in the place of what the row says; None where its name holds nothing of it."""
    stem, ending = posixpath.splitext(image)
    ordered = sorted(((value, column) for column, value in values.items() if value), key=lambda one: -len(one[0]))
    whole = any(len(value) > len(ending) and value.endswith(ending) and value in image for value in values.values())
    *folders, name = _put(image if whole else stem, ordered).split("/")
    if "{" not in name:
        return None
    key, column = next((value, column) for value, column in ordered if f"{{{column}}}" in name)
    parts, behind = [], len(key)
    for part in folders:
        if len(part) < min(behind, len(key)) and part == key[behind - len(part) : behind]:  # letters from the end on
            stop = "" if behind == len(key) else str(behind - len(key))
            parts.append(f"{{{column}[{behind - len(part) - len(key)}:{stop}]}}")
            behind -= len(part)
        else:
            parts.append(part)
    return "/".join([*parts, name if whole else name + ending])


def _put(text: str, ordered: Sequence[tuple[str, str]]) -> str:
    """A text with {column} for each value that stands in it as words of its own; for a short one the first time."""
    for value, column in ordered:
        border = r"\d" if value.isdigit() else r"[^\W_]"
        word = re.compile(rf"({{[^{{}}]*}})|(?<!{border}){re.escape(value)}(?!{border})")
        times = 1 if len(value) < SHORT else MOST
        found = [match for match in word.finditer(text) if match[1] is None][:times]
        for match in reversed(found):
            text = f"{text[: match.start()]}{{{column}}}{text[match.end() :]}"
    return text


def _checked(
    path: str, rows: pd.DataFrame, columns: Sequence[str], every: frozenset[str]
) -> tuple[str, str, float, str] | None:
    """A path with what it leads to, where nearly each row has a photo of its own there."""
    images = []
    places = re.findall(r"{([^{}\[]+)(?:\[(-?\d+):(-?\d*)\])?}", path)
    for record in rows[list(columns)].to_dict("records"):
        parts = [str(record[name])[slice(int(a), int(b) if b else None) if a else slice(None)] for name, a, b in places]
        pieces = re.split(r"{[^{}]+}", path)
        images.append("".join(piece + part for piece, part in zip(pieces, [*parts, ""], strict=True)))
    there = [image for image in images if image in every]
    if len(set(there)) < SURE * len(rows):
        return None
    names = [name for name, _, _ in re.findall(r"{([^{}\[]+)(\[[^{}]*)?(})", path.rpartition("/")[2])]
    column = max(names, key=lambda name: rows[name].nunique())
    return column, path, len(there) / len(rows), there[0]
