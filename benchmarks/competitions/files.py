"""Drawn photos and tables, in the formats in which competitions keep them."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tifffile
from numpy.typing import NDArray
from PIL import Image

SIZE = 24
"""Height and width of a photo, where a layout says nothing else."""
HEX = "0123456789abcdef"


@dataclass(frozen=True)
class Files:
    """A data folder and the chance that its files are drawn by."""

    root: Path
    rng: np.random.Generator

    def path(self, name: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def hexes(self, n: int, length: int) -> list[str]:
        """n names of so many hexadecimal digits."""
        drawn = self.rng.integers(0, 16, (n, length))
        return ["".join(HEX[digit] for digit in row) for row in drawn]

    def numbers(self, n: int, low: int, high: int) -> list[str]:
        """n different numbers, as text."""
        found: dict[int, None] = {}
        while len(found) < n:
            found[int(self.rng.integers(low, high))] = None
        return [str(number) for number in found]

    def csv(self, name: str, rows: pd.DataFrame | Mapping[str, Sequence[Any]]) -> None:
        pd.DataFrame(rows).to_csv(self.path(name), index=False)

    def json(self, name: str, content: object) -> None:
        self.path(name).write_text(json.dumps(content))

    def parquet(self, name: str, rows: pd.DataFrame | Mapping[str, Sequence[Any]]) -> None:
        pd.DataFrame(rows).to_parquet(self.path(name), index=False)

    def text(self, name: str, content: str = "") -> None:
        self.path(name).write_text(content)

    def marked(self, marks: Sequence[float], size: int = SIZE, channels: int = 3) -> NDArray[np.uint8]:
        """A photo, (size, size, channels): noise, and a square for each mark, as light as the mark from 0 to 1 says.

        Squares have places and colours of their own, so that a small network learns to tell them apart.
        """
        side = int(np.ceil(np.sqrt(len(marks))))
        edge = size // side
        pixels = self.rng.normal(60, 12, (size, size, channels))
        for place, mark in enumerate(marks):
            top, left = place // side * edge, place % side * edge
            colour = 60 + 110 * (0.4 + 0.6 * (np.arange(channels) == place % channels))
            pixels[top : top + edge, left : left + edge] += mark * colour
        return pixels.clip(0, 255).astype(np.uint8)

    def classed(self, label: str, classes: Sequence[str], size: int = SIZE, channels: int = 3) -> NDArray[np.uint8]:
        """A photo of a class."""
        return self.marked([float(name == label) for name in classes], size, channels)

    def photo(self, name: str, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
        """Write a photo in the format of its ending."""
        path = self.path(name)
        if path.suffix == ".tif":
            tifffile.imwrite(path, pixels)
        else:
            options: dict[str, Any] = {"quality": 95} if path.suffix in (".jpg", ".jpeg") else {}
            Image.fromarray(pixels).save(path, **options)

    def photos(self, names: Iterable[str], labels: Iterable[str], classes: Sequence[str], size: int = SIZE) -> None:
        """Photos of classes."""
        for name, label in zip(names, labels, strict=True):
            self.photo(name, self.classed(label, classes, size))

    def array(self, name: str, values: NDArray[Any]) -> None:
        np.save(self.path(name), values)

    def dicom(self, name: str, pixels: NDArray[np.uint8], *, bits: int = 12, light: bool = False) -> None:
        """A grey photo (height, width) as DICOM of so many bits; light: low values are light (MONOCHROME1)."""
        import pydicom
        from pydicom.uid import ExplicitVRLittleEndian, generate_uid

        high = 2**bits - 1
        values = (pixels.astype(np.float64) * high / 255).round().astype(np.uint16)
        meta = pydicom.dataset.FileMetaDataset()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        meta.MediaStorageSOPClassUID = pydicom.uid.DigitalXRayImageStorageForPresentation
        meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name])
        found = pydicom.Dataset()
        found.file_meta = meta
        found.Rows, found.Columns = values.shape
        found.SamplesPerPixel, found.PixelRepresentation = 1, 0
        found.BitsAllocated, found.BitsStored, found.HighBit = 16, bits, bits - 1
        found.PhotometricInterpretation = "MONOCHROME1" if light else "MONOCHROME2"
        found.PixelData = (high - values if light else values).tobytes()
        found.save_as(self.path(name), enforce_file_format=True)

    def bson(self, name: str, documents: Iterable[Mapping[str, Any]]) -> None:
        """Documents of whole numbers, bytes, lists and documents, one after another (bsonspec.org)."""
        self.path(name).write_bytes(b"".join(map(_bson, documents)))


def jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """The bytes of a JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def _bson(document: Mapping[str, Any]) -> bytes:
    body = b""
    for key, value in document.items():
        name = key.encode() + b"\0"
        if isinstance(value, int):
            body += b"\x10" + name + struct.pack("<i", value)
        elif isinstance(value, bytes):
            body += b"\x05" + name + struct.pack("<i", len(value)) + b"\0" + value
        elif isinstance(value, Mapping):
            body += b"\x03" + name + _bson(value)
        else:
            body += b"\x04" + name + _bson({str(place): item for place, item in enumerate(value)})
    return struct.pack("<i", len(body) + 5) + body + b"\0"
