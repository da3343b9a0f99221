"""The bootstrap over groups, and the percentile intervals of what is paired on its resamples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from kit.errors import KitError
from kit.evidence.arrays import Classes, Floats
from kit.evidence.sums import SCORED_CELLS, Sums

LEVEL = 0.90
"""Probability that an interval claims to hold."""
N_REPLICATES = 2000
BIASED = 0.25
"""Of an sd: a bias up to here takes next to nothing from an interval (Efron and Tibshirani 1993, section 10.3)."""
WEIGHT_CELLS = 2**21
"""Resamples times groups drawn at once: 8 MB as float32."""
FLOAT32_INTEGERS = 2**24
"""Integers up to here are exact in float32."""


@dataclass(frozen=True)
class Seeds:
    """One candidate trained with several seeds: its score is the mean of theirs, and its interval covers both draws.

    Every replicate draws people and, apart from them, n - 1 of the n seeds with replacement: the pigeonhole bootstrap
    of two crossed factors (Owen 2007, Annals of Applied Statistics 1), which errs on the wide side. One draw fewer
    than there are seeds keeps the variance between so few from being understated (Rao and Wu 1988, JASA 83).
    """

    predictions: tuple[ArrayLike, ...]


Candidate = ArrayLike | Seeds
"""A prediction as the metric needs it, or those of several seeds."""


@dataclass(frozen=True)
class Score:
    """A score, its interval and its standard error on the metric's own scale.

    What is not known is nan: all three with a single group, the interval where too few groups can tell it.
    """

    value: float
    low: float
    high: float
    sd: float

    @property
    def has_interval(self) -> bool:
        return bool(np.isfinite(self.low) and np.isfinite(self.high))

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]" if self.has_interval else f"{self.value:.4f} [?]"


def group_codes(groups: ArrayLike, n_rows: int) -> tuple[Classes, int]:
    """Groups of any kind as numbers: codes (n_rows,) in the order of the sorted groups, and how many there are."""
    groups = np.asarray(groups)
    if groups.shape != (n_rows,):
        raise KitError(f"groups of shape {groups.shape} do not fit {n_rows} rows")
    names, codes = np.unique(groups, return_inverse=True)
    return codes.astype(np.int64), len(names)


def resamples(n_groups: int, n_replicates: int, seed: int) -> Iterator[Classes]:
    """How often each group is drawn, (some, n_groups) at a time; rows sum to n_groups (multinomial)."""
    if n_replicates < 1:
        raise KitError(f"{n_replicates} replicates make no bootstrap", todo="ask for 1 or more")
    rng = np.random.default_rng(seed)
    step = max(1, WEIGHT_CELLS // n_groups)
    for first in range(0, n_replicates, step):
        n_draws = min(step, n_replicates - first)
        drawn = rng.integers(0, n_groups, size=(n_draws, n_groups))
        drawn += np.arange(n_draws)[:, None] * n_groups
        yield np.bincount(drawn.ravel(), minlength=n_draws * n_groups).reshape(n_draws, n_groups)


def resampled_sums(tallies: Sums, draws: Iterable[Classes]) -> Iterator[Floats]:
    """Column sums of resampled groups, (some, n_columns) at a time; tallies: (n_groups, n_columns), at least 0.

    draws: what `resamples` gives. Integer tallies give exact sums: in float32 where no resample can leave its exact
    integers, in float64 otherwise.
    """
    if sparse.issparse(tallies):
        step = max(1, SCORED_CELLS // tallies.shape[1])
        for weights in draws:
            for first in range(0, len(weights), step):
                yield np.asarray(weights[first : first + step].astype(np.float64) @ tallies)
        return
    exact = tallies.dtype.kind in "iu" and len(tallies) * int(tallies.max(initial=0)) < FLOAT32_INTEGERS
    dtype = np.float32 if exact else np.float64
    columns: NDArray[np.floating] = tallies.astype(dtype)
    for weights in draws:
        drawn: NDArray[np.floating] = weights.astype(dtype)
        yield (drawn @ columns).astype(np.float64)


def members(candidate: Candidate) -> tuple[ArrayLike, ...]:
    """The predictions of each seed of a candidate."""
    return candidate.predictions if isinstance(candidate, Seeds) else (candidate,)


def mean_of_drawn(drawn: Floats, sizes: Sequence[int], seed: int) -> Floats:
    """The mean over the seeds that each replicate draws of a candidate, (n_replicates, n_candidates, ...).

    drawn: (n_replicates, sum of sizes, ...), of which the first sizes[0] are of the first candidate, and so on; what
    has one seed is taken as it is.
    """
    means, replicates = [], np.arange(len(drawn))[:, None]
    for place, (first, end) in enumerate(pairwise(np.cumsum([0, *sizes]))):
        # a word of its own keeps these draws apart from those of the people
        rng = np.random.default_rng([seed, place + 1])
        picked = rng.integers(first, end, size=(len(drawn), max(1, end - first - 1)))
        means.append(drawn[replicates, picked].mean(axis=1))
    return np.stack(means, axis=1)


def about(point: float | np.floating, replicates: Floats) -> Floats:
    """Replicates (n_replicates,) of a difference, moved so that the point is their mean where they are biased.

    A resample has some rows twice and others not at all: where classes have a handful of rows, gains shrink on it.
    """
    defined = replicates[np.isfinite(replicates)]
    if len(defined) < 2:
        return replicates
    bias = defined.mean() - point
    return replicates - bias if abs(bias) > BIASED * defined.std() > 0 else replicates


def interval(value: float | np.floating, replicates: Floats, n_groups: int, level: float = LEVEL) -> Score:
    """A value with the percentile interval of its replicates (n_replicates,); undefined ones are left out."""
    if not 0 < level < 1:
        raise KitError(f"an interval's level is between 0 and 1, not {level}")
    defined = replicates[np.isfinite(replicates)]
    if n_groups < 2 or len(defined) < 2:
        return Score(float(value), np.nan, np.nan, np.nan)
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Score(float(value), float(low), float(high), float(defined.std(ddof=1)))
