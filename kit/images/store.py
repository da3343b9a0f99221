"""What is kept of decoded photos: raw pixels, encoded ones in a tenth of the room, or none, to be decoded each time.

Pixels that were encoded are others than raw ones: the quality is part of the id of what is trained on them.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from kit.errors import KitError
from kit.images.array_file import ArrayRecord, map_array, npy_header
from kit.images.decode import Fit
from kit.images.grown import LISTED, Grown, grow
from kit.images.rows import PixelRows, RowsOnDemand
from kit.images.source import Build, Source

Kind = Literal["raw", "encoded", "none"]

_SUFFIX: dict[Kind, str] = {"raw": ".npy", "encoded": ".jpegs", "none": ".none"}


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


@dataclass(frozen=True)
class Store:
    """A way of keeping photos."""

    kind: Kind = "raw"
    quality: int = 90
    """Of JPEG, where they are encoded."""

    @property
    def suffix(self) -> str:
        return _SUFFIX[self.kind]

    @property
    def identity(self) -> dict[str, object]:
        """What pixels depend on besides what they are decoded from; raw ones on nothing."""
        if self.kind == "raw":
            return {}
        return {"jpeg": self.quality} if self.kind == "encoded" else {"kept": False}

    def seen(self, pixels: np.ndarray) -> np.ndarray:
        """The pixels (height, width, channels) uint8 that come out where these were put in."""
        return unpacked(packed(pixels, self.quality)) if self.kind == "encoded" else pixels

    def build(self, path: Path, build: Build, identity: str) -> Grown:
        """Write the file of all photos, from where an earlier build was killed."""
        if self.kind == "raw":
            shape = build.source.shape
            head = npy_header(shape, np.dtype(np.uint8))
            rows = partial(build.rows, pack=lambda pixels: np.ascontiguousarray(pixels).data)
            return grow(path, rows, head=head, room=len(head) + int(np.prod(shape)))
        if self.kind == "none":  # that all can be read is seen once; the file stays empty
            return grow(path, partial(build.rows, pack=lambda pixels: b""))
        if build.source.shape[-1] not in (1, 3):
            raise KitError(
                f"photos of {build.source.shape[-1]} channels cannot be kept as JPEG",
                where="store",
                todo="take --set store=raw or none",
            )
        pack = partial(packed, quality=self.quality)
        return grow(path, partial(build.rows, pack=pack), tail=lambda rows: _tail(rows.tobytes(), identity))

    def reader(self, source: Source) -> Callable[[Path, CacheRecord], PixelRows]:
        """What gives the photos of the file, which must be whole."""
        if self.kind == "raw":
            return lambda path, record: map_array(path, record.crc32)
        if self.kind == "none":
            return partial(_decoded_rows, source=source)
        return partial(_encoded_rows, shape=source.shape)


RAW = Store()


def packed(pixels: np.ndarray, quality: int) -> bytes:
    """(height, width, 1 or 3) uint8 as JPEG, its colours as fine as its brightness."""
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def unpacked(data: bytes) -> np.ndarray:
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    return pixels[..., None] if pixels.ndim == 2 else pixels


def _decoded_rows(path: Path, record: CacheRecord, source: Source) -> RowsOnDemand:
    """Photos that are decoded when they are asked for; those that cannot be read, where that is allowed, are black."""
    black, unreadable = np.zeros(source.shape[1:], np.uint8), frozenset(record.unreadable)
    return RowsOnDemand(source.shape, lambda row: black if source.keys[row] in unreadable else source.read(row))


def _tail(listed: bytes, identity: str) -> bytes:
    """The list of photos at the end of a file, and the checksum of it and of what it is the list of."""
    return listed + zlib.crc32(identity.encode(), zlib.crc32(listed)).to_bytes(4, "little")


def _encoded_rows(path: Path, record: CacheRecord, shape: tuple[int, ...]) -> RowsOnDemand:
    """Photos that are proved one by one, as they are read, by the list at the end, which is proved here."""
    content = np.memmap(path, np.uint8, "r")
    size = shape[0] * LISTED.itemsize
    listed = content[max(0, len(content) - size - 4) : -4].tobytes()
    if len(listed) != size or _tail(listed, record.fingerprint) != content[-size - 4 :].tobytes():
        raise KitError("its list of photos is wrong", where=path)
    rows = np.frombuffer(listed, LISTED)
    if len(content) != int(rows["end"][-1]) + size + 4:
        raise KitError("it has lost some of its photos", where=path)

    def read(row: int) -> np.ndarray:
        data = content[int(rows["end"][row - 1]) if row else 0 : int(rows["end"][row])].tobytes()
        if zlib.crc32(data) != rows["crc32"][row]:
            raise KitError("a photo in it is damaged", where=path, todo="delete the file: it is made anew")
        return unpacked(data)

    return RowsOnDemand(shape, read)
