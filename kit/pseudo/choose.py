"""Which test rows are taken as pseudo labels, with what target and weight: pure maths on one fold's teacher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.errors import KitError
from kit.pseudo.record import PseudoSettings

LEAST_WEIGHT = 1e-6
"""A row's weight below this one is the rounding of none."""


@dataclass(frozen=True)
class Chosen:
    """`rows` (n_taken,) index the test rows; `labels` (n_taken,) are class numbers; `targets` is (n_taken, n_classes),
    rows summing to one; `weights` (n_taken,); `thresholds` (n_classes,) the lowest probability taken of each class.
    """

    rows: np.ndarray
    labels: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    thresholds: np.ndarray


def quotas(shares: np.ndarray, n_rows: int, take: float, rare_boost: float) -> np.ndarray:
    """Rows to take of each class, (n_classes,): in proportion to share x (largest share / share)^rare_boost."""
    with np.errstate(divide="ignore"):
        raised = np.where(shares > 0, shares * (shares.max() / np.maximum(shares, 1e-12)) ** rare_boost, 0.0)
    wanted = raised / raised.sum() * take * n_rows
    return np.maximum(1, np.floor(wanted)).astype(int) * (shares > 0)


def choose(probs: np.ndarray, shares: np.ndarray, settings: PseudoSettings, names: tuple[str, ...]) -> Chosen:
    """Apply a policy to a teacher's probabilities (n_rows, n_classes); `shares` are the train side's class shares.

    `soft` takes every row; one whose classes are all as likely says nothing and has the weight 0. A policy that takes
    nothing, a threshold that takes all, or a class that `fixed` or `balanced` leaves without a label is a KitError.
    """
    labels = probs.argmax(axis=1)
    confidence = probs.max(axis=1)
    weights = np.full(len(probs), settings.weight, dtype=np.float32)
    if settings.policy == "fixed":
        taken = confidence >= settings.threshold
        thresholds = np.full(probs.shape[1], settings.threshold)
        if taken.all():
            raise KitError(
                f"the threshold {settings.threshold:g} takes every test row, also the doubtful ones",
                todo="raise it, or use policy=soft",
            )
    elif settings.policy == "balanced":
        taken = np.zeros(len(probs), dtype=bool)
        thresholds = np.ones(probs.shape[1])
        for label, quota in enumerate(quotas(shares, len(probs), settings.take, settings.rare_boost)):
            mine = np.flatnonzero(labels == label)
            # ties are broken by the row's place, so that equal inputs take equal rows
            best = mine[np.argsort(-probs[mine, label], kind="stable")[:quota]]
            taken[best] = True
            if len(best):
                thresholds[label] = probs[best, label].min()
    else:
        taken = np.ones(len(probs), dtype=bool)
        thresholds = np.zeros(probs.shape[1])
        entropy = -(probs * np.log(np.clip(probs, 1e-12, 1))).sum(axis=1)
        weights = (settings.weight * (1 - entropy / np.log(probs.shape[1]))).clip(0, 1).astype(np.float32)
        if weights.max() < LEAST_WEIGHT:
            raise KitError("the teachers hold all classes for as likely in every test row", todo="train better ones")
    if not taken.any():
        raise KitError(
            f"the threshold {settings.threshold:g} takes no test row (the surest has {confidence.max():.3f})",
            todo="lower it, or use policy=balanced",
        )
    counts = np.bincount(labels[taken], minlength=probs.shape[1])
    if (counts == 0).any() and settings.policy != "soft":
        raise KitError(
            f"no test row is labelled '{names[int(np.argmin(counts))]}'",
            todo="lower the threshold, train better teachers, or use policy=soft, which takes every row",
        )
    rows = np.flatnonzero(taken)
    targets = probs[rows] if settings.labels == "soft" else np.eye(probs.shape[1])[labels[rows]]
    return Chosen(rows, labels[rows], targets.astype(np.float32), weights[rows], thresholds)
