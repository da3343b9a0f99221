"""From probabilities to one class per row: argmax is not the best rule for macro F1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kit.blend.out_of_fold import out_of_fold
from kit.errors import KitError, nearest
from kit.evidence.calibration import apply_temperature, fit_temperature
from kit.evidence.compare import BETTER, Comparison
from kit.evidence.joining import join_probs
from kit.evidence.metrics import Classes, Floats, Metric, class_numbers, metric_named
from kit.evidence.scorer import Scorer

ARGMAX, EXPECTED_F1, OFFSETS = "argmax", "expected-f1", "offsets"
RULES = (ARGMAX, EXPECTED_F1, OFFSETS)
OFFSET_GRID = tuple(sorted((step / 10 for step in range(-20, 21)), key=abs))
"""Offsets of a class's log-probability that tuning tries, the smallest first: of two equal ones the smaller is kept."""


def argmax_rule(probs: ArrayLike) -> Classes:
    """The most probable class of each row, (n_rows,): right for accuracy."""
    return np.asarray(probs).argmax(axis=1).astype(np.int64)


def expected_f1_rule(probs: ArrayLike, sweeps: int = 10) -> Classes:
    """Classes (n_rows,) that raise the expected macro F1 of the whole set, from its probabilities (n_rows, n_classes).

    The fixed point of prediction_i = argmax_c (2 p_ic - F_c) / D_c, where D_c = predicted_c + sum_i p_ic and
    F_c = 2 sum_{i predicted c} p_ic / D_c, from argmax: the macro form of "threshold at half the optimal F" (Lipton,
    Elkan and Naryanaswamy 2014; Ye et al. 2012). On few rows the sweeps can go round in a circle: of all that were
    passed, the predictions with the highest mean F_c are returned. Each row's class depends on all rows, on no label.
    """
    probs = np.asarray(probs, dtype=float)
    n_rows, n_classes = probs.shape
    mass = probs.sum(axis=0)
    predicted = best = argmax_rule(probs)
    best_f1 = -np.inf
    for sweep in range(sweeps + 1):
        reach = np.bincount(predicted, minlength=n_classes) + mass
        possible = np.where(reach > 0, reach, np.inf)  # a class with no mass anywhere is never worth predicting
        hits = np.bincount(predicted, weights=probs[np.arange(n_rows), predicted], minlength=n_classes)
        f1 = 2 * hits / possible
        if f1.mean() > best_f1:
            best, best_f1 = predicted, f1.mean()
        following = np.where(possible < np.inf, (2 * probs - f1) / possible, -np.inf).argmax(axis=1)
        if sweep == sweeps or (following == predicted).all():
            break
        predicted = following
    return best.astype(np.int64)


@dataclass(frozen=True)
class FittedRule:
    """A rule with all that it learnt from labels: a temperature, and offsets of log-probability, for each head."""

    rule: str
    temperatures: tuple[float, ...]
    offsets: tuple[tuple[float, ...], ...]

    def joined(self, task_probs: Sequence[ArrayLike], table: Classes) -> Floats:
        """The scores of the target classes that the rule decides on, (n_rows, n_target_classes), rows summing to 1."""
        heads = [
            apply_temperature(probs, temperature) * np.exp(offsets)
            for probs, temperature, offsets in zip(task_probs, self.temperatures, self.offsets, strict=True)
        ]
        joined = join_probs(heads, table)
        return joined / joined.sum(axis=1, keepdims=True)


def decided(rule: str, joined: Floats) -> Classes:
    """Target class of each row, (n_rows,), by a rule on what it decides on, (n_rows, n_target_classes)."""
    return expected_f1_rule(joined) if rule == EXPECTED_F1 else argmax_rule(joined)


def fit_rule(
    rule: str, metric: str | Metric, task_probs: Sequence[ArrayLike], truth: ArrayLike, table: Classes
) -> FittedRule:
    """Fit a rule's temperatures, and its offsets where it has some, on rows whose target class is known.

    task_probs: (n_rows, n_task_classes) per column of `table` (n_target_classes, n_tasks); truth: (n_rows,).
    """
    if rule not in RULES:
        raise KitError(f"there is no decision rule '{rule}'", todo=nearest(rule, RULES))
    truth = class_numbers(truth, len(table), "truth")
    heads = [np.asarray(probs, dtype=float) for probs in task_probs]
    temperatures = tuple(fit_temperature(probs, table[truth, task]) for task, probs in enumerate(heads))
    offsets: Sequence[Floats] = [np.zeros(probs.shape[1]) for probs in heads]
    if rule == OFFSETS:
        calibrated = [apply_temperature(probs, t) for probs, t in zip(heads, temperatures, strict=True)]
        offsets = tune_offsets(metric, calibrated, truth, table)
    return FittedRule(rule, temperatures, tuple(tuple(float(o) for o in head) for head in offsets))


def tune_offsets(
    metric: str | Metric, task_probs: Sequence[Floats], truth: Classes, table: Classes, sweeps: int = 3
) -> tuple[Floats, ...]:
    """Offsets of each head's log-probabilities, (n_task_classes,) per task, that give argmax the best joined score.

    One class at a time over OFFSET_GRID, the other offsets held; a head's most frequent class keeps 0.
    """
    metric = metric_named(metric)
    if metric.needs != "labels":
        raise KitError(f"{metric.name} scores probabilities: offsets would only spoil them")
    with np.errstate(divide="ignore"):
        scores = np.log(join_probs(task_probs, table))
    sizes = [probs.shape[1] for probs in task_probs]
    offsets = tuple(np.zeros(size) for size in sizes)
    sign = 1.0 if metric.higher_is_better else -1.0
    tuned = [
        (task, k)
        for task, size in enumerate(sizes)
        for k in range(size)
        if k != np.bincount(table[truth, task], minlength=size).argmax()
    ]
    for _ in range(sweeps):
        before = [head.copy() for head in offsets]
        for task, k in tuned:
            inside = table[:, task] == k
            scores[:, inside] -= offsets[task][k]
            offsets[task][k] = _best_offset(metric, sign, scores, truth, inside)
            scores[:, inside] += offsets[task][k]
        if all((old == new).all() for old, new in zip(before, offsets, strict=True)):
            break
    return offsets


def _best_offset(metric: Metric, sign: float, scores: Floats, truth: Classes, inside: np.ndarray) -> float:
    # Only the best class on either side of the offset can win, so that a trial costs one comparison per row.
    columns, others = np.flatnonzero(inside), np.flatnonzero(~inside)
    with_it, without = columns[scores[:, columns].argmax(axis=1)], others[scores[:, others].argmax(axis=1)]
    rows = np.arange(len(scores))
    with np.errstate(invalid="ignore"):
        behind = scores[rows, without] - scores[rows, with_it]
    n_classes = scores.shape[1]
    trials = [
        sign * metric.score(truth, np.where(offset > behind, with_it, without), n_classes) for offset in OFFSET_GRID
    ]
    return OFFSET_GRID[int(np.argmax(trials))]


def cross_fitted_rule(
    rule: str,
    metric: str | Metric,
    task_probs: Sequence[ArrayLike],
    truth: ArrayLike,
    table: Classes,
    folds: ArrayLike,
) -> Classes:
    """Target class of each OOF row by a rule that was fitted without the labels of its fold, (n_rows,).

    folds: (n_rows,), whole groups to a fold. What needs no label (the fixed point) sees all rows at once, as it will
    on the test set.
    """
    heads = [np.asarray(probs, dtype=float) for probs in task_probs]
    truth = class_numbers(truth, len(table), "truth")
    (joined,) = out_of_fold(
        folds,
        lambda fold, others: fit_rule(rule, metric, [probs[others] for probs in heads], truth[others], table),
        lambda fitted, held: [fitted.joined([probs[held] for probs in heads], table)],
    )
    return decided(rule, joined)


@dataclass(frozen=True)
class RuleChoice:
    """The decision rule that the evidence supports, and the cross-fitted gain over argmax of each that was tried."""

    rule: str
    gains: dict[str, Comparison]


def choose_rule(scorer: Scorer, task_probs: Sequence[ArrayLike], table: Classes, folds: ArrayLike) -> RuleChoice:
    """Choose argmax, unless another rule's cross-fitted OOF score is better beyond what chance gives.

    A rule that learns more has to beat the simpler one chosen before it: argmax, then expected-f1, then offsets.
    folds: (n_rows,), whole groups to a fold.
    """
    metric, folds = scorer.metric, np.asarray(folds)
    _whole_groups(scorer.groups, folds)
    if metric.needs == "probs":
        return RuleChoice(ARGMAX, {})
    rules = RULES if metric.name == "f1_macro" else (ARGMAX, OFFSETS)
    labels = {rule: cross_fitted_rule(rule, metric, task_probs, scorer.truth, table, folds) for rule in rules}
    gains = dict(zip(rules[1:], scorer.compare(list(labels.values())), strict=True))
    chosen = ARGMAX
    for rule, gain in gains.items():
        against = gain if chosen == ARGMAX else scorer.compare([labels[chosen], labels[rule]])[0]
        if against.verdict == BETTER:
            chosen = rule
    return RuleChoice(chosen, gains)


def _whole_groups(groups: np.ndarray, folds: np.ndarray) -> None:
    if groups.shape != folds.shape:
        raise KitError(f"folds of shape {folds.shape} do not fit groups of shape {groups.shape}")
    group, fold = (np.unique(names, return_inverse=True)[1] for names in (groups, folds))
    if len(np.unique(group * (fold.max() + 1) + fold)) != group.max() + 1:
        raise KitError("a group lies in two folds: a rule fitted on the others would know its labels")
