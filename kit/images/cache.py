"""Every image decoded and resized once, into one memory-mapped array that all epochs, folds, tasks and runs read."""

from __future__ import annotations

import contextlib
import fcntl
import io
import math
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from kit.errors import KitError
from kit.files import atomic_path, fingerprint, read_record, write_record
from kit.images.decode import DECODER, Fit, decode
from kit.images.region import Region
from kit.reporter import Reporter

_CHUNK = 64  # images decoded into memory between two writes

_verified: set[tuple[str, int, int, int]] = set()


@dataclass(frozen=True)
class ImageCache:
    """Decoded images, and where each one lies.

    array: (n_images, height, width, 3) uint8 RGB, memory-mapped, read-only
    keys: the image keys in the array's order
    """

    path: Path
    array: np.ndarray
    keys: tuple[str, ...]
    index: dict[str, int]

    def rows(self, keys: Iterable[str]) -> np.ndarray:
        """The row of `array` that holds each key: (n_keys,) int64."""
        try:
            return np.fromiter((self.index[key] for key in keys), dtype=np.int64)
        except KeyError as error:
            raise KitError(f"there is no image '{error.args[0]}' in this cache", where=self.path) from None


class CacheRecord(BaseModel):
    """What lies in a cache file, and the checksum by which damage is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["image-cache"] = "image-cache"
    fingerprint: str
    images: int
    height: int
    width: int
    fit: Fit
    decoder: str
    crc32: int


def open_cache(
    directory: Path,
    data_dir: Path,
    images: Sequence[str],
    size: tuple[int, int],
    fit: Fit = "stretch",
    reporter: Reporter | None = None,
    regions: Mapping[str, Region] | None = None,
) -> ImageCache:
    """Open the cache of `images` (posix paths relative to `data_dir`) at `size` = (height, width); build it if need be.

    `regions` holds the part of each image that is looked at; without it that is the whole.
    The cache is found by a fingerprint of the keys, each file's size and modification time, the size, the fit, the
    regions and the decoder: an image that changed, or a new Pillow, gives a new cache, and the order of `images` does
    not matter.
    A damaged cache is warned about and rebuilt. Two processes may build the same cache at once: each writes its own
    temporary file and renames it, and the bytes are the same.

    Raises KitError that lists every image that cannot be read, or when the disk has no room.
    """
    reporter = reporter or Reporter()
    keys = tuple(sorted(set(images)))
    height, width = size
    if not keys:
        raise KitError("there are no images to read", where=data_dir)
    if height < 1 or width < 1:
        raise KitError(f"an image size of {height} x {width} is impossible", todo="give a positive height and width")
    files = [(key, *_size_and_mtime(data_dir / key)) for key in keys]
    content = {"files": files, "height": height, "width": width, "fit": fit, "decoder": DECODER}
    if regions is not None:
        content["regions"] = [astuple(regions[key]) for key in keys]
    identity = fingerprint(content)
    path = directory / f"{identity[:16]}.npy"
    record_path = path.with_suffix(".json")
    if path.exists() and record_path.exists():
        try:
            return _open(path, keys, read_record(record_path, CacheRecord), identity)
        except KitError as error:
            reporter.warn(f"{path}: this image cache is damaged ({error.what}); it is rebuilt")
    record = CacheRecord(
        fingerprint=identity,
        images=len(keys),
        height=height,
        width=width,
        fit=fit,
        decoder=DECODER,
        crc32=_build(path, data_dir, keys, size, fit, regions, reporter),
    )
    write_record(record_path, record)
    return _open(path, keys, record, identity)


def _size_and_mtime(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return -1, -1  # decoding will tell what is wrong, with all the others
    return status.st_size, status.st_mtime_ns


def _open(path: Path, keys: tuple[str, ...], record: CacheRecord, identity: str) -> ImageCache:
    """Map a cache file, once its content was proved to be what was built.

    The whole file is read and its crc32 compared, once a process: at 2.6 GB/s that is less than an epoch's reading, and
    the first epoch then finds the file in memory. Samples would miss a flipped byte, and a wrong pixel tells nobody.
    """
    if record.fingerprint != identity:
        raise KitError("its record is of other images", where=path)
    with open(path, "rb", buffering=0) as handle:
        status = os.fstat(handle.fileno())
        seen = (str(path.resolve()), status.st_ino, status.st_size, status.st_mtime_ns)
        if seen not in _verified:
            if _crc32(handle) != record.crc32:
                raise KitError("its checksum is wrong", where=path)
            _verified.add(seen)
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return ImageCache(path, array, keys, {key: row for row, key in enumerate(keys)})


def _crc32(handle: io.FileIO) -> int:
    crc, buffer = 0, memoryview(bytearray(1 << 22))
    while count := handle.readinto(buffer):
        crc = zlib.crc32(buffer[:count], crc)
    return crc


def _header(shape: tuple[int, ...]) -> bytes:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return header.getvalue()


def _build(
    path: Path,
    data_dir: Path,
    keys: tuple[str, ...],
    size: tuple[int, int],
    fit: Fit,
    regions: Mapping[str, Region] | None,
    reporter: Reporter,
) -> int:
    """Decode all images into `path` and return the file's crc32; memory holds one chunk of images at a time."""
    header = _header((len(keys), *size, 3))
    unreadable: list[KitError] = []
    with (
        contextlib.ExitStack() as renamed,
        atomic_path(path) as temporary,
        reporter.progress("decoding images", len(keys)) as progress,
    ):
        _sweep(path.parent)
        _check_space(path.parent, len(header) + len(keys) * math.prod(size) * 3)
        handle = renamed.enter_context(open(temporary, "wb", buffering=0))
        with contextlib.suppress(OSError):  # a disk without locks sweeps nothing
            fcntl.flock(handle, fcntl.LOCK_EX)  # until the rename, this tells `_sweep` that the build lives
        handle.write(header)
        crc = zlib.crc32(header)
        for chunk in _decoded_chunks(data_dir, keys, size, fit, regions or {}, unreadable):
            crc = zlib.crc32(chunk.data, crc)
            _write_all(handle, chunk.data)
            progress.advance(len(chunk))
        if unreadable:
            raise _unreadable_error(unreadable, len(keys), data_dir)
    return crc


def _decoded_chunks(
    data_dir: Path,
    keys: tuple[str, ...],
    size: tuple[int, int],
    fit: Fit,
    regions: Mapping[str, Region],
    unreadable: list[KitError],
) -> Iterator[np.ndarray]:
    """Yield (up to _CHUNK, height, width, 3) uint8, in the order of keys; what cannot be read goes to `unreadable`."""
    buffer = np.zeros((min(_CHUNK, len(keys)), *size, 3), np.uint8)

    def fill(slot: int, key: str) -> KitError | None:
        try:
            buffer[slot] = decode(data_dir / key, size, fit, regions.get(key))
        except KitError as error:
            return error
        return None

    pool = ThreadPoolExecutor(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    try:
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            unreadable += filter(None, pool.map(fill, range(len(part)), part))
            yield buffer[: len(part)]
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C waits for the images in hand, not for the chunk


def _write_all(handle: io.FileIO, data: memoryview) -> None:
    """Plain writes, until all is written: on a full disk they are an error, where writing to mapped memory crashes."""
    rest = data.cast("B")
    while rest:
        rest = rest[handle.write(rest) :]


def _unreadable_error(unreadable: list[KitError], total: int, data_dir: Path) -> KitError:
    shown = [f"{Path(str(error.where)).relative_to(data_dir).as_posix()}: {error.what}" for error in unreadable[:5]]
    more = f" and {len(unreadable) - 5:,} more" if len(unreadable) > 5 else ""
    return KitError(
        f"{len(unreadable):,} of {total:,} images cannot be read ({'; '.join(shown)}{more})",
        where=data_dir,
        todo="mend or remove them; `kit doctor` lists them all",
    )


def _check_space(directory: Path, needed: int) -> None:
    free = shutil.disk_usage(directory).free
    if needed > free:
        raise KitError(
            f"the image cache needs {needed / 1e9:,.2f} GB and the disk has {free / 1e9:,.2f} GB free",
            where=directory,
            todo="free some space or choose a smaller image size",
        )


def _sweep(directory: Path) -> None:
    """Remove the temporary files of builds that were killed: a living build holds a lock on what it writes."""
    for temporary in directory.glob(".*.npy.*.tmp"):
        with contextlib.suppress(OSError), open(temporary, "rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(handle.fileno()).st_size:  # an empty one may be about to be locked
                temporary.unlink()
