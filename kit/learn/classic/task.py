"""A classic learner of a task of any kind: classes, labels one by one, or a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kit.cores import one_thread
from kit.learn.classic.kept import kept
from kit.learn.classic.learners import (
    FITS,
    Fit,
    Learned,
    Rows,
    boosting_arguments,
    count_leaves,
    keep_machine,
    keep_trees,
    nearest_mean,
)
from kit.recipes.classic import Boosting, Knn, LearnerSpec, LogReg, Svm
from kit.targets.base import Activation


def fit_task(spec: LearnerSpec, rows: Rows, seed: int, activation: Activation = "softmax") -> Learned:
    """Standardise the features by the real rows, and fit; equal inputs and seeds give equal predictions.

    One thread: the order of sums, and with it the last bits, would otherwise depend on the number of cores. It is no
    slower for some thousand rows, and several times faster where others work on the same cores.
    """
    mean, std = rows.features[: rows.n_real].mean(axis=0), rows.features[: rows.n_real].std(axis=0)
    std = np.where(std > 1e-6, std, 1)  # what is the same in every photo tells nothing
    with one_thread():
        learned = OF[activation](spec, replace(rows, features=(rows.features - mean) / std), seed)
    if learned.kept is not None:
        return Learned.of(kept("scaled", {"mean": mean, "std": std}, learned.kept), learned.parameters)

    def probs(features: np.ndarray) -> np.ndarray:
        with one_thread():
            return learned.probs((features - mean) / std)

    return Learned(probs, learned.parameters)


def fit_classes(spec: LearnerSpec, rows: Rows, seed: int) -> Learned:
    return FITS[spec.name](spec, rows, seed)


def fit_labels(spec: LearnerSpec, rows: Rows, seed: int) -> Learned:
    """Each label by itself, with it against without it; one that all rows have, or none, is always said so."""
    if isinstance(spec, Knn):
        return nearest_mean(spec, rows, shares=False)
    each = []
    for label in range(rows.targets.shape[1]):
        share = rows.targets[:, label]
        two = replace(rows, targets=np.stack([1 - share, share], axis=1))
        certain = not (share.any() and (share < 1).any())
        each.append(always(share[0]) if certain else FITS[spec.name](spec, two, seed))
    parameters, parts = sum(learned.parameters for learned in each), [learned.kept for learned in each]
    if None not in parts:
        return Learned.of(kept("labels", {}, *(part for part in parts if part is not None)), parameters)

    def probs(features: np.ndarray) -> np.ndarray:
        return np.stack([learned.probs(features)[:, -1] for learned in each], axis=1)

    return Learned(probs, parameters)


def fit_number(spec: LearnerSpec, rows: Rows, seed: int) -> Learned:
    return NUMBER_FITS[spec.name](spec, rows, seed)


def always(value: float) -> Learned:
    """The same of every row."""
    return Learned.of(kept("always", {}, value=float(value)), 0)


def fit_knn(spec: Knn, rows: Rows, seed: int) -> Learned:
    return nearest_mean(spec, rows, shares=False)


def fit_ridge(spec: LogReg, rows: Rows, seed: int) -> Learned:
    from sklearn.linear_model import Ridge

    model = _fitted(Ridge(alpha=1 / spec.C), rows)
    arrays = {"planes": model.coef_[None], "intercept": np.atleast_1d(model.intercept_)}
    return Learned.of(kept("planes", arrays, link="identity"), model.coef_.size + 1)


def fit_svr(spec: Svm, rows: Rows, seed: int) -> Learned:
    from sklearn.svm import SVR

    model = _fitted(SVR(C=spec.C, kernel=spec.kernel, cache_size=500), rows)
    return Learned.of(keep_machine(model, model.dual_coef_.T), model.dual_coef_.size)


def fit_number_boosting(spec: Boosting, rows: Rows, seed: int) -> Learned:
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = _fitted(HistGradientBoostingRegressor(**boosting_arguments(spec, seed)), rows)
    return Learned.of(keep_trees(model, "identity"), count_leaves(model))


NUMBER_FITS: dict[str, Fit] = {
    "logreg": fit_ridge,
    "svm": fit_svr,
    "knn": fit_knn,
    "boosting": fit_number_boosting,
}
"""What a learner is where the target is a number."""

OF: dict[Activation, Callable[[LearnerSpec, Rows, int], Learned]] = {
    "softmax": fit_classes,
    "sigmoid": fit_labels,
    "identity": fit_number,
}
"""How a learner learns each kind of target."""


def _fitted(model: Any, rows: Rows) -> Any:
    return model.fit(rows.features, rows.targets[:, 0], sample_weight=rows.weights)
