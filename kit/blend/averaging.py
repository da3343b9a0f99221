"""What the average of the fold models is worth more than one of them, which is all that an OOF row gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kit.evidence.bootstrap import Score
from kit.evidence.calibration import COLDEST, HOTTEST, apply_temperature
from kit.evidence.metrics import Classes, Floats, Metric

DRAWN_ROWS = 20_000
"""Rows whose labels are drawn, in as many draws of the whole set as that takes, up to MOST_DRAWS."""
MOST_DRAWS = 24
HALVINGS = 12
ALIKE = 1e-9
"""A gain up to which fold models that are averaged say the same."""


@dataclass(frozen=True)
class Gain:
    """An expected change of the score, and its standard error from that of the OOF score."""

    value: float
    sd: float


def averaging_gain(
    metric: Metric, probs: Floats, said: NDArray, said_by_one: Sequence[NDArray], oof: Score, seed: int = 0
) -> Gain | None:
    """How much more the average of fold models scores than one of them does, on rows whose labels nobody knows.

    probs: (n_rows, n_classes) of the average; said, said_by_one: what the average, and each fold's models alone, say to
    the metric. Labels are drawn from the average's probabilities, at the temperature at which one fold's models score
    what they do out of fold; on these labels the average scores what is expected of it. It takes the average to know
    all that its members know (as Jiang et al. 2022, Assessing generalization of SGD via disagreement, do of ensembles),
    and rows like those of the train side. Members that disagree and whose probabilities are crude, such as those of a
    tree, gain more than it says. Draws for which the metric is not defined are left out; None where all are, and where
    the fold models disagree more than the OOF score allows: they would not score it even if the average were right.
    """
    n_rows, n_classes = probs.shape
    draws = np.random.default_rng(seed).random((min(MOST_DRAWS, max(1, DRAWN_ROWS // n_rows)), n_rows))
    sign = 1 if metric.higher_is_better else -1
    codes, apart = np.repeat(np.arange(len(draws)), n_rows), np.eye(len(draws))

    def scores(labels: Classes, one: NDArray) -> Floats:
        """Of the same answers, on the labels of each draw: (n_draws,)."""
        true = metric.true(labels.ravel(), n_classes)
        answers = metric.fitting(np.concatenate([one] * len(labels)), true, n_classes)
        parts = metric.of_draws(true, answers, n_classes, codes, apart)
        return np.clip(metric.constant + parts.sum(axis=1), *metric.score_range)

    @cache
    def mean_scores(temperature: float) -> tuple[float, float]:
        """Of one fold's models and of the average; the draws are the same at every temperature."""
        ends = apply_temperature(probs, temperature).cumsum(axis=1)
        labels: Classes = np.stack([(ends[:, :-1] < drawn[:, None]).sum(axis=1) for drawn in draws])
        of_all = np.column_stack([scores(labels, one) for one in (*said_by_one, said)])
        known = of_all[np.isfinite(of_all).all(axis=1)]
        return (float(known[:, :-1].mean()), float(known[:, -1].mean())) if len(known) else (np.nan, np.nan)

    def gain(score: float) -> float:
        """nan where the fold models disagree more than one of them could and score that high, at any temperature."""
        low, high = np.log(COLDEST), np.log(HOTTEST)
        known, reached = np.nan, False
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            one, average = mean_scores(np.exp(middle))
            too_cold = np.isnan(one)  # all labels are of one class
            known = known if too_cold else average - one
            reached |= sign * one > sign * score
            low, high = (middle, high) if too_cold or sign * one > sign * score else (low, middle)
        one, average = mean_scores(np.exp((low + high) / 2))
        value = known if np.isnan(one) else average - one
        return value if reached or abs(value) < ALIKE else np.nan

    value = gain(oof.value)
    if not np.isfinite(value):
        return None
    if not np.isfinite(oof.sd):
        return Gain(value, float("nan"))
    lower, higher = gain(oof.value - oof.sd), gain(oof.value + oof.sd)
    if np.isfinite(lower) and np.isfinite(higher):
        return Gain(value, abs(higher - lower) / 2)
    return Gain(value, abs((lower if np.isfinite(lower) else higher) - value))
