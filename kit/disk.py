"""Folders and the names in them, brought to the disk: what was said to be done is there after a loss of power."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_NO_FSYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What fsync says of a folder on a disk that writes names down by itself."""


def keep_names(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those that it lies in, where they are not there; their names are on the disk then."""
    if folder.is_dir():
        return
    missing = [folder, *(parent for parent in folder.parents if not parent.exists())]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        keep_names(one.parent)
