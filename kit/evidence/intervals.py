"""How sure one score is: the jackknife over groups, on a scale where its errors are even, and what no row has shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import stdtrit

from kit.evidence.arrays import Classes, Floats
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import Metric
from kit.evidence.sums import in_blocks, scores_near

FEW_GROUPS = 100
"""Below so many groups a class that nobody has may well be common: a mean over classes then has no interval."""
BIAS_ERROR = 0.5
"""The jackknife's bias is of the first order: where many classes have two or three groups it errs by half."""
TOUCHING = 1e-12
"""Numbers nearer than this share of their size are equal: the same sum in another order."""


@dataclass(frozen=True)
class Spread:
    """What is known of a score's error."""

    sd: float
    bias: float
    df: float
    """Degrees of freedom of the sd."""


@dataclass(frozen=True)
class Unseen:
    """How far the score may be from where it is by errors (drop), or right answers (rise), that no row has shown.

    Both in the metric's units, as changes towards a score of lesser and of greater skill, and at least 0.
    """

    drop: float = 0.0
    rise: float = 0.0


def jackknife(value: float, left_out: Floats) -> Spread:
    """Standard error, bias and degrees of freedom from the scores without each group, (n_groups,) (Tukey 1958).

    The degrees of freedom are those of a variance whose own variance is told by the fourth powers (Satterthwaite 1946):
    few where few groups carry all of it. nan where a score is not defined without some group.
    """
    n_groups = len(left_out)
    if n_groups < 2 or not np.isfinite(left_out).all():
        return Spread(np.nan, np.nan, np.nan)
    off = left_out - left_out.mean()
    off[np.abs(off) < TOUCHING * max(1.0, abs(value))] = 0.0
    squares, fourths = float((off**2).sum()), float((off**4).sum())
    excess = fourths - squares**2 / n_groups
    df = np.clip(2 * squares**2 / excess, 1.0, n_groups - 1) if excess > TOUCHING * fourths else n_groups - 1
    bias = (n_groups - 1) * (left_out.mean() - value)
    return Spread(float(np.sqrt((n_groups - 1) / n_groups * squares)), float(bias), float(df))


def bootstrapped(drawn: Floats, n_groups: int) -> Spread:
    """What the scores on resamples of groups, (n_draws, n_seeds), tell where leaving groups out is not to be had.

    A bootstrap's variance is (n - 1) / n of the true one. Undefined draws are left out.
    """
    scores = drawn.mean(axis=1)
    defined = scores[np.isfinite(scores)]
    if n_groups < 2 or len(defined) < 2:
        return Spread(np.nan, np.nan, np.nan)
    return Spread(float(defined.std(ddof=1) * np.sqrt(n_groups / (n_groups - 1))), 0.0, n_groups - 1)


def with_seeds(spread: Spread, of_people: Floats, of_both: Floats, n_seeds: int) -> Spread:
    """The spread of a mean of seeds over other people and other seeds.

    of_people, of_both: the mean score on the same draws of people, (n_draws,), with all seeds and with drawn ones. What
    drawing seeds adds to the variance (the pigeonhole bootstrap, see `Seeds`) is known with n_seeds - 1 degrees of
    freedom; those of the sum are Satterthwaite's (1946).
    """
    if n_seeds < 2 or not np.isfinite(spread.sd):
        return spread
    defined = np.isfinite(of_people) & np.isfinite(of_both)
    added = max(0.0, float(of_both[defined].var() - of_people[defined].var()))
    if added <= TOUCHING * spread.sd**2:
        return spread
    total = spread.sd**2 + added
    df = total**2 / (spread.sd**4 / spread.df + added**2 / (n_seeds - 1))
    return Spread(float(np.sqrt(total)), spread.bias, df)


def one_sided(level: float, df: float) -> float:
    """The value of Student's t beyond which lies half of what an interval of this level leaves out."""
    return float(stdtrit(df, (1 + level) / 2))


def effective_groups(metric: Metric, people: Classes) -> float:
    """How many groups a mean over classes is worth: C^2 / sum(1 / n_c), (n_classes,) groups of each; else all of them.

    With equal variance in every class a mean of C class means has that of so many groups.
    """
    there = people[people > 0]
    return float(len(there) ** 2 / (1 / there).sum()) if metric.mean_of_classes else np.inf


def unseen(metric: Metric, truth: Classes, predicted: Classes, people: Classes, quantile: float) -> Unseen:
    """What a class may hide in which all rows are right, or all are wrong: of it no jackknife sees anything.

    truth, predicted: (n_rows,) class numbers; people: groups of each true class, (n_classes,). Wilson (1927) bounds the
    share of n groups that err where none did by t^2 / (n + t^2); the score is taken at that share, in the class where
    it counts most: not in all at once, as a few errors in each of many would have shown. Where rows of all classes are
    counted together, such as in accuracy, the errors of the others tell enough. Of other kinds of answers, and of
    probabilities, nothing is known.
    """
    n_classes = len(people)
    by_class = metric.mean_of_classes or (metric.f_of is not None and metric.f_of[1] in ("", "weighted"))
    if not by_class or metric.tally is None or metric.parts is None or metric.needs != "labels" or n_classes < 2:
        return Unseen()
    rows = np.bincount(truth, minlength=n_classes)
    right = np.bincount(truth[truth == predicted], minlength=n_classes)
    known = np.flatnonzero((rows > 0) & ((right == rows) | (right == 0)))
    if len(known) == 0:
        return Unseen()
    first, second = np.argsort(-rows, kind="stable")[:2]
    codes = np.arange(len(known))
    (good, n_blocks), (bad, _) = (
        metric.sums(known, said, n_classes, codes, len(known))
        for said in (known, np.where(known == first, second, first))
    )
    share = quantile**2 / (people[known] + quantile**2)
    flawless = right[known] == rows[known]
    scale = np.where(flawless, share * rows[known], -share * rows[known])[:, None]
    changes = (bad - good).multiply(scale).tocsr() if sparse.issparse(bad) else scale * (bad - good)
    sums, _ = metric.sums(truth, predicted, n_classes, np.zeros_like(truth), 1)
    total = np.asarray(sums.sum(axis=0), dtype=float).ravel()
    unmoved = metric.parts(*in_blocks(total, n_blocks)).sum()
    moved = scores_near(total, changes, metric.parts, metric.ratio, n_blocks) - unmoved
    worse = -moved if metric.higher_is_better else moved
    return Unseen(
        drop=float(max(0.0, np.nan_to_num(worse[flawless]).max(initial=0.0))),
        rise=float(max(0.0, np.nan_to_num(-worse[~flawless]).max(initial=0.0))),
    )


def score_interval(
    metric: Metric, value: float, spread: Spread, hidden: Unseen, n_groups: int, n_effective: float, level: float
) -> Score:
    """A score with its interval: Student's t on the metric's scale, joined with what no row has shown.

    The scale is the logit of a bounded metric, the logarithm of one with a single end, and the metric's own otherwise.
    The interval is moved by the jackknife's bias there, never off the score, and is the wider for the error of that
    bias. At an end of the range the scale is
    infinite: Wilson's interval of n_effective groups stands in its place. The two distances are joined by their squares
    (Zou and Donner 2008, Statistics in Medicine 27).
    """
    low_end, high_end = metric.score_range
    if not np.isfinite([value, spread.sd]).all():
        return Score(value, np.nan, np.nan, np.nan)
    at_low, at_high = (bool(np.isclose(value, end, rtol=TOUCHING, atol=TOUCHING)) for end in (low_end, high_end))
    low = high = value
    if not (at_low or at_high) and spread.sd > 0:
        scale, back, slope = _scale(low_end, high_end)
        width = one_sided(level, spread.df) * float(np.hypot(spread.sd, BIAS_ERROR * spread.bias)) * slope(value)
        middle = scale(value) - spread.bias * slope(value)
        low, high = min(value, back(middle - width)), max(value, back(middle + width))
    below, above = (hidden.drop, hidden.rise) if metric.higher_is_better else (hidden.rise, hidden.drop)
    if at_low or at_high:
        if not np.isfinite([low_end, high_end]).all():
            return Score(value, np.nan, np.nan, spread.sd)
        square = one_sided(level, n_groups - 1) ** 2
        wilson = (high_end - low_end) * square / (min(n_groups, n_effective) + square)
        below, above = (below, max(above, wilson)) if at_low else (max(below, wilson), above)
    return Score(
        value,
        max(low_end, value - float(np.hypot(value - low, below))),
        min(high_end, value + float(np.hypot(high - value, above))),
        spread.sd,
    )


Curve = Callable[[float], float]


def _scale(low: float, high: float) -> tuple[Curve, Curve, Curve]:
    """The scale of a range, its inverse, and its slope."""
    if np.isfinite([low, high]).all():
        size = high - low
        return (
            lambda x: float(np.log((x - low) / (high - x))),
            lambda z: low + size * float(np.exp(-np.logaddexp(0.0, -z))),
            lambda x: size / ((x - low) * (high - x)),
        )
    if np.isfinite(low):
        return lambda x: float(np.log(x - low)), lambda z: low + float(np.exp(z)), lambda x: 1 / (x - low)
    if np.isfinite(high):
        return lambda x: -float(np.log(high - x)), lambda z: high - float(np.exp(-z)), lambda x: 1 / (high - x)
    return lambda x: x, lambda z: z, lambda x: 1.0
