"""The reader `box`: a part of a photo as a photo, which lies in the box that the last part of its path says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from kit.errors import KitError
from kit.images.decode import decode
from kit.images.region import Region

_NUMBER = r"\s*([-+]?\d+(?:\.\d*)?)\s*"
_BOX = re.compile(rf"([\[(]?){_NUMBER}[_,]{_NUMBER}[_,]{_NUMBER}([_,x]){_NUMBER}[\])]?")


def read(path: Path) -> np.ndarray:
    """The box of a photo as (height, width, 3) uint8, up to the photo's edges, in pixels of the upright photo.

    The path is PHOTO/LEFT_TOP_RIGHT_BOTTOM, of which right and bottom are the first that are outside, or
    PHOTO/LEFT_TOP_WIDTHxHEIGHT, or PHOTO/[LEFT, TOP, WIDTH, HEIGHT], which is how COCO writes boxes.

    Raises KitError as `decode` does, and where the path ends in no box, or nothing of the photo lies in it.
    """
    found = _BOX.fullmatch(path.name)
    if found is None:
        raise KitError(
            f"'{path.name}' is no box",
            where=path,
            todo="let 'images' end in /{left}_{top}_{right}_{bottom}, or in /{x}_{y}_{width}x{height}, with the columns"
            " of the box",
        )
    left, top, right, bottom = (float(found[group]) for group in (2, 3, 4, 6))
    if found[1] or found[5] == "x":
        right, bottom = left + right, top + bottom
    photo = decode(path.parent)
    height, width = photo.shape[:2]
    first, upper, end, lower = Region((round(left), round(top), round(right), round(bottom))).cut(width, height)
    if first >= end or upper >= lower:
        raise KitError(f"nothing of this photo of {width} x {height} pixels lies in the box {path.name}", where=path)
    return photo[upper:lower, first:end]
