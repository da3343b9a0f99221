"""The area under the ROC curve, on rows, on weighted groups, and without each group in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import Classes, Floats, divide

DRAWN_CELLS = 2**20
"""Rows times draws held at once: 8 MB."""


def roc_auc_parts(truth: Classes, probs: Floats, codes: Classes, weights: Floats) -> Floats:
    """Area under the ROC curve of each class against the rest, over the number of classes that have one.

    Two classes: the area of class 1 alone. A class absent from a resample, or all of it, is left out. The area is
    the weighted Mann-Whitney statistic, ties counting half.
    """
    n_classes = probs.shape[1]
    judged = [1] if n_classes == 2 else range(n_classes)
    areas = np.full((len(weights), n_classes), np.nan)
    by_group = np.ascontiguousarray(weights.T)  # a gather of rows then copies whole lines
    step = max(1, DRAWN_CELLS // len(truth))
    for k in judged:
        order = np.argsort(probs[:, k], kind="stable")
        positive = truth[order] == k
        if positive.any():
            for first in range(0, len(weights), step):
                some = slice(first, first + step)
                areas[some, k] = _area(probs[order, k], positive, codes[order], by_group[:, some])
    defined = np.isfinite(areas).sum(axis=1, keepdims=True).astype(float)
    return divide(np.nan_to_num(areas), defined, undefined=np.nan)


def _area(scores: Floats, positive: NDArray[np.bool_], codes: Classes, by_group: Floats) -> Floats:
    """Weighted area (n_draws,) of rows sorted by score; by_group: (n_groups, n_draws) weights."""
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


def roc_auc_left_out(truth: Classes, probs: Floats, codes: Classes, n_groups: int) -> Floats:
    """What each class gives to the area without the rows of each group, (n_groups, n_classes); exact, from ranks.

    Without group g go the pairs of its positive rows with all negative ones, and of its negative rows with all
    positive ones; those inside g are in both sums.
    """
    n_classes = probs.shape[1]
    areas = np.full((n_groups, n_classes), np.nan)
    for k in [1] if n_classes == 2 else range(n_classes):
        positive, scores = truth == k, probs[:, k]
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
    defined = np.isfinite(areas).sum(axis=1, keepdims=True).astype(float)
    return divide(np.nan_to_num(areas), defined, undefined=np.nan)


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
