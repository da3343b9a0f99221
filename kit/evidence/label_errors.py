"""Which labels out-of-fold predictions contradict: confident learning for classes, distances for numbers and shares.

Northcutt, Jiang and Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels, Journal of Artificial
Intelligence Research 70: a class's threshold is the mean probability that rows of that label are given for it, the
confident joint counts who reaches another class's threshold, so many rows of each pair of classes as it says are
suspected (pruning by noise rate), and rows are ranked by their normalised margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import Classes, Floats
from kit.evidence.top import Outputs, TopProbs, at, exact

FAR = 4.0
"""Standard deviations, as the median distance of alike rows says them, beyond which a number is suspected."""
TO_SD = 1.4826
"""A standard deviation of normal errors in units of the median distance."""
FEWEST = 20
"""Rows of a range of numbers that tell how far errors go there; with fewer all rows do."""


@dataclass(frozen=True)
class Contradictions:
    """How far each row's label is contradicted.

    score: (n_rows,) float64, the higher the more; suspect: (n_rows,) bool, the rows that the method takes for wrong;
    said: (n_rows,) int64, the class that speaks most against the label.
    """

    score: Floats
    suspect: NDArray[np.bool_]
    said: Classes

    @property
    def order(self) -> Classes:
        """All rows, the most contradicted first; ties go by row."""
        return np.argsort(-self.score, kind="stable").astype(np.int64)


def contradicted(truth: Classes, probs: Outputs) -> Contradictions:
    """Confident learning of classes: truth (n_rows,), probs (n_rows, n_classes), each by models that never saw the row.

    The score is the normalised margin: the probability of the class besides the label that is most probable, less that
    of the label. A class without a row is no row's right one.
    """
    probs = exact(probs)
    given = at(probs, truth)
    counts = np.bincount(truth, minlength=probs.shape[1])
    sums = np.bincount(truth, given, minlength=probs.shape[1])
    thresholds = np.divide(sums, counts, out=np.full(len(counts), np.inf), where=counts > 0)
    said = _most_probable_other(truth, probs)
    return Contradictions(at(probs, said) - given, _suspected(truth, probs, thresholds, counts), said)


def _most_probable_other(truth: Classes, probs: Outputs) -> Classes:
    """The most probable class besides the label, (n_rows,)."""
    rows = np.arange(len(truth))
    if isinstance(probs, TopProbs):
        others = np.where(probs.classes == truth[:, None], -1.0, probs.values)
        return probs.classes[rows, others.argmax(axis=1)].astype(np.int64)
    others = probs.copy()
    others[rows, truth] = -1.0
    return others.argmax(axis=1)


def _confident(probs: Outputs, thresholds: Floats) -> Classes:
    """The most probable of the classes that reach their thresholds, (n_rows,); -1 where none does."""
    if isinstance(probs, TopProbs):
        reached = probs.values >= thresholds[probs.classes]
        first = probs.classes[np.arange(len(probs)), reached.argmax(axis=1)]  # they are in the order of probability
        return np.where(reached.any(axis=1), first, -1).astype(np.int64)
    reached = probs >= thresholds
    return np.where(reached.any(axis=1), np.where(reached, probs, -1.0).argmax(axis=1), -1)


def _suspected(truth: Classes, probs: Outputs, thresholds: Floats, counts: Classes) -> NDArray[np.bool_]:
    """Of each pair of label and confident class so many rows as the calibrated joint says, the widest margins first."""
    n_classes, confident = probs.shape[1], _confident(probs, thresholds)
    sure = confident >= 0
    counted = np.bincount(truth[sure], minlength=n_classes)
    pairs, rows_of = np.unique(truth[sure] * n_classes + confident[sure], return_counts=True)
    suspect = np.zeros(len(truth), dtype=bool)
    by_label = np.split(np.argsort(truth, kind="stable"), np.cumsum(np.bincount(truth, minlength=n_classes))[:-1])
    for pair, found in zip(pairs, rows_of, strict=True):
        label, other = divmod(int(pair), n_classes)
        if label == other:
            continue
        n = round(found / counted[label] * counts[label])
        rows = by_label[label]
        margin = at(probs[rows], np.full(len(rows), other)) - at(probs[rows], truth[rows])
        suspect[rows[np.argsort(-margin, kind="stable")[:n]]] = True
    return suspect


def contradicted_labels(truth: NDArray, probs: NDArray) -> Contradictions:
    """The same of labels, (n_rows, n_labels): each label is two classes, there and not; a row of the answer for each
    cell, row by row. `said` is what the cell should be, 0 or 1.
    """
    score, suspect = np.empty(truth.shape), np.empty(truth.shape, dtype=bool)
    for label in range(truth.shape[1]):
        there = probs[:, label].astype(np.float64)
        found = contradicted(truth[:, label].astype(np.int64), np.stack([1 - there, there], axis=1))
        score[:, label], suspect[:, label] = found.score, found.suspect
    return Contradictions(score.ravel(), suspect.ravel(), 1 - truth.astype(np.int64).ravel())


def far_off(distance: Floats, strata: Classes) -> Contradictions:
    """Numbers or shares by their distance from what is said, (n_rows,), in standard deviations of their stratum.

    Confident learning knows classes alone. The standard deviation is the median distance's, which the wrong labels
    hardly move; of a stratum of few rows it is that of all.
    """
    whole = _spread(distance)
    spread = np.full(len(distance), whole)
    for stratum in np.unique(strata):
        rows = strata == stratum
        if rows.sum() >= FEWEST:
            spread[rows] = _spread(distance[rows])
    score = np.divide(distance, spread, out=np.zeros(len(distance)), where=spread > 0)
    return Contradictions(score, score > FAR, strata.astype(np.int64))


def _spread(distance: Floats) -> float:
    """By the median; where more than half of the rows are right to the last digit by the mean."""
    if not len(distance):
        return 0.0
    return TO_SD * float(np.median(distance)) or float(distance.mean())
