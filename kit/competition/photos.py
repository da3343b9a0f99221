"""Which files lie in a folder, and which of them are photos."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from kit.competition.formats import is_image_name
from kit.competition.names import KNOWN_PHOTOS, KNOWN_TABLES, SPEC_NAME

MADE = ("runs", "submissions", "recipes")
"""The folders of a workspace, which stay where competition.yaml is taken away to begin anew."""


def is_hidden(name: str) -> bool:
    """Whether a file or folder is left out: one that systems hide, or that macOS puts into archives."""
    return name.startswith(".") or name == "__MACOSX"


def list_photos(root: Path, own: tuple[str, ...] = ()) -> list[str]:
    """The image files under a folder, as sorted paths relative to it; hidden ones are left out.

    own: endings of photos that a reader of the workspace's own reads.
    """
    names, _ = list_files(root)
    return [name for name in names if is_image_name(name, own)]


def list_files(root: Path) -> tuple[list[str], list[str]]:
    """All files under a folder, sorted, and apart from them the hidden files and folders, into which it does not look.

    Kit's own cache is in neither. A folder that links lead to twice is listed once.
    """
    found, hidden = [], []
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:  # a link back to a folder above, or to one that was listed
            folders[:] = []
            continue
        seen.add((status.st_dev, status.st_ino))
        place = Path(folder).relative_to(root)
        hidden += [(place / name).as_posix() for name in (*folders, *names) if is_hidden(name)]
        found += [(place / name).as_posix() for name in names if not is_hidden(name)]
        folders[:] = sorted(name for name in folders if not is_hidden(name) and not _is_cache(Path(folder, name)))
    return sorted(found), sorted(hidden)


def leading_out(root: Path, images: Iterable[str]) -> list[str]:
    """Those of a data folder's photos that a link, of the photo or of its folder, takes from elsewhere."""
    inside = os.path.realpath(root)
    folders: dict[str, bool] = {}
    found = []
    for image in images:
        folder = os.path.dirname(image)
        if folder not in folders:
            folders[folder] = _is_in(os.path.realpath(os.path.join(root, folder)), inside)
        path = os.path.join(root, image)
        if not folders[folder] or (os.path.islink(path) and not _is_in(os.path.realpath(path), inside)):
            found.append(image)
    return found


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_cache(folder: Path) -> bool:
    """Whether a workspace keeps its arrays there, which end as photos may, or did before the data were copied."""
    if folder.name == "cache" and any((folder / name).is_file() for name in (KNOWN_TABLES, KNOWN_PHOTOS)):
        return True
    root = folder.parents[1] if folder.parts[-2:] == ("data", "cache") else None
    return root is not None and ((root / SPEC_NAME).is_file() or all((root / name).is_dir() for name in MADE))
