"""Areas under curves of a threshold: ROC, parts of it, precision and recall; on rows and on weighted groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kit.errors import KitError
from kit.evidence.arrays import Classes, Floats, divide
from kit.evidence.metrics.base import Metric, WeightedParts
from kit.evidence.metrics.classes import WITH_LABELS
from kit.evidence.metrics.truth import column_truths

DRAWN_CELLS = 2**20
"""Rows times draws held at once: 8 MB."""


Area = Callable[[Floats, NDArray[np.bool_], Classes, Floats], Floats]
"""(scores of rows, rising, (n_rows,); which are positive; their groups; weights (n_groups, n_draws)) -> (n_draws,)."""


def column_areas(area: Area) -> WeightedParts:
    """The area of each class against the rest, or of each label, over the number of columns that have one.

    Two classes: the area of class 1 alone. A class absent from a resample, or all of it, is left out.
    """

    def parts(truth: NDArray, probs: Floats, codes: Classes, weights: Floats) -> Floats:
        areas = np.full((len(weights), probs.shape[1]), np.nan)
        by_group = np.ascontiguousarray(weights.T)  # a gather of rows then copies whole lines
        step = max(1, DRAWN_CELLS // len(truth))
        for k, is_positive in column_truths(truth, probs.shape[1]):
            order = np.argsort(probs[:, k], kind="stable")
            positive = is_positive[order]
            if positive.any():
                for first in range(0, len(weights), step):
                    some = slice(first, first + step)
                    areas[some, k] = area(probs[order, k], positive, codes[order], by_group[:, some])
        return _mean_of_defined(areas)

    return parts


def _mean_of_defined(areas: Floats) -> Floats:
    defined = np.isfinite(areas).sum(axis=1, keepdims=True).astype(float)
    return divide(np.nan_to_num(areas), defined, undefined=np.nan)


def roc_area(scores: Floats, positive: NDArray[np.bool_], codes: Classes, by_group: Floats) -> Floats:
    """The weighted Mann-Whitney statistic, ties counting half."""
    n_rows = len(scores)
    new = np.flatnonzero(np.diff(scores, prepend=-np.inf) != 0)
    block = np.searchsorted(new, np.flatnonzero(positive), side="right") - 1
    tied, first = np.unique(block, return_index=True)
    starts, ends = new[tied], np.append(new, n_rows)[tied + 1]
    # Only the blocks of tied scores that hold a positive row need the weight below them.
    edges = np.unique(np.concatenate([[0], starts, ends]))
    sums = np.add.reduceat(by_group[codes], edges[edges < n_rows], axis=0)
    below = np.vstack([np.zeros((1, sums.shape[1])), np.cumsum(sums, axis=0)])
    middle = (below[np.searchsorted(edges, starts)] + below[np.searchsorted(edges, ends)]) / 2
    mine = np.add.reduceat(by_group[codes[positive]], first, axis=0)
    n_positive = mine.sum(axis=0)
    # Pairs of two positive rows, half of them "above", come out of the ranks again.
    above = (mine * middle).sum(axis=0) - n_positive**2 / 2
    return divide(above, n_positive * (below[-1] - n_positive), undefined=np.nan)


def roc_auc_left_out(truth: NDArray, probs: Floats, codes: Classes, n_groups: int) -> Floats:
    """What each class gives to the area without the rows of each group, (n_groups, n_classes); exact, from ranks.

    Without group g go the pairs of its positive rows with all negative ones, and of its negative rows with all
    positive ones; those inside g are in both sums.
    """
    n_classes = probs.shape[1]
    areas = np.full((n_groups, n_classes), np.nan)
    for k, positive in column_truths(truth, n_classes):
        scores = probs[:, k]
        together = np.zeros(len(truth), dtype=np.int64)
        among_all = _ranks(scores, together)
        # of a positive row the negative ones below it, of a negative row the positive ones above it; ties half
        won = np.empty(len(truth))
        won[positive] = among_all[positive] - _ranks(scores[positive], together[positive])
        won[~positive] = positive.sum() - (among_all[~positive] - _ranks(scores[~positive], together[~positive]))
        n_positive = np.bincount(codes[positive], minlength=n_groups)
        n_negative = np.bincount(codes[~positive], minlength=n_groups)
        ranked = np.bincount(codes[positive], _ranks(scores, codes)[positive], minlength=n_groups)
        inside = ranked - n_positive * (n_positive + 1) / 2
        pairs = won[positive].sum() - np.bincount(codes, won, minlength=n_groups) + inside
        rest = (n_positive.sum() - n_positive) * (n_negative.sum() - n_negative)
        areas[:, k] = divide(pairs, rest.astype(float), undefined=np.nan)
    return _mean_of_defined(areas)


def _ranks(scores: Floats, codes: Classes) -> Floats:
    """The rank of each row among those of its group, from 1 up; tied rows share their mean rank."""
    order = np.lexsort((scores, codes))
    sorted_codes, sorted_scores = codes[order], scores[order]
    place = np.arange(len(order))
    new_group = np.diff(sorted_codes, prepend=-1) != 0
    new = new_group | (np.diff(sorted_scores, prepend=-np.inf) != 0)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order))
    tied = np.cumsum(new) - 1
    first_of_group = np.maximum.accumulate(np.where(new_group, place, 0))
    ranks = np.empty(len(order))
    ranks[order] = (starts[tied] + ends[tied] + 1) / 2 - first_of_group
    return ranks


def _curve(scores: Floats, positive: NDArray[np.bool_], codes: Classes, by_group: Floats) -> tuple[Floats, Floats]:
    """Weights of the positive and of the negative rows down to each score, the highest first, (n_scores, n_draws)."""
    weights, down = by_group[codes[::-1]], scores[::-1]
    last = np.flatnonzero(np.append(np.diff(down) != 0, True))
    hits = np.cumsum(np.where(positive[::-1, None], weights, 0.0), axis=0)[last]
    return hits, np.cumsum(weights, axis=0)[last] - hits


def precision_area(scores: Floats, positive: NDArray[np.bool_], codes: Classes, by_group: Floats) -> Floats:
    """Average precision: the mean, over positive rows, of the precision down to the score of each, ties as one."""
    hits, misses = _curve(scores, positive, codes, by_group)
    precision = divide(hits, hits + misses, undefined=0.0)
    return divide((np.diff(hits, axis=0, prepend=0.0) * precision).sum(axis=0), hits[-1], undefined=np.nan)


def banded_area(bands: Sequence[tuple[float, float, float]]) -> Area:
    """The area right of the ROC curve, of which each band (from, to a true-positive rate, weight) counts by its weight.

    Between two scores the curve is straight, so that ties count half.
    """

    def area(scores: Floats, positive: NDArray[np.bool_], codes: Classes, by_group: Floats) -> Floats:
        hits, misses = _curve(scores, positive, codes, by_group)
        tpr = divide(hits, hits[-1], undefined=np.nan)
        fpr = divide(misses, misses[-1], undefined=np.nan)
        low, left = (np.vstack([np.zeros((1, some.shape[1])), some[:-1]]) for some in (tpr, fpr))
        slope = divide(fpr - left, tpr - low, undefined=0.0)
        whole = np.zeros(tpr.shape[1])
        for start, end, weight in bands:
            below, above = np.clip(low, start, end), np.clip(tpr, start, end)
            reached = left + slope * ((below + above) / 2 - low)
            whole += weight * ((above - below) * (1 - reached)).sum(axis=0)
        return whole

    return area


def weighted_auc(name: str, numbers: Sequence[float]) -> Metric:
    """The area under the ROC curve in bands of the true-positive rate, weighed, as a share of all that there is.

    numbers: where a band begins and its weight, and so on: 0, 2, 0.4, 1 weighs the part below 0.4 twice (ALASKA2).
    """
    starts, weights = list(numbers[::2]), list(numbers[1::2])
    if len(starts) != len(weights) or starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= 1:
        raise KitError(
            f"'{name}' is no list of bands",
            todo="write where each begins, the first at 0 and rising below 1, and its weight: weighted_auc@0,2,0.4,1",
        )
    bands = [
        (start, end, weight) for start, end, weight in zip(starts, [*starts[1:], 1.0], weights, strict=True) if weight
    ]
    whole = sum((end - start) * weight for start, end, weight in bands)
    if whole <= 0:
        raise KitError(f"all bands of '{name}' weigh 0", todo="give one a weight above 0")
    scaled = [(start, end, weight / whole) for start, end, weight in bands]
    return Metric(
        name, True, "probs", WITH_LABELS, weighted_parts=column_areas(banded_area(scaled)), mean_of_classes=True
    )


def partial_auc(name: str, start: float) -> Metric:
    """The area under the ROC curve above a true-positive rate, as it is: between 0 and 1 - start (ISIC 2024)."""
    if not 0 <= start < 1:
        raise KitError(f"'{name}' begins at no true-positive rate", todo="write one below 1, such as partial_auc@0.8")
    return Metric(
        name,
        True,
        "probs",
        WITH_LABELS,
        weighted_parts=column_areas(banded_area([(start, 1.0, 1.0)])),
        score_range=(0.0, 1 - start),
        mean_of_classes=True,
    )


METRICS = (
    Metric(
        "roc_auc",
        True,
        "probs",
        WITH_LABELS,
        weighted_parts=column_areas(roc_area),
        left_out=roc_auc_left_out,
        mean_of_classes=True,
    ),
    Metric(
        "average_precision",
        True,
        "probs",
        WITH_LABELS,
        weighted_parts=column_areas(precision_area),
        mean_of_classes=True,
    ),
    weighted_auc("weighted_auc", (0, 2, 0.4, 1)),
)
