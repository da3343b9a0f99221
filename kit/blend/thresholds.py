"""Which labels a row is said to have: thresholds that labels have shown, and those that expectations tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import divide
from kit.evidence.metrics import Classes, Floats, Metric
from kit.evidence.metrics.truth import THRESHOLD

COMMON_TRIALS = 200
"""Thresholds for all labels that are tried, spread evenly over the probabilities."""
MOST = 0.999999


def fit_thresholds(metric: Metric, probs: Floats, truth: NDArray) -> Floats:
    """The threshold of each label, (n_labels,), of the highest score on these rows.

    probs, truth: (n_rows, n_labels). An F that is a mean over labels has for each label its own best one; another
    metric has one for all labels, the best of a fine grid.
    """
    if metric.f_of is not None and metric.f_of[1] not in ("micro", "samples"):
        beta = metric.f_of[0]
        return np.array([_best_threshold(probs[:, k], truth[:, k], beta) for k in range(probs.shape[1])])
    sign = 1.0 if metric.higher_is_better else -1.0
    grid = np.unique(np.append(np.quantile(probs, np.linspace(0, 1, COMMON_TRIALS)), THRESHOLD)).clip(0, MOST)
    grid = grid[np.argsort(np.abs(grid - THRESHOLD), kind="stable")]  # of equal ones the nearest to one half
    scores = [sign * metric.score(truth, (probs >= one).astype(np.int8), probs.shape[1]) for one in grid]
    return np.full(probs.shape[1], grid[int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))])


def _best_threshold(probs: Floats, truth: NDArray, beta: float) -> float:
    """The middle between the two probabilities between which the label's F is highest; THRESHOLD without a true row."""
    n_true = int(truth.sum())
    if n_true == 0:
        return THRESHOLD
    order = np.argsort(-probs, kind="stable")
    given, hits = probs[order], truth[order].cumsum()
    ends = np.flatnonzero(np.append(np.diff(given) < 0, True))
    f = (1 + beta**2) * hits[ends] / (beta**2 * n_true + ends + 1)
    last = ends[int(np.argmax(f))]
    lower = given[last + 1] if last + 1 < len(given) else 0.0
    return float(min((given[last] + lower) / 2, MOST))


def around_half(probs: Floats, thresholds: Floats) -> Floats:
    """Probabilities on a scale, still rising from 0 to 1, on which each label's threshold is one half."""
    low = divide(probs, 2 * np.broadcast_to(thresholds, probs.shape), undefined=0.0)
    high = 0.5 + (probs - thresholds) / (2 * (1 - thresholds))
    return np.where(probs >= thresholds, high, np.minimum(low, np.nextafter(0.5, 0)))


def of_samples(metric: Metric) -> bool:
    """Whether an F is the mean of those of rows, each of which chooses its labels by itself."""
    return metric.f_of is not None and metric.f_of[1] == "samples"


def expected_thresholds(probs: Floats, metric: Metric) -> Floats:
    """The threshold of each label, (n_labels,), of the highest expected F on these rows: no label is read.

    It is that F / (1 + b^2), the half of it for F1: the macro form of "threshold at half the optimal F" (Lipton, Elkan
    and Naryanaswamy 2014), of the micro average one for all labels.
    """
    beta, average = metric.f_of or (1.0, "macro")
    lines = probs.reshape(1, -1) if average == "micro" else probs.T
    highest = _expected_f(lines, beta)[1].max(axis=1)
    return np.broadcast_to(highest / (1 + beta**2), probs.shape[1:]).clip(0, MOST)


def expected_f_labels(probs: Floats, metric: Metric) -> NDArray[np.int8]:
    """The labels of each row, (n_rows, n_labels), of the highest expected F of that row, expectations put for counts.

    Of all sets of a given size the most probable labels have the highest expectation; the best size is that of the
    highest (1 + b^2) sum of p / (b^2 sum of all p + size) (Ye et al. 2012, Optimizing F-measures: a tale of two
    approaches).
    """
    order, f = _expected_f(probs, metric.f_of[0] if metric.f_of else 1.0)
    n_said: Classes = np.where(f.max(axis=1) > 0, f.argmax(axis=1) + 1, 0)
    said = np.zeros(probs.shape, dtype=np.int8)
    np.put_along_axis(said, order, (np.arange(probs.shape[1]) < n_said[:, None]).astype(np.int8), axis=1)
    return said


def _expected_f(probs: Floats, beta: float) -> tuple[NDArray[np.int64], Floats]:
    """For each line the order of its cells, the most probable first, and the expected F of the first 1, 2 ... of
    them.
    """
    order = np.argsort(-probs, axis=1, kind="stable")
    gained = np.take_along_axis(probs, order, axis=1).cumsum(axis=1)
    return order, (1 + beta**2) * gained / (beta**2 * gained[:, -1:] + np.arange(1, probs.shape[1] + 1))
