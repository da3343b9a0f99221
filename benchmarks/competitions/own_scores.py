"""Scores that one host invented, by its own description: ALASKA2, RSNA 2022 and 2023, Bengali.AI, HMS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sk

from benchmarks.competitions.graders import SURE, Host, Rows, Truth, floats_of, names, number, table_of


def sums_to_one(cells: Sequence[str]) -> bool:
    return abs(sum(map(float, cells)) - 1) < 1e-5


def weighted_auc(column: str, positive: str) -> Host:
    """ALASKA2's area, as its page describes it: the part below a true-positive rate of 0.4 counts twice."""

    def score(rows: Rows, truth: Truth) -> float:
        true = [said == positive for said in truth.values()]
        fpr, tpr, _ = sk.roc_curve(true, floats_of(rows, truth, column), drop_intermediate=False)
        whole = 0.0
        for low, high, weight in ((0.0, 0.4, 2), (0.4, 1.0, 1)):
            # where the curve crosses a bound it gets a point there: both rates between two points are straight
            cuts = np.unique(np.concatenate([tpr, [low, high]]))
            left = np.array([_at(fpr, tpr, cut, "right") for cut in cuts])
            right = np.array([_at(fpr, tpr, cut, "left") for cut in cuts])
            for place in range(len(cuts) - 1):
                if low <= cuts[place] and cuts[place + 1] <= high:
                    middle = (left[place] + right[place + 1]) / 2
                    whole += weight * (cuts[place + 1] - cuts[place]) * (1 - middle)
        return whole / (2 * 0.4 + 1 * 0.6)

    return Host(score, number(-np.inf, np.inf))


def _at(fpr: NDArray[np.float64], tpr: NDArray[np.float64], height: float, side: str) -> float:
    """The false-positive rate where the curve reaches a height, or (right) where it leaves it."""
    same = np.flatnonzero(tpr == height)
    if len(same):
        return float(fpr[same[0] if side == "left" else same[-1]])
    above = int(np.searchsorted(tpr, height))
    share = (height - tpr[above - 1]) / (tpr[above] - tpr[above - 1])
    return float(fpr[above - 1] + share * (fpr[above] - fpr[above - 1]))


def probabilistic_f1(column: str, positive: str = "1") -> Host:
    """RSNA 2023's F1 with probabilities in the place of decisions."""

    def score(rows: Rows, truth: Truth) -> float:
        given, true = floats_of(rows, truth, column), np.array([said == positive for said in truth.values()])
        precision, recall = given[true].sum() / given.sum(), given[true].sum() / true.sum()
        return float(2 * precision * recall / (precision + recall)) if precision + recall > 0 else 0.0

    return Host(score, SURE)


def recall_of_parts(weights: Mapping[str, float], classes: Mapping[str, Sequence[str]], pattern: str) -> Host:
    """Bengali.AI's mean of each part's mean recall; a row is called as the pattern of {id} and {part} says."""

    def score(rows: Rows, truth: Truth) -> float:
        scores = []
        for part in weights:
            said = [rows[pattern.format(id=key, part=part)]["target"] for key in truth]
            scores.append(sk.recall_score([true[part] for true in truth.values()], said, average="macro"))
        return float(np.average(scores, weights=list(weights.values())))

    return Host(score, names([name for part in classes.values() for name in part]))


def spine_loss(pattern: str, labels: Sequence[str]) -> Host:
    """RSNA 2022's loss: of each scan the mean of its labels' log losses, the first by 7, what is there by twice."""

    def score(rows: Rows, truth: Truth) -> float:
        losses = []
        for key, true in truth.items():
            weights, parts = [], []
            for place, name in enumerate(labels):
                said = float(np.clip(float(rows[pattern.format(id=key, part=name)]["fractured"]), 1e-15, 1 - 1e-15))
                weights.append((7 if place == 0 else 1) * (2 if name in true else 1))
                parts.append(-np.log(said if name in true else 1 - said))
            losses.append(np.average(parts, weights=weights))
        return float(np.mean(losses))

    return Host(score, SURE, best=0.0)


def divergence(columns: Sequence[str]) -> Host:
    """Kullback and Leibler's divergence of the said shares from the true ones; rows have to sum to one."""

    def score(rows: Rows, truth: Truth) -> float:
        said = table_of(rows, truth, columns).clip(1e-15, 1 - 1e-15)
        votes = np.array(list(truth.values()), dtype=float)
        true = votes / votes.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(true > 0, true * np.log(true / said), 0.0)
        return float(parts.sum(axis=1).mean())

    return Host(score, SURE, best=0.0, row=sums_to_one)
