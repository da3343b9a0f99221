"""Every image decoded and resized once, into one file that all epochs, folds, tasks and runs read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kit.errors import KitError
from kit.files import fingerprint
from kit.images.array_file import cached
from kit.images.decode import DECODER, PLAINLY, Fit
from kit.images.look import Look
from kit.images.region import Region
from kit.images.rows import PixelRows
from kit.images.source import Build, Source
from kit.images.store import RAW, CacheRecord, Store
from kit.reporter import Reporter


@dataclass(frozen=True)
class ImageCache:
    """Decoded images, and where each one lies.

    array: (n_images, height, width, channels) uint8, memory-mapped, read-only, or read when a row is asked for
    keys: the image keys in the array's order
    unreadable: those whose photos could not be read, where that is allowed; their pixels are black
    """

    path: Path
    fingerprint: str
    array: PixelRows
    keys: tuple[str, ...]
    index: dict[str, int]
    unreadable: frozenset[str] = frozenset()

    def rows(self, keys: Iterable[str]) -> np.ndarray:
        """The row of `array` that holds each key: (n_keys,) int64."""
        try:
            return np.fromiter((self.index[key] for key in keys), dtype=np.int64)
        except KeyError as error:
            raise KitError(f"there is no image '{error.args[0]}' in this cache", where=self.path) from None


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
    store: Store = RAW,
) -> ImageCache:
    """Open the cache of `images` (posix paths relative to `data_dir`) at `size` = (height, width); build it if need be.

    `regions` holds the part of each image that is looked at; without it that is the whole. `store` says what is kept
    of them: raw pixels, encoded ones, or nothing.
    The cache is found by a fingerprint of the keys, each file's size and times, the size, the fit, the
    regions, the look, the store and the decoder: an image that changed, or a new Pillow, gives a new cache, and the
    order of `images` does not matter.
    A damaged cache is warned about and rebuilt. Of two processes that want the same cache one builds it, and the other
    waits; what a killed build has done is gone on with.

    Raises KitError that lists every image that cannot be read, unless that is allowed, or when the disk has no room.
    """
    source = Source(data_dir, tuple(sorted(set(images))), size, fit, regions, look)
    return open_photos(directory, source, reporter or Reporter(), store, allow_unreadable=allow_unreadable)


def open_photos(
    directory: Path, source: Source, reporter: Reporter, store: Store, *, allow_unreadable: bool = False
) -> ImageCache:
    """The same of photos whose names are sorted and stand there once."""
    height, width = source.size
    if not source.keys:
        raise KitError("there are no images to read", where=source.data_dir)
    if height < 1 or width < 1:
        raise KitError(f"an image size of {height} x {width} is impossible", todo="give a positive height and width")
    path, identity = place_of(directory, source, store, allow_unreadable=allow_unreadable)

    def build() -> CacheRecord:
        made = Build(source, reporter, allow_unreadable)
        crc32 = store.build(path, made, identity).crc32
        lost = (Path(str(error.where)).relative_to(source.data_dir).as_posix() for error in made.errors)
        return CacheRecord(
            fingerprint=identity,
            images=len(source.keys),
            height=height,
            width=width,
            fit=source.fit,
            decoder=DECODER,
            channels=source.shape[-1],
            unreadable=tuple(sorted(lost)),
            crc32=crc32,
        )

    rows, record = cached(path, identity, "image cache", CacheRecord, build, store.reader(source), reporter)
    index = {key: row for row, key in enumerate(source.keys)}
    return ImageCache(path, identity, rows, source.keys, index, frozenset(record.unreadable))


def place_of(directory: Path, source: Source, store: Store, *, allow_unreadable: bool) -> tuple[Path, str]:
    """The file of these photos in a cache folder, and its fingerprint."""
    content = {**source.identity(), **store.identity}
    if allow_unreadable:
        content["unreadable"] = "black"
    identity = fingerprint(content)
    return directory / f"{identity[:16]}{store.suffix}", identity


def no_images(directory: Path, size: tuple[int, int], channels: int) -> ImageCache:
    """The cache of no image at all: that of a test set that is not there."""
    return ImageCache(directory, fingerprint([]), np.zeros((0, *size, channels), np.uint8), (), {})
