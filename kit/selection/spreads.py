"""The spreads that nobody knows, and the candidates that may be broken: what the scores say of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri

Array = NDArray[np.float64]

LEVEL_GRID = (0.00625, 0.0125, 0.025, 0.05, 0.1, 0.2)  # v, in units of one group's sd
GAP_GRID = (0.00125, 0.0025, 0.005, 0.01, 0.02, 0.04)  # tau
TAINT_GRID = (0.02, 0.06, 0.18, 0.54)  # lambda
GRID_LOG_SD = 1.0  # of the log-normal prior about each grid's centre
BROKEN_ODDS = 0.05  # prior chance that a candidate is broken on the test set
BROKEN_DROP, BROKEN_SD = 0.5, 0.5  # what it then loses, and the sd of that, in units of one group's sd
RECKONED = 0.99  # of the weight of all ways: those with the least of it are left out


@dataclass(frozen=True)
class Believed:
    """One way that things may be: spreads of levels, gaps and taints, and which candidates are broken."""

    spreads: tuple[float, float, float]
    broken: tuple[int, ...]
    """Places among the scores seen."""
    weight: float


def believe(
    unit: float,
    base: Array,
    parts: Sequence[Array],
    observed: Array,
    public: NDArray[np.int64],
    reach: tuple[float, float, float],
) -> list[Believed]:
    """The ways that count, with their posterior weights, which add up to 1.

    base, parts: prior covariance of the scores seen and the factors of v^2, tau^2, lambda^2. public: the places of
    public scores among them. reach: how far the scores show levels, gaps and taints to spread, luck included: the grid
    goes on to there. Who is broken is found greedily at each grid point; it, and it with one more, are kept.
    """
    steps = (LEVEL_GRID, GAP_GRID, TAINT_GRID)
    grids = [_grid(grid, unit, far) for grid, far in zip(steps, reach, strict=True)]
    if not parts[2].any():
        grids[2] = [(0.0, 0.0)]
    found: list[tuple[tuple[float, float, float], tuple[int, ...], float]] = []
    for v, a in grids[0]:
        for tau, b in grids[1]:
            for lam, c in grids[2]:
                covariance = base + v**2 * parts[0] + tau**2 * parts[1] + lam**2 * parts[2]
                ways = _broken(covariance, observed, public, unit)
                found += [((v, tau, lam), broken, a + b + c + likelihood) for broken, likelihood in ways]
    logs = np.array([log for _, _, log in found])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    weights[order[1 + np.searchsorted(np.cumsum(weights[order]), RECKONED) :]] = 0.0
    weights /= weights.sum()
    return [
        Believed(spreads, broken, float(weight))
        for (spreads, broken, _), weight in zip(found, weights, strict=True)
        if weight > 0
    ]


def _broken(
    covariance: Array, observed: Array, public: NDArray[np.int64], unit: float
) -> list[tuple[tuple[int, ...], float]]:
    """Sets of broken candidates with the log of prior times likelihood.

    A drop u ~ N(-drop, sd^2) of one score is integrated out in closed form, and its place's row is then updated.
    """
    root, failed = dpotrf(covariance, lower=1, clean=1)
    if failed:
        raise np.linalg.LinAlgError("the prior covariance of the scores is not positive definite")
    lower = np.tril(dpotri(root, lower=1)[0])
    precision, y = lower + np.tril(lower, -1).T, observed.copy()
    log = float(-0.5 * y @ precision @ y - np.log(np.diag(root)).sum())
    drop, variance = BROKEN_DROP * unit, (BROKEN_SD * unit) ** 2
    prior = np.log(BROKEN_ODDS / (1 - BROKEN_ODDS))
    broken: tuple[int, ...] = ()
    while True:
        tilt = (precision @ y)[public] - drop / variance
        stiff = np.diag(precision)[public] + 1 / variance
        gains = prior + 0.5 * tilt**2 / stiff - 0.5 * drop**2 / variance - 0.5 * np.log(variance * stiff)
        gains[np.isin(public, broken) | (tilt > 0)] = -np.inf
        ways = [(broken, log)]
        ways += [((*broken, int(public[i])), log + float(gains[i])) for i in np.flatnonzero(gains > -4)]
        if not len(public) or gains.max() <= 0 or len(broken) >= len(public) // 3:
            return ways
        first = int(np.argmax(gains))
        place = int(public[first])
        broken, log = (*broken, place), log + float(gains[first])
        y[place] += drop
        precision = precision - np.outer(precision[place], precision[place]) / stiff[first]


def _grid(steps: tuple[float, ...], unit: float, reach: float) -> list[tuple[float, float]]:
    """(sd, log prior) of a grid: log-normal about its geometric centre, in further steps as far as the scores reach."""
    centre, ratio = np.log(np.array(steps)).mean(), steps[-1] / steps[-2]
    n_further = int(np.ceil(np.log(max(reach / unit / steps[-1], 1.0)) / np.log(ratio)))
    every = np.array([*steps, *(steps[-1] * ratio ** np.arange(1, n_further + 1))])
    prior = -0.5 * ((np.log(every) - centre) / GRID_LOG_SD) ** 2
    return [(step * unit, float(p)) for step, p in zip(every.tolist(), prior, strict=True)]
