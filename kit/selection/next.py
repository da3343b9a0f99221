"""Which submission is worth the next public score."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.selection.posterior import Posterior
from kit.selection.select import expected_max

Array = NDArray[np.float64]

SMALLEST_GAIN = 1e-4  # of the final set's expected score, below which a public submission is not worth sending


@dataclass(frozen=True)
class Information:
    """What a public score is worth: gains (n,) in the final set's expected best, nan for candidates already sent.

    best: the candidate to send next, or None where none is worth it. reason: that in a sentence.
    """

    gains: Array
    best: int | None
    reason: str


def value_of_information(posterior: Posterior, n_finals: int = 2) -> Information:
    """How much learning each unsent candidate's public score would raise the expected best of the finals.

    The public score moves all means along cov(private, public) and takes that much variance off; the expectation over
    it is a Gauss-Hermite sum (knowledge gradient: Frazier, Powell & Dayanik 2009). More than two finals count as two.
    The spreads are held fixed, which overstates a gain by up to a third; the order of the gains is what counts.
    """
    names, public = posterior.candidates.names, posterior.candidates.public
    unsent = np.flatnonzero(np.isnan(public))
    gains = np.full(len(names), np.nan)
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    weights = weights / weights.sum()
    rank = np.argsort(-(posterior.mean + posterior.sd), kind="stable")
    for i in unsent.tolist():
        near = np.unique(np.append(rank[:20], i))
        move = posterior.public_link[near, i] / math.sqrt(max(posterior.public_variance[i], 1e-18))
        mean, covariance = posterior.mean[near], posterior.covariance[np.ix_(near, near)]
        means = mean + nodes[:, None] * move
        if n_finals == 1 or len(near) == 1:
            gains[i] = weights @ means.max(axis=1) - mean.max()
        else:
            pairs = np.triu_indices(len(near), 1)
            after = expected_max(means, covariance - np.outer(move, move))[:, pairs[0], pairs[1]]
            gains[i] = weights @ after.max(axis=1) - expected_max(mean, covariance)[pairs].max()
        gains[i] = max(gains[i], 0.0)
    if not unsent.size:
        return Information(gains, None, "None: every candidate has its public score.")
    best = int(unsent[np.argmax(gains[unsent])])
    if gains[best] < SMALLEST_GAIN:
        return Information(
            gains,
            None,
            f"None: no public score would raise the finals' expected score by {SMALLEST_GAIN:.4f} "
            f"(the most is {gains[best]:.5f}, by {names[best]}).",
        )
    return Information(
        gains,
        best,
        f"{names[best]}: learning its public score (forecast {posterior.public_mean[best]:.3f} +- "
        f"{math.sqrt(posterior.public_variance[best]):.3f}) raises the finals' expected score by {gains[best]:.4f}, "
        f"more than any other's.",
    )
