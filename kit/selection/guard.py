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


def overtaken(candidates: Candidates, sizes: Sizes, worth: Array, covariance: Array, surprise: Array) -> Array:
    """How much each expected private score, higher is better, must fall for the odds to agree with the OOF, (n,) <= 0.

    Where `kit compare` calls i worse than an honest j, and no public score speaks for i against j, i may be ahead of j
    in private with odds of at most one half, and of less the further the difference is beyond decided: the luck of the
    private draw is all that is left. surprise: (n,) public score less what was foretold of it in units in which higher
    is better, nan where there is none.
    """
    behind = paired_z(candidates) - ndtri(DECIDED_ODDS)
    told = np.nan_to_num(surprise)
    speaks = told[:, None] > told
    public = candidates.scale.sign * candidates.public
    both = ~np.isnan(public)
    agree = np.outer(both, both) & (public[:, None] <= public)
    decided = (behind > 0) & ~candidates.tainted & (~speaks | agree)
    if not decided.any():
        return np.zeros(len(worth))
    variance = np.diag(covariance)
    spread = np.sqrt(np.clip(variance[:, None] + variance - 2 * covariance, 0.0, None))
    margin = np.where(speaks, 0.0, behind / np.sqrt(1 + sizes.test_noise * sizes.train / sizes.private)) * spread
    fallen = worth.copy()
    # the best OOF first: whoever is worse than somebody comes after them
    for i in np.argsort(-candidates.scale.sign * candidates.oof, kind="stable"):
        over = np.flatnonzero(decided[i])
        if over.size:
            fallen[i] = min(fallen[i], float((fallen[over] - margin[i, over]).min()))
    return np.minimum(fallen - worth, 0.0)
