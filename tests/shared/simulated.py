"""Simulated candidates of known skill."""

from __future__ import annotations

import numpy as np

from kit.evidence.metrics import metric_named

COMMON_METRICS = ("f1_macro", "accuracy", "balanced_accuracy", "qwk", "log_loss", "roc_auc")
CLASS_METRICS = (
    *COMMON_METRICS,
    "f1_micro",
    "f2_weighted",
    "average_precision",
    "pf1",
    "weighted_auc",
    "map@2",
)
"""Metrics of classes: one of each way in which kit has them."""
TABLE = np.array([[size, age] for size in range(2) for age in range(3)])


def simulated(seed: int = 0, n_groups: int = 150, skill: float = 1.0, noise: int = 0):
    """(truth, probs, groups) of three classes; `noise` makes another candidate of the same people."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), 4)
    truth = np.repeat(rng.choice(3, n_groups, p=[0.5, 0.4, 0.1]), 4)
    own = np.random.default_rng(1000 + noise).normal(size=(len(truth), 3))
    logits = rng.normal(size=(len(truth), 3)) + 0.7 * own + skill * np.eye(3)[truth]
    return truth, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), groups


def predictions(metric, probs):
    return probs.argmax(axis=1) if metric_named(metric).needs == "labels" else probs


def two_tasks(seed: int = 0, n_rows: int = 400):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 6, n_rows)
    size = np.where(rng.random(n_rows) < 0.95, TABLE[truth, 0], 1 - TABLE[truth, 0])
    age = np.where(rng.random(n_rows) < 0.6, TABLE[truth, 1], rng.integers(0, 3, n_rows))
    return truth, size, age, np.arange(n_rows) // 4
