"""Two predictions on the same rows: is one better, how surely, and where does the difference come from?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kit.errors import KitError
from kit.evidence.bootstrap import (
    LEVEL,
    N_REPLICATES,
    Candidate,
    Score,
    bootstrap_parts,
    bootstrap_scores,
    interval,
    mean_of_drawn,
    members,
)
from kit.evidence.joining import join_labels, join_probs
from kit.evidence.metrics import Classes, Floats, Metric, class_numbers, metric_named

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
    """What each class gives to the difference: their values add up to it."""

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


def compare(
    metric: str | Metric,
    truth: ArrayLike,
    candidates: Sequence[Candidate],
    groups: ArrayLike,
    *,
    n_classes: int,
    level: float = LEVEL,
    n_replicates: int = N_REPLICATES,
    seed: int = 0,
) -> tuple[Comparison, ...]:
    """Each candidate but the first against the first, paired: n_candidates - 1 comparisons.

    candidates: two or more predictions as the metric needs them, row by row with truth and groups (n_rows,).
    """
    if len(candidates) < 2:
        raise KitError(f"{len(candidates)} candidates make no comparison", todo="name two or more")
    return compare_means(
        metric,
        truth,
        candidates,
        [((0,), (i,)) for i in range(1, len(candidates))],
        groups,
        n_classes=n_classes,
        level=level,
        n_replicates=n_replicates,
        seed=seed,
    )


def compare_means(
    metric: str | Metric,
    truth: ArrayLike,
    candidates: Sequence[Candidate],
    contrasts: Sequence[tuple[Sequence[int], Sequence[int]]],
    groups: ArrayLike,
    *,
    n_classes: int,
    level: float = LEVEL,
    n_replicates: int = N_REPLICATES,
    seed: int = 0,
) -> tuple[Comparison, ...]:
    """The mean score of some candidates against that of others, paired; contrasts: places of A's and of B's."""
    metric = metric_named(metric)
    drawn = bootstrap_parts(
        metric, truth, candidates, groups, n_classes=n_classes, n_replicates=n_replicates, seed=seed
    )
    points = np.stack(
        [
            np.mean([metric.per_class(truth, predicted, n_classes) for predicted in members(candidate)], axis=0)
            for candidate in candidates
        ]
    )
    n_groups = len(np.unique(np.asarray(groups)))
    return tuple(
        _comparison(
            metric,
            points[list(b)].mean(axis=0) - points[list(a)].mean(axis=0),
            drawn[:, list(b)].mean(axis=1) - drawn[:, list(a)].mean(axis=1),
            n_groups,
            level,
        )
        for a, b in contrasts
    )


def _comparison(metric: Metric, points: Floats, drawn: Floats, n_groups: int, level: float) -> Comparison:
    totals = drawn.sum(axis=1)
    return Comparison(
        difference=interval(points.sum(), totals, n_groups, level),
        odds=odds_better(totals, metric) if n_groups > 1 else float("nan"),
        per_class=tuple(interval(point, drawn[:, k], n_groups, level) for k, point in enumerate(points)),
    )


def perfect_task_gain(
    metric: str | Metric,
    truth: ArrayLike,
    task_predictions: Mapping[str, Candidate],
    table: Classes,
    groups: ArrayLike,
    *,
    level: float = LEVEL,
    n_replicates: int = N_REPLICATES,
    seed: int = 0,
) -> dict[str, Score]:
    """What a perfect task would be worth: the gain of the joined score when its predictions are swapped for the truth.

    truth: (n_rows,) target classes; task_predictions: for each task, in the order of the table's columns, (n_rows,)
    class numbers, or (n_rows, n_task_classes) probabilities where the metric needs them, of one model or of the same
    seeds in every task. Positive is better in every metric.
    """
    metric = metric_named(metric)
    table = np.asarray(table, dtype=np.int64)
    truth = class_numbers(truth, len(table), "truth")
    seeds = list(zip(*(members(predicted) for predicted in task_predictions.values()), strict=True))
    join = join_labels if metric.needs == "labels" else join_probs
    joined = [join(version, table) for now in seeds for version in (now, *_with_one_perfect(metric, truth, now, table))]
    shape = (len(seeds), 1 + len(task_predictions))
    points = np.array([metric.score(truth, predicted, len(table)) for predicted in joined]).reshape(shape)
    drawn = bootstrap_scores(metric, truth, joined, groups, n_classes=len(table), n_replicates=n_replicates, seed=seed)
    drawn = drawn.reshape(n_replicates, *shape)
    sign = 1.0 if metric.higher_is_better else -1.0
    gain = sign * (points[:, 1:] - points[:, :1]).mean(axis=0)
    # a seed is drawn with all its versions
    gains = sign * mean_of_drawn(drawn[..., 1:] - drawn[..., :1], [len(seeds)], seed)[:, 0]
    n_groups = len(np.unique(np.asarray(groups)))
    return {name: interval(gain[i], gains[:, i], n_groups, level) for i, name in enumerate(task_predictions)}


def _with_one_perfect(
    metric: Metric, truth: Classes, predictions: Sequence[ArrayLike], table: Classes
) -> list[list[ArrayLike]]:
    """The tasks' predictions with one of them swapped for the truth: one version for each task."""
    versions = []
    for task, predicted in enumerate(predictions):
        perfect: ArrayLike = table[truth, task]
        if metric.needs == "probs":
            perfect = np.eye(np.asarray(predicted).shape[1])[table[truth, task]]
        versions.append([*predictions[:task], perfect, *predictions[task + 1 :]])
    return versions
