"""What the private score of each candidate submission is likely to be, given OOF and public scores."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from kit.errors import KitError
from kit.selection.candidates import (
    Candidates,
    Sizes,
    at_test_level,
    edge,
    inner_gains,
    inner_scores,
    sampling_covariance,
)
from kit.selection.conditional import Given
from kit.selection.guard import overtaken
from kit.selection.prior import best_of_many, covariance_parts, of_rounding, reach, standing_apart
from kit.selection.scale import Scale
from kit.selection.spreads import BROKEN_DROP, BROKEN_ODDS, BROKEN_SD, believe

Array = NDArray[np.float64]

N_DRAWS = 8000
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)


@dataclass(frozen=True)
class Posterior:
    """The private scores (n,) as the evidence leaves them, jointly, with the pieces that explain them.

    All is in the metric's own units, scores, differences and spreads; `worth` alone is turned so that higher is better.
    covariance: (n, n). low, high: 90 % interval. odds_best: chance to have the best private score. draws:
    (n_draws, n). public_mean (n,), public_variance (n,), public_link (n, n): forecast of public scores and
    cov(private_i, public_j). public_weight, oof_weight (n, n): by how much private_i's mean moves with public_j, oof_j.
    shift: test level less OOF level, at the field's mean. taint: (n,) excess of the OOF score. gap: (n,) public less
    what OOF, taint and what all public scores share foretold, nan where one is unknown; gap_z in its standard errors.
    mean_of_all: of private scores. broken: (n,) odds that it is broken on the test set; reckoned_drop: (n,) what that
    takes from the mean of one that was never sent, 0 or more. taint_sd: spread of taints.
    """

    candidates: Candidates
    mean: Array
    sd: Array
    low: Array
    high: Array
    odds_best: Array
    covariance: Array
    draws: Array
    public_mean: Array
    public_variance: Array
    public_link: Array
    public_weight: Array
    oof_weight: Array
    shift: float
    inner_shift: float
    taint: Array
    gap: Array
    gap_z: Array
    mean_of_all: float
    broken: Array
    reckoned_drop: Array
    taint_sd: float

    @property
    def worth(self) -> Array:
        """The expected private scores (n,), of which higher is better: minus a loss."""
        return self.candidates.scale.sign * self.mean

    def foretold(self, oof: Array) -> Array:
        """The test score that an honest OOF score foretells: the fitted shift away."""
        scale = self.candidates.scale
        return scale.outer(scale.inner(oof) + self.inner_shift)


def posterior(candidates: Candidates, sizes: Sizes, *, seed: int = 0) -> Posterior:
    """Posterior of every candidate's private score.

    On the inner scale, with s the OOF score, p the public and q the private one of candidate i:
        s + g_i = mu_i + taint_i + e_s,   theta_i = mu_i + b + t_i,   p = theta_i + e_p,   q = theta_i + e_q
    g_i what averaging the fold models adds; mu_i ~ N(m0, v^2), m0 flat; b ~ N(0, shift^2) common; t_i ~ N(0, tau^2),
    and a drop besides where i is broken on the test set; taint_i ~ N(0, lambda^2), half of its variance shared, 0
    where honest; e_s ~ N(0, S), e_p and e_q ~ N(0, S) scaled to their numbers of groups. Gaussian given (v, tau,
    lambda) and who is broken, which are summed out, weighted by prior and marginal likelihood. Shrinking towards the
    field is what guards against the best of many noisy public scores (Efron & Morris 1975). What the paired resamples
    of the OOF decide is then held to (`guard`).
    """
    n, scale = len(candidates.names), candidates.scale
    sizes = at_test_level(candidates, sizes)
    noise, to_come = sampling_covariance(candidates, sizes)
    unit = float(np.sqrt(np.median(np.diag(noise)) * sizes.train))
    luck, calmed = best_of_many(candidates, noise * sizes.test_noise * sizes.train / sizes.public)
    oof, public = inner_scores(candidates, sizes)
    gains_of_averaging, gain_errors = inner_gains(candidates, sizes)
    oof = oof + gains_of_averaging
    scores = np.concatenate([oof, public - luck])
    seen = np.flatnonzero(~np.isnan(scores))
    if not seen.size:
        raise KitError("no candidate has an OOF or a public score", todo="log a score first")
    centre = float(scores[seen].mean())
    observed = scores[seen] - centre
    base, parts = covariance_parts(candidates, sizes, noise, to_come, unit)
    base[np.arange(n, 2 * n), np.arange(n, 2 * n)] -= calmed
    base[np.arange(n), np.arange(n)] += gain_errors**2
    apart = standing_apart(candidates, oof, public, noise, unit)
    base += np.kron(np.ones((3, 3)), np.diag(apart))
    corner = np.ix_(seen, seen)
    on_test, far = np.flatnonzero(seen >= n), reach(candidates, oof, public, apart)
    ways = believe(unit, base[corner], [part[corner] for part in parts], observed, on_test, far)

    # of public scores, then of private ones
    second, means = np.zeros((2 * n, 2 * n)), np.zeros((len(ways), 2 * n))
    loose: list[Array] = []
    outer_mean, outer_second = np.zeros(2 * n), np.zeros(2 * n)
    gain, shift, taint, broken = np.zeros((n, seen.size)), 0.0, np.zeros(n), np.zeros(n)
    tau_squared, lam_mean = 0.0, 0.0
    rng = np.random.default_rng(seed)
    draws: list[Array] = []
    reached = 0.0
    for (v, tau, lam), of_spreads in groupby(enumerate(ways), key=lambda one: one[1].spreads):
        alike = list(of_spreads)
        given = Given.of(base + v**2 * parts[0] + tau**2 * parts[1] + lam**2 * parts[2], seen)
        certain = np.clip(np.diag(given.within), 0.0, None)
        second += sum(way.weight for _, way in alike) * given.within
        for place, way in alike:
            count = round((reached + way.weight) * N_DRAWS / 2) - round(reached * N_DRAWS / 2)
            reached += way.weight
            told = given.broken(observed, list(way.broken), seen[list(way.broken)] - n, unit)
            means[place] = told.mean
            loose.append(np.sqrt(way.weight) * told.loose)
            spread = np.sqrt(certain + (told.loose**2).sum(axis=1))
            nodes = scale.outer(told.mean + centre + NODES[:, None] * spread)
            outer_mean += way.weight * (WEIGHTS @ nodes) / WEIGHTS.sum()
            outer_second += way.weight * (WEIGHTS @ nodes**2) / WEIGHTS.sum()
            gain += way.weight * told.gains
            pull = np.zeros(2 * n)
            pull[seen] = told.pull
            shift += way.weight * (sizes.shift * unit) ** 2 * pull[n:].sum()
            taint += way.weight * lam**2 * parts[2][:n, :n] @ pull[:n]
            broken[seen[list(way.broken)] - n] += way.weight
            tau_squared, lam_mean = tau_squared + way.weight * tau**2, lam_mean + way.weight * lam
            half = sum(rng.standard_normal((count, root.shape[1])) @ root.T for root in (given.root, told.loose[n:]))
            draws += [told.mean[n:] + half, told.mean[n:] - half]
    weights, every = np.array([way.weight for way in ways]), np.concatenate(loose, axis=1)
    mean = weights @ means
    second += every @ every.T + (means.T * weights) @ means
    sample = np.concatenate(draws) + centre
    unsent = np.isnan(public)
    broken[unsent] = BROKEN_ODDS
    # a candidate whose public score is unknown may be broken: it is, in so many of the draws
    falls = (rng.random(sample.shape) < BROKEN_ODDS) & unsent
    sample -= falls * unit * (BROKEN_DROP + BROKEN_SD * rng.standard_normal(sample.shape))
    joint = _in_units(second - np.outer(mean, mean), outer_second - outer_mean**2)
    foretold = oof - taint + shift
    n_both = np.count_nonzero(~np.isnan(public - foretold))
    # beyond the shift public scores share the luck of their photos: it says nothing of one candidate against another
    common = float(np.nanmean(public - foretold)) if n_both > 1 else 0.0
    fallen = outer_mean[n:] - scale.outer(scale.inner(outer_mean[n:]) - BROKEN_DROP * unit)
    reckoned = np.where(unsent, BROKEN_ODDS * scale.sign * fallen, 0.0)
    # what the paired resamples of the OOF decide stays decided
    within_units = outer_mean[n:] - scale.sign * reckoned
    alone = public - foretold - common
    own = tau_squared + of_rounding(candidates, sizes)
    gap_z = scale.sign * alone / _gap_errors(alone, noise, sizes, own, (sizes.shift * unit) ** 2)
    private = (second - np.outer(mean, mean))[n:, n:]
    fall = overtaken(candidates, sizes, sample, private, within_units, scale.sign * gap_z)
    expected = np.where(fall < 0, scale.outer(scale.inner(within_units) + fall), within_units)
    sample += fall
    drawn = scale.outer(sample)
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    # identical candidates tie exactly up to the ridge: the first of a tie may take it, the others lose nothing by it
    odds = np.bincount(sample.argmax(axis=1), minlength=n) / len(sample)
    known_oof = oof[~np.isnan(oof)]
    level = np.array(known_oof.mean() if known_oof.size else centre)
    return Posterior(
        candidates=candidates,
        mean=expected,
        sd=np.sqrt(np.diag(joint)[n:]),
        low=low,
        high=high,
        odds_best=odds,
        covariance=joint[n:, n:],
        draws=drawn,
        public_mean=outer_mean[:n],
        public_variance=np.diag(joint)[:n],
        public_link=joint[n:, :n],
        **_weights(scale, candidates, sizes, gain, seen, expected),
        shift=float(scale.outer(level + shift) - scale.outer(level)),
        inner_shift=float(shift + gains_of_averaging.mean()),
        taint=np.where(candidates.tainted & ~np.isnan(oof), scale.outer(oof) - scale.outer(oof - taint), 0.0),
        gap=candidates.public - scale.outer(foretold + common),
        gap_z=gap_z,
        mean_of_all=float(expected.mean()),
        broken=broken,
        reckoned_drop=reckoned,
        taint_sd=float(lam_mean / scale.slope(scale.outer(level))),
    )


def _in_units(inner: Array, variance: Array) -> Array:
    """A covariance in the metric's units: the inner correlations with variances that are known in units."""
    sd = np.sqrt(np.clip(np.diag(inner), 1e-18, None))
    alike = np.clip(inner / np.outer(sd, sd), -1.0, 1.0)
    np.fill_diagonal(alike, 1.0)
    outer_sd = np.sqrt(np.clip(variance, 1e-18, None))
    return np.asarray(alike * np.outer(outer_sd, outer_sd))


def _weights(
    scale: Scale, candidates: Candidates, sizes: Sizes, gain: Array, seen: NDArray[np.int64], expected: Array
) -> dict[str, Array]:
    """By how much each expected private score moves with each score seen, both in the metric's units."""
    n = len(expected)
    known = np.concatenate([candidates.oof, candidates.public])[seen]
    ends = np.where(seen < n, edge(sizes.train), edge(sizes.public))
    slopes = np.array([float(scale.slope(score, end)) for score, end in zip(known, ends, strict=True)])
    weight = np.zeros((n, 2 * n))
    weight[:, seen] = gain * slopes / scale.slope(expected)[:, None]
    return {"oof_weight": weight[:, :n], "public_weight": weight[:, n:]}


def _gap_errors(gap: Array, noise: Array, sizes: Sizes, own_variance: Array, shift_variance: float) -> Array:
    """Standard error (n,) of public less foretold score, once what all share is taken away.

    Of one alone nothing is known to be shared: the fitted shift has taken its part of the gap, and of its error.
    """
    n, both = len(gap), ~np.isnan(gap)
    noisier = 1 + sizes.test_noise * sizes.train / sizes.public
    if both.sum() == 1:
        own = np.diag(noise) * noisier + own_variance
        return np.asarray(own / np.sqrt(own + shift_variance))
    centring = np.eye(n) - np.outer(np.ones(n), both) / max(both.sum(), 1)
    return np.asarray(np.sqrt(np.diag(centring @ noise @ centring.T) * noisier + own_variance))
