"""What each photo is like as a photo: its file, its size, its light and colour, how sharp it is, what its EXIF says.

Read once, and kept in the cache for as long as the file is the same.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from PIL import ExifTags, Image

from kit.competition.pixels import photo_state
from kit.competition.workspace import Workspace
from kit.cores import in_threads
from kit.errors import KitError
from kit.files import atomic_path, fingerprint
from kit.images.decode import DECODER, decode
from kit.images.look import Look, open_look, to_look_at
from kit.parquet_file import read_parquet_table
from kit.reading import read_bytes
from kit.reporter import Reporter
from kit.table_file import Column

VERSION = 1
"""It rises whenever a fact of the same file is another."""
NUMBERS = (
    "height",
    "width",
    "aspect",
    "bytes_per_pixel",
    "quality",
    "brightness",
    "contrast",
    "saturation",
    "redness",
    "blueness",
    "sharpness",
    "noise",
)
"""height and width in pixels, upright; aspect, width / height; quality as JPEG counts it, 0 of other files; brightness,
contrast (its standard deviation) and saturation in levels of 255; redness and blueness, their mean level less the green
one; sharpness, the logarithm of the variance of the Laplacian; noise in levels (Immerkaer 1996)."""
WORDS = ("codec", "size", "camera")
"""codec: the file's format and its mode; size as width x height; camera: maker and model as EXIF has them."""
_STATE = ("bytes", "mtime", "ctime")
COLUMNS = (
    Column("image", unique=True),
    *(Column(name, "whole") for name in _STATE),
    *(Column(name, "number") for name in NUMBERS),
    *(Column(name, optional=True) for name in WORDS),
)
_PART = 10_000
"""Photos whose facts become a table together."""
_WINDOW = 512
"""Pixels of the middle of a photo, each way, in which sharpness and noise are measured."""
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_TABLE_50 = (16, 11, 10, 16, 24, 40, 51, 61)
"""The first quantisers of luminance that the JPEG standard gives as an example (annex K), which is quality 50."""


def photo_facts(workspace: Workspace, reporter: Reporter) -> pd.DataFrame:
    """`image`, NUMBERS and WORDS of all photos of both sides that can be read, in the order of train and test."""
    images = [*workspace.train["image"], *workspace.test["image"]]
    look = open_look(workspace, reporter)
    identity = fingerprint([VERSION, DECODER, look.identity(images)])
    path = workspace.cache_dir / f"facts-{identity[:16]}.parquet"
    states = {image: photo_state(workspace.data_dir, image, look.format) for image in images}
    kept = _read(path)
    same = [states.get(row.image) == (row.bytes, row.mtime, row.ctime) for row in kept.itertuples()]
    known = kept[np.array(same, dtype=bool)]
    there = set(known["image"])
    todo = [image for image in images if image not in there and states[image] is not None]
    if todo:
        fresh = facts_of(workspace.data_dir, todo, look, reporter)
        state = pd.DataFrame([states[image] for image in fresh["image"]], columns=list(_STATE))
        fresh = pd.concat([fresh, state], axis=1)[[column.name for column in COLUMNS]]
        known = pd.concat([known, fresh], ignore_index=True) if len(fresh) else known
        with contextlib.suppress(KitError), atomic_path(path) as temporary:  # a full disk reads all again the next time
            known.to_parquet(temporary, index=False)
    there = set(known["image"])
    found = known.set_index("image").loc[[image for image in images if image in there]]
    return found.drop(columns=list(_STATE)).reset_index()


def _read(path: Path) -> pd.DataFrame:
    try:
        return read_parquet_table(path, list(COLUMNS))
    except KitError:  # there is none, or a damaged one: all are read again
        return pd.DataFrame(columns=[column.name for column in COLUMNS])


def facts_of(data_dir: Path, images: Sequence[str], look: Look, reporter: Reporter) -> pd.DataFrame:
    """`image`, NUMBERS and WORDS of each of the photos that can be read."""

    def fact(image: str) -> dict[str, Any] | None:
        try:
            pixels = to_look_at(decode(data_dir / image, look=look))
        except KitError:
            return None  # told by the doctor
        return {"image": image, **_of_file(data_dir / image, pixels.shape), **of_pixels(pixels)}

    columns, parts = ["image", *NUMBERS, *WORDS], list[pd.DataFrame]()
    with reporter.progress("looking at photos", len(images)) as progress:
        told = in_threads(fact, images)
        for _ in range(0, len(images), _PART):  # a million dictionaries would fill the memory
            rows = []
            for one in islice(told, _PART):
                progress.advance()
                rows += [] if one is None else [one]
            parts += [pd.DataFrame(rows, columns=columns)] if rows else []
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _of_file(path: Path, shape: tuple[int, ...]) -> dict[str, Any]:
    """What the file says: its format, quality and camera; and the size of the upright photo."""
    height, width = shape[:2]
    told: dict[str, Any] = {"codec": path.suffix.lower().lstrip("."), "camera": "", "quality": 0.0}
    try:
        data = read_bytes(path)
        with Image.open(io.BytesIO(data)) as picture:
            told["codec"] = f"{picture.format} {picture.mode}"
            told["quality"] = _quality(getattr(picture, "quantization", None))
            exif = picture.getexif()
            names = (exif.get(ExifTags.Base.Make), exif.get(ExifTags.Base.Model))
            told["camera"] = " ".join(str(name).strip("\0 ") for name in names if name) or (
                "other EXIF" if exif else ""
            )
        size = len(data)
    except (KitError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        size = 0  # what another reader reads: a folder, a member of an archive
    sides = {"height": float(height), "width": float(width), "aspect": width / height, "size": f"{width} x {height}"}
    return {**told, **sides, "bytes_per_pixel": size / (height * width)}


def _quality(tables: dict[int, Sequence[int]] | None) -> float:
    """The quality of a JPEG by its luminance quantisers, as libjpeg scales them; 0 where there are none."""
    if not tables:
        return 0.0
    scale = 100 * float(np.mean(np.array(tables[min(tables)][:8]) / np.array(_TABLE_50)))
    return float(np.clip(round((200 - scale) / 2 if scale <= 100 else 5000 / scale), 1, 100))


def of_pixels(pixels: np.ndarray) -> dict[str, float]:
    """What the pixels say, (height, width, 3) uint8."""
    red, green, blue = (float(one) for one in cv2.mean(pixels)[:3])
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    brightness, contrast = (float(one.item()) for one in cv2.meanStdDev(grey))
    spread = cv2.subtract(pixels.max(axis=2), pixels.min(axis=2))
    top, left = (max(0, (length - _WINDOW) // 2) for length in grey.shape)
    middle = grey[top : top + _WINDOW, left : left + _WINDOW].astype(np.float32)
    edges = cv2.Laplacian(middle, cv2.CV_32F)
    noise = np.sqrt(np.pi / 2) / 6 * float(np.abs(cv2.filter2D(middle, cv2.CV_32F, _IMMERKAER)).mean())
    return {
        "brightness": brightness,
        "contrast": contrast,
        "saturation": float(cv2.mean(spread)[0]),
        "redness": red - green,
        "blueness": blue - green,
        "sharpness": float(np.log(1 + edges.var())),
        "noise": noise,
    }
