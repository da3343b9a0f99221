"""Probabilities that mean what they say: one temperature per head."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from kit.errors import KitError
from kit.evidence.metrics import Floats, class_numbers
from kit.evidence.top import Outputs, TopProbs

COLDEST, HOTTEST = 0.05, 20.0
"""Temperatures that a fit can reach; a head that is always right would go to 0."""
SMALLEST_PROB = 1e-12
"""A probability of 0 counts as this one, so that one sure mistake does not decide the fit."""
OFFSET_SD = 2.0
"""How far the log-odds of labels are thought to be off before any row is seen."""


def apply_temperature(probs: Outputs, temperature: float) -> Outputs:
    """Softmax of log p / temperature, (n_rows, n_classes): above 1 is less sure, below 1 is surer (Guo et al. 2017)."""
    if not temperature > 0:
        raise KitError(f"a temperature is above 0, not {temperature}")
    logits, times = _logits(probs)
    if times is None:
        return _softmax(logits / temperature)
    shares = _softmax(logits / temperature + times)
    return TopProbs(probs.classes, shares[:, :-1], shares[:, -1], probs.n_classes)


def fit_temperature(probs: Outputs, truth: ArrayLike, weights: ArrayLike | None = None) -> float:
    """The temperature that minimises the log-loss of `probs` (n_rows, n_classes) against `truth`.

    truth: (n_rows,) class numbers, or (n_rows, n_classes) shares that sum to 1; weights: (n_rows,), how much each
    row counts; equal when left out. The log-loss is convex in 1 / temperature, so Newton's steps, kept inside a
    bracket that shrinks, find its minimum; the same on every run.
    """
    logits, times = _logits(probs)
    if np.ndim(truth) == 1:
        truth = class_numbers(truth, probs.shape[1] if times is not None else logits.shape[1], "truth")
    true = np.asarray(truth)
    if len(true) != len(logits) or len(true) == 0:
        raise KitError(f"{len(logits)} predictions and {len(true)} true labels make no temperature")
    share = _shares(weights, len(true))
    if times is not None:
        true_logit = np.log(np.maximum(probs.at(true), SMALLEST_PROB))
    else:
        true_logit = logits[np.arange(len(true)), true] if true.ndim == 1 else (true * logits).sum(axis=1)

    def derivatives(inverse: float) -> tuple[float, float]:
        sure = _softmax(logits * inverse if times is None else logits * inverse + times)
        mean = (sure * logits).sum(axis=1)
        spread = (sure * logits**2).sum(axis=1) - mean**2
        return float(share @ (mean - true_logit)), float(share @ spread)

    low, high = 1 / HOTTEST, 1 / COLDEST
    if derivatives(low)[0] >= 0:
        return HOTTEST
    if derivatives(high)[0] <= 0:
        return COLDEST
    inverse = 1.0
    for _ in range(100):
        slope, curvature = derivatives(inverse)
        low, high = (low, inverse) if slope > 0 else (inverse, high)
        step = inverse - slope / curvature if curvature > 0 else low
        following = step if low < step < high else (low + high) / 2
        if abs(following - inverse) < 1e-10:
            break
        inverse = following
    return 1 / inverse


def two_sided(probs: ArrayLike) -> Floats:
    """Labels (n_rows, n_labels) as (n_rows x n_labels, 2): that each is not there, and that it is."""
    there = np.asarray(probs, dtype=float).ravel()
    return np.column_stack([1 - there, there])


def temper_labels(probs: ArrayLike, temperature: float) -> Floats:
    """Labels, (n_rows, n_labels), whose odds are raised to 1 / temperature."""
    given = np.asarray(probs, dtype=float)
    return np.asarray(apply_temperature(two_sided(given), temperature)[:, 1].reshape(given.shape))


def fit_label_temperature(probs: ArrayLike, truth: ArrayLike) -> float:
    """The one temperature of all labels that minimises their log loss; truth: (n_rows, n_labels) of 0 and 1."""
    return fit_temperature(two_sided(probs), np.asarray(truth).ravel().astype(np.int64))


def fit_label_odds(probs: ArrayLike, truth: ArrayLike) -> tuple[float, Floats]:
    """The temperature of all labels, and for each an offset of its log-odds, that minimise their log loss together.

    probs, truth: (n_rows, n_labels). Offsets, (n_labels,), say how much rarer or more frequent a label is than a model
    was taught; each has a normal prior of OFFSET_SD, so that a label of few rows moves little (Platt scaling, with one
    slope for all labels).
    """
    from scipy.optimize import minimize

    logits, true = log_odds(probs), np.asarray(truth, dtype=float)

    def loss(at: Floats) -> tuple[float, Floats]:
        odds = at[0] * logits + at[1:]
        off = expit(odds) - true
        value = (np.logaddexp(0, odds) - true * odds).sum() + (at[1:] ** 2).sum() / (2 * OFFSET_SD**2)
        return float(value), np.append((off * logits).sum(), off.sum(axis=0) + at[1:] / OFFSET_SD**2)

    start = np.append(1.0, np.zeros(logits.shape[1]))
    bounds = [(1 / HOTTEST, 1 / COLDEST), *[(None, None)] * logits.shape[1]]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(1 / found[0]), found[1:]


def log_odds(probs: ArrayLike) -> Floats:
    """log p / (1 - p), finite for p of 0 and 1."""
    return np.asarray(logit(np.clip(np.asarray(probs, dtype=float), SMALLEST_PROB, 1 - SMALLEST_PROB)))


def _logits(probs: Outputs) -> tuple[Floats, Floats | None]:
    """Logits, and where the classes that are not kept stand in the last column the log of how often each counts."""
    times = None
    if isinstance(probs, TopProbs):
        array = np.column_stack([probs.values, probs.others])
        times = np.append(np.zeros(probs.kept), np.log(probs.n_classes - probs.kept))
    else:
        array = np.asarray(probs, dtype=float)
    if array.ndim != 2 or not np.isfinite(array).all() or (array < 0).any():
        raise KitError(f"temperature scaling needs probabilities by row and class, not shape {array.shape}")
    return np.log(np.maximum(array, SMALLEST_PROB)), times


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _shares(weights: ArrayLike | None, n_rows: int) -> Floats:
    if weights is None:
        return np.full(n_rows, 1 / n_rows)
    array = np.asarray(weights, dtype=float)
    if array.shape != (n_rows,) or not np.isfinite(array).all() or (array < 0).any() or array.sum() <= 0:
        raise KitError("row weights are numbers of 0 or more, one per row, not all 0")
    return array / array.sum()
