"""Files of arrays that hold many photos, or their labels, and are no photos themselves."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from kit.errors import KitError
from kit.reading import opened

ENDINGS = (".npz", ".npy")
FEW = 50
"""Of more files than these each is a photo."""
MOST_CHANNELS = 12
LEAST = 3
"""Pixels of a photo's side, at least."""

_UNREADABLE = (
    KitError,
    OSError,
    ValueError,
    KeyError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


@dataclass(frozen=True)
class Held:
    """An array in a file: its name there, and its shape."""

    name: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} {' x '.join(map(str, self.shape))}"


def not_a_photo(root: Path, images: Sequence[str]) -> dict[str, list[Held]]:
    """The files that hold other arrays than one photo of up to 12 channels, with what they hold."""
    files = [image for image in images if image.lower().endswith(ENDINGS)]
    if len(files) > FEW:
        return {}
    found = {image: held_in(root / image) for image in files}
    sets = {image: held for image, held in found.items() if held and not _holds_one(held)}
    inside = {one.shape[1:] for held in sets.values() for one in held if len(one.shape) >= 3}
    few = {image: held for image, held in found.items() if held and any(one.shape[1:] in inside for one in held)}
    return {image: held for image, held in found.items() if image in sets or image in few}


def _holds_one(held: Sequence[Held]) -> bool:
    """Whether a file's arrays hold one photo: neither none, nor many in one array."""
    counts = {one.shape[:1] for one in held}
    alike = len(held) > 1 and len(counts) == 1 and any(len(one.shape) > 2 for one in held)  # photos, and what they show
    return any(map(_is_photo, held)) and not alike and all(len(one.shape) < 4 for one in held)


def held_in(path: Path) -> list[Held]:
    """The arrays of a file, by their headers; none where it cannot be read."""
    try:
        return list(_headers(path))
    except _UNREADABLE:
        return []


def _headers(path: Path) -> Iterator[Held]:
    if path.suffix.lower() == ".npy":
        with opened(path) as handle:
            yield Held(path.stem, _shape(handle))
        return
    with opened(path) as file, zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with archive.open(name) as handle:
                yield Held(name.removesuffix(".npy"), _shape(handle))


def _shape(handle: IO[bytes]) -> tuple[int, ...]:
    version = np.lib.format.read_magic(handle)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return tuple(read(handle)[0])


def _is_photo(held: Held) -> bool:
    """Height and width, and a few channels before or behind them."""
    if len(held.shape) == 3:
        return min(held.shape[0], held.shape[-1]) <= MOST_CHANNELS
    return len(held.shape) == 2 and min(held.shape) >= LEAST
