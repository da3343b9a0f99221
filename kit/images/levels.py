"""A photo's values as its reader found them, and how they become 0 to 255."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kit.errors import KitError

Bounds = tuple[float, float]
"""The values that become 0 and 255."""


SAY_RANGE = "write 'photos: {range: [LOW, HIGH]}' in competition.yaml, or 'range: auto'"


class Raw(NamedTuple):
    """The values of a photo, upright."""

    values: np.ndarray
    """(height, width) or (height, width, channels) of any kind of number."""
    bounds: Bounds | None = None
    """The values that the file itself names as its darkest and lightest; None where it names none."""
    has_alpha: bool = False
    """Whether the last channel says how opaque a pixel is."""


def channels_last(values: np.ndarray) -> np.ndarray:
    """(height, width, channels); ValueError for an array that is no photo."""
    values = np.asarray(values)
    if values.dtype.kind not in "buif":
        raise ValueError(f"values of the kind {values.dtype} are no pixels")
    if values.ndim == 2:
        return values[..., None]
    if values.ndim != 3 or 0 in values.shape:
        raise ValueError(f"an array of the shape {values.shape} is no photo of height, width and channels")
    return values


def to_levels(values: np.ndarray, bounds: Bounds | None) -> np.ndarray:
    """The same array as uint8: `bounds` become 0 and 255, what lies outside them too; what is no number becomes 0.

    Without bounds 8 bits stay as they are and of 16 bits the highest value becomes 255; other ranges are a KitError.
    """
    if values.dtype == bool:
        return values.astype(np.uint8) * np.uint8(255)
    if bounds is not None:
        low, high = bounds
        step = 255 / (high - low) if high > low else 0.0
        scaled = (np.nan_to_num(values.astype(np.float64), nan=low) - low) * step
        return (np.clip(scaled, 0, 255) + 0.5).astype(np.uint8)
    if values.dtype == np.uint8:
        return values
    if values.dtype.kind == "f":
        raise KitError("floating-point pixels have no agreed range", todo=SAY_RANGE)
    wide = values.astype(np.int64)
    if wide.size and (wide.min() < 0 or wide.max() > 65535):
        raise KitError("integer pixels lie outside 0 to 65535", todo=SAY_RANGE)
    return ((wide + 128) // 257).astype(np.uint8)


def over(values: np.ndarray, opacity: np.ndarray, background: int) -> np.ndarray:
    """uint8 values (height, width, channels) laid over a grey level by their opacity (height, width) uint8."""
    share = opacity.astype(np.float64)[..., None] / 255
    return (values * share + background * (1 - share) + 0.5).astype(np.uint8)
