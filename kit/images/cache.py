"""Every image decoded and resized once, into one memory-mapped array that all epochs, folds, tasks and runs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from kit.competition.pixels import photo_state
from kit.cores import usable_cores
from kit.errors import KitError
from kit.files import fingerprint, read_record
from kit.images.array_file import ArrayRecord, cached_array, write_array
from kit.images.decode import DECODER, PLAINLY, Fit, decode
from kit.images.look import Look
from kit.images.region import Region
from kit.reporter import Reporter

_CHUNK = 64  # images decoded into memory between two writes


@dataclass(frozen=True)
class ImageCache:
    """Decoded images, and where each one lies.

    array: (n_images, height, width, channels) uint8, memory-mapped, read-only
    keys: the image keys in the array's order
    unreadable: those whose photos could not be read, where that is allowed; their pixels are black
    """

    path: Path
    fingerprint: str
    array: np.ndarray
    keys: tuple[str, ...]
    index: dict[str, int]
    unreadable: frozenset[str] = frozenset()

    def rows(self, keys: Iterable[str]) -> np.ndarray:
        """The row of `array` that holds each key: (n_keys,) int64."""
        try:
            return np.fromiter((self.index[key] for key in keys), dtype=np.int64)
        except KeyError as error:
            raise KitError(f"there is no image '{error.args[0]}' in this cache", where=self.path) from None


class CacheRecord(ArrayRecord):
    """Decoded images: what they were decoded to, and how."""

    kind: Literal["image-cache"] = "image-cache"
    images: int
    height: int
    width: int
    fit: Fit
    decoder: str
    channels: int = 3
    unreadable: tuple[str, ...] = ()
    """Photos that could not be read, where that was allowed."""

    @property
    def array_shape(self) -> tuple[int, ...]:
        return self.images, self.height, self.width, self.channels


def open_cache(
    directory: Path,
    data_dir: Path,
    images: Sequence[str],
    size: tuple[int, int],
    fit: Fit = "stretch",
    reporter: Reporter | None = None,
    regions: Mapping[str, Region] | None = None,
    look: Look = PLAINLY,
    allow_unreadable: bool = False,
) -> ImageCache:
    """Open the cache of `images` (posix paths relative to `data_dir`) at `size` = (height, width); build it if need be.

    `regions` holds the part of each image that is looked at; without it that is the whole.
    The cache is found by a fingerprint of the keys, each file's size and times, the size, the fit, the
    regions, the look and the decoder: an image that changed, or a new Pillow, gives a new cache, and the order of
    `images` does not matter.
    A damaged cache is warned about and rebuilt. Of two processes that want the same cache one builds it, and the other
    waits.

    Raises KitError that lists every image that cannot be read, unless that is allowed, or when the disk has no room.
    """
    reporter = reporter or Reporter()
    keys = tuple(sorted(set(images)))
    height, width = size
    if not keys:
        raise KitError("there are no images to read", where=data_dir)
    if height < 1 or width < 1:
        raise KitError(f"an image size of {height} x {width} is impossible", todo="give a positive height and width")
    files = [(key, photo_state(data_dir, key, look.format)) for key in keys]
    content = {"files": files, "height": height, "width": width, "fit": fit, "decoder": DECODER, **look.identity(keys)}
    if regions is not None:
        content["regions"] = [astuple(regions[key]) for key in keys]
    if allow_unreadable:
        content["unreadable"] = "black"
    identity = fingerprint(content)
    path = directory / f"{identity[:16]}.npy"

    def build() -> CacheRecord:
        unreadable: list[str] = []
        crc32 = _build(
            path, data_dir, keys, size, fit, regions or {}, look, reporter, unreadable if allow_unreadable else None
        )
        return CacheRecord(
            fingerprint=identity,
            images=len(keys),
            height=height,
            width=width,
            fit=fit,
            decoder=DECODER,
            channels=look.format.channels,
            unreadable=tuple(sorted(unreadable)),
            crc32=crc32,
        )

    array = cached_array(path, identity, "image cache", CacheRecord, build, reporter)
    index = {key: row for row, key in enumerate(keys)}
    black = read_record(path.with_suffix(".json"), CacheRecord).unreadable if allow_unreadable else ()
    return ImageCache(path, identity, array, keys, index, frozenset(black))


def no_images(directory: Path, size: tuple[int, int], channels: int) -> ImageCache:
    """The cache of no image at all: that of a test set that is not there."""
    return ImageCache(directory, fingerprint([]), np.zeros((0, *size, channels), np.uint8), (), {})


def _build(
    path: Path,
    data_dir: Path,
    keys: tuple[str, ...],
    size: tuple[int, int],
    fit: Fit,
    regions: Mapping[str, Region],
    look: Look,
    reporter: Reporter,
    allowed: list[str] | None,
) -> int:
    """Decode all images into `path` and return the file's crc32.

    allowed: gets the keys of photos that cannot be read; None where that is an error.
    """

    def chunks() -> Iterator[np.ndarray]:
        unreadable: list[KitError] = []
        with reporter.progress("decoding images", len(keys)) as progress:
            for chunk in _decoded_chunks(data_dir, keys, size, fit, regions, look, unreadable):
                yield chunk
                progress.advance(len(chunk))
        if unreadable and allowed is not None:
            allowed.extend(Path(str(error.where)).relative_to(data_dir).as_posix() for error in unreadable)
        elif unreadable:
            raise _unreadable_error(unreadable, len(keys), data_dir)

    return write_array(path, (len(keys), *size, look.format.channels), np.dtype(np.uint8), chunks())


def _decoded_chunks(
    data_dir: Path,
    keys: tuple[str, ...],
    size: tuple[int, int],
    fit: Fit,
    regions: Mapping[str, Region],
    look: Look,
    unreadable: list[KitError],
) -> Iterator[np.ndarray]:
    """Yield (up to _CHUNK, height, width, channels) uint8, in the order of keys; the unreadable apart."""
    buffer = np.zeros((min(_CHUNK, len(keys)), *size, look.format.channels), np.uint8)

    def fill(slot: int, key: str) -> KitError | None:
        try:
            buffer[slot] = decode(data_dir / key, size, fit, regions.get(key), look)
        except KitError as error:
            buffer[slot] = 0
            return error
        return None

    pool = ThreadPoolExecutor(usable_cores())
    try:
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            unreadable += filter(None, pool.map(fill, range(len(part)), part))
            yield buffer[: len(part)]
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C waits for the images in hand, not for the chunk


def _unreadable_error(unreadable: list[KitError], total: int, data_dir: Path) -> KitError:
    cures = {error.todo for error in unreadable} - {"copy it again"}
    shown = [f"{Path(str(error.where)).relative_to(data_dir).as_posix()}: {error.what}" for error in unreadable[:5]]
    more = f" and {len(unreadable) - 5:,} more" if len(unreadable) > 5 else ""
    return KitError(
        f"{len(unreadable):,} of {total:,} images cannot be read ({'; '.join(shown)}{more})",
        where=data_dir,
        todo=cures.pop()
        if len(cures) == 1 and unreadable[0].todo != "copy it again"
        else "mend or remove them; `kit doctor` lists them all",
    )
