"""How noisy a score is on fewer groups than it was scored on here: a public set may be a tenth of the train side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import Classes, Floats
from kit.evidence.scorer import Scorer

N_DRAWS = 1000
PLAIN_DRAWS = 200
"""The same of a plain metric, which is called on the rows of each draw."""
ROUNDING = 1e-12
"""A variance below which scores are all the same: at the end of their range, but for the last bits."""
MOST_SCORED = 3
"""Candidates that are scored on the draws: their errors are alike, so that more would tell little more."""


def noise_on_fewer(
    scorer: Scorer, said: Sequence[NDArray], n_groups: int, inner: Callable[[Floats, int], Floats]
) -> float:
    """The variance of a score on n_groups groups, as a multiple of that of one on all of them, scaled to as many.

    Above 1 where a mean over classes meets a handful of people of a class: the score is no longer nearly linear in the
    groups. Groups are drawn with replacement (Bickel, Goetze & van Zwet 1997); inner: the scale on which variances are
    compared, which ends where so many groups can tell. The median of at most three candidates; nan where their scores
    do not vary.
    """
    places = np.unique(np.linspace(0, len(said) - 1, MOST_SCORED).round().astype(int))
    rng = np.random.default_rng([scorer.seed, n_groups])
    sizes = np.array([n_groups, scorer.n_groups])
    draws = [_drawn(rng, scorer.n_groups, size) for size in sizes.tolist()]
    spread = [
        [inner(_scores(scorer, said[place], weights), size).var() for place in places.tolist()]
        for weights, size in zip(draws, sizes.tolist(), strict=True)
    ]
    few, whole = np.array(spread) * sizes[:, None]
    varied = whole > ROUNDING
    known = few[varied] / whole[varied]
    return float(np.median(known)) if known.size else float("nan")


def _drawn(rng: np.random.Generator, n_groups: int, size: int) -> Classes:
    """How often each of n_groups is drawn when `size` of them are, (N_DRAWS, n_groups)."""
    drawn = rng.integers(0, n_groups, size=(N_DRAWS, size)) + np.arange(N_DRAWS)[:, None] * n_groups
    return np.bincount(drawn.ravel(), minlength=N_DRAWS * n_groups).reshape(N_DRAWS, n_groups)


def _scores(scorer: Scorer, said: NDArray, weights: Classes) -> Floats:
    """The score of a prediction on each draw, (n_draws,); those that are not defined are left out."""
    metric, some = scorer.metric, weights if scorer.metric.function is None else weights[:PLAIN_DRAWS]
    chunks = np.array_split(some.astype(float), 10 if metric.tally is None else 1)
    parts = [metric.of_draws(scorer.truth, said, scorer.n_outputs, scorer.groups, chunk) for chunk in chunks]
    scores = metric.constant + np.concatenate(parts).sum(axis=-1)
    return np.asarray(scores[np.isfinite(scores)])
