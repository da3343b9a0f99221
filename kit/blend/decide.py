"""From outputs to answers: argmax is the best rule for accuracy, and for no other metric of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.blend.cuts import expectation, fit_cuts, graded
from kit.blend.rules import (
    Settled,
    argmax_rule,
    expected_f1_rule,
    expected_kappa_rule,
    over_prior,
    settle_f1,
    settle_kappa,
    settled_classes,
    worth_over,
)
from kit.blend.thresholds import around_half, expected_f_labels, expected_thresholds, fit_thresholds, of_samples
from kit.errors import KitError, nearest
from kit.evidence.calibration import (
    apply_temperature,
    fit_label_odds,
    fit_label_temperature,
    fit_temperature,
    shift_label_odds,
    temper_labels,
)
from kit.evidence.joining import join_probs
from kit.evidence.metrics import Classes, Floats, Metric, class_numbers, metric_named
from kit.evidence.metrics.truth import CLASS, LABELS, NUMBER, ORDERED, SHARES, answers_of
from kit.evidence.top import Outputs, TopProbs, exact

ARGMAX, OFFSETS, PLAIN = "argmax", "offsets", "plain"
EXPECTED_F1, BALANCED, EXPECTED_KAPPA = "expected-f1", "balanced", "expected-kappa"
ROUNDED, CUTS, THRESHOLDS = "rounded", "cuts", "thresholds"
RULES = (ARGMAX, EXPECTED_F1, BALANCED, EXPECTED_KAPPA, OFFSETS, ROUNDED, CUTS, THRESHOLDS, PLAIN)
OF_TOP = (ARGMAX, EXPECTED_F1, BALANCED)
"""The rules of classes that need no more of a photo's than the most probable; those of labels all do."""
OF_CLASSES = (ARGMAX, EXPECTED_F1, BALANCED, EXPECTED_KAPPA, OFFSETS, ROUNDED, CUTS)
RULES_OF = {
    CLASS: OF_CLASSES,
    ORDERED: OF_CLASSES,
    LABELS: (PLAIN, THRESHOLDS, EXPECTED_F1),
    NUMBER: (PLAIN, CUTS),
    SHARES: (PLAIN,),
}
"""The rules of each kind of target, first the one that learns nothing."""
RULE_OF = {"accuracy": ARGMAX, "f1_macro": EXPECTED_F1, "balanced_accuracy": BALANCED, "qwk": EXPECTED_KAPPA}
"""The rule that raises the expected score of each metric of classes; of a metric of one's own nothing is known."""
OFFSET_GRID = tuple(sorted((step / 10 for step in range(-20, 21)), key=abs))
"""Offsets of a class's log-probability that tuning tries, the smallest first: of two equal ones the smaller is kept."""


def suited(metric: Metric, kind: str) -> str | None:
    """The rule that raises the expected score of a metric of decided answers; None where none is known."""
    if metric.f_of is not None and kind in (CLASS, ORDERED):
        return EXPECTED_F1 if metric.f_of[1] in ("", "macro", "weighted") else ARGMAX  # the others are the accuracy
    if metric.f_of is not None:
        return EXPECTED_F1
    if kind in (CLASS, ORDERED):
        return RULE_OF.get(metric.name)
    return None if metric.function is not None else PLAIN


def learnt_by(metric: Metric, kind: str) -> str | None:
    """The rule whose thresholds or cut points labels have to show, where there is one for a metric."""
    if kind == LABELS and metric.f_of is not None:
        return THRESHOLDS
    return CUTS if kind == NUMBER and metric.name == "qwk" else None


@dataclass(frozen=True)
class FittedRule:
    """A rule with all that it learnt from labels: of classes a temperature, and offsets of log-probability, for each
    head; of labels a temperature and offsets of log-odds, or thresholds; of grades cut points.
    """

    rule: str
    temperatures: tuple[float, ...]
    offsets: tuple[tuple[float, ...], ...]
    prior: tuple[float, ...] | None = None
    """The share of each target class, where the rule divides by it."""
    kind: str = CLASS
    thresholds: tuple[float, ...] | None = None
    cuts: tuple[float, ...] | None = None
    lowest: float = 0.0
    """The grade below the first cut."""
    span: tuple[float, float] | None = None
    """The range that a number is kept in."""

    def joined(self, task_probs: Sequence[Outputs], table: Classes) -> Outputs:
        """What the rule decides on, (n_rows, n_outputs): of classes and shares rows that sum to 1."""
        if self.kind in (LABELS, NUMBER):
            return self._of_one(exact(task_probs[0]))
        if isinstance(task_probs[0], TopProbs):
            top = apply_temperature(task_probs[0], self.temperatures[0]) if self.temperatures[0] != 1 else task_probs[0]
            return top if self.prior is None else top.reweighed(worth_over(self.prior))
        heads = [
            apply_temperature(probs, temperature) * np.exp(offsets)
            for probs, temperature, offsets in zip(task_probs, self.temperatures, self.offsets, strict=True)
        ]
        joined = join_probs(heads, table)
        joined /= joined.sum(axis=1, keepdims=True)
        if self.rule == ROUNDED:
            return np.eye(len(table))[np.rint(expectation(joined)).astype(np.int64)]
        if self.cuts is not None:
            return np.eye(len(table))[graded(expectation(joined), self.cuts)]
        return joined if self.prior is None else over_prior(joined, self.prior)

    def _of_one(self, outputs: Outputs) -> Outputs:
        if self.kind == LABELS and any(self.offsets[0]):
            outputs = shift_label_odds(outputs, self.temperatures[0], np.array(self.offsets[0]))
        elif self.kind == LABELS and self.temperatures[0] != 1:
            outputs = temper_labels(outputs, self.temperatures[0])
        if self.thresholds is not None:
            return around_half(outputs, np.array(self.thresholds))
        if self.cuts is not None:
            outputs = self.lowest + graded(outputs, self.cuts).astype(float)
        return outputs if self.span is None else np.clip(outputs, *self.span)


def decided(rule: str, joined: Outputs, kind: str = CLASS, metric: Metric | None = None) -> NDArray:
    """The answers by a rule on what it decides on, (n_rows, n_outputs), in the form of the kind's truth."""
    if kind in (CLASS, ORDERED):
        if rule == EXPECTED_F1:
            beta, average = (metric.f_of if metric is not None else None) or (1.0, "macro")
            return expected_f1_rule(joined, beta=beta, average=average)
        return expected_kappa_rule(joined) if rule == EXPECTED_KAPPA else argmax_rule(joined)
    if rule == EXPECTED_F1 and metric is not None and of_samples(metric):
        return expected_f_labels(joined, metric)
    return answers_of(joined, kind) if metric is None or not metric.decides else metric.of_outputs(joined, kind)


def settle(rule: str, joined: Floats, kind: str, metric: Metric) -> Settled:
    """What gives each row its answer by itself, once a rule that looks at all rows has looked at these; nothing of a
    rule that looks at each row alone anyway.
    """
    if kind in (CLASS, ORDERED):
        if rule == EXPECTED_F1:
            beta, average = metric.f_of or (1.0, "macro")
            return settle_f1(joined, beta=beta, average=average)[1]
        return settle_kappa(joined)[1] if rule == EXPECTED_KAPPA else {}
    return {}


def decided_alone(rule: str, joined: Floats, kind: str, metric: Metric, settled: Settled) -> NDArray:
    """The answers by a rule to rows one by one, each as it would be among the rows that it was settled on."""
    if not settled:
        one = rule if rule not in (EXPECTED_F1, EXPECTED_KAPPA) or kind == LABELS else ARGMAX
        return decided(one, joined, kind, metric)
    return settled_classes(joined, settled)


def fit_rule(
    rule: str,
    metric: str | Metric,
    task_probs: Sequence[Outputs],
    truth: ArrayLike,
    table: Classes,
    kind: str = CLASS,
    span: tuple[float, float] | None = None,
) -> FittedRule:
    """Fit a rule on rows whose truth is known: the temperatures, and what else it has.

    task_probs: (n_rows, n_task_classes) per column of `table` (n_target_classes, n_tasks), of labels, numbers and
    shares one alone; truth: (n_rows,), or as the kind has it; span: the range of a number.
    """
    if rule not in RULES:
        raise KitError(f"there is no decision rule '{rule}'", todo=nearest(rule, RULES))
    heads = [exact(probs) for probs in task_probs]
    if kind in (LABELS, NUMBER):
        return _fit_of_one(rule, metric_named(metric), heads[0], np.asarray(truth), kind, span)
    if kind == SHARES:
        return replace(plain_rule(table, kind), temperatures=(fit_temperature(heads[0], truth),))
    truth = class_numbers(truth, len(table), "truth")
    temperatures = tuple(fit_temperature(probs, table[truth, task]) for task, probs in enumerate(heads))
    offsets: Sequence[Floats] = [np.zeros(probs.shape[1]) for probs in heads]
    if rule == OFFSETS:
        calibrated = [apply_temperature(probs, t) for probs, t in zip(heads, temperatures, strict=True)]
        offsets = tune_offsets(metric, calibrated, truth, table)
    prior = tuple(np.bincount(truth, minlength=len(table)) / len(truth)) if rule == BALANCED else None
    fitted = FittedRule(rule, temperatures, tuple(tuple(float(o) for o in head) for head in offsets), prior)
    if rule != CUTS:
        return fitted
    expected = expectation(replace(fitted, rule=ARGMAX).joined(heads, table))
    return replace(fitted, cuts=tuple(fit_cuts(expected, truth, len(table))))


def _fit_of_one(
    rule: str, metric: Metric, outputs: Outputs, truth: NDArray, kind: str, span: tuple[float, float] | None
) -> FittedRule:
    """A rule of labels or of a number."""
    plain = replace(plain_rule(np.arange(outputs.shape[1])[:, None], kind, span), rule=rule)
    if kind == LABELS and not metric.decides:
        return replace(plain, temperatures=(fit_label_temperature(outputs, truth),))
    if kind == LABELS and rule == EXPECTED_F1:
        temperature, offsets = fit_label_odds(outputs, truth)
        odds = replace(plain, temperatures=(temperature,), offsets=(tuple(offsets.tolist()),))
        if of_samples(metric):
            return odds
        return replace(odds, thresholds=tuple(expected_thresholds(odds._of_one(outputs), metric).tolist()))
    if rule == THRESHOLDS:
        return replace(plain, thresholds=tuple(fit_thresholds(metric, outputs, truth)))
    if rule != CUTS:
        return plain
    grades = np.rint(truth).astype(np.int64)
    lowest = int(grades.min())
    cuts = fit_cuts(outputs[:, 0], grades - lowest, int(grades.max()) - lowest + 1)
    return replace(plain, cuts=tuple(cuts), lowest=float(lowest))


def plain_rule(table: Classes, kind: str = CLASS, span: tuple[float, float] | None = None) -> FittedRule:
    """The heads as they are; no label is read."""
    sizes = table.max(axis=0) + 1
    zeros = tuple((0.0,) * int(size) for size in sizes)
    return FittedRule(RULES_OF[kind][0], (1.0,) * len(sizes), zeros, kind=kind, span=span)


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
