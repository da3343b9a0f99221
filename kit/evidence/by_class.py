"""How good predictions are of each class, and how far what they say comes true, with intervals by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.evidence.bootstrap import N_REPLICATES, Score, group_codes, interval, resampled_sums, resamples
from kit.evidence.metrics import Floats, metric_named
from kit.evidence.metrics.classes import f1_per_class
from kit.evidence.scorer import Scorer
from kit.evidence.sums import in_blocks


def f1_intervals(truth: ArrayLike, said: ArrayLike, groups: ArrayLike, n_outputs: int) -> tuple[Score, ...]:
    """F1 of each class or label with the percentile interval of a bootstrap over groups; nan for one that is nowhere.

    truth, said: class numbers (n_rows,), or 0 and 1 of labels (n_rows, n_labels).
    """
    metric = metric_named("f1_macro")
    true = metric.true(truth, n_outputs)
    codes, n_groups = group_codes(groups, len(true))
    tally, n_blocks = metric.sums(true, metric.fitting(said, true, n_outputs), n_outputs, codes, n_groups)

    def drawn() -> Iterator[Floats]:
        for sums in resampled_sums(tally, resamples(n_groups, N_REPLICATES, 0)):
            yield f1_per_class(*in_blocks(sums, n_blocks))  # type: ignore[arg-type]

    whole = np.asarray(tally.sum(axis=0)).ravel()
    points, replicates = f1_per_class(*in_blocks(whole, n_blocks)), np.concatenate(list(drawn()))  # type: ignore[arg-type]
    return tuple(interval(points[k], replicates[:, k], n_groups) for k in range(n_outputs))


@dataclass(frozen=True)
class Bin:
    """Rows that were said with about the same confidence."""

    confidence: float
    """The mean of what was said."""
    came_true: Score
    rows: int


def reliability(confidence: NDArray, right: NDArray, groups: NDArray, n_bins: int = 10) -> tuple[Bin, ...]:
    """How often what was said came true, by bins of about equally many rows (Niculescu-Mizil and Caruana 2005).

    confidence, right: (n_rows,) what was said from 0 to 1, and whether it came true.
    """
    order = np.argsort(confidence, kind="stable")
    found = []
    for rows in np.array_split(order, min(n_bins, len(order))):
        scorer = Scorer("accuracy", np.ones(len(rows), dtype=np.int64), groups[rows], 2)
        came_true = scorer.score(right[rows].astype(np.int64))
        found.append(Bin(float(confidence[rows].mean()), came_true, len(rows)))
    return tuple(found)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """The mean distance between what was said and what came true (ECE of Naeini et al. 2015, by equal bins)."""
    rows = np.array([one.rows for one in bins], dtype=float)
    off = np.array([abs(one.confidence - one.came_true.value) for one in bins])
    return float((rows * off).sum() / rows.sum())
