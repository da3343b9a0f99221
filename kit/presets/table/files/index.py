"""The photos of a data folder, found by what a table's cell says of them."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kit.presets.table.files.look_folders import without_looks


@dataclass(frozen=True)
class Hit:
    """A photo that a cell names: what stands before the cell in its path, and the ending that the cell lacks."""

    prefix: str
    ending: str
    image: str


class PhotoIndex:
    """The photos of a folder by their names, with and without ending."""

    def __init__(self, images: Sequence[str]) -> None:
        self.images = tuple(images)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for image in self.images:
            name = image.rpartition("/")[2]
            for key in {_small_ending(name), posixpath.splitext(name)[0]}:
                self._by_name[key].append(image)

    @cached_property
    def folders(self) -> dict[str, list[str]]:
        """The folders that hold photos, by their last name."""
        found: dict[str, set[str]] = defaultdict(set)
        for image in self.images:
            folder = image.rpartition("/")[0]
            while folder:
                found[folder.rpartition("/")[2]].add(folder)
                folder = folder.rpartition("/")[0]
        return {name: sorted(folders) for name, folders in found.items()}

    @cached_property
    def inside(self) -> dict[str, list[str]]:
        """The photos that lie in each folder themselves."""
        found: dict[str, list[str]] = defaultdict(list)
        for image in self.images:
            found[image.rpartition("/")[0]].append(image)
        return dict(found)

    @cached_property
    def holders(self) -> Counter[str]:
        """The folders in which photos lie themselves, and how many."""
        return Counter({folder: len(images) for folder, images in self.inside.items()})

    @cached_property
    def meant(self) -> Counter[str]:
        """Those of them that hold no masks and no other looks of the photos in others."""
        return without_looks(self.holders, self.images)

    @cached_property
    def widths(self) -> frozenset[int]:
        """How many digits photos are called by that have zeros in front: 00017 is of 5."""
        stems = (posixpath.splitext(image.rpartition("/")[2])[0] for image in self.images)
        return frozenset(len(stem) for stem in stems if re.fullmatch(r"0\d+", stem))

    @cached_property
    def counted(self) -> dict[tuple[str, int], int]:
        """Words in front of numbers with zeros in front, how many digits, and how many photos: seq_000012."""
        stems = (posixpath.splitext(image.rpartition("/")[2])[0] for image in self.images)
        found = [match for stem in stems if (match := re.fullmatch(r"(.*[^\d])(\d+)", stem))]
        counts = Counter((match[1], len(match[2])) for match in found)
        zeros = {(match[1], len(match[2])) for match in found if match[2].startswith("0")}
        return {key: counts[key] for key in sorted(zeros)}

    @cached_property
    def beginnings(self) -> dict[str, list[tuple[str, str]]]:
        """What photos' names begin with before a _, - or point -> (the rest without ending, photo)."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for image in self.images:
            stem = posixpath.splitext(image.rpartition("/")[2])[0]
            for mark in re.finditer(r"[_\-. ]", stem):
                found[stem[: mark.start()]].append((stem[mark.start() :], image))
        return dict(found)

    def hits(self, cell: str) -> list[Hit]:
        """The photos whose path ends in what the cell says, with or without its ending; a.JPG is a.jpg, and so is A.jpg
        where nothing is called so.
        """
        value = _small_ending(normal(cell))
        found = self._hits(value)
        if found or not re.search(r"\.[A-Za-z]{2,4}$", value):  # of whole names alone: 'a' is no 'A'
            return found
        others = self._by_letters.get(value.rpartition("/")[2].lower(), ())
        return self._hits(value[: value.rfind("/") + 1] + others[0]) if len(others) == 1 else []

    @cached_property
    def _by_letters(self) -> dict[str, list[str]]:
        """Whole names, with their ending in small letters, by what they are in small letters."""
        found: dict[str, list[str]] = defaultdict(list)
        for image in self.images:
            name = _small_ending(image.rpartition("/")[2])
            if name not in found[name.lower()]:
                found[name.lower()].append(name)
        return found

    def _hits(self, value: str) -> list[Hit]:
        found = []
        for image in self._by_name.get(value.rpartition("/")[2], ()):
            stem, ending = posixpath.splitext(image)
            for path, rest in ((_small_ending(image), ""), (stem, ending)):
                if path == value or path.endswith("/" + value):
                    found.append(Hit(path[: len(path) - len(value)], rest, image))
                    break
        return found


def normal(cell: str) -> str:
    return posixpath.normpath(cell.strip().replace("\\", "/")) if cell.strip() else ""


def _small_ending(path: str) -> str:
    stem, ending = posixpath.splitext(path)
    return stem + ending.lower()


def shared_ending(cells: pd.Series) -> str:
    """The ending of a file's name that all cells have, such as .npy; '' for none, and for numbers behind a point."""
    ending = posixpath.splitext(cells.iloc[0])[1]
    whole = 2 <= len(ending) <= 5 and not ending[1:].isdigit() and bool(cells.str.endswith(ending).all())
    return ending if whole else ""
