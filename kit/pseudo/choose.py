"""Which test rows are taken as pseudo labels, with what target and weight: pure maths on one fold's teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kit.errors import KitError
from kit.evidence.top import Outputs, TopProbs, certain, concatenated
from kit.evidence.top_labels import least_sure
from kit.evidence.top_means import mean_of
from kit.pseudo.record import PseudoSettings, Reviewed
from kit.targets.base import BaseTask
from kit.targets.classes import ClassesTask

LEAST_WEIGHT = 1e-6
"""A row's weight below this one is the rounding of none."""


@dataclass(frozen=True)
class Chosen:
    """`rows` (n_taken,) index the test rows; `labels` are the answers to them, such as (n_taken,) class numbers;
    `weights` (n_taken,); `thresholds` (n_classes,) the lowest probability taken of each class, none where there are no
    classes.
    """

    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    thresholds: np.ndarray


def quotas(shares: np.ndarray, n_rows: int, take: float, rare_boost: float) -> np.ndarray:
    """Rows to take of each class, (n_classes,): in proportion to share x (largest share / share)^rare_boost."""
    with np.errstate(divide="ignore"):
        raised = np.where(shares > 0, shares * (shares.max() / np.maximum(shares, 1e-12)) ** rare_boost, 0.0)
    wanted = raised / raised.sum() * take * n_rows
    return np.maximum(1, np.floor(wanted)).astype(int) * (shares > 0)


def choose(probs: Outputs, shares: np.ndarray, settings: PseudoSettings) -> Chosen:
    """Apply a policy to a teacher's probabilities (n_rows, n_classes); `shares` are the train side's class shares.

    `soft` takes every row; one whose classes are all as likely says nothing and has the weight 0. A policy that takes
    nothing, or a threshold that takes all, is a KitError.
    """
    labels = probs.argmax(axis=1)
    confidence = probs.max(axis=1)
    weights = np.full(len(probs), settings.weight, dtype=np.float32)
    if settings.policy == "fixed":
        taken = _sure_enough(confidence, settings)
        thresholds = np.full(probs.shape[1], settings.threshold)
    elif settings.policy == "balanced":
        taken = np.zeros(len(probs), dtype=bool)
        thresholds = np.ones(probs.shape[1])
        quota = quotas(shares, len(probs), settings.take, settings.rare_boost)
        # class by class the surest first; ties are broken by the row's place, so that equal inputs take equal rows
        order = np.lexsort((-confidence, labels))
        sizes = np.bincount(labels, minlength=probs.shape[1])
        place = np.arange(len(order)) - (np.cumsum(sizes) - sizes)[labels[order]]
        taken[order] = place < quota[labels[order]]
        np.minimum.at(thresholds, labels[taken], confidence[taken])
    else:
        taken = np.ones(len(probs), dtype=bool)
        thresholds = np.zeros(probs.shape[1])
        entropy = _entropy(probs)
        weights = (settings.weight * (1 - entropy / np.log(probs.shape[1]))).clip(0, 1).astype(np.float32)
        _refuse_no_weight(weights)
    if not taken.any():
        raise KitError(
            f"the threshold {settings.threshold:g} takes no test row (the surest has {confidence.max():.3f})",
            todo="lower it, or use policy=balanced",
        )
    rows = np.flatnonzero(taken)
    return Chosen(rows, labels[rows], weights[rows], thresholds)


def _entropy(probs: Outputs) -> np.ndarray:
    """Of each row, in nats."""
    if not isinstance(probs, TopProbs):
        return np.asarray(-(probs * np.log(np.clip(probs, 1e-12, 1))).sum(axis=1))
    parts = np.column_stack([probs.values, probs.others])
    parts *= np.log(np.clip(parts, 1e-12, 1))
    parts[:, -1] *= probs.n_classes - probs.kept
    return np.asarray(-parts.sum(axis=1))


def settings_of(task: BaseTask, settings: PseudoSettings) -> PseudoSettings:
    """Settings as a task can have them: `balanced` fills quotas of classes, and stands for `soft` without classes."""
    if isinstance(task, ClassesTask) or settings.policy != "balanced":
        return settings
    return settings.model_copy(update={"policy": "soft"})


def choose_values(votes: Any, task: BaseTask, settings: PseudoSettings) -> Chosen:
    """The same for a task of no classes; votes: what each teacher says, (n_teachers, n_rows, n_outputs), as `stacked`.

    `fixed` takes the rows whose every label reaches the threshold, one way or the other; `soft` every row, weighted by
    its certainty: how sure the teachers are of its labels, how far they agree on its number or its shares.
    """
    values = mean_of(list(votes))
    weights = np.full(len(values), settings.weight)
    taken = np.ones(len(values), dtype=bool)
    if settings.policy == "fixed":
        if task.activation != "sigmoid":
            raise KitError(
                f"policy=fixed asks how probable an answer is, and a target of the kind {task.kind} does not say",
                todo="use policy=soft, which takes every row",
            )
        confidence = least_sure(values)
        taken = _sure_enough(confidence, settings)
        if not taken.any():
            raise KitError(
                f"the threshold {settings.threshold:g} takes no test row: of the surest the least sure label has"
                f" {confidence.max():.3f}",
                todo="lower it, or use policy=soft",
            )
    else:
        weights = weights * task.certainty(votes)
        _refuse_no_weight(weights)
    answers = task.said(values)
    rows = np.flatnonzero(taken)
    return Chosen(rows, answers[rows], weights[rows].astype(np.float32), np.zeros(0))


def heed(
    chosen: Chosen, values: Outputs, told: Sequence[Reviewed | None], task: BaseTask, weight: float
) -> tuple[Chosen, Outputs]:
    """A choice and what its rows teach, (n_taken, n_outputs), with what a person decided of them, (n_taken,).

    A rejected row is taken out. A row that is said to show another class than its teachers say teaches that one alone,
    with the whole `weight`; where they say the same it stays as it is. No row is added.
    """
    left = np.array([one is None or one.decision != "reject" for one in told], dtype=bool)
    if not left.any():
        raise KitError("a person rejected every photo that these teachers take")
    rows, labels, weights = chosen.rows[left], chosen.labels[left].copy(), chosen.weights[left].copy()
    values = values[left]
    if isinstance(task, ClassesTask):
        code = {name: label for label, name in enumerate(task.outputs)}
        kept = [one for one, stays in zip(told, left, strict=True) if stays]
        if unknown := [one.value for one in kept if one is not None and one.value not in code]:
            raise KitError(f"a person decided on the class '{unknown[0]}', which there is none")
        shown = np.array([label if one is None else code[one.value] for one, label in zip(kept, labels, strict=True)])
        changed = shown != labels
        labels[changed], weights[changed] = shown[changed], weight
        values = _saying(values, shown, changed)
    return replace(chosen, rows=rows, labels=labels, weights=weights), values


def _saying(values: Outputs, labels: np.ndarray, changed: np.ndarray) -> Outputs:
    """The probabilities of rows, (n_rows, n_classes), of which those that are `changed` say their label alone."""
    if isinstance(values, TopProbs):
        said = certain(labels, values.n_classes, values.kept)
        return concatenated([values, said])[np.arange(len(labels)) + np.where(changed, len(labels), 0)]
    values = values.copy()
    values[changed] = 0
    values[changed, labels[changed]] = 1
    return values


def _sure_enough(confidence: np.ndarray, settings: PseudoSettings) -> np.ndarray:
    taken: np.ndarray = confidence >= settings.threshold
    if taken.all():
        raise KitError(
            f"the threshold {settings.threshold:g} takes every test row, also the doubtful ones",
            todo="raise it, or use policy=soft",
        )
    return taken


def _refuse_no_weight(weights: np.ndarray) -> None:
    if weights.max() < LEAST_WEIGHT:
        raise KitError("the teachers hold all answers for as likely in every test row", todo="train better ones")
