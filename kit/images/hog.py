"""Histograms of oriented gradients."""

from __future__ import annotations

import numpy as np


def hog_features(images: np.ndarray, cell: int, orientations: int) -> np.ndarray:
    """(n_images, n_features) float32 of images (n_images, height, width, channels) uint8.

    Cells are `cell` pixels wide and blocks are 2 x 2 cells, normalised by L2 with clipping (Dalal & Triggs 2005); at
    each pixel the colour channel with the strongest gradient counts.
    """
    from skimage.feature import hog

    described = [
        hog(image, orientations, (cell, cell), (2, 2), block_norm="L2-Hys", channel_axis=-1) for image in images
    ]
    return np.stack(described).astype(np.float32)
