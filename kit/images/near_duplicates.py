"""Photos that show the same though their files differ: packed again, resized, cropped a little, mirrored, brightened.

A perceptual hash finds whom to compare, and the details of the photos decide. The hash is the sign of the 64 lowest
frequencies of the cosine transform of a small grey photo against their median (Zauner 2010, Implementation and
Benchmarking of Perceptual Image Hash Functions). Of each photo that of its mirror image and of nine crops is made too,
and set beside the plain ones of all others, so that a photo is found whose crop or mirror image another one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn

from kit.cores import in_threads, one_thread
from kit.images.alike import MOST, Hashes, Rows, near_rows
from kit.images.rows import PixelRows
from kit.reporter import Reporter

SIDE = 48
"""Pixels of the square to which photos are made small."""
HASHED, LOW = 32, 8
"""Pixels of the square that is transformed, and the frequencies that are kept of it, each way."""
CROPS = (1.2, 2.4)
"""Pixels of SIDE that are cut away, 2.5 % and 5 %, at nine places each."""
FINE = 2.0
"""Pixels of SIDE: what is coarser than this is taken off before details are compared."""
ALIKE, SURELY, MAYBE = 0.9, 0.97, 0.7
"""Correlation of details from which photos are one, from which they always are, and from which they are laid upon one
another to look again."""
FLAT = 1.0
"""Grey levels: photos whose details vary less than this have none to go by."""
_ROWS = 64

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class NearDuplicate:
    """Two photos, by their rows, that show the same; `likeness` is the correlation of their details, up to 1."""

    first: int
    second: int
    likeness: float
    mirrored: bool


def find_near_duplicates(small: PixelRows, reporter: Reporter | None = None) -> list[NearDuplicate]:
    """The pairs of photos that show the same; small: (n, SIDE, SIDE, channels), of which a few are read at a time.

    Where all photos look much alike, as those of one still camera do, more is asked: see `_bar`.
    """
    reporter, n = reporter or Reporter(), len(small)
    found: dict[tuple[int, int], NearDuplicate] = {}
    with one_thread():
        candidates = dict(enumerate(_candidates(small, reporter))) if n else {}
        rows = [row for row, others in candidates.items() if len(others)]
        with reporter.progress("comparing photos", len(rows)) as progress:
            compared = dict(
                zip(rows, in_threads(lambda row: _likeness(small, row, candidates[row]), rows), strict=True)
            )
            bar = _bar(list(compared.values()))
            for pairs in in_threads(lambda row: _alike(small, row, candidates[row], compared[row], bar), rows):
                progress.advance()
                for pair in pairs:
                    key = min(pair.first, pair.second), max(pair.first, pair.second)
                    if key not in found or pair.likeness > found[key].likeness:
                        found[key] = NearDuplicate(*key, min(1.0, pair.likeness), pair.mirrored)
    return [found[key] for key in sorted(found)]


def _bar(compared: list[tuple[Floats, NDArray[np.bool_]]]) -> float:
    """The correlation of details from which two photos are one: ALIKE, or where those that are nearest to a photo are
    usually so much alike that it says little, five times as near as these.
    """
    crowded = [np.median(likeness) for likeness, _ in compared if len(likeness) == MOST]
    usual = float(np.median(crowded)) if crowded else 0.0
    return float(np.clip(1 - (1 - usual) / 5, ALIKE, SURELY))


def together(n: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The rows of n that pairs lead to from one another, two or more together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    linked = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    codes = connected_components(linked, directed=False)[1]
    rows = np.unique(ends)
    return [[int(row) for row in rows[codes[rows] == code]] for code in np.unique(codes[rows])]


def _grey(small: NDArray[np.uint8]) -> Floats:
    """(n, SIDE, SIDE) of photos of any channels."""
    if small.shape[-1] == 3:
        return small.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return small.mean(axis=-1, dtype=np.float32)


def _details(grey: Floats) -> Floats:
    return np.stack([one - cv2.GaussianBlur(one, (0, 0), FINE) for one in grey]) if len(grey) else grey


def _unit(photos: Floats) -> Floats:
    """Each of mean 0 and length 1."""
    flat = photos.reshape(*photos.shape[:-2], photos.shape[-2] * photos.shape[-1])
    flat = flat - flat.mean(axis=-1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-6)


@cache
def _crop_maps() -> list[NDArray]:
    """What leads each pixel of a crop to its place in the photo, for nine crops of each size."""
    maps = []
    for cut in CROPS:
        scale = (SIDE - cut) / SIDE
        for top in (0.0, cut / 2, cut):
            for left in (0.0, cut / 2, cut):
                half = (scale - 1) / 2
                maps.append(np.array([[scale, 0, left + half], [0, scale, top + half]], dtype=np.float32))
    return maps


def _crops(photo: Floats) -> Floats:
    """A photo and its crops, (1 + n_crops, SIDE, SIDE)."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = [
        cv2.warpAffine(photo, one, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE) for one in _crop_maps()
    ]
    return np.stack([photo, *cut])


def _hashes(photos: Floats) -> Hashes:
    """(n,) of (n, SIDE, SIDE)."""
    made = np.stack([cv2.resize(one, (HASHED, HASHED), interpolation=cv2.INTER_AREA) for one in photos])
    low = dctn(made, axes=(1, 2), norm="ortho")[:, :LOW, :LOW].reshape(len(photos), -1)
    bits = low > np.median(low[:, 1:], axis=1, keepdims=True)
    return np.ascontiguousarray(np.packbits(bits, axis=1)).view(np.uint64)[:, 0]


def _candidates(small: PixelRows, reporter: Reporter) -> list[Rows]:
    """For each photo the others whose hash is near that of it, of its mirror image or of one of its larger crops."""
    larger, starts = 1 + len(_crop_maps()) // 2, range(0, len(small), _ROWS)

    def of_some(start: int) -> tuple[Hashes, NDArray[np.bool_]]:
        grey = _grey(small[start : start + _ROWS])
        hashes = []
        for photo in grey:
            cut = _crops(photo)[[0, *range(larger, 2 * larger - 1)]]
            hashes.append(_hashes(np.concatenate([cut, cut[:1, :, ::-1]])))
        return np.stack(hashes), _details(grey).std(axis=(1, 2)) >= FLAT

    parts = []
    with reporter.progress("hashing photos", len(small)) as progress:
        for hashes, wanted in in_threads(of_some, starts):
            parts.append((hashes, wanted))
            progress.advance(len(wanted))
    return near_rows(np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))


def _likeness(small: PixelRows, row: int, others: Rows) -> tuple[Floats, NDArray[np.bool_]]:
    """The correlation of the details of a photo, its mirror image or one of its crops with those of others, and whether
    that is the mirror image's, (n_others,) each.
    """
    details = _details(_grey(small[row : row + 1]))[0]
    flat = _unit(_details(_grey(small[others])))
    plain = (_unit(_crops(details)) @ flat.T).max(axis=0)
    turned = (_unit(_crops(np.ascontiguousarray(details[:, ::-1]))) @ flat.T).max(axis=0)
    return np.maximum(plain, turned), turned > plain


def _alike(
    small: PixelRows, row: int, candidates: Rows, compared: tuple[Floats, NDArray[np.bool_]], bar: float
) -> list[NearDuplicate]:
    """Those of the candidates that are as near as the bar asks, some after they were laid upon the photo."""
    found = []
    for other, likeness, mirrored in zip(candidates, *compared, strict=True):
        near = float(likeness)
        if MAYBE <= near < bar:
            first, second = _grey(small[[row, other]])
            near = max(near, _laid_upon(np.ascontiguousarray(first[:, ::-1]) if mirrored else first, second))
        if near >= bar:
            found.append(NearDuplicate(row, int(other), near, bool(mirrored)))
    return found


def _laid_upon(first: Floats, second: Floats) -> float:
    """The correlation of details once the first is moved and scaled so that it fits the second best (ECC: Evangelidis
    and Psarakis 2008)."""
    warp = np.eye(2, 3, dtype=np.float32)
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)
    try:
        everywhere = np.ones(second.shape, dtype=np.uint8)
        _, found = cv2.findTransformECC(second, first, warp, cv2.MOTION_AFFINE, until, everywhere, 3)
        warp = np.asarray(found)
    except cv2.error:
        return 0.0  # there is nothing to hold on to
    if np.abs(warp - np.eye(2, 3)).max(axis=0)[:2].max() > 0.1 or np.abs(warp[:, 2]).max() > 0.1 * SIDE:
        return 0.0  # more than a crop
    moved = cv2.warpAffine(
        first, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    both = _unit(_details(np.stack([moved, second])))
    return float(both[0] @ both[1])
