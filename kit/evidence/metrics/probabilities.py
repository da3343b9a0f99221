"""Metrics of probabilities and shares themselves: log loss, Kullback-Leibler divergence, probabilistic F1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kit.errors import KitError
from kit.evidence.arrays import Floats, divide
from kit.evidence.metrics.base import Metric
from kit.evidence.metrics.classes import WITH_LABELS, share
from kit.evidence.metrics.truth import LABELS, SHARES, kind_of
from kit.evidence.sums import AtClass, Block
from kit.evidence.top import Outputs, TopProbs
from kit.evidence.top_labels import label_cells

SMALLEST = float(np.finfo(float).eps)
"""The probability that a 0 counts as in the log loss, and as far from 1 a 1: as in scikit-learn."""
SMALLEST_SHARE = 1e-15
"""The share that a 0 counts as in the divergence: as in Kaggle's."""


def tally_log_loss(truth: NDArray, probs: Outputs, n_outputs: int) -> tuple[Block, ...]:
    """[-log of what is true, by true class or share, or by label | how much of it is true, or rows by label].

    Where the most probable labels alone are kept, of all labels together.
    """
    kind = kind_of(truth)
    if kind not in (LABELS, SHARES):
        at = probs.at(truth) if isinstance(probs, TopProbs) else probs[np.arange(len(truth)), truth]
        return AtClass(truth, n_outputs, -np.log(np.clip(at, SMALLEST, 1 - SMALLEST))), AtClass(truth, n_outputs)
    if isinstance(probs, TopProbs):
        return label_cells([probs], truth).losses(SMALLEST)[:, None], np.full((len(truth), 1), n_outputs)
    given = np.clip(probs, SMALLEST, 1 - SMALLEST)
    if kind == LABELS:
        loss = -np.log(np.where(truth == 1, given, 1 - given))
        return loss, np.ones(truth.shape, dtype=np.int64)
    return -truth * np.log(given), truth


def weighted_log_loss(name: str, weights: Sequence[float]) -> Metric:
    """The log loss of labels, of which each counts by its weight (those of RSNA 2019's bleedings: any 2, others 1)."""
    if not weights or not np.isfinite(weights).all() or min(weights) < 0 or sum(weights) <= 0:
        raise KitError(f"the weights of '{name}' are numbers of 0 or more, one for each class, not all 0")
    scale = np.asarray(weights, dtype=float)
    return Metric(
        name,
        False,
        "probs",
        (LABELS,),
        tally=tally_log_loss,
        ratio=lambda loss, rows: (scale * loss, scale * rows),
        score_range=(0.0, np.inf),
        weights=tuple(weights),
    )


def tally_divergence(truth: NDArray, shares: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[what is true x the logarithm of how much too little is said | what is true] of each class."""
    said = np.clip(shares, SMALLEST_SHARE, 1 - SMALLEST_SHARE)
    return truth * np.log(np.where(truth > 0, truth, 1.0) / said), truth


def tally_probabilistic_f1(truth: NDArray, probs: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[probability where true | true | probability] of each class or label; of two classes the second alone."""
    if truth.ndim == 1:
        judged = np.array([1]) if n_outputs == 2 else np.arange(n_outputs)
        truth, probs = truth[:, None] == judged, probs[:, judged]
    return truth * probs, truth.astype(np.int64), probs


def probabilistic_f1(hits: Floats, true: Floats, said: Floats) -> tuple[Floats, NDArray]:
    """F1 with probabilities in the place of decisions, over the classes that are true or have one above 0.

    Its recall is the probability given to the true rows over how many they are, its precision that over all
    probability given (Yacouby and Axman 2020).
    """
    return divide(2 * hits, true + said, undefined=0.0), true + said > 0


METRICS = (
    Metric(
        "log_loss",
        False,
        "probs",
        (*WITH_LABELS, SHARES),
        tally=tally_log_loss,
        ratio=share,
        score_range=(0.0, np.inf),
        of_top=True,
    ),
    Metric("kl", False, "probs", (SHARES,), tally=tally_divergence, ratio=share, score_range=(0.0, np.inf)),
    Metric(
        "pf1", True, "probs", WITH_LABELS, tally=tally_probabilistic_f1, ratio=probabilistic_f1, mean_of_classes=True
    ),
)
