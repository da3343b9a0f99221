"""What Pillow gives 8 bits of, or cannot read: colour of 16 bits, TIFFs of any channels and pages."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from kit.images.levels import Raw

if TYPE_CHECKING:
    from tifffile import TiffPage

_PNG_DEPTH = 24
"""The byte of a PNG that says how many bits a value has."""


def is_tiff(data: bytes) -> bool:
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def deeper(data: bytes) -> Raw | None:
    """The values of a colour PNG, Netpbm file or TIFF of more than 8 bits, as they are stored; None of any other."""
    if is_tiff(data):
        found = tiff(data, "first")
        return None if found.values.dtype == np.uint8 else found
    if data.startswith(b"\x89PNG") and data[_PNG_DEPTH] == 16:
        values = _by_opencv(data)[0]
        return Raw(values, has_alpha=True) if values.shape[2] == 4 else Raw(values)
    if data[:2] in (b"P5", b"P6"):
        values = _by_opencv(data)[0]
        return None if values.dtype == np.uint8 else Raw(values)
    return None


def tiff(data: bytes, pages: str) -> Raw:
    """The values of a TIFF's first page, or of all of them one behind another, upright."""
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        every = [page.aspage() for page in (file.pages if pages == "channels" else file.pages[:1])]
        extra = every[0].tags.get("ExtraSamples")
        try:
            arrays = [_page(page) for page in every]
        except ValueError as error:
            if "imagecodecs" not in str(error):
                raise
            arrays = _by_opencv(data)[: len(every)]  # it knows LZW and other old ways to pack
    has_alpha = extra is not None and arrays[0].shape[2] in (2, 4) and _opacity(extra.value)
    return Raw(np.concatenate(arrays, axis=2), has_alpha=has_alpha and len(arrays) == 1)


def _by_opencv(data: bytes) -> list[np.ndarray]:
    """The pages of a file, upright, (height, width, channels) in the order red, green, blue, alpha."""
    import cv2

    packed = np.frombuffer(data, np.uint8)
    found = cv2.imdecodemulti(packed, cv2.IMREAD_UNCHANGED)[1] if is_tiff(data) else []
    pages = list(found)
    if not pages:
        alone = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)
        if alone is None:
            raise ValueError("OpenCV cannot read it either")
        pages = [alone]
    turned = [page[..., None] if page.ndim == 2 else page for page in pages]
    return [
        np.ascontiguousarray(page[..., [2, 1, 0, 3][: page.shape[2]]]) if page.shape[2] > 2 else page for page in turned
    ]


def _opacity(kinds: object) -> bool:
    return any(int(kind) in (1, 2) for kind in (kinds if isinstance(kinds, (tuple, list)) else (kinds,)))


def _page(page: TiffPage) -> np.ndarray:
    values, axes = page.asarray(), page.axes
    if axes.startswith("S"):
        values = np.moveaxis(values, 0, -1)
    values = values if values.ndim == 3 else values[..., None]
    turn = page.tags.get("Orientation")
    return _UPRIGHT.get(1 if turn is None else int(turn.value), lambda array: array)(values)


_UPRIGHT = {
    2: lambda array: array[:, ::-1],
    3: lambda array: array[::-1, ::-1],
    4: lambda array: array[::-1],
    5: lambda array: array.swapaxes(0, 1),
    6: lambda array: array.swapaxes(0, 1)[:, ::-1],
    7: lambda array: array.swapaxes(0, 1)[::-1, ::-1],
    8: lambda array: array.swapaxes(0, 1)[::-1],
}
"""What makes an array upright that a file holds turned or mirrored, by the tag Orientation (TIFF 6.0, section 8)."""
