"""Classic learners of classes: from features and soft targets to what predicts. No torch, no disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any

import numpy as np

from kit.errors import KitError
from kit.folds.deal import deal
from kit.learn.classic.kept import Kept, Probs, kept, speaker
from kit.recipes.classic import Boosting, Knn, Svm
from kit.schema import Frozen

SMALLEST_PART = 0.02
"""A class's part of a soft target that is left out: a learner of hard labels sees a row once for each of its parts."""

CALIBRATION_FOLDS = 5


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
    kept: Kept | None = None
    """What `probs` says it by; None for a learner of which nothing can be kept."""

    @classmethod
    def of(cls, keeps: Kept, parameters: int) -> Learned:
        return cls(speaker(keeps), parameters, keeps)


Fit = Callable[[Any, Rows, int], Learned]
"""(the learner's keys, what it is shown, seed) -> what it learned."""


def classifier(path: str, keep: Callable[[Any], Kept] | None = None, **fixed: object) -> Fit:
    """The fit of a scikit-learn classifier, such as sklearn.svm.SVC; the learner's keys are its arguments.

    It must take sample weights and give probabilities. Of its parameters the coefficients are counted, if it has any.
    keep: the fitted model as arrays; without it the learner keeps no weights, and predicts only while it is trained.
    """

    def fit(spec: Frozen, rows: Rows, seed: int) -> Learned:
        module, _, name = path.rpartition(".")
        kind = getattr(import_module(module), name)
        chosen, labels, weights = harden(rows.targets, rows.weights)
        random = {"random_state": seed % 2**32} if "random_state" in signature(kind).parameters else {}
        model = kind(**spec.model_dump(exclude={"name"}), **fixed, **random)
        model.fit(rows.features[chosen], labels, sample_weight=weights)
        fitted = sum(np.size(getattr(model, coefficients, ())) for coefficients in ("coef_", "intercept_"))
        if keep is None:
            return Learned(_all_classes(model, rows), fitted)
        return Learned.of(of_classes(model.classes_, keep(model), rows), fitted)

    return fit


def of_classes(classes: np.ndarray, keeps: Kept, rows: Rows) -> Kept:
    """What says the probabilities of `classes`, as what says those of all the task has."""
    return kept("classes", {"classes": classes}, keeps, n_classes=rows.targets.shape[1])


def keep_logreg(model: Any) -> Kept:
    link = "logistic" if len(model.coef_) == 1 else "softmax"
    return kept("planes", {"planes": model.coef_, "intercept": model.intercept_}, link=link)


def fit_svm(spec: Svm, rows: Rows, seed: int) -> Learned:
    """Platt's sigmoid per class, fitted on the scores of people that were left out, whole, of the machine it scores."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import SVC

    chosen, labels, weights = harden(rows.targets, rows.weights)
    splits = calibration_splits(rows, chosen, labels, seed)
    model = CalibratedClassifierCV(SVC(C=spec.C, kernel=spec.kernel, cache_size=500), method="sigmoid", cv=splits)
    model.fit(rows.features[chosen], labels, sample_weight=weights)
    machines = [pair.estimator for pair in model.calibrated_classifiers_]
    sigmoids = [pair.calibrators for pair in model.calibrated_classifiers_]
    slopes, intercepts = ([[getattr(one, name) for one in pair] for pair in sigmoids] for name in ("a_", "b_"))
    parts = [keep_machine(machine, _of_pairs(machine)) for machine in machines]
    mean = kept("calibrated", {"slopes": slopes, "intercepts": intercepts}, *parts)
    fitted = sum(machine.dual_coef_.size for machine in machines)
    return Learned.of(of_classes(model.classes_, mean, rows), fitted)


def keep_machine(machine: Any, weights: np.ndarray) -> Kept:
    """A support vector machine; weights: (n_support_vectors, n_scores)."""
    if machine.kernel == "linear":
        planes = weights.T @ machine.support_vectors_
        return kept("planes", {"planes": planes, "intercept": machine.intercept_}, link="identity")
    rows = machine.support_vectors_.astype(np.float32)  # as features are
    arrays = {"rows": rows, "weights": weights, "intercept": machine.intercept_}
    return kept("kernel", arrays, gamma=float(machine._gamma))


def _of_pairs(machine: Any) -> np.ndarray:
    """(n_support_vectors, n_pairs): how much each counts for the score of each pair of classes.

    scikit-learn keeps the weights of a class's vectors against each other class, in the order of the others.
    """
    dual, counts = machine.dual_coef_, machine.n_support_
    if len(counts) == 2:
        return dual.T
    of_class = np.repeat(np.arange(len(counts)), counts)
    ones, others = np.triu_indices(len(counts), 1)
    weights = np.zeros((dual.shape[1], len(ones)))
    for pair, (one, other) in enumerate(zip(ones, others, strict=True)):
        weights[of_class == one, pair] = dual[other - 1, of_class == one]
        weights[of_class == other, pair] = dual[one, of_class == other]
    return weights


def fit_knn(spec: Knn, rows: Rows, seed: int) -> Learned:
    return nearest_mean(spec, rows, shares=True)


def nearest_mean(spec: Knn, rows: Rows, *, shares: bool) -> Learned:
    """The weighted mean of the targets of the nearest rows; `shares` sum to one."""
    arrays = {"rows": rows.features, "targets": rows.targets, "weights": rows.weights}
    return Learned.of(kept("neighbours", arrays, count=spec.neighbours, metric=spec.metric, shares=shares), 0)


def fit_boosting(spec: Boosting, rows: Rows, seed: int) -> Learned:
    from sklearn.ensemble import HistGradientBoostingClassifier

    chosen, labels, weights = harden(rows.targets, rows.weights)
    model = HistGradientBoostingClassifier(**boosting_arguments(spec, seed))
    model.fit(rows.features[chosen], labels, sample_weight=weights)
    trees = keep_trees(model, "logistic" if len(model.classes_) == 2 else "softmax")
    return Learned.of(of_classes(model.classes_, trees, rows), count_leaves(model))


def keep_trees(model: Any, link: str) -> Kept:
    """The trees of scikit-learn's histogram boosting, laid behind one another; features are never missing."""
    trees = [tree for round in model._predictors for tree in round]
    first = np.cumsum([0, *(len(tree.nodes) for tree in trees)])[:-1]
    nodes = np.concatenate([tree.nodes for tree in trees])
    start = np.repeat(first, [len(tree.nodes) for tree in trees])
    leaf, here = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
    arrays = {
        "column": np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        "bound": np.where(leaf, 0.0, nodes["num_threshold"]),
        "low": np.where(leaf, here, start + nodes["left"]).astype(np.int32),
        "high": np.where(leaf, here, start + nodes["right"]).astype(np.int32),
        "value": nodes["value"].astype(np.float64),
        "first": first.reshape(len(model._predictors), -1).astype(np.int32),
        "baseline": np.ravel(model._baseline_prediction),
    }
    return kept("trees", arrays, depth=int(nodes["depth"].max(initial=0)), link=link)


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
    "logreg": classifier("sklearn.linear_model.LogisticRegression", keep_logreg, max_iter=1000, tol=1e-3),
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
