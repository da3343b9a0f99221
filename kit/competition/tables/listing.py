"""The image files of a data folder: looked up by name, by pattern, and anywhere below."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from itertools import islice, takewhile
from pathlib import Path

from kit.competition.formats import is_image_name
from kit.competition.photo_format import PhotoFormat
from kit.competition.photos import is_hidden
from kit.errors import KitError

_MAGIC = "*?["


@dataclass(frozen=True)
class Names:
    """The names in the folders that a pattern leads to, and the folders that each lies in."""

    folders: dict[str, tuple[str, ...]]

    @cached_property
    def sorted(self) -> list[str]:
        return sorted(self.folders)

    @cached_property
    def by_ending(self) -> dict[str, list[str]]:
        """Names by what they are with their ending in small letters."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.sorted:
            found[small_ending(name)].append(name)
        return dict(found)

    @cached_property
    def by_letters(self) -> dict[str, list[str]]:
        """Names by what they are in small letters."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.sorted:
            found[name.lower()].append(name)
        return dict(found)

    def found(self, name: str, any_case: bool = False) -> tuple[str, ...]:
        """The file of a name; where there is none, those that differ in the case of their ending, or of any letter."""
        names = [name] if name in self.folders else self.by_ending.get(small_ending(name), [])
        names = names or (self.by_letters.get(name.lower(), []) if any_case else [])
        return tuple(_joined(folder, name) for name in names for folder in self.folders[name])

    def like(self, pattern: str) -> list[str]:
        """The names that fit a pattern, whatever the case of their ending."""
        pattern = small_ending(pattern)
        plain = re.split(r"[*?\[]", pattern.rpartition(".")[0] or pattern)[0]
        fitting = takewhile(
            lambda name: name.startswith(plain), islice(self.sorted, bisect_left(self.sorted, plain), None)
        )
        return [name for name in fitting if fnmatchcase(small_ending(name), pattern)]


class Listing:
    """The image files of each folder, looked up once; `hidden` are files and folders that fit and are left out."""

    def __init__(self, data_dir: Path, form: PhotoFormat, own: tuple[str, ...]) -> None:
        self.data_dir, self.form, self.own = data_dir, form, own
        self.hidden: set[str] = set()
        self._entries = lru_cache(maxsize=None)(self._listed)
        self._names_in = lru_cache(maxsize=None)(self._names)

    def has(self, image: str) -> bool:
        """Whether a photo's file, or all files of its channels are there; what a reader finds is not looked for."""
        if self.form.reader is not None:
            return True
        folder, _, name = image.rpartition("/")
        names, folders = self._entries(folder)
        files = (name,) if self.form.bands is None else self.form.band_names(name)
        return all(file in names and file not in folders for file in files)

    def found(self, image: str, where: object, any_case: bool = False) -> str | None:
        """The path of a photo whose ending, or name, may be written in other letters; None where it is not there."""
        if self.has(image) or self.form.reader is not None:
            return image
        if self.form.bands is not None:
            return None
        folder, _, name = image.rpartition("/")
        return _one(self._names_in(folder, literal=True).found(name, any_case), where)

    def anywhere(self, folders: str, name: str, where: object) -> str | None:
        """The one photo of a name in the folders that a pattern leads to; KitError where two are called so."""
        return _one(self._names_in(folders, literal=False).found(name), where)

    def images(self, pattern: str, where: object, *, literal: bool) -> list[str]:
        """The image files that match a path whose last part may hold *, and unless `literal` its folders too.

        KitError where files of one name lie in two of the folders.
        """
        folder, _, last = pattern.rpartition("/")
        names = self._names_in(folder, literal=literal)
        found = []
        for name in names.like(last):
            if is_image_name(name, self.own):
                found.append(_one(tuple(_joined(place, name) for place in names.folders[name]), where))
            elif is_image_name(name.lstrip("._"), self.own):
                self.hidden.update(_joined(place, name) for place in names.folders[name])
        return [image for image in found if image is not None]

    def matching(self, pattern: str) -> list[str]:
        """All image files that fit a pattern of paths."""
        folder, _, last = pattern.rpartition("/")
        found = []
        for place in self._places(folder):
            names, folders = self._entries(place)
            for name in Names(dict.fromkeys(names - folders, (place,))).like(last):
                if is_image_name(name, self.own):
                    found.append(_joined(place, name))
                elif is_image_name(name.lstrip("._"), self.own):
                    self.hidden.add(_joined(place, name))
        return sorted(found)

    def _listed(self, folder: str) -> tuple[frozenset[str], frozenset[str]]:
        """All names in a folder, and those of folders."""
        try:
            with os.scandir(self.data_dir / folder) as entries:
                found = {entry.name: entry.is_dir() for entry in entries}
        except (FileNotFoundError, NotADirectoryError):
            return frozenset(), frozenset()
        return frozenset(found), frozenset(name for name, is_folder in found.items() if is_folder)

    def _names(self, folder: str, *, literal: bool) -> Names:
        places: defaultdict[str, list[str]] = defaultdict(list)
        for place in [folder] if literal else self._places(folder):
            names, folders = self._entries(place)
            for name in names - folders:
                places[name].append(place)
        return Names({name: tuple(folders) for name, folders in places.items()})

    def _places(self, pattern: str) -> list[str]:
        """The folders that a pattern leads to; hidden ones only where it names them."""
        places = [""]
        for part in filter(None, pattern.split("/")):
            if part == "**":
                places = list(dict.fromkeys(below for place in places for below in self._below(place)))
            elif any(letter in part for letter in _MAGIC):
                places = [_joined(place, name) for place in places for name in self._folders(place, part)]
            else:
                places = [_joined(place, part) for place in places]
        return places

    def _folders(self, place: str, pattern: str) -> list[str]:
        names = sorted(name for name in self._entries(place)[1] if fnmatchcase(name, pattern))
        self.hidden.update(_joined(place, name) + "/" for name in names if is_hidden(name))
        return [name for name in names if not is_hidden(name)]

    def _below(self, place: str) -> list[str]:
        """A folder and all below it; one that links lead to twice is listed once."""
        found, seen, left = [], set(), [place]
        while left:
            one = left.pop()
            try:
                status = os.stat(self.data_dir / one)
            except OSError:
                continue
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                found.append(one)
                left += [_joined(one, name) for name in reversed(self._folders(one, "*"))]
        return found


def small_ending(name: str) -> str:
    """A file's name with its ending in small letters."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}{dot}{ending.lower()}" if dot else name


def has_wildcards(text: str) -> bool:
    return "*" in text or "?" in text or "[" in text


def escaped(text: str) -> str:
    """A text with its wildcards taken as they are."""
    return "".join(f"[{letter}]" if letter in _MAGIC else letter for letter in text)


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _one(images: tuple[str, ...], where: object) -> str | None:
    if len(images) > 1:
        raise KitError(
            f"'{images[0]}' and '{images[1]}' are both called so, and one photo is meant",
            where=where,
            todo="remove one of them, or name its folder in 'images'",
        )
    return images[0] if images else None
