"""What is believed of candidates before their scores are seen: how scores hang together, and what luck is in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from kit.selection.candidates import PERSON_CORRELATION, Candidates, Sizes, edge

Array = NDArray[np.float64]

FAMILY_CORRELATION = 0.8  # of level and gap between candidates that carry the same family label
LEVEL_SD = 3.0  # of the field's level about the centre of the scores, in units of one group's sd: flat
FAR_OFF = 4.0  # robust sds from the field's middle, beyond which a candidate stands by itself
FAR_AT_LEAST = 0.4  # the same in units of one group's sd: no field of equals is so wide


def covariance_parts(
    candidates: Candidates, sizes: Sizes, noise: Array, to_come: Array, unit: float
) -> tuple[Array, list[Array]]:
    """Prior covariance of (oof, public, private), (3n, 3n): a fixed part and the factors of v^2, tau^2, lambda^2.

    noise, to_come: (n, n) of `sampling_covariance`; what private scores share with public ones has the noise of these.
    """
    n = len(noise)
    flat = np.full((3, 3), (LEVEL_SD * unit) ** 2)
    test = np.array([[0.0, 0, 0], [0, 1, 1], [0, 1, 1]])
    ones, alike = np.ones((n, n)), likeness(candidates, noise)
    tested = sizes.test_noise * sizes.train
    by_score = np.diag([1.0, tested / sizes.public, tested / sizes.private])
    private_alone = tested / sizes.private * (1 - sizes.group_share if sizes.shared_groups else 1.0)
    if sizes.shared_groups:
        shared = sizes.group_share * tested / (sizes.public + sizes.private)
        for place, size in ((1, sizes.public), (2, sizes.private)):
            by_score[place, place] = shared + (1 - sizes.group_share) * tested / size
        by_score[1, 2] = by_score[2, 1] = shared
    base = np.kron(flat + (sizes.shift * unit) ** 2 * test, ones) + np.kron(by_score, noise)
    base[2 * n :, 2 * n :] += private_alone * (to_come - noise)
    public = np.arange(n, 2 * n)
    base[public, public] += of_rounding(candidates, sizes)
    tainted = candidates.tainted.astype(np.float64)
    leak = np.outer(tainted, tainted) * (0.5 * ones + 0.5 * alike)
    return base, [np.kron(np.ones((3, 3)), alike), np.kron(test, alike), np.kron(np.diag([1.0, 0, 0]), leak)]


def of_rounding(candidates: Candidates, sizes: Sizes) -> Array:
    """Variance (n,) of the public scores on the inner scale by their rounding; 0 where there is none."""
    step = sizes.resolution * candidates.scale.slope(candidates.public, edge(sizes.public))
    return np.asarray(np.nan_to_num(step) ** 2 / 12)


def standing_apart(candidates: Candidates, oof: Array, public: Array, noise: Array, unit: float) -> Array:
    """Variance (n,) of the own level of those that lie far off the field, such as a first baseline; 0 for the others.

    How far such a one is off says nothing of how far the others lie apart: it does not pull them, nor they it. The
    middle and the spread are the median's (Huber 1981). A tainted OOF may be far off by its leak, and does not count.
    """
    level = np.where(candidates.tainted, np.nan, oof)
    shift = np.nan_to_num(_median(public - level))
    level = np.where(np.isnan(level), public - shift, level)
    off = np.abs(level - _median(level))
    usual = np.maximum(1.4826 * _median(off), np.sqrt(np.diag(noise)))
    far = off > np.maximum(FAR_OFF * usual, FAR_AT_LEAST * unit)
    return np.where(far, off, 0.0) ** 2


def reach(candidates: Candidates, oof: Array, public: Array, apart: Array) -> tuple[float, float, float]:
    """How far the scores show levels, gaps and taints to spread, luck included: sds, and the largest excess."""
    field = apart == 0
    gaps = public - oof
    off = np.abs(gaps - _median(gaps))  # the median's, as a broken one has a gap of its own
    excess = np.where(candidates.tainted, off, np.nan)
    spreads = [_sd(oof[field]), _sd(public[field])]
    return max(spreads), 1.4826 * float(np.nan_to_num(_median(off))), float(np.nanmax(excess, initial=0.0))


def _median(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")


def _sd(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(known.std()) if known.size else 0.0


def likeness(candidates: Candidates, noise: Array) -> Array:
    """Prior correlation (n, n) of own levels and gaps: 1 for the same predictions, near 0 for strangers.

    A Gaussian kernel of the distance between sampling errors, mixed with the family labels: both positive definite.
    """
    n = len(noise)
    diagonal = np.diag(noise)
    distance = np.clip(diagonal[:, None] + diagonal - 2 * noise, 0.0, None)
    others = distance[~np.eye(n, dtype=bool)]
    usual = float(np.median(others)) if others.size else 0.0
    floor = 0.05 * float(np.median(diagonal))  # a field of near-copies has no stranger to measure by
    kernel = np.exp(-4.0 * distance / max(usual, floor))
    if not any(candidates.families):
        return np.asarray(kernel)
    labels = np.array([f"family {label}" if label else i for i, label in enumerate(candidates.families)], dtype=object)
    same = (labels[:, None] == labels).astype(np.float64)
    return np.asarray(FAMILY_CORRELATION * same + (1 - FAMILY_CORRELATION) * kernel)


def best_of_many(candidates: Candidates, noise: Array) -> tuple[Array, Array]:
    """Luck (n,) to expect in a public score that is the best of `public_tries`, and by how much its variance is less.

    The best of k has the distribution of U^(1/k) at the normal's quantiles; only a candidate's own noise plays.
    """
    n, tries = len(noise), candidates.public_tries
    tuned = np.flatnonzero(tries > 1)
    if not tuned.size:
        return np.zeros(n), np.zeros(n)
    diagonal = np.diag(noise)
    distance = (diagonal[:, None] + diagonal - 2 * noise)[~np.eye(n, dtype=bool)]
    own = float(np.median(distance)) / 2 if n > 1 else (1 - PERSON_CORRELATION) * float(diagonal[0])
    middles = (np.arange(1000) + 0.5) / 1000
    luck, calmed = np.zeros(n), np.zeros(n)
    for k in np.unique(tries[tuned]).tolist():
        best = ndtri(middles ** (1 / k))
        luck[tries == k], calmed[tries == k] = best.mean() * np.sqrt(own), (1 - best.var()) * own
    # what is taken off the diagonal must leave a covariance: at most what the tuned ones do not share with the rest
    precision = np.linalg.inv(noise)[np.ix_(tuned, tuned)]
    return np.where(tries > 1, luck, 0.0), np.minimum(
        np.where(tries > 1, calmed, 0.0), 0.95 / np.linalg.eigvalsh(precision).max()
    )
