"""Which labels a row is said to have: thresholds that labels have shown, and those that expectations tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import divide
from kit.evidence.metrics import Classes, Floats, Metric
from kit.evidence.metrics.truth import THRESHOLD
from kit.evidence.top import Outputs, TopProbs

COMMON_TRIALS = 200
"""Thresholds for all labels that are tried, spread evenly over the probabilities."""
MOST = 0.999999


def fit_thresholds(metric: Metric, probs: Outputs, truth: NDArray) -> Floats:
    """The threshold of each label, (n_labels,), of the highest score on these rows.

    probs, truth: (n_rows, n_labels). An F that is a mean over labels has for each label its own best one; another
    metric has one for all labels, the best of a fine grid. Where the most probable labels of a row are kept, no other
    is ever said.
    """
    if isinstance(probs, TopProbs):
        return _fit_on_kept(metric, probs, truth)
    if metric.f_of is not None and metric.f_of[1] not in ("micro", "samples"):
        beta = metric.f_of[0]
        n_true = truth.sum(axis=0)
        return np.array([_best_threshold(probs[:, k], truth[:, k], beta, n_true[k]) for k in range(probs.shape[1])])
    sign = 1.0 if metric.higher_is_better else -1.0
    grid = np.unique(np.append(np.quantile(probs, np.linspace(0, 1, COMMON_TRIALS)), THRESHOLD)).clip(0, MOST)
    grid = grid[np.argsort(np.abs(grid - THRESHOLD), kind="stable")]  # of equal ones the nearest to one half
    scores = [sign * metric.score(truth, (probs >= one).astype(np.int8), probs.shape[1]) for one in grid]
    return np.full(probs.shape[1], grid[int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))])


def _fit_on_kept(metric: Metric, top: TopProbs, truth: NDArray) -> Floats:
    """The same from the kept labels alone; of the micro average the very best threshold, not one of a grid."""
    there, n_true, (beta, average) = top.of_kept(truth), truth.sum(axis=0), metric.f_of or (1.0, "")
    if average == "micro":
        best = _best_threshold(top.values.ravel(), there.ravel(), beta, int(n_true.sum()))
        return np.full(top.n_classes, best)
    if metric.f_of is not None and average != "samples":
        order, ends = _by_label(top.classes, top.values, top.n_classes)
        given, true = top.values.ravel()[order], there.ravel()[order]
        pieces = zip(np.split(given, ends[:-1]), np.split(true, ends[:-1]), n_true, strict=True)
        return np.array([_best_threshold(some, right, beta, int(n)) for some, right, n in pieces])
    sign, of_rows = 1.0 if metric.higher_is_better else -1.0, truth.sum(axis=1)

    def score(threshold: float) -> float:
        chosen = top.values >= threshold
        if metric.f_of is None:
            return sign * metric.score(truth, top.named(chosen), top.n_classes)
        hits, said = (chosen & (there > 0)).sum(axis=1), chosen.sum(axis=1)
        return float(divide((1 + beta**2) * hits, beta**2 * of_rows + said, undefined=0.0).mean())

    grid = np.unique(np.append(np.quantile(top.values, np.linspace(0, 1, COMMON_TRIALS)), THRESHOLD)).clip(0, MOST)
    grid = grid[np.argsort(np.abs(grid - THRESHOLD), kind="stable")]
    return np.full(top.n_classes, grid[int(np.argmax(np.nan_to_num([score(one) for one in grid], nan=-np.inf)))])


def _by_label(labels: NDArray, probs: Floats, n_labels: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The order of cells by label, the most probable first, and where those of each label end, (n_labels,)."""
    order = np.lexsort((-probs.ravel(), labels.ravel()))
    return order, np.cumsum(np.bincount(labels.ravel(), minlength=n_labels))


def _best_threshold(probs: Floats, truth: NDArray, beta: float, n_true: int) -> float:
    """The middle between the two probabilities between which the label's F is highest; THRESHOLD without a true row.

    n_true: how many rows have the label, with those that are not told here.
    """
    if n_true == 0 or len(probs) == 0:
        return THRESHOLD
    order = np.argsort(-probs, kind="stable")
    given, hits = probs[order], truth[order].cumsum()
    ends = np.flatnonzero(np.append(np.diff(given) < 0, True))
    f = (1 + beta**2) * hits[ends] / (beta**2 * n_true + ends + 1)
    last = ends[int(np.argmax(f))]
    lower = given[last + 1] if last + 1 < len(given) else 0.0
    return float(min((given[last] + lower) / 2, MOST))


def around_half(probs: Outputs, thresholds: Floats) -> Outputs:
    """Probabilities on a scale, still rising from 0 to 1, on which each label's threshold is one half."""
    if isinstance(probs, TopProbs):
        never = np.minimum(probs.others, np.nextafter(0.5, 0))
        return probs.renewed(around_half(probs.values, thresholds[probs.classes]), never)
    low = divide(probs, 2 * np.broadcast_to(thresholds, probs.shape), undefined=0.0)
    high = 0.5 + (probs - thresholds) / (2 * (1 - thresholds))
    return np.where(probs >= thresholds, high, np.minimum(low, np.nextafter(0.5, 0)))


def of_samples(metric: Metric) -> bool:
    """Whether an F is the mean of those of rows, each of which chooses its labels by itself."""
    return metric.f_of is not None and metric.f_of[1] == "samples"


def expected_thresholds(probs: Outputs, metric: Metric) -> Floats:
    """The threshold of each label, (n_labels,), of the highest expected F on these rows: no label is read.

    It is that F / (1 + b^2), the half of it for F1: the macro form of "threshold at half the optimal F" (Lipton, Elkan
    and Naryanaswamy 2014), of the micro average one for all labels.
    """
    beta, average = metric.f_of or (1.0, "macro")
    if isinstance(probs, TopProbs):
        return (_highest_f(probs, beta, average == "micro") / (1 + beta**2)).clip(0, MOST)
    lines = probs.reshape(1, -1) if average == "micro" else probs.T
    highest = _expected_f(lines, beta)[1].max(axis=1)
    return np.broadcast_to(highest / (1 + beta**2), probs.shape[1:]).clip(0, MOST)


def _highest_f(top: TopProbs, beta: float, together: bool) -> Floats:
    """The highest expected F of each label, (n_labels,), or of all labels together, when kept cells alone are said."""
    labels = np.zeros_like(top.classes) if together else top.classes
    order, mass = _by_label(labels, top.values, top.n_classes)[0], top.sum(axis=0)
    named, given = labels.ravel()[order], top.values.ravel()[order].astype(np.float64)
    starts = np.flatnonzero(np.diff(named, prepend=-1))
    sizes = np.diff(np.append(starts, len(named)))
    gained = given.cumsum()
    gained -= np.repeat(gained[starts] - given[starts], sizes)
    place = np.arange(1, len(named) + 1) - np.repeat(starts, sizes)
    f = (1 + beta**2) * gained / (beta**2 * (mass.sum() if together else mass[named]) + place)
    if together:
        return np.full(top.n_classes, f.max())
    found = np.zeros(top.n_classes)
    found[named[starts]] = np.maximum.reduceat(f, starts)
    return found


def expected_f_labels(probs: Outputs, metric: Metric) -> NDArray[np.int8]:
    """The labels of each row, (n_rows, n_labels), of the highest expected F of that row, expectations put for counts.

    Of all sets of a given size the most probable labels have the highest expectation; the best size is that of the
    highest (1 + b^2) sum of p / (b^2 sum of all p + size) (Ye et al. 2012, Optimizing F-measures: a tale of two
    approaches).
    """
    beta = metric.f_of[0] if metric.f_of else 1.0
    if isinstance(probs, TopProbs):
        size = np.arange(1, probs.kept + 1)
        f = (1 + beta**2) * probs.values.cumsum(axis=1) / (beta**2 * probs.sum(axis=1)[:, None] + size)
        return probs.named(size <= np.where(f.max(axis=1) > 0, f.argmax(axis=1) + 1, 0)[:, None])
    order, f = _expected_f(probs, beta)
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
