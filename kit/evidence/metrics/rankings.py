"""Metrics of the order of the classes within a row: mean average precision at k, and accuracy of the first k."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kit.evidence.metrics.base import Metric, Tally
from kit.evidence.metrics.classes import EXCLUSIVE, WITH_LABELS, share
from kit.evidence.sums import AtClass, Block
from kit.evidence.top import Outputs, TopProbs

RANKED_CELLS = 2**22
"""Rows times classes that are compared at once."""


def first_classes(outputs: Outputs, k: int) -> NDArray[np.int64]:
    """The k classes of each row with the highest outputs, the highest first, (n_rows, k); ties go by class order."""
    k = min(k, outputs.shape[1])
    if isinstance(outputs, TopProbs):
        return outputs.first(k)
    step = max(1, RANKED_CELLS // max(1, outputs.shape[1]))
    some = (outputs[first : first + step] for first in range(0, max(1, len(outputs)), step))
    return np.concatenate([np.argsort(-part, axis=1, kind="stable")[:, :k] for part in some]).astype(np.int64)


def places(truth: NDArray, outputs: Outputs) -> NDArray[np.int64]:
    """The place of the true class of each row in the order of its outputs, from 1, (n_rows,); ties by class order."""
    if isinstance(outputs, TopProbs):
        return outputs.places(truth)
    found = np.empty(len(truth), dtype=np.int64)
    step = max(1, RANKED_CELLS // outputs.shape[1])
    earlier = np.arange(outputs.shape[1])
    for first in range(0, len(truth), step):
        some, true = outputs[first : first + step], truth[first : first + step, None]
        given = np.take_along_axis(some, true, axis=1)
        found[first : first + step] = 1 + ((some > given) | ((some == given) & (earlier < true))).sum(axis=1)
    return found


def _tally_precision(k: int) -> Tally:
    def tally(truth: NDArray, outputs: NDArray, n_outputs: int) -> tuple[Block, ...]:
        """[average precision | rows] of each true class, or of all rows together where a row may have several."""
        if truth.ndim == 1:
            place = places(truth, outputs)
            return AtClass(truth, n_outputs, np.where(place <= k, 1 / place, 0.0)), AtClass(truth, n_outputs)
        right = np.take_along_axis(truth, first_classes(outputs, k), axis=1)
        precision = right.cumsum(axis=1) / np.arange(1, right.shape[1] + 1)
        most = np.clip(truth.sum(axis=1), 1, k)
        return ((precision * right).sum(axis=1) / most)[:, None], np.ones((len(truth), 1), dtype=np.int64)

    return tally


def mean_average_precision(k: int) -> Metric:
    """The mean over rows of the average precision of the first k classes, over min(k, true labels of the row).

    A row without a label counts 0. With one true class it is the mean of 1 / its place.
    """
    return Metric(f"map@{k}", True, "ranks", WITH_LABELS, tally=_tally_precision(k), ratio=share, top=k, of_top=True)


def top_accuracy(k: int) -> Metric:
    """The share of rows whose true class is among the first k."""

    def tally(truth: NDArray, outputs: NDArray, n_outputs: int) -> tuple[Block, ...]:
        return AtClass(truth, n_outputs, places(truth, outputs) <= k), AtClass(truth, n_outputs)

    return Metric(f"top@{k}", True, "ranks", EXCLUSIVE, tally=tally, ratio=share, top=k, of_top=True)


METRICS = (mean_average_precision(5), top_accuracy(5))
