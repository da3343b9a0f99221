"""From probabilities to one class per row: argmax is the best rule for accuracy, and for no other metric of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kit.errors import KitError, nearest
from kit.evidence.calibration import apply_temperature, fit_temperature
from kit.evidence.joining import join_probs
from kit.evidence.metrics import Classes, Floats, Metric, class_numbers, metric_named

ARGMAX, OFFSETS = "argmax", "offsets"
EXPECTED_F1, BALANCED, EXPECTED_KAPPA = "expected-f1", "balanced", "expected-kappa"
RULES = (ARGMAX, EXPECTED_F1, BALANCED, EXPECTED_KAPPA, OFFSETS)
RULE_OF = {"accuracy": ARGMAX, "f1_macro": EXPECTED_F1, "balanced_accuracy": BALANCED, "qwk": EXPECTED_KAPPA}
"""The rule that raises the expected score of each metric of classes; of a metric of one's own nothing is known."""
OFFSET_GRID = tuple(sorted((step / 10 for step in range(-20, 21)), key=abs))
"""Offsets of a class's log-probability that tuning tries, the smallest first: of two equal ones the smaller is kept."""


def argmax_rule(probs: ArrayLike) -> Classes:
    """The most probable class of each row, (n_rows,): right for accuracy."""
    return np.asarray(probs).argmax(axis=1).astype(np.int64)


def expected_f1_rule(probs: ArrayLike, sweeps: int = 10) -> Classes:
    """Classes (n_rows,) that raise the expected macro F1 of the whole set, from its probabilities (n_rows, n_classes).

    The fixed point of prediction_i = argmax_c (2 p_ic - F_c) / D_c, where D_c = predicted_c + sum_i p_ic and
    F_c = 2 sum_{i predicted c} p_ic / D_c: the macro form of "threshold at half the optimal F" (Lipton, Elkan and
    Naryanaswamy 2014; Ye et al. 2012). There can be several, and on few rows the sweeps can go round in a circle: of
    all that were passed, from argmax and from p_c / sum_i p_ic, the predictions with the highest mean F_c are returned.
    Each row's class depends on all rows, on no label.
    """
    probs = np.asarray(probs, dtype=float)
    n_rows, n_classes = probs.shape
    mass = probs.sum(axis=0)
    best = argmax_rule(probs)
    best_f1 = -np.inf
    for predicted in (best, argmax_rule(over_prior(probs, mass))):
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


def expected_kappa_rule(probs: ArrayLike, sweeps: int = 50) -> Classes:
    """Classes (n_rows,) of the highest expected quadratic kappa of the whole set, from probabilities in class order.

    With d_ik = sum_c p_ic (c - k)^2 and its mean over rows g_k, kappa = 1 - sum_i d_ik(i) / sum_i g_k(i), expectations
    put for counts (Cohen 1968). A ratio of two sums over rows is least at the fixed point of prediction_i =
    argmin_k d_ik - r g_k, r being the ratio of the predictions before (Dinkelbach 1967): each sweep lowers it, whatever
    the start. Each row's class depends on all rows, on no label.
    """
    probs = np.asarray(probs, dtype=float)
    level = np.arange(probs.shape[1], dtype=float)
    distance = (probs @ level**2)[:, None] - 2 * (probs @ level)[:, None] * level + level**2
    chance, rows = distance.mean(axis=0), np.arange(len(probs))
    predicted = argmax_rule(probs)
    for _ in range(sweeps):
        by_chance = chance[predicted].sum()
        if by_chance <= 0:  # all mass lies on one class: no kappa is defined
            break
        following = (distance - distance[rows, predicted].sum() / by_chance * chance).argmin(axis=1)
        if (following == predicted).all():
            break
        predicted = following
    return predicted.astype(np.int64)


def over_prior(probs: Floats, prior: ArrayLike) -> Floats:
    """p_c / prior_c, (n_rows, n_classes), rows summing to 1: the argmax of it has the highest expected mean recall.

    A hit on class c adds 1 / n_c to the sum of recalls, and n_c is in proportion to the prior (Elkan 2001, The
    foundations of cost-sensitive learning). A class with prior 0, which no labelled row has, is never worth predicting.
    """
    prior = np.asarray(prior, dtype=float)
    worth = probs * np.divide(1.0, prior, out=np.zeros_like(prior), where=prior > 0)
    total = worth.sum(axis=1, keepdims=True)
    return np.where(total > 0, worth / np.where(total > 0, total, 1.0), probs)


@dataclass(frozen=True)
class FittedRule:
    """A rule with all that it learnt from labels: a temperature, and offsets of log-probability, for each head."""

    rule: str
    temperatures: tuple[float, ...]
    offsets: tuple[tuple[float, ...], ...]
    prior: tuple[float, ...] | None = None
    """The share of each target class, where the rule divides by it."""

    def joined(self, task_probs: Sequence[ArrayLike], table: Classes) -> Floats:
        """The scores of the target classes that the rule decides on, (n_rows, n_target_classes), rows summing to 1."""
        heads = [
            apply_temperature(probs, temperature) * np.exp(offsets)
            for probs, temperature, offsets in zip(task_probs, self.temperatures, self.offsets, strict=True)
        ]
        joined = join_probs(heads, table)
        joined /= joined.sum(axis=1, keepdims=True)
        return joined if self.prior is None else over_prior(joined, self.prior)


def decided(rule: str, joined: Floats) -> Classes:
    """Target class of each row, (n_rows,), by a rule on what it decides on, (n_rows, n_target_classes)."""
    if rule == EXPECTED_F1:
        return expected_f1_rule(joined)
    return expected_kappa_rule(joined) if rule == EXPECTED_KAPPA else argmax_rule(joined)


def fit_rule(
    rule: str, metric: str | Metric, task_probs: Sequence[ArrayLike], truth: ArrayLike, table: Classes
) -> FittedRule:
    """Fit a rule's temperatures, and its offsets or prior where it has some, on rows whose target class is known.

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
    prior = tuple(np.bincount(truth, minlength=len(table)) / len(truth)) if rule == BALANCED else None
    return FittedRule(rule, temperatures, tuple(tuple(float(o) for o in head) for head in offsets), prior)


def tune_offsets(
    metric: str | Metric, task_probs: Sequence[Floats], truth: Classes, table: Classes, sweeps: int = 3
) -> tuple[Floats, ...]:
    """Offsets of each head's log-probabilities, (n_task_classes,) per task, that give argmax the best joined score.

    One class at a time over OFFSET_GRID, the other offsets held; a head's most frequent class keeps 0.
    """
    metric = metric_named(metric)
    if not metric.decides:
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
