"""What a classic learner keeps: arrays, and what is said by them. Nothing is pickled, and of trees, planes and support
vectors no scikit-learn is asked, whose versions differ.

What is kept is what predicts from the moment it is fitted, and rows are taken in blocks of one size: an answer has the
same bits whenever it is given, and beside whichever rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kit.cores import one_thread

BLOCK = 256
"""Rows that are answered at a time: the order of a matrix product's sums depends on how many there are."""

Probs = Callable[[NDArray], NDArray]
"""features (n, n_features) -> predictions (n, n_outputs) float32."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A fitted learner; `kind` is the name in SPEAKERS of what says its predictions."""

    kind: str
    arrays: Mapping[str, NDArray] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """What else it needs, of what JSON can hold."""
    parts: tuple[Kept, ...] = ()


def kept(kind: str, arrays: Mapping[str, Any], *parts: Kept, **numbers: Any) -> Kept:
    """Arrays lie in memory as they will when they are read from a file, which the last bits of a product depend on."""
    return Kept(kind, {name: np.ascontiguousarray(array) for name, array in arrays.items()}, numbers, parts)


def speaker(learner: Kept) -> Probs:
    """What says a learner's predictions.

    One thread: the order of sums, and with it the last bits, would otherwise depend on the number of cores.
    """
    speak = cache(partial(_speaker, learner))  # rows to be near to are laid out once, and only where they are asked

    def probs(features: NDArray) -> NDArray:
        say, parts = speak(), []
        with one_thread():
            for start in range(0, max(1, len(features)), BLOCK):
                block = features[start : start + BLOCK]
                whole = np.zeros((BLOCK, *features.shape[1:]), features.dtype)
                whole[: len(block)] = block
                parts.append(say(whole)[: len(block)].astype(np.float32))
        return np.concatenate(parts)

    return probs


def _speaker(learner: Kept) -> Probs:
    return SPEAKERS[learner.kind](learner, [_speaker(part) for part in learner.parts])


def _scaled(learner: Kept, parts: list[Probs]) -> Probs:
    """Features as they were standardised, and what is said of these."""
    (say,) = parts
    mean, std = learner.arrays["mean"], learner.arrays["std"]
    return lambda features: say((features - mean) / std)


def _classes(learner: Kept, parts: list[Probs]) -> Probs:
    """A column for every class of the task: 0 for one that no row showed."""
    (say,) = parts
    columns, n_classes = learner.arrays["classes"], learner.numbers["n_classes"]

    def probs(features: NDArray) -> NDArray:
        found = np.zeros((len(features), n_classes), dtype=np.float32)
        found[:, columns] = say(features)
        return found

    return probs


def _labels(learner: Kept, parts: list[Probs]) -> Probs:
    """The last column of each part: a label with it, against without it."""
    return lambda features: np.stack([say(features)[:, -1] for say in parts], axis=1)


def _always(learner: Kept, parts: list[Probs]) -> Probs:
    value = learner.numbers["value"]
    return lambda features: np.full((len(features), 1), value, dtype=np.float32)


def _planes(learner: Kept, parts: list[Probs]) -> Probs:
    """A plane for each output, and its link."""
    planes, intercept, link = learner.arrays["planes"], learner.arrays["intercept"], LINKS[learner.numbers["link"]]
    return lambda features: link(features.astype(planes.dtype, copy=False) @ planes.T + intercept)


def _kernel(learner: Kept, parts: list[Probs]) -> Probs:
    """Radial basis functions around rows: arrays rows (n, n_features), weights (n, n_outputs), intercept."""
    rows, weights, intercept = (learner.arrays[name] for name in ("rows", "weights", "intercept"))
    gamma, lengths = learner.numbers["gamma"], (rows.astype(float) ** 2).sum(axis=1)

    def outputs(features: NDArray) -> NDArray:
        each = features.astype(float)
        apart = (each**2).sum(axis=1)[:, None] + lengths - 2 * (each @ rows.T.astype(float))
        return np.exp(-gamma * np.maximum(apart, 0)) @ weights + intercept

    return outputs


def _calibrated(learner: Kept, parts: list[Probs]) -> Probs:
    """The mean of machines, the scores of each made probabilities by Platt's sigmoid (2000): slopes and intercepts
    (n_machines, n_scores).
    """
    slopes, intercepts = learner.arrays["slopes"], learner.arrays["intercepts"]

    def probs(features: NDArray) -> NDArray:
        each = [
            _sums_to_one(expit(-(slope * _one_for_each_class(say(features)) + intercept)))
            for say, slope, intercept in zip(parts, slopes, intercepts, strict=True)
        ]
        return np.mean(each, axis=0)

    return probs


def _one_for_each_class(pairs: NDArray) -> NDArray:
    """Scores of pairs of classes, (n, n_classes (n_classes - 1) / 2), as one for each class; of two classes one score.

    Votes, and between equal votes the sum of scores, squeezed into a third to either side.
    """
    if pairs.shape[1] == 1:
        return pairs
    n_classes = round((1 + np.sqrt(1 + 8 * pairs.shape[1])) / 2)
    votes, sums = np.zeros((len(pairs), n_classes)), np.zeros((len(pairs), n_classes))
    for pair, (one, other) in enumerate(zip(*np.triu_indices(n_classes, 1), strict=True)):
        score, wins = pairs[:, pair], pairs[:, pair] >= 0
        sums[:, one] += score
        sums[:, other] -= score
        votes[:, one] += wins
        votes[:, other] += ~wins
    return votes + sums / (3 * (np.abs(sums) + 1))


def _sums_to_one(probs: NDArray) -> NDArray:
    if probs.shape[1] == 1:
        return np.hstack([1 - probs, probs])
    total = probs.sum(axis=1, keepdims=True)
    return np.divide(probs, total, out=np.full_like(probs, 1 / probs.shape[1]), where=total != 0)


def _neighbours(learner: Kept, parts: list[Probs]) -> Probs:
    """The weighted mean of the targets of the nearest rows; of shares, which sum to one, by their sum."""
    from sklearn.neighbors import NearestNeighbors

    rows, targets, weights = (learner.arrays[name] for name in ("rows", "targets", "weights"))
    index = NearestNeighbors(n_neighbors=min(learner.numbers["count"], len(rows)), metric=learner.numbers["metric"])
    index.fit(rows)

    def probs(features: NDArray) -> NDArray:
        near = index.kneighbors(features, return_distance=False)
        sums = np.einsum("nk,nkc->nc", weights[near], targets[near])
        if learner.numbers["shares"]:
            return sums / sums.sum(axis=1, keepdims=True)
        return sums / weights[near].sum(axis=1, keepdims=True)

    return probs


def _trees(learner: Kept, parts: list[Probs]) -> Probs:
    """The sum of trees, (n_rounds, n_outputs) of them: `first` is the number of each one's root among all nodes.

    A leaf leads to itself on either side.
    """
    column, bound, low, high = (learner.arrays[name] for name in ("column", "bound", "low", "high"))
    value, first, baseline = (learner.arrays[name] for name in ("value", "first", "baseline"))
    depth, link = learner.numbers["depth"], LINKS[learner.numbers["link"]]

    def outputs(features: NDArray) -> NDArray:
        each, rows = features.astype(float), np.arange(len(features))[:, None]
        at = np.broadcast_to(first.ravel(), (len(features), first.size))
        for _ in range(depth):
            at = np.where(each[rows, column[at]] <= bound[at], low[at], high[at])
        said = value[at].reshape(len(features), *first.shape)
        total = np.broadcast_to(baseline, (len(features), first.shape[1])).copy()
        for round in range(len(first)):
            total += said[:, round]
        return link(total)

    return outputs


def _softmax(scores: NDArray) -> NDArray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


LINKS: dict[str, Callable[[NDArray], NDArray]] = {
    "softmax": _softmax,
    "logistic": lambda scores: _sums_to_one(expit(scores)),
    "identity": lambda scores: scores,
}
"""From scores (n, n_scores) to predictions."""

SPEAKERS: dict[str, Callable[[Kept, list[Probs]], Probs]] = {
    "scaled": _scaled,
    "classes": _classes,
    "labels": _labels,
    "always": _always,
    "planes": _planes,
    "kernel": _kernel,
    "calibrated": _calibrated,
    "neighbours": _neighbours,
    "trees": _trees,
}
"""Every kind of learner: (what it keeps, what its parts say) -> what says its predictions."""
