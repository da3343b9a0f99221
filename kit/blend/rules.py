"""From probabilities to one class per row by what the metric is expected to make of it: no label is read."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kit.evidence.metrics import Classes, Floats
from kit.evidence.top import Outputs, TopProbs, exact


def argmax_rule(probs: Outputs) -> Classes:
    """The most probable class of each row, (n_rows,): right for accuracy."""
    return np.asarray(exact(probs).argmax(axis=1)).astype(np.int64)


def expected_f1_rule(probs: Outputs, sweeps: int = 10, *, beta: float = 1.0, average: str = "macro") -> Classes:
    """Classes (n_rows,) that raise the expected macro F1 of the whole set, from its probabilities (n_rows, n_classes).

    The fixed point of prediction_i = argmax_c (2 p_ic - F_c) / D_c, where D_c = predicted_c + sum_i p_ic and F_c =
    2 sum_{i predicted c} p_ic / D_c: the macro form of "threshold at half the optimal F" (Lipton, Elkan and
    Naryanaswamy 2014; Ye et al. 2012); of another beta with 1 + b^2 for 2 and b^2 sum_i p_ic, and times the share
    of each class for the weighted average; without an average the second of two classes alone counts. There can be
    several, and on few rows the sweeps can go round in a circle: of all that were passed, from argmax and from p_c
    / sum_i p_ic, the predictions with the highest mean F_c are returned. Each row's class depends on all rows, on
    no label. Of very many classes a row is said to be of one that is kept for it.
    """
    probs = exact(probs)
    n_rows, n_classes = probs.shape
    rows, top = np.arange(n_rows), probs if isinstance(probs, TopProbs) else None
    mass, square = probs.sum(axis=0), beta**2
    worth = np.ones(n_classes)
    if average == "weighted":
        worth = mass / max(1, n_rows)
    elif not average and n_classes == 2:
        worth = np.array([0.0, 1.0])
    best = argmax_rule(probs)
    best_f1 = -np.inf
    over_mass = over_prior(probs, mass) if top is None else top.reweighed(worth_over(mass))
    for predicted in (best, argmax_rule(over_mass)):
        for sweep in range(sweeps + 1):
            reach = np.bincount(predicted, minlength=n_classes) + square * mass
            possible = np.where(reach > 0, reach, np.inf)  # a class with no mass anywhere is never worth predicting
            given = probs[rows, predicted] if top is None else top.at(predicted)
            hits = np.bincount(predicted, weights=given, minlength=n_classes)
            f1 = (1 + square) * hits / possible
            if (worth * f1).mean() > best_f1:
                best, best_f1 = predicted, (worth * f1).mean()
            if top is not None:
                gains = ((1 + square) * top.values - f1[top.classes]) * (worth / possible)[top.classes]
                following = top.classes[rows, gains.argmax(axis=1)].astype(np.int64)
            else:
                gains = worth * ((1 + square) * probs - f1) / possible
                following = np.where(possible < np.inf, gains, -np.inf).argmax(axis=1)
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
    worth = probs * worth_over(prior)
    total = worth.sum(axis=1, keepdims=True)
    return np.where(total > 0, worth / np.where(total > 0, total, 1.0), probs)


def worth_over(prior: ArrayLike) -> Floats:
    """1 / prior of each class, (n_classes,), and 0 for one that has none."""
    shares = np.asarray(prior, dtype=float)
    return np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
