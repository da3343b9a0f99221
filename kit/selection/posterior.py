"""What the private score of each candidate submission is likely to be, given OOF and public scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from kit.errors import KitError
from kit.selection.candidates import PERSON_CORRELATION, Candidates, Sizes, sampling_covariance

Array = NDArray[np.float64]

FAMILY_CORRELATION = 0.5  # of level and gap between candidates that carry the same family label
LEVEL_GRID = (0.00625, 0.0125, 0.025, 0.05, 0.1, 0.2)  # v, in units of one group's sd
GAP_GRID = (0.00125, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08)  # tau
TAINT_GRID = (0.02, 0.06, 0.18, 0.54)  # lambda
GRID_LOG_SD = 1.0  # of the log-normal prior about each grid's centre
N_DRAWS = 8000


@dataclass(frozen=True)
class Posterior:
    """The private scores (n,) as the evidence leaves them, jointly, with the pieces that explain them.

    covariance: (n, n). low, high: 90 % interval. odds_best: chance to have the highest private score. draws:
    (n_draws, n). public_mean (n,), public_variance (n,), public_link (n, n): forecast of public scores and
    cov(private_i, public_j). public_weight, oof_weight (n, n): by how much private_i's mean moves with public_j, oof_j.
    shift: test level less OOF level. taint: (n,) excess of the OOF score. gap: (n,) public less what OOF, shift and
    taint foretold, nan where one is unknown; gap_z in its standard errors. mean_of_all: of private scores.
    level_sd, gap_sd, taint_sd: spread of true levels, of own gaps, of taints.
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
    taint: Array
    gap: Array
    gap_z: Array
    mean_of_all: float
    level_sd: float
    gap_sd: float
    taint_sd: float


def posterior(candidates: Candidates, sizes: Sizes, *, seed: int = 0) -> Posterior:
    """Posterior of every candidate's private score.

    With s the OOF score, p the public and q the private one of candidate i:
        s = mu_i + taint_i + e_s,   theta_i = mu_i + b + t_i,   p = theta_i + e_p,   q = theta_i + e_q
    mu_i ~ N(m0, v^2), m0 flat; b ~ N(0, shift_sd^2) common; t_i ~ N(0, tau^2); taint_i ~ N(0, lambda^2), half of its
    variance shared, 0 where honest; e_s ~ N(0, S), e_p and e_q ~ N(0, S) scaled to their numbers of groups. Gaussian
    given (v, tau, lambda), which are summed out over a grid weighted by prior and marginal likelihood. Shrinking
    towards the field is what guards against the best of many noisy public scores (Efron & Morris 1975).
    """
    n = len(candidates.names)
    noise = sampling_covariance(candidates, sizes)
    unit = float(np.sqrt(np.median(np.diag(noise)) * sizes.train))
    luck, calmed = _best_of_many(candidates, noise * sizes.test_noise * sizes.train / sizes.public)
    public = candidates.public - luck
    scores = np.concatenate([candidates.oof, public])
    seen = np.flatnonzero(~np.isnan(scores))
    if not seen.size:
        raise KitError("no candidate has an OOF or a public score", todo="log a score first")
    centre = float(scores[seen].mean())
    observed = scores[seen] - centre
    base, parts = _covariance_parts(candidates, sizes, noise)
    base[np.arange(n, 2 * n), np.arange(n, 2 * n)] -= calmed
    corner = np.ix_(seen, seen)
    points = _weighted_spreads(unit, base[corner], [part[corner] for part in parts], observed)

    targets = np.arange(n, 3 * n)  # the public scores, then the private ones
    mean, second = np.zeros(2 * n), np.zeros((2 * n, 2 * n))
    gain, spread = np.zeros((n, seen.size)), np.zeros(3)
    shift, taint = 0.0, np.zeros(n)
    rng = np.random.default_rng(seed)
    draws: list[Array] = []
    reached = 0.0
    for (v, tau, lam), weight in points:
        count = round((reached + weight) * N_DRAWS / 2) - round(reached * N_DRAWS / 2)
        reached += weight
        full = base + v**2 * parts[0] + tau**2 * parts[1] + lam**2 * parts[2]
        cross = full[np.ix_(targets, seen)]
        solved = np.linalg.solve(full[corner], np.column_stack([cross.T, observed]))
        at, gains = cross @ solved[:, -1], solved[:, :-1].T
        within = full[np.ix_(targets, targets)] - gains @ cross.T
        mean += weight * at
        second += weight * (within + np.outer(at, at))
        gain += weight * gains[n:]
        pull = np.zeros(2 * n)
        pull[seen] = solved[:, -1]
        shift += weight * sizes.shift_sd**2 * pull[n:].sum()
        taint += weight * lam**2 * parts[2][:n, :n] @ pull[:n]
        spread += weight * np.array([v, tau, lam])
        half = rng.standard_normal((count, n)) @ _root(within[n:, n:]).T
        draws += [at[n:] + half, at[n:] - half]
    joint = second - np.outer(mean, mean)
    sample = np.concatenate(draws) + centre
    low, high = np.clip(np.quantile(sample, [0.05, 0.95], axis=0), *candidates.bounds)
    # identical candidates tie exactly up to the ridge: the first of a tie may take it, the others lose nothing by it
    odds = np.bincount(sample.argmax(axis=1), minlength=n) / len(sample)
    sd = np.sqrt(np.clip(np.diag(joint)[n:], 0.0, None))
    weight_of = np.zeros((n, 2 * n))
    weight_of[:, seen] = gain
    gap = candidates.public - (candidates.oof - taint + shift)
    return Posterior(
        candidates=candidates,
        mean=mean[n:] + centre,
        sd=sd,
        low=low,
        high=high,
        odds_best=odds,
        covariance=joint[n:, n:],
        draws=sample,
        public_mean=mean[:n] + centre,
        public_variance=np.clip(np.diag(joint)[:n], 0.0, None),
        public_link=joint[n:, :n],
        public_weight=weight_of[:, n:],
        oof_weight=weight_of[:, :n],
        shift=float(shift),
        taint=taint,
        gap=gap,
        gap_z=gap / _gap_errors(gap, noise, sizes, spread[1]),
        mean_of_all=float(mean[n:].mean() + centre),
        level_sd=float(spread[0]),
        gap_sd=float(spread[1]),
        taint_sd=float(spread[2]),
    )


def _weighted_spreads(
    unit: float, base: Array, parts: list[Array], observed: Array
) -> list[tuple[tuple[float, float, float], float]]:
    """Grid points (v, tau, lambda) with their posterior weights, without those that hardly count."""
    grids = [_grid(LEVEL_GRID, unit), _grid(GAP_GRID, unit), _grid(TAINT_GRID, unit)]
    if not parts[2].any():
        grids[2] = [(0.0, 0.0)]
    points = [((v, tau, lam), a + b + c) for v, a in grids[0] for tau, b in grids[1] for lam, c in grids[2]]
    logs = np.array([prior + _log_likelihood(base, parts, sds, observed) for sds, prior in points])
    weights = np.exp(logs - logs.max())
    weights[weights < 0.003] = 0.0
    weights /= weights.sum()
    return [(sds, float(weight)) for (sds, _), weight in zip(points, weights, strict=True) if weight > 0]


def _gap_errors(gap: Array, noise: Array, sizes: Sizes, gap_sd: float) -> Array:
    """Standard error (n,) of public less foretold score, once the fitted shift has taken what all share."""
    n, both = len(gap), ~np.isnan(gap)
    centring = np.eye(n) - np.outer(np.ones(n), both) / max(both.sum(), 1)
    own = np.diag(centring @ noise @ centring.T)
    return np.asarray(np.sqrt(own * (1 + sizes.test_noise * sizes.train / sizes.public) + gap_sd**2))


def _covariance_parts(candidates: Candidates, sizes: Sizes, noise: Array) -> tuple[Array, list[Array]]:
    """Prior covariance of (oof, public, private), (3n, 3n): a fixed part and the factors of v^2, tau^2, lambda^2."""
    n = len(noise)
    flat = 1.0 + np.zeros((3, 3))  # sd 1 about the centre of the scores: flat at their scale
    test = np.array([[0.0, 0, 0], [0, 1, 1], [0, 1, 1]])
    ones, alike = np.ones((n, n)), _likeness(candidates, noise)
    unit = sizes.test_noise * sizes.train
    by_score = np.diag([1.0, unit / sizes.public, unit / sizes.private])
    if sizes.shared_groups:
        shared = sizes.group_share * unit / (sizes.public + sizes.private)
        for place, size in ((1, sizes.public), (2, sizes.private)):
            by_score[place, place] = shared + (1 - sizes.group_share) * unit / size
        by_score[1, 2] = by_score[2, 1] = shared
    base = np.kron(flat + sizes.shift_sd**2 * test, ones) + np.kron(by_score, noise)
    public = np.arange(n, 2 * n)
    base[public, public] += sizes.resolution**2 / 12
    tainted = candidates.tainted.astype(np.float64)
    leak = np.outer(tainted, tainted) * (0.5 * ones + 0.5 * alike)
    return base, [np.kron(np.ones((3, 3)), alike), np.kron(test, alike), np.kron(np.diag([1.0, 0, 0]), leak)]


def _likeness(candidates: Candidates, noise: Array) -> Array:
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


def _best_of_many(candidates: Candidates, noise: Array) -> tuple[Array, Array]:
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


def _grid(steps: tuple[float, ...], unit: float) -> list[tuple[float, float]]:
    """(sd, log prior) of a grid: log-normal about its geometric centre."""
    logs = np.log(np.array(steps))
    prior = -0.5 * ((logs - logs.mean()) / GRID_LOG_SD) ** 2
    return [(step * unit, float(p)) for step, p in zip(steps, prior, strict=True)]


def _log_likelihood(base: Array, parts: list[Array], sds: tuple[float, float, float], observed: Array) -> float:
    covariance = base + sum(sd**2 * part for sd, part in zip(sds, parts, strict=True) if sd)
    root = np.linalg.cholesky(covariance)
    residual = np.linalg.solve(root, observed)
    return float(-0.5 * residual @ residual - np.log(np.diag(root)).sum())


def _root(covariance: Array) -> Array:
    """A square root (n, n) of a covariance that may be singular."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
