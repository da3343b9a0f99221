"""The one way from an image file to pixels: everything that reads an image calls `decode`.

Pillow, not torchvision: on a 512 x 384 JPEG both give the same bytes, decoded and resized, and torchvision takes 1.1 ms
against 1.7, but it reads neither BMP nor TIFF nor 16-bit grey as 8-bit, and needs torch imported first.
"""

from __future__ import annotations

import importlib
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import PIL
from PIL import ExifTags, Image, ImageChops, UnidentifiedImageError

from kit.competition.formats import PILLOW, READERS
from kit.errors import KitError, nearest
from kit.images.region import Region
from kit.reading import read_bytes

Fit = Literal["stretch", "crop", "pad"]

DECODER_VERSION = 1
"""It rises whenever `decode` gives other pixels for the same file; part of every run's id."""

DECODER = f"{DECODER_VERSION}, Pillow {PIL.__version__}"
"""Part of every cache's fingerprint."""

# What Pillow's readers raise on a damaged file, besides OSError.
_DAMAGED = (SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError, struct.error, zlib.error)

_PNG_END = b"IEND\xaeB`\x82"

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = (5, 6, 7, 8)
"""Orientations in which a file's rows are the upright image's columns."""


def decode(
    path: Path, size: tuple[int, int] | None = None, fit: Fit = "stretch", region: Region | None = None
) -> np.ndarray:
    """Read an image file as (height, width, 3) uint8 RGB, upright, resized to `size` = (height, width) if given.

    With a `region` that part of the upright photo is the image, to which all else applies.

    Grey is repeated in three channels, 16-bit grey is scaled (65535 becomes 255), CMYK is converted, an alpha channel
    is dropped (no background is made up), the first frame of several is taken, EXIF orientation is applied.
    `fit` says what becomes of the proportions: `stretch` ignores them, `crop` keeps the largest centred part of the
    size's proportions, `pad` keeps the whole image, centred on black. Resizing is bilinear with antialiasing.

    Raises KitError, naming the file, when it is missing, empty, truncated, damaged or not an image, and when the region
    lies outside of it.
    """
    if fit not in get_args(Fit):
        raise KitError(f"there is no fit '{fit}'", todo=nearest(fit, get_args(Fit)))
    image = _open(Path(path))
    if region is not None:
        try:
            image = region.of(image)
        except KitError as error:
            raise KitError(error.what, where=path) from None
    return np.array(image if size is None else _resized(image, size, fit))


def image_size(path: Path) -> tuple[int, int]:
    """The height and width of the upright image, from the file's head alone; raises KitError as `decode` does."""
    with _reading(Path(path)) as (image, _):
        height, width = image.height, image.width
        return (width, height) if _orientation(image) in _TURNED else (height, width)


def _open(path: Path) -> Image.Image:
    with _reading(path) as (image, data):
        image.load()
        if image.format == "PNG" and _PNG_END not in data:  # Pillow asks for the pixels only
            raise OSError("truncated")
        return _upright(_rgb(image), _orientation(image))


@contextmanager
def _reading(path: Path) -> Iterator[tuple[Image.Image, bytes]]:
    """The opened image and the file's bytes; what is wrong with them becomes a KitError that names the file."""
    data = read_bytes(path)
    if not data:
        raise KitError("this file is empty (0 bytes)", where=path, todo="copy it again")
    try:
        with _reader(path)(data) as image:
            yield image, data
    except UnidentifiedImageError:
        raise KitError("this file is not an image, or its start is damaged", where=path, todo="copy it again") from None
    except Image.DecompressionBombError:
        raise KitError(f"this image has more than {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels", where=path) from None
    except OSError as error:
        what = "truncated" if "truncated" in str(error) else f"damaged ({error})"
        raise KitError(f"this image is {what}", where=path, todo="copy it again") from None
    except _DAMAGED as error:
        raise KitError(f"this image is damaged ({error})", where=path, todo="copy it again") from None


def _reader(path: Path) -> Callable[[bytes], Image.Image]:
    """The reader of a file by its name; of a name that says nothing, Pillow."""
    module = importlib.import_module(READERS.get(path.suffix.lower(), PILLOW))
    reader: Callable[[bytes], Image.Image] = module.open_image
    return reader


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except (OSError, *_DAMAGED):  # a damaged EXIF block says nothing about the pixels
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode == "F":
        raise ValueError("floating-point pixels have no agreed range")
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.int64)
        if wide.min() < 0 or wide.max() > 65535:
            raise ValueError("integer pixels outside 0 to 65535")
        image = Image.fromarray(((wide + 128) // 257).astype(np.uint8))
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        image = ImageChops.invert(image)  # Pillow takes every CMYK JPEG for Adobe's, which are stored inverted
    if image.mode in ("P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    return image if image.mode == "RGB" else image.convert("RGB")


def _resized(image: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    height, width = size
    bilinear = Image.Resampling.BILINEAR
    if fit == "crop":
        scale = min(image.width / width, image.height / height)
        left, top = (image.width - scale * width) / 2, (image.height - scale * height) / 2
        box = (left, top, min(left + scale * width, image.width), min(top + scale * height, image.height))
        return image.resize((width, height), bilinear, box=box)
    if fit == "pad":
        scale = min(width / image.width, height / image.height)
        inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        canvas = Image.new("RGB", (width, height))
        canvas.paste(image.resize(inner, bilinear), ((width - inner[0]) // 2, (height - inner[1]) // 2))
        return canvas
    return image.resize((width, height), bilinear)
