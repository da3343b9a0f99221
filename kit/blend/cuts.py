"""Cut points: from a value for each row to the grade that raises quadratic kappa."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kit.evidence.metrics import Classes, Floats

SWEEPS = 50


def expectation(probs: Floats) -> Floats:
    """The expected class number of each row, (n_rows,), from probabilities in class order."""
    return probs @ np.arange(probs.shape[1], dtype=float)


def fit_cuts(values: ArrayLike, truth: ArrayLike, n_grades: int) -> Floats:
    """The n_grades - 1 rising values from which on the next grade is said, of the highest kappa on these rows.

    values: (n_rows,); truth: (n_rows,) grades from 0. For a given ratio r of disagreement to chance, the sum over rows
    of (grade - truth)^2 - r x chance is least for cuts that are found exactly, one grade after another; the ratio of
    the cuts found is the next r (Dinkelbach 1967), until it falls no more. nan never is a cut: a grade that is worth
    saying nowhere has the cut of its neighbour.
    """
    order = np.argsort(np.asarray(values, dtype=float), kind="stable")
    value, true = np.asarray(values, dtype=float)[order], np.asarray(truth)[order]
    ends = np.flatnonzero(np.append(np.diff(value) > 0, True)) + 1  # a cut lies between two different values
    level = np.arange(n_grades, dtype=float)
    distance = (true[:, None] - level) ** 2
    chance = distance.mean(axis=0)
    below = np.vstack([np.zeros(n_grades), distance.cumsum(axis=0)[ends - 1]])
    rows = np.append(0, ends)
    starts = np.searchsorted(value, np.arange(1, n_grades) - 0.5)
    ratio = _ratio(below, rows, chance, np.searchsorted(rows, starts))
    best = np.searchsorted(rows, starts)
    for _ in range(SWEEPS if np.isfinite(ratio) else 0):  # one grade alone has no kappa
        places = _best_places(below - ratio * rows[:, None] * chance)
        following = _ratio(below, rows, chance, places)
        if not following < ratio - 1e-12:
            break
        ratio, best = following, places
    edges = np.concatenate([[-np.inf], (value[ends[:-1] - 1] + value[ends[:-1]]) / 2, [np.inf]])
    return edges[best]


def _ratio(below: Floats, rows: Classes, chance: Floats, places: Classes) -> float:
    """Disagreement over chance of the grades between these places."""
    bounds = np.concatenate([[0], places, [len(rows) - 1]])
    grades = np.arange(len(chance))
    disagreement = (below[bounds[1:], grades] - below[bounds[:-1], grades]).sum()
    by_chance = ((rows[bounds[1:]] - rows[bounds[:-1]]) * chance).sum()
    return float(disagreement / by_chance) if by_chance > 0 else np.inf


def _best_places(cost: Floats) -> Classes:
    """Where each next grade begins, (n_grades - 1,), so that the costs add up to the least; cost: those of all rows
    below each place under each grade, (n_places, n_grades).
    """
    n_places, n_grades = cost.shape
    least, came = cost[:, 0], []
    for grade in range(1, n_grades):
        entering = least - cost[:, grade]
        lowest = np.minimum.accumulate(entering)
        new = np.append(True, entering[1:] < lowest[:-1])
        came.append(np.maximum.accumulate(np.where(new, np.arange(n_places), 0)))
        least = lowest + cost[:, grade]
    places, at = [], n_places - 1
    for since in reversed(came):
        at = int(since[at])
        places.append(at)
    return np.array(places[::-1], dtype=np.int64)


def graded(values: Floats, cuts: ArrayLike) -> Classes:
    """The grade of each value, (n_rows,), from 0."""
    return np.searchsorted(np.asarray(cuts, dtype=float), values, side="right").astype(np.int64)
