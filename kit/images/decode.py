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
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import PIL
from PIL import ExifTags, Image, ImageChops, UnidentifiedImageError

from kit.competition.formats import PILLOW, READERS
from kit.competition.photo_format import PhotoFormat
from kit.errors import KitError, nearest, one_line
from kit.images.deep import deeper, is_tiff, tiff
from kit.images.levels import Raw, channels_last, over, to_levels
from kit.images.look import Look
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

PLAINLY = Look()
"""Three channels of 8 bits, white behind what is transparent."""


def decode(
    path: Path,
    size: tuple[int, int] | None = None,
    fit: Fit = "stretch",
    region: Region | None = None,
    look: Look = PLAINLY,
) -> np.ndarray:
    """Read a photo as (height, width, channels) uint8, upright, resized to `size` = (height, width) if given.

    With a `region` that part of the upright photo is the image, to which all else applies.

    `look` says how many channels there are (RGB without it), which values become 0 and 255, and what lies behind
    transparent pixels. Grey is repeated in three channels, CMYK is converted, the first frame of several is taken, EXIF
    and TIFF orientation are applied.
    `fit` says what becomes of the proportions: `stretch` ignores them, `crop` keeps the largest centred part of the
    size's proportions, `pad` keeps the whole image, centred on black. Resizing is bilinear with antialiasing, channel
    by channel.

    Raises KitError, naming the file, when it is missing, empty, truncated, damaged or not an image, when it has other
    channels or values than `look` says, and when the region lies outside of it.
    """
    if fit not in get_args(Fit):
        raise KitError(f"there is no fit '{fit}'", todo=nearest(fit, get_args(Fit)))
    images = _planes(Path(path), look)
    if region is not None:
        try:
            images = [region.of(image) for image in images]
        except KitError as error:
            raise KitError(error.what, where=path) from None
    arrays = [np.array(image if size is None else _resized(image, size, fit)) for image in images]
    return arrays[0] if arrays[0].ndim == 3 else np.stack(arrays, axis=-1)


def image_size(path: Path, look: Look = PLAINLY) -> tuple[int, int]:
    """The height and width of the upright image, from the file's head alone where it can be; raises KitError as
    `decode` does."""
    path = Path(path)
    if look.own.of(path, look.format.reader) is None:
        with _reading(path) as (picture, _):
            if isinstance(picture, Image.Image):
                turned = picture.format != "TIFF" and _orientation(picture) in _TURNED  # a TIFF's size is told upright
                return (picture.width, picture.height) if turned else (picture.height, picture.width)
            return channels_last(picture.values).shape[:2]
    return read_values(path, look).shape[:2]


def read_values(path: Path, look: Look) -> np.ndarray:
    """A photo's values as they are stored, (height, width, channels), before any range is applied."""
    with _told(path):
        found = _raw(path, replace(look, bounds=(0.0, 1.0)))
    return channels_last(found.values if isinstance(found, Raw) else np.asarray(found))


def _planes(path: Path, look: Look) -> list[Image.Image]:
    """A photo as one RGB image, or as a grey image for each channel."""
    if look.format.bands is not None:
        one = replace(look, format=look.format.model_copy(update={"bands": None, "channels": 1}))
        planes = [_planes(path.with_name(name), one)[0] for name in look.format.band_names(path.name)]
        if len({plane.size for plane in planes}) > 1:
            raise KitError("the files of its channels are of different sizes", where=path)
        return planes
    with _told(path):
        found, channels = _raw(path, look), look.format.channels
        if isinstance(found, Image.Image) and channels == 3:
            return [_rgb(found, look.format.alpha)]
        if isinstance(found, Image.Image) and channels == 1:
            return [_rgb(found, look.format.alpha).convert("L") if found.mode != "L" else found]
        if isinstance(found, Image.Image):
            found = Raw(np.asarray(found), has_alpha=found.mode in ("LA", "RGBA") and channels != len(found.getbands()))
        bounds = look.bounds if look.bounds is not None else found.bounds
        levels = _with_channels(to_levels(channels_last(found.values), bounds), found, look.format)
        if channels == 3:
            return [Image.fromarray(np.ascontiguousarray(levels))]
        return [Image.fromarray(np.ascontiguousarray(levels[..., channel])) for channel in range(channels)]


def _with_channels(levels: np.ndarray, raw: Raw, form: PhotoFormat) -> np.ndarray:
    """(height, width, channels) uint8 with as many channels as the format says."""
    if raw.has_alpha and levels.shape[2] != form.channels:
        opacity = levels[..., -1]
        if raw.values.dtype != np.uint8:  # a share of what its kind can hold, whatever the range
            opacity = to_levels(channels_last(raw.values)[..., -1], None)
        levels = levels[..., :-1]
        if form.alpha != "drop":
            levels = over(levels, opacity, 255 if form.alpha == "white" else 0)
    if levels.shape[2] == 1 and form.channels == 3:
        return np.repeat(levels, 3, axis=2)
    if levels.shape[2] == 3 and form.channels == 1:
        return np.asarray(Image.fromarray(np.ascontiguousarray(levels)).convert("L"))[..., None]
    if levels.shape[2] != form.channels:
        raise KitError(
            f"this photo has {levels.shape[2]} channels, not {form.channels}",
            todo=f"write 'photos: {{channels: {levels.shape[2]}}}' in competition.yaml",
        )
    return levels


def _raw(path: Path, look: Look) -> Image.Image | Raw:
    """A photo upright, as an image of 8 bits or as the values that its reader found."""
    own = look.own.of(path, look.format.reader)
    if own is not None:
        return Raw(look.own.call(own, path))
    with _reading(path) as (picture, data):
        if isinstance(picture, Raw):
            return picture
        if look.format.pages == "channels" and is_tiff(data):
            return tiff(data, "channels")
        if look.bounds is not None and (values := deeper(data)) is not None:
            return values
        picture.load()
        if picture.format == "PNG" and _PNG_END not in data:  # Pillow asks for the pixels only
            raise OSError("truncated")
        upright = _upright(picture, _orientation(picture))
        if upright.mode == "F" or upright.mode.startswith("I"):
            return Raw(np.asarray(upright))
        return _eight_bits(upright, picture) if look.bounds is None else Raw(np.asarray(_eight_bits(upright, picture)))


def _eight_bits(image: Image.Image, opened: Image.Image) -> Image.Image:
    """An image without palette, and with CMYK as it is meant; one that hides colours keeps its alpha channel."""
    if image.mode == "CMYK":
        if opened.format == "JPEG" and "adobe" not in opened.info:
            image = ImageChops.invert(image)  # Pillow takes every CMYK JPEG for Adobe's, which are stored inverted
        return image.convert("RGB")
    if image.mode in ("P", "PA") or "transparency" in opened.info:
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


@contextmanager
def _reading(path: Path) -> Iterator[tuple[Image.Image | Raw, bytes]]:
    """The opened picture and the file's bytes; what is wrong with them becomes a KitError that names the file."""
    with _told(path):
        data = read_bytes(path)
        if not data:
            raise KitError("this file is empty (0 bytes)", where=path, todo="copy it again")
        try:
            picture = _reader(path)(data)
        except UnidentifiedImageError:
            if not is_tiff(data):
                raise
            picture = tiff(data, "first")
        if not isinstance(picture, Image.Image):
            yield picture if isinstance(picture, Raw) else Raw(picture), data
            return
        with picture:
            yield picture, data


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What goes wrong with a photo as a KitError that names its file."""
    try:
        yield
    except KitError as error:
        raise KitError(error.what, where=error.where or path, todo=error.todo) from error
    except UnidentifiedImageError:
        raise KitError("this file is not an image, or its start is damaged", where=path, todo="copy it again") from None
    except Image.DecompressionBombError:
        raise KitError(f"this image has more than {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels", where=path) from None
    except OSError as error:
        if error.errno is not None:
            raise KitError(f"this file cannot be read ({error.strerror})", where=path) from None
        what = "truncated" if "truncated" in str(error) else f"damaged ({error})"
        raise KitError(f"this image is {what}", where=path, todo="copy it again") from None
    except MemoryError:
        raise
    except Exception as error:  # of a damaged file a format's library may raise anything
        raise KitError(f"this image is damaged ({one_line(error)})", where=path, todo="copy it again") from error


def _reader(path: Path) -> Callable[[bytes], Image.Image | Raw]:
    """The reader of a file by its name; of a name that says nothing, Pillow."""
    module = importlib.import_module(READERS.get(path.suffix.lower(), PILLOW))
    reader: Callable[[bytes], Image.Image | Raw] = module.open_image
    return reader


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except (OSError, *_DAMAGED):  # a damaged EXIF block says nothing about the pixels
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _rgb(image: Image.Image, alpha: str) -> Image.Image:
    """RGB of an image of 8 bits, what is transparent laid over a background."""
    if image.mode in ("LA", "RGBA") and alpha != "drop":
        colours = image.convert("RGBA")
        back = Image.new("RGBA", image.size, (255, 255, 255, 255) if alpha == "white" else (0, 0, 0, 255))
        image = Image.alpha_composite(back, colours)
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
