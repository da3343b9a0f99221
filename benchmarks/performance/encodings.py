"""JPEG against WebP for photos at training size: bytes, CPU time to encode and to decode, how far pixels move.

The photos are those that scikit-learn and scikit-image bring, cut to squares, and drawn portraits.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.performance.page import grid
from kit.images.decode import decode
from kit.images.store import packed, unpacked

QUALITIES = (90, 75)
"""Of JPEG; each is set against the WebP whose pixels are as near."""
ROUNDS = 5
Pack = Callable[[np.ndarray], bytes]


def encodings_table(portraits: Sequence[Path], side: int) -> list[str]:
    """portraits: files of drawn photos."""
    kinds = {
        "photos that libraries bring": real_squares(side),
        "drawn portraits": [decode(path, (side, side)) for path in portraits],
    }
    rows = []
    for kind, pictures in kinds.items():
        for quality in QUALITIES:
            jpeg = lambda pixels, quality=quality: packed(pixels, quality)  # noqa: E731
            error = mean_error(jpeg, pictures)
            rows.append([kind, f"JPEG {quality}, colours in full", *figures(jpeg, pictures)])
            for method in (0, 4):
                near = nearest_quality(pictures, error, method)
                rows.append([kind, f"WebP {near}, method {method}", *figures(webp(near, method), pictures)])
        lossless = lambda pixels: saved(pixels, lossless=True, method=0)  # noqa: E731
        rows.append([kind, "WebP without loss, method 0", *figures(lossless, pictures)])
    header = [
        f"{side} x {side} px",
        "",
        "kB a photo",
        "to encode, ms",
        "to decode, ms",
        "mean error, grey levels",
        "largest 0.1 %",
    ]
    return grid(header, rows)


def real_squares(side: int) -> list[np.ndarray]:
    """Squares of real photos, each made as small as training has it."""
    from skimage import data
    from sklearn.datasets import load_sample_images

    whole = [*load_sample_images().images, data.astronaut(), data.chelsea(), data.coffee(), data.rocket()]
    found = []
    for picture in whole:
        height, width = picture.shape[:2]
        cut = min(height, width)
        for top, left in {(0, 0), (height - cut, width - cut)}:
            square = Image.fromarray(picture[top : top + cut, left : left + cut])
            found.append(np.asarray(square.resize((side, side), Image.Resampling.LANCZOS)))
    return found


def saved(pixels: np.ndarray, **how: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", **how)
    return buffer.getvalue()


def webp(quality: int, method: int) -> Pack:
    return lambda pixels: saved(pixels, quality=quality, method=method)


def nearest_quality(pictures: Sequence[np.ndarray], error: float, method: int) -> int:
    """The quality of WebP whose mean error is nearest to this one."""
    return min(range(60, 101, 2), key=lambda quality: abs(mean_error(webp(quality, method), pictures) - error))


def errors(pack: Pack, pictures: Sequence[np.ndarray]) -> np.ndarray:
    """How far each pixel's channels are from where they were, in grey levels."""
    moved = [unpacked(pack(pixels)).astype(int) - pixels for pixels in pictures]
    return np.abs(np.concatenate([one.ravel() for one in moved]))


def mean_error(pack: Pack, pictures: Sequence[np.ndarray]) -> float:
    return float(errors(pack, pictures).mean())


def figures(pack: Pack, pictures: Sequence[np.ndarray]) -> list[str]:
    """Bytes, processor time (the median of rounds over all pictures), and errors."""
    files = [pack(pixels) for pixels in pictures]
    encode, decoded = [], []
    for _ in range(ROUNDS):
        started = time.process_time()
        for pixels in pictures:
            pack(pixels)
        between = time.process_time()
        for file in files:
            unpacked(file)
        encode.append((between - started) / len(files))
        decoded.append((time.process_time() - between) / len(files))
    moved = errors(pack, pictures)
    size = sum(map(len, files)) / len(files) / 1e3
    times = [f"{1e3 * statistics.median(one):.2f}" for one in (encode, decoded)]
    return [f"{size:.1f}", *times, f"{moved.mean():.2f}", f"{np.quantile(moved, 0.999):.0f}"]
