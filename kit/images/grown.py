"""Files that grow row by row and appear whole: a build that was killed goes on behind its last whole row.

Beside the unfinished file lies a list with the end and the checksum of each row that is in it. A row counts when both
agree: what a loss of power took is made again.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kit.disk import make_folder
from kit.errors import KitError, system_error
from kit.files import behind_link, rename

LISTED = np.dtype([("end", "<u8"), ("crc32", "<u4"), ("marked", "u1")])
"""A row of the list: where it ends in the file, its checksum, and whether whoever made it marked it."""

FORGOTTEN = 7 * 86_400.0
"""Seconds after which an unfinished file that nobody wrote to is given up."""

Row = tuple[bytes | memoryview, bool]
"""The bytes of a row, and its mark."""


@dataclass(frozen=True)
class Grown:
    """A file that is whole: its checksum, and its rows as `LISTED`."""

    crc32: int
    rows: np.ndarray


def grow(
    path: Path,
    rows: Callable[[np.ndarray], Iterator[Row]],
    *,
    head: bytes = b"",
    tail: Callable[[np.ndarray], bytes] | None = None,
    room: int = 0,
) -> Grown:
    """Write a file of `head`, rows and `tail`; whoever calls it holds the claim on `path`.

    rows: given those that an earlier build left, as `LISTED`, yields the rows behind them. tail: made of the list of
    all rows. room: bytes that the whole takes; KitError where the disk has not got them. An error leaves nothing; what
    a kill or Ctrl-C leaves is gone on with by the next call.
    """
    path = behind_link(path)
    part, listed = unfinished_part(path), path.with_name(f".{path.name}.rows")
    try:
        make_folder(path.parent)
        _forget_others(path.parent)
        with open(part, "r+b" if part.exists() else "w+b", buffering=0) as file:
            with open(listed, "r+b" if listed.exists() else "w+b", buffering=0) as names:
                found = _whole_rows(file, names, head)
                _check_room(path.parent, room - found.end)
                crc32 = _append(file, names, rows(found.rows), found)
            known = np.fromfile(listed, LISTED)
            if tail is not None:
                end = tail(known)
                _write_all(file, end)
                crc32 = zlib.crc32(end, crc32)
            os.fsync(file.fileno())
        rename(part, path)
        listed.unlink()
        return Grown(crc32, known)
    except (KitError, OSError) as error:
        for left in (part, listed):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise system_error(error, path) from error
        raise


def unfinished_part(path: Path) -> Path:
    """Where a file lies that is not whole yet."""
    return path.with_name(f".{path.name}.part")


@dataclass(frozen=True)
class _Found:
    rows: np.ndarray
    end: int
    crc32: int


def _whole_rows(file: io.FileIO, names: io.FileIO, head: bytes) -> _Found:
    """What an earlier build left, cut behind its last whole row; both files then stand at their ends."""
    names.seek(0)
    said = names.readall()
    listed = np.frombuffer(said[: len(said) // LISTED.itemsize * LISTED.itemsize], LISTED)
    done, end, crc32 = 0, len(head), zlib.crc32(head)
    file.seek(0)
    reader = io.BufferedReader(file, 1 << 22)
    if reader.read(len(head)) == head:
        for row in listed:
            data = reader.read(max(0, int(row["end"]) - end))
            if len(data) != int(row["end"]) - end or zlib.crc32(data) != row["crc32"]:
                break
            done, end, crc32 = done + 1, int(row["end"]), zlib.crc32(data, crc32)
    reader.detach()
    for handle, size in ((names, done * LISTED.itemsize), (file, end if done else 0)):
        handle.truncate(size)
        handle.seek(size)
    if not done:
        _write_all(file, head)
    return _Found(listed[:done].copy(), end, crc32)


def _append(file: io.FileIO, names: io.FileIO, rows: Iterator[Row], found: _Found) -> int:
    """Write rows, each of them listed once it is in the file; returns the checksum of all."""
    end, crc32 = found.end, found.crc32
    for data, marked in rows:
        _write_all(file, data)
        end, crc32 = end + memoryview(data).nbytes, zlib.crc32(data, crc32)
        _write_all(names, np.array((end, zlib.crc32(data), marked), LISTED).tobytes())
    return crc32


def _forget_others(folder: Path) -> None:
    """Remove what nobody has gone on with for long: other photos, or another size, are wanted by now."""
    for left in (*folder.glob(".*.part"), *folder.glob(".*.rows")):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > FORGOTTEN:
                left.unlink()


def _write_all(file: io.FileIO, data: bytes | memoryview) -> None:
    """Plain writes, until all is written: on a full disk they are an error, where writing to mapped memory crashes."""
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[file.write(rest) :]


def _check_room(directory: Path, needed: int) -> None:
    free = shutil.disk_usage(directory).free
    if needed > free:
        raise KitError(
            f"the cache needs {needed / 1e9:,.2f} GB and the disk has {free / 1e9:,.2f} GB free",
            where=directory,
            todo="free some space, choose a smaller image size, or keep less of the photos with --set store=encoded",
        )
