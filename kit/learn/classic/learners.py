"""Classic learners of one task: from features and soft targets to predictions. No torch, no disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any

import numpy as np

from kit.errors import KitError
from kit.folds.deal import deal
from kit.recipes.classic import Boosting, Knn, Svm
from kit.schema import Frozen

SMALLEST_PART = 0.02
"""A class's part of a soft target that is left out: a learner of hard labels sees a row once for each of its parts."""

CALIBRATION_FOLDS = 5

Probs = Callable[[np.ndarray], np.ndarray]
"""features (n, n_features) -> predictions (n, n_outputs) float32."""


@dataclass(frozen=True)
class Rows:
    """What one task's learner is shown, the `n_real` real rows first.

    features (n, n_features) float32; targets (n, n_outputs), of classes and shares summing to one; weights (n,) above
    0; groups (n_real,).
    """

    features: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    groups: np.ndarray

    @property
    def n_real(self) -> int:
        return len(self.groups)


@dataclass(frozen=True)
class Learned:
    probs: Probs
    parameters: int
    """Numbers that were fitted; rows that are only remembered count none."""


Fit = Callable[[Any, Rows, int], Learned]
"""(the learner's keys, what it is shown, seed) -> what it learned."""


def classifier(path: str, **fixed: object) -> Fit:
    """The fit of a scikit-learn classifier, such as sklearn.svm.SVC; the learner's keys are its arguments.

    It must take sample weights and give probabilities. Of its parameters the coefficients are counted, if it has any.
    """

    def fit(spec: Frozen, rows: Rows, seed: int) -> Learned:
        module, _, name = path.rpartition(".")
        kind = getattr(import_module(module), name)
        chosen, labels, weights = harden(rows.targets, rows.weights)
        random = {"random_state": seed % 2**32} if "random_state" in signature(kind).parameters else {}
        model = kind(**spec.model_dump(exclude={"name"}), **fixed, **random)
        model.fit(rows.features[chosen], labels, sample_weight=weights)
        fitted = [getattr(model, coefficients, ()) for coefficients in ("coef_", "intercept_")]
        return Learned(_all_classes(model, rows), sum(map(np.size, fitted)))

    return fit


def fit_svm(spec: Svm, rows: Rows, seed: int) -> Learned:
    """Platt's sigmoid per class, fitted on the scores of people that were left out, whole, of the machine it scores."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    chosen, labels, weights = harden(rows.targets, rows.weights)
    splits = calibration_splits(rows, chosen, labels, seed)
    model = CalibratedClassifierCV(SVC(C=spec.C, kernel=spec.kernel, cache_size=500), method="sigmoid", cv=splits)
    model.fit(rows.features[chosen], labels, sample_weight=weights)
    machines = [pair.estimator for pair in model.calibrated_classifiers_]
    return Learned(_all_classes(model, rows), sum(machine.dual_coef_.size for machine in machines))


def fit_knn(spec: Knn, rows: Rows, seed: int) -> Learned:
    from sklearn.neighbors import NearestNeighbors

    index = NearestNeighbors(n_neighbors=min(spec.neighbours, len(rows.features)), metric=spec.metric)
    index.fit(rows.features)

    def probs(features: np.ndarray) -> np.ndarray:
        near = index.kneighbors(features, return_distance=False)
        sums = np.einsum("nk,nkc->nc", rows.weights[near], rows.targets[near])
        return (sums / sums.sum(axis=1, keepdims=True)).astype(np.float32)

    return Learned(probs, 0)


def fit_boosting(spec: Boosting, rows: Rows, seed: int) -> Learned:
    from sklearn.ensemble import HistGradientBoostingClassifier

    chosen, labels, weights = harden(rows.targets, rows.weights)
    model = HistGradientBoostingClassifier(**boosting_arguments(spec, seed))
    model.fit(rows.features[chosen], labels, sample_weight=weights)
    return Learned(_all_classes(model, rows), count_leaves(model))


def boosting_arguments(spec: Boosting, seed: int) -> dict[str, Any]:
    """What scikit-learn's histogram boosting calls the learner's keys."""
    return {
        "max_iter": spec.rounds,
        "learning_rate": spec.rate,
        "max_leaf_nodes": spec.leaves,
        "max_features": spec.columns,
        "max_bins": spec.bins,
        "min_samples_leaf": 5,  # a rare class has few rows more
        "early_stopping": False,
        "random_state": seed % 2**32,
    }


def count_leaves(model: Any) -> int:
    return sum(tree.get_n_leaf_nodes() for trees in model._predictors for tree in trees)


FITS: dict[str, Fit] = {
    "logreg": classifier("sklearn.linear_model.LogisticRegression", max_iter=1000, tol=1e-3),
    "svm": fit_svm,
    "knn": fit_knn,
    "boosting": fit_boosting,
}
"""Every learner by its name in a recipe."""


def harden(targets: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Soft rows as hard ones: (n_parts,) row numbers, class numbers, and weights that sum to those of their row.

    A row comes once for each class that has a part of it, with the row's weight times that part.
    """
    largest = targets.max(axis=1, keepdims=True)
    parts = np.where(targets >= np.minimum(SMALLEST_PART, largest), targets, 0)
    parts *= (weights / parts.sum(axis=1))[:, None]
    chosen, labels = np.nonzero(parts)
    return chosen, labels, parts[chosen, labels]


def calibration_splits(
    rows: Rows, chosen: np.ndarray, labels: np.ndarray, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(fitted on, calibrated on) pairs of numbers of the hardened rows; whole groups of real rows are calibrated on.

    Pseudo labels calibrate nothing. A split whose fitted side would miss a class is left out.
    """
    real = np.flatnonzero(chosen < rows.n_real)
    groups = rows.groups[chosen[real]]
    people = [len(set(groups[labels[real] == label])) for label in np.unique(labels[real])]
    n_splits = min(CALIBRATION_FOLDS, max(2, min(people)))
    fold = np.full(len(chosen), -1)
    fold[real] = deal(labels[real], groups, n_splits, seed)
    splits = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(n_splits)]
    splits = [(fitted, held) for fitted, held in splits if len(np.unique(labels[fitted])) == len(np.unique(labels))]
    if not splits:
        raise KitError(
            "too few people carry each class to leave some out and make probabilities of a machine's scores by them",
            todo="take another learner, such as --set learner=logreg",
        )
    return splits


def _all_classes(model: Any, rows: Rows) -> Probs:
    """A column for every class of the task: 0 for one that no row showed."""
    n_classes = rows.targets.shape[1]

    def probs(features: np.ndarray) -> np.ndarray:
        found = np.zeros((len(features), n_classes), dtype=np.float32)
        found[:, model.classes_] = model.predict_proba(features)
        return found

    return probs
