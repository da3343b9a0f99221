"""What the paired resamples of the OOF decide, the odds may not undo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from kit.evidence.compare import DECIDED_ODDS
from kit.selection.candidates import Candidates, Sizes

Array = NDArray[np.float64]

ALL_DRAWS = 3.5
"""Standard errors that a difference is at most worth which all resamples share."""
NO_TIE = 1e-3
"""Standard errors of a difference by which the better one at least stays ahead."""


def paired_z(candidates: Candidates) -> Array:
    """By how many standard errors the OOF of i lies behind that of j, (n, n), as the paired resamples have it.

    `candidates.paired` where it is known, the covariance of the OOF scores elsewhere; nan where nothing is.
    """
    gain = candidates.scale.sign * candidates.oof
    variance = np.diag(candidates.covariance)
    spread = np.sqrt(np.clip(variance[:, None] + variance - 2 * candidates.covariance, 0.0, None))
    spread[~(spread > 1e-9 * np.sqrt(variance))] = np.nan  # the same predictions, or no error to be seen
    z = np.clip((gain - gain[:, None]) / spread, -2 * ALL_DRAWS, 2 * ALL_DRAWS)
    odds = candidates.paired
    told = np.clip(-ndtri(odds), -ALL_DRAWS, ALL_DRAWS)
    beyond = np.sign(told) * np.fmax(np.abs(z), ALL_DRAWS)
    return np.where(np.isnan(odds), z, np.where(np.abs(told) < ALL_DRAWS, told, beyond))


def overtaken(
    candidates: Candidates, sizes: Sizes, drawn: Array, covariance: Array, expected: Array, gap_z: Array
) -> Array:
    """How far each candidate must fall on the inner scale for the odds to agree with the OOF, (n,) <= 0.

    Where `kit compare` calls i worse than an honest j, and public scores do not speak for i against j by as much as the
    OOF against it, i may be ahead of j in private with odds of at most one half, and of less the further the difference
    is beyond decided: the luck of the private draw is all that is left. Nor may i be expected to score more. The same
    where the public scores have the order of the OOF, whatever they were foretold to be. drawn (n_draws, n), covariance
    (n, n): of private scores, on the inner scale; expected: (n,) in the metric's units: the mean of what is skew may
    lie on the other side of its middle; gap_z: (n,) public score less what was foretold of it, in standard errors,
    higher is better, nan where there is none.
    """
    behind = paired_z(candidates) - ndtri(DECIDED_ODDS)
    told, sent = np.nan_to_num(gap_z), ~np.isnan(gap_z)
    speaks = (told[:, None] - told) / np.sqrt(np.maximum(1, sent[:, None].astype(float) + sent))
    firm = behind - np.maximum(speaks, 0.0)
    public = candidates.scale.sign * candidates.public
    both = ~np.isnan(public)
    agree = np.outer(both, both) & (public[:, None] <= public)
    decided = (behind > 0) & ~candidates.tainted & ((firm > 0) | agree)
    if not decided.any():
        return np.zeros(len(expected))
    variance = np.diag(covariance)
    spread = np.sqrt(np.clip(variance[:, None] + variance - 2 * covariance, 0.0, None))
    margin = np.maximum(firm, 0.0) / np.sqrt(1 + sizes.test_noise * sizes.train / sizes.private) * spread
    tie = NO_TIE * spread
    middle, mean = np.median(drawn, axis=0), candidates.scale.inner(expected)
    fall = np.zeros(len(expected))
    order = np.argsort(-candidates.scale.sign * candidates.oof, kind="stable")
    # the best OOF first, as whoever is worse than somebody mostly comes after them; until nobody has to fall further
    for _ in order:
        before = fall.copy()
        for i in order:
            over = np.flatnonzero(decided[i])
            if over.size:
                room = np.minimum(middle[over] - middle[i] - margin[i, over], mean[over] - mean[i]) - tie[i, over]
                fall[i] = min(fall[i], float((room + fall[over]).min()))
        if (fall == before).all():
            break
    return fall
