"""Arrays on disk that are written once, whole, and mapped into memory once their checksum was proved."""

from __future__ import annotations

import contextlib
import io
import math
import os
import shutil
import zlib
from abc import abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np

from kit.claim import claimed
from kit.errors import KitError
from kit.files import atomic_path, read_record, write_record, write_text
from kit.owner import text_of
from kit.reading import opened
from kit.reporter import Reporter
from kit.schema import Frozen


class ArrayRecord(Frozen):
    """What lies in an array's file, and the checksum by which damage is told."""

    fingerprint: str
    crc32: int

    @property
    @abstractmethod
    def array_shape(self) -> tuple[int, ...]:
        """The shape that the array's file must have."""


class FeatureRecord(ArrayRecord):
    """An array of features, one row per photo of an image cache."""

    kind: Literal["feature-cache"] = "feature-cache"
    shape: tuple[int, ...]
    images: str
    """Fingerprint of the image cache that they were computed from."""
    made_by: dict[str, Any]
    """What computed them."""

    @property
    def array_shape(self) -> tuple[int, ...]:
        return self.shape


Record = TypeVar("Record", bound=ArrayRecord)
Held = TypeVar("Held")


def cached_array(
    path: Path, identity: str, what: str, model: type[Record], build: Callable[[], Record], reporter: Reporter
) -> np.ndarray:
    """Map the array at `path`, whose record must be of `identity`; `build` writes it where it is not there.

    A damaged one is warned about, as `what`, and built again. Of two processes one builds, and the other waits for it.
    """
    return cached(path, identity, what, model, build, map_recorded, reporter)[0]


def cached(
    path: Path,
    identity: str,
    what: str,
    model: type[Record],
    build: Callable[[], Record],
    read: Callable[[Path, Record], Held],
    reporter: Reporter,
) -> tuple[Held, Record]:
    """The same of any file that is written once: what `read` makes of it and of its record, and the record."""
    with contextlib.suppress(KitError):
        if (found := _found(path, identity, model, read)) is not None:
            return found
    with claimed(path, reporter):
        try:
            if (found := _found(path, identity, model, read)) is not None:
                return found
        except KitError as error:
            reporter.warn(f"{path}: this {what} is damaged ({error.what}); it is rebuilt")
        record = build()
        with opened(path) as handle:
            _keep_proof(path, os.fstat(handle.fileno()), record.crc32)
        write_record(path.with_suffix(".json"), record)
        return read(path, record), record


def _found(
    path: Path, identity: str, model: type[Record], read: Callable[[Path, Record], Held]
) -> tuple[Held, Record] | None:
    """What was built; None where there is none, a KitError where it is damaged."""
    record_path = path.with_suffix(".json")
    if not (path.exists() and record_path.exists()):
        return None
    record = read_record(record_path, model)
    if record.fingerprint != identity:
        raise KitError("its record is of another one", where=path)
    return read(path, record), record


def map_recorded(path: Path, record: ArrayRecord) -> np.ndarray:
    return map_array(path, record.crc32)


def map_array(path: Path, crc32: int) -> np.ndarray:
    """Map an npy file, read-only, once its content was proved to be what was built.

    The whole file is read and its crc32 compared, since samples would miss a flipped byte, and a wrong pixel tells
    nobody. A file whose size and times are as when it was written, or proved by any process, is not read again.
    """
    with opened(path) as handle:
        status = os.fstat(handle.fileno())
        if _proof(status, crc32) != text_of(_proof_path(path)):
            if _crc32(handle) != crc32:
                raise KitError("its checksum is wrong", where=path)
            _keep_proof(path, status, crc32)
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _proof_path(path: Path) -> Path:
    return path.with_suffix(".proof")


def _proof(status: os.stat_result, crc32: int) -> str:
    """Whoever writes to a file changes the time of its entry, which nobody can set back."""
    return f"{crc32} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _keep_proof(path: Path, status: os.stat_result, crc32: int) -> None:
    with contextlib.suppress(KitError):  # where nothing can be written each process reads the file
        write_text(_proof_path(path), _proof(status, crc32))


def write_array(path: Path, shape: tuple[int, ...], dtype: np.dtype, chunks: Iterable[np.ndarray]) -> int:
    """Write the rows that `chunks` yield as one npy file and return its crc32; memory holds a chunk at a time.

    `chunks` are drawn after the room on the disk was looked at; an error in them leaves no file.
    """
    header = npy_header(shape, dtype)
    with atomic_path(path) as temporary:
        _check_space(path.parent, len(header) + math.prod(shape) * dtype.itemsize)
        with open(temporary, "wb", buffering=0) as handle:
            handle.write(header)
            crc = zlib.crc32(header)
            for chunk in chunks:
                crc = zlib.crc32(chunk.data, crc)
                _write_all(handle, chunk.data)
    return crc


def npy_header(shape: tuple[int, ...], dtype: np.dtype) -> bytes:
    """What stands in front of the numbers of an npy file."""
    header = io.BytesIO()
    described = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, described)
    return header.getvalue()


def _crc32(handle: io.BufferedReader) -> int:
    crc, buffer = 0, memoryview(bytearray(1 << 22))
    while count := handle.readinto(buffer):
        crc = zlib.crc32(buffer[:count], crc)
    return crc


def _write_all(handle: io.FileIO, data: memoryview) -> None:
    """Plain writes, until all is written: on a full disk they are an error, where writing to mapped memory crashes."""
    rest = data.cast("B")
    while rest:
        rest = rest[handle.write(rest) :]


def _check_space(directory: Path, needed: int) -> None:
    free = shutil.disk_usage(directory).free
    if needed > free:
        raise KitError(
            f"the cache needs {needed / 1e9:,.2f} GB and the disk has {free / 1e9:,.2f} GB free",
            where=directory,
            todo="free some space or choose a smaller image size",
        )
