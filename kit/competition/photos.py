"""Which photos lie in a folder, and which columns of a table lead to them."""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kit.competition.formats import is_image_name
from kit.competition.names import SPEC_NAME
from kit.errors import KitError, nearest


@dataclass(frozen=True)
class Photos:
    """The image files and csv tables under `root`, as sorted paths relative to it."""

    root: Path
    images: tuple[str, ...]
    tables: tuple[str, ...]

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """Paths by their file name, and by their file name without its ending."""
        paths: dict[str, list[str]] = defaultdict(list)
        for image in self.images:
            name = image.rpartition("/")[2]
            paths[name].append(image)
            paths[posixpath.splitext(name)[0]].append(image)
        return dict(paths)

    def table(self, name: str, option: str) -> str:
        """A table that the user named, relative to the data folder."""
        name = posixpath.normpath(name)
        if not (self.root / name).is_file():
            raise KitError(f"{option}: there is no file '{name}'", where=self.root, todo=nearest(name, self.tables))
        return name


def is_hidden(name: str) -> bool:
    """Whether a file or folder is left out: one that systems hide, or that macOS puts into archives."""
    return name.startswith(".") or name == "__MACOSX"


def list_photos(root: Path, own: tuple[str, ...] = ()) -> Photos:
    """List a data folder; hidden files and folders and kit's cache are left out, a folder that links lead to twice is
    listed once.

    own: endings of photos that a reader of the workspace's own reads.
    """
    images, tables = [], []
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:  # a link back to a folder above, or to one that was listed
            folders[:] = []
            continue
        seen.add((status.st_dev, status.st_ino))
        place = Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if not is_hidden(name) and not _is_cache(Path(folder, name)))
        for name in names:
            if is_image_name(name, own):
                images.append((place / name).as_posix())
            elif name.lower().endswith(".csv") and not name.startswith("."):
                tables.append((place / name).as_posix())
    return Photos(root, tuple(sorted(images)), tuple(sorted(tables)))


def _is_cache(folder: Path) -> bool:
    """Whether it is where a workspace keeps its arrays, which end as photos may."""
    return folder.parts[-2:] == ("data", "cache") and (folder.parents[1] / SPEC_NAME).is_file()
