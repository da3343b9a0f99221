"""What is known of candidate submissions before they are judged: scores, sampling errors, sizes, honesty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.fewer import noise_on_fewer
from kit.evidence.scorer import Scorer
from kit.selection.scale import Scale

Array = NDArray[np.float64]

PERSON_SD = 0.35  # of one group's score as a part of the range, used only where no covariance is known
MOST_SD = 0.8  # the most that it is near an end, as a part of the sd of one that is all right or all wrong
RELATIVE_SD = 0.7  # of one group's loss as a part of the loss, where the range has one end
GROUPS_PER_TELLING = 20  # a score's luck hangs on the hard and the rare: one group in twenty tells of it
GAIN_ERROR = 0.3  # of a foretold gain of averaging; what all share is the common shift's
PERSON_CORRELATION = 0.7  # correlation of two candidates' sampling errors, used only where no covariance is known


@dataclass(frozen=True)
class Candidates:
    """What is known of n candidate submissions, in the metric's own units; `scale` has its range and direction.

    names: n distinct names. oof, public: (n,), nan where unknown. covariance: (n, n) of the OOF scores' sampling
    errors, from a bootstrap over groups; nan rows where unknown. tainted: (n,), True where labels may have leaked
    into the OOF score. families: n labels of near-identical runs ("" for none). public_tries: (n,), of how many public
    submissions this one is the best by public score, where the others are not candidates themselves. gain: (n,) by how
    much the average of its fold models is expected to score higher than its OOF, in units in which the metric counts;
    nan where unknown. paired: (n, n) share of the paired resamples of the OOF on which i is better than j; nan where
    the covariance is to tell.
    """

    names: tuple[str, ...]
    oof: Array
    covariance: Array
    public: Array
    tainted: NDArray[np.bool_]
    families: tuple[str, ...]
    public_tries: NDArray[np.int64]
    gain: Array
    paired: Array
    scale: Scale = field(default_factory=Scale)

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        *,
        oof: ArrayLike | None = None,
        covariance: ArrayLike | None = None,
        public: ArrayLike | None = None,
        tainted: ArrayLike | None = None,
        families: Sequence[str] | None = None,
        public_tries: ArrayLike | None = None,
        gain: ArrayLike | None = None,
        paired: ArrayLike | None = None,
        scale: Scale | None = None,
    ) -> Candidates:
        """Check the shapes and fill in what is left out."""
        n = len(names)
        if n == 0:
            raise KitError("there is no candidate to choose from")
        if len(set(names)) != n:
            raise KitError("two candidates have the same name", todo="give each its own")

        def filled(values: ArrayLike | None, default: float, what: str, shape: tuple[int, ...] = (n,)) -> Array:
            array = np.full(shape, default) if values is None else np.array(values, dtype=np.float64)
            if array.shape != shape:
                raise KitError(f"{what} has the shape {array.shape}, not {shape}", where="candidates")
            if np.isinf(array).any():
                raise KitError(f"{what} holds an infinite number", where="candidates", todo="use nan for unknown")
            return array

        tries = filled(public_tries, 1, "public_tries")
        if not (tries >= 1).all():
            raise KitError("public_tries must be 1 or more", where="candidates")
        labels = tuple("" for _ in names) if families is None else tuple(families)
        if len(labels) != n:
            raise KitError(f"{len(labels)} family labels for {n} candidates", where="candidates")
        return cls(
            names=tuple(names),
            oof=filled(oof, np.nan, "oof"),
            covariance=filled(covariance, np.nan, "covariance", (n, n)),
            public=filled(public, np.nan, "public"),
            tainted=filled(tainted, 0, "tainted").astype(bool),
            families=labels,
            public_tries=tries.astype(np.int64),
            gain=filled(gain, np.nan, "gain"),
            paired=filled(paired, np.nan, "paired", (n, n)),
            scale=scale or Scale(),
        )


@dataclass(frozen=True)
class Sizes:
    """How many groups (people) each score stands on, and how public and private were cut.

    A test score counts as many groups as it is worth of the train side's (`groups_worth`).
    Where rows and not groups were split into public and private (`shared_groups`), a count is rows / rows per group,
    both parts hold the same groups, and `group_share` is the part of a score's variance that belongs to the group
    rather than to its rows. `resolution` is the step of the public scores (0.001 for
    three decimals). `test_noise` multiplies the variance of a test score: on fewer and harder rows a score is noisier
    than its OOF covariance, scaled, says. `shift` is the prior sd of the common step from OOF to test level, in units
    of one group's sd.
    """

    train: float
    public: float
    private: float
    shared_groups: bool = False
    group_share: float = 0.5
    resolution: float = 0.0
    test_noise: float = 1.05
    shift: float = 0.3

    def __post_init__(self) -> None:
        if min(self.train, self.public, self.private) <= 0:
            raise KitError("the numbers of train, public and private groups must be above 0", where="sizes")
        if not 0 <= self.group_share <= 1 or self.resolution < 0 or min(self.shift, self.test_noise) <= 0:
            raise KitError(
                "group_share must lie in [0, 1], resolution be >= 0, shift and test_noise be > 0", where="sizes"
            )


def groups_worth(scorer: Scorer, said: Sequence[NDArray], n_groups: float) -> float:
    """As how many groups a test score on n_groups counts: fewer where so few make it noisier than their number says.

    said: the OOF predictions of the candidates.
    """
    scale, few = Scale.of(scorer.metric), max(2, round(n_groups))
    if not said or few >= scorer.n_groups:
        return n_groups
    noise = noise_on_fewer(scorer, said, few, lambda scores, n: scale.inner(scores, edge(n)))
    return n_groups / max(1.0, noise) if np.isfinite(noise) else n_groups


def inner_scores(candidates: Candidates, sizes: Sizes) -> tuple[Array, Array]:
    """OOF and public scores (n,) on the inner scale."""
    scale = candidates.scale
    return scale.inner(candidates.oof, edge(sizes.train)), scale.inner(candidates.public, edge(sizes.public))


def inner_gains(candidates: Candidates, sizes: Sizes) -> tuple[Array, Array]:
    """What averaging adds to each OOF score on the inner scale, (n,), and the error of that; no gain if none is known.

    One whose gain is unknown is taken to gain as the others do.
    """
    scale, end = candidates.scale, edge(sizes.train)
    gains = scale.inner(candidates.oof + candidates.gain, end) - scale.inner(candidates.oof, end)
    known = ~np.isnan(gains)
    if not known.any():
        return np.zeros(len(gains)), np.zeros(len(gains))
    mean = float(gains[known].mean())
    errors = GAIN_ERROR * np.where(known, np.abs(gains - mean), abs(mean) + gains[known].std())
    return np.where(known, gains, mean), errors


def edge(n_groups: float) -> float:
    """Part of the range that so few groups cannot tell from its end: a perfect score is not beyond all others."""
    return 0.1 / n_groups


def sampling_covariance(candidates: Candidates, sizes: Sizes) -> tuple[Array, Array]:
    """Covariance (n, n) of the OOF scores' sampling errors on the inner scale, filled in for candidates without one.

    Twice: as scores are weighed by it, and as a score to come is spread. There a standard error is the candidate's own:
    one that is sure and sometimes wrong is luckier than the rest. To weigh by, it is half way, as logs go, from that to
    the median of all: weights that follow estimated variances take a noisy candidate for a forecast of the others.
    Standard errors are drawn to their median, and correlations to their mean, by how little so many groups tell of
    them (empirical Bayes): near-copies, whose correlations differ beyond that, keep theirs. A candidate without a
    covariance has the mean correlation with all.
    """
    given = candidates.covariance
    n, known = len(given), np.diag(given) > 0  # no error at all is a sign of too few rows, not of certainty
    block = given[np.ix_(known, known)]
    if np.isnan(block).any() or (np.diag(given) < 0).any() or not np.allclose(block, block.T, atol=1e-9):
        raise KitError("the covariance of the OOF scores is not one", where="candidates", todo="compute it jointly")
    if not known.any():
        sd_of_one, alike = assumed_sd(candidates, sizes), np.full((n, n), PERSON_CORRELATION)
        own_sd = sd = np.full(n, sd_of_one / np.sqrt(sizes.train))
    else:
        slope = candidates.scale.slope(candidates.oof[known], edge(sizes.train))
        inner = block * np.outer(slope, slope)
        told = np.sqrt(np.diag(inner))
        usual = float(np.median(told))
        off = np.zeros(n)
        off[known] = (1 - _luck_share(np.log(told), 2 * sizes.train / GROUPS_PER_TELLING)) * np.log(told / usual)
        sd, own_sd = usual * np.exp(off / 2), usual * np.exp(off)
        alike = _drawn_together(inner / np.outer(told, told), known, sizes.train)
    np.fill_diagonal(alike, 1.0)
    alike += 1e-4 * np.eye(n)
    return np.outer(sd, sd) * alike, np.outer(own_sd, own_sd) * alike


def assumed_sd(candidates: Candidates, sizes: Sizes) -> float:
    """The sd of one group's share of a score on the inner scale, where no resample tells it.

    Of perfect scores half a group is taken to be wrong. A loss may be in any unit.
    """
    scale, some = candidates.scale, np.concatenate([candidates.oof, candidates.public])
    usual = float(np.nanmedian(some)) if not np.isnan(some).all() else float("nan")
    width = scale.high - scale.low
    if np.isfinite(width):
        end = 0.5 / sizes.train
        share = float(np.clip((usual - scale.low) / width, end, 1 - end)) if np.isfinite(usual) else 0.5
        return min(PERSON_SD, MOST_SD * float(np.sqrt(share * (1 - share)))) / (share * (1 - share))
    if np.isfinite([scale.low, scale.high]).any():
        return RELATIVE_SD
    return PERSON_SD * max(1.0, abs(np.nan_to_num(usual)))


def at_test_level(candidates: Candidates, sizes: Sizes) -> Sizes:
    """The sizes with the noise of test scores at the level where the public scores lie.

    Where a range has two ends, errors are a count: the fewer, the larger their luck is on the logit scale, as the slope
    there. Not all of a metric's luck is of that kind: half of it is taken, as logs go.
    """
    scale, both = candidates.scale, ~np.isnan(candidates.oof) & ~np.isnan(candidates.public)
    if not both.any() or not np.isfinite([scale.low, scale.high]).all():
        return sizes
    there = scale.slope(np.array(np.median(candidates.public[both])), edge(sizes.public))
    here = scale.slope(np.array(np.median(candidates.oof[both])), edge(sizes.train))
    return replace(sizes, test_noise=sizes.test_noise * float(np.sqrt(there / here)))


def _luck_share(estimates: Array, tellers: float) -> float:
    """The part of the variance of estimates that is luck, if luck has the variance 1 / tellers, which are 1 or more."""
    luck = 1 / max(tellers, 1.0)
    return luck / max(float(estimates.var()), luck)


def _drawn_together(correlation: Array, known: NDArray[np.bool_], n_groups: float) -> Array:
    """Correlations (n, n) of all candidates from those of the known ones, drawn towards the mean (empirical Bayes)."""
    n, m = len(known), len(correlation)
    pairs = correlation[~np.eye(m, dtype=bool)]
    mean = float(pairs.mean()) if m > 1 else PERSON_CORRELATION
    if m > 2:
        share = _luck_share(np.arctanh(np.clip(pairs, -0.9999, 0.9999)), n_groups / GROUPS_PER_TELLING - 3)
        correlation = share * mean + (1 - share) * correlation
    full = np.full((n, n), mean)
    full[np.ix_(known, known)] = correlation
    # strangers at the mean correlation need not fit the known block: the nearest matrix without negative directions
    np.fill_diagonal(full, 1.0)
    if m < n:
        values, vectors = np.linalg.eigh(full)
        full = (vectors * np.clip(values, 1e-6, None)) @ vectors.T
    return full


def public_luck(candidates: Candidates, sizes: Sizes) -> Array:
    """Sampling sd (n,) of the public scores, in the metric's units."""
    variance = np.diag(sampling_covariance(candidates, sizes)[1]) * sizes.test_noise * sizes.train / sizes.public
    return np.asarray(np.sqrt(variance) / candidates.scale.slope(candidates.public, edge(sizes.public)))
