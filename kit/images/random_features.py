"""Photos as the answers of random filters: features of pixels that were trained on nothing."""

from __future__ import annotations

import numpy as np

N_FILTERS, SIDE, PLACES = 96, 3, 20
"""Random filters of SIDE x SIDE pixels, laid on a grid of at most some PLACES x PLACES places of a photo."""


def relu_features(pixels: np.ndarray) -> np.ndarray:
    """(n, N_FILTERS) float32 of (n, height, width, channels) uint8: how often and how far random filters answer.

    Means over the photo of max(0, filter + bias), as logarithms. They see what a network was trained to look through:
    a third of the filters answers to texture alone, so to noise and blur, and a third to colour alone, if any.
    """
    rng = np.random.default_rng(0)
    filters = rng.normal(size=(N_FILTERS, SIDE, SIDE, pixels.shape[3]))
    texture, colour = slice(0, N_FILTERS // 3), slice(N_FILTERS // 3, 2 * N_FILTERS // 3)
    filters[texture] -= filters[texture].mean(axis=(1, 2), keepdims=True)
    if pixels.shape[3] > 1:  # of one channel nothing would be left
        filters[colour] -= filters[colour].mean(axis=3, keepdims=True)
    filters = filters.reshape(N_FILTERS, -1)
    filters = (filters / np.linalg.norm(filters, axis=1, keepdims=True)).astype(np.float32)
    # from less than the noise of a photo to half of all its range
    bias = np.exp(rng.uniform(np.log(0.01), np.log(0.5), N_FILTERS)) * rng.choice([-1, 1], N_FILTERS)
    height, width = (max(1, (length - SIDE + 1) // PLACES) for length in pixels.shape[1:3])
    patches = np.lib.stride_tricks.sliding_window_view(pixels, (SIDE, SIDE), axis=(1, 2))[:, ::height, ::width]
    patches = patches.transpose(0, 1, 2, 4, 5, 3).reshape(len(pixels), -1, filters.shape[1])
    answers = patches.astype(np.float32) / 255 @ filters.T + bias.astype(np.float32)
    return np.log(np.maximum(0, answers).mean(axis=1) + 1e-3)
