"""Which photos a person means: files, folders and patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from kit.competition.formats import is_image_name
from kit.competition.photos import list_photos
from kit.errors import KitError
from kit.images.look import Look


def find_photos(paths: Sequence[str], look: Look) -> list[Path]:
    """The photos that paths name, in their order, a folder's by name; each once, whatever leads to it.

    Of photos of one file a channel the file of the first. KitError where a path leads to none.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for photo in _named(path, look):
            found.setdefault(os.path.realpath(photo), photo)
    return list(found.values())


def _named(path: str, look: Look) -> Iterator[Path]:
    if Path(path).is_dir():
        photos = [Path(path) / name for name in list_photos(Path(path), look.own.endings)]
        photos = [photo for photo in photos if _is_first(photo, look)]
        if not photos:
            raise KitError("there is no photo in this folder", where=path)
        yield from photos
    elif Path(path).exists() or not glob.has_magic(path):
        yield Path(path)  # whoever reads it tells what is wrong with it
    else:
        names = sorted(glob.glob(path, recursive=True))
        photos = [Path(name) for name in names if is_image_name(Path(name).name, look.own.endings)]
        photos = [photo for photo in photos if _is_first(photo, look) and photo.is_file()]
        if not photos:
            raise KitError("no photo fits this pattern", where=path)
        yield from photos


def _is_first(photo: Path, look: Look) -> bool:
    bands = look.format.bands
    return bands is None or bands[0] in photo.name
