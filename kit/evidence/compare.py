"""Two predictions on the same rows: is one better, how surely, and where does the difference come from?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.evidence.bootstrap import Score, about, interval
from kit.evidence.metrics import Floats, Metric

DECIDED_ODDS = 0.95
"""Odds beyond which a difference is called better or worse."""
BETTER, WORSE = "better", "worse"
NO_DIFFERENCE = "no difference that this data can show"
ROUNDING = 1e-12
"""Differences below this are ties: the same sum in another order."""


@dataclass(frozen=True)
class Comparison:
    """B against A on the same rows and the same resamples."""

    difference: Score
    """B - A in the metric's own units."""
    odds: float
    """Share of resamples on which B is better, ties half; nan when nothing can be said (one group)."""
    per_class: tuple[Score, ...]
    """What each class gives to the difference: their values add up to it. Empty where the metric does not tell."""

    @property
    def verdict(self) -> str:
        """What may be said of B: "better", "worse" or "no difference that this data can show"."""
        return verdict_of(self.odds)


def verdict_of(odds: float) -> str:
    """The words that the odds of being better allow."""
    if odds > DECIDED_ODDS:
        return BETTER
    return WORSE if 1 - odds > DECIDED_ODDS else NO_DIFFERENCE


def odds_better(differences: Floats, metric: Metric) -> float:
    """Share of the resampled differences B - A (n_replicates,) in which B is better, ties half; nan if none counts."""
    defined = differences[np.isfinite(differences)]
    if len(defined) == 0:
        return float("nan")
    gains = defined if metric.higher_is_better else -defined
    tied = np.abs(gains) < ROUNDING
    return float(((gains > 0) & ~tied).mean() + tied.mean() / 2)


def compared(metric: Metric, points: Floats, drawn: Floats, n_groups: int, level: float, by_class: bool) -> Comparison:
    """What the parts of a difference B - A say: points (n_parts,), and drawn (n_replicates, n_parts) on resamples.

    by_class: whether each part is what one class gives.
    """
    totals = about(points.sum(), drawn.sum(axis=1))
    return Comparison(
        difference=interval(points.sum(), totals, n_groups, level),
        odds=odds_better(totals, metric) if n_groups > 1 else float("nan"),
        per_class=tuple(interval(point, about(point, drawn[:, k]), n_groups, level) for k, point in enumerate(points))
        if by_class
        else (),
    )
