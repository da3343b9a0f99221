"""The readers of arrays of numbers: npy, and npz with one array in it; nothing is unpickled."""

from __future__ import annotations

import io

import numpy as np

from kit.competition.photo_format import MOST_CHANNELS
from kit.images.levels import Raw


def open_image(data: bytes) -> Raw:
    """The array of a file's bytes; one with few channels first and many columns last is turned round."""
    found = np.load(io.BytesIO(data), allow_pickle=False)
    if isinstance(found, np.lib.npyio.NpzFile):
        if len(found.files) != 1:
            raise ValueError(f"it holds the arrays {', '.join(found.files)}: write a reader that takes what is needed")
        found = found[found.files[0]]
    if found.ndim == 3 and found.shape[0] <= MOST_CHANNELS < found.shape[2]:
        found = np.moveaxis(found, 0, -1)
    return Raw(found)
