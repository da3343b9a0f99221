"""Probabilities that mean what they say: one temperature per head."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from kit.errors import KitError
from kit.evidence.metrics import Floats, class_numbers
from kit.evidence.top import Outputs, TopProbs
from kit.evidence.top_labels import label_cells

COLDEST, HOTTEST = 0.05, 20.0
"""Temperatures that a fit can reach; a head that is always right would go to 0."""
SMALLEST_PROB = 1e-12
"""A probability of 0 counts as this one, so that one sure mistake does not decide the fit."""
OFFSET_SD = 2.0
"""How far the log-odds of labels are thought to be off before any row is seen."""
MOST_STEPS = 100


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


def temper_labels(probs: Outputs, temperature: float) -> Outputs:
    """Labels, (n_rows, n_labels), whose odds are raised to 1 / temperature."""
    if isinstance(probs, TopProbs):
        return probs.renewed(
            temper_labels(probs.values, temperature), temper_labels(probs.others[:, None], temperature)[:, 0]
        )
    given = np.asarray(probs, dtype=float)
    return np.asarray(apply_temperature(two_sided(given), temperature)[:, 1].reshape(given.shape))


def fit_label_temperature(probs: Outputs, truth: NDArray) -> float:
    """The one temperature of all labels that minimises their log loss; truth: (n_rows, n_labels) of 0 and 1."""
    if isinstance(probs, TopProbs):
        cells = label_cells([probs], truth)
        return fit_temperature(two_sided(cells.probs[0]), cells.true.astype(np.int64), cells.counts)
    return fit_temperature(two_sided(probs), np.asarray(truth).ravel().astype(np.int64))


def shift_label_odds(probs: Outputs, temperature: float, offsets: Floats) -> Outputs:
    """Labels, (n_rows, n_labels), whose log-odds are divided by a temperature and moved by the offset of each.

    Where the most probable of a row are kept the others, of which it is not known which they are, have no offset.
    """
    if isinstance(probs, TopProbs):
        moved = shift_label_odds(probs.values, temperature, offsets[probs.classes])
        return probs.renewed(moved, shift_label_odds(probs.others, temperature, np.zeros(len(probs))))
    return np.asarray(expit(log_odds(probs) / temperature + offsets))


def fit_label_odds(probs: Outputs, truth: NDArray) -> tuple[float, Floats]:
    """The temperature of all labels, and for each an offset of its log-odds, that minimise their log loss together.

    probs, truth: (n_rows, n_labels). Offsets, (n_labels,), say how much rarer or more frequent a label is than a model
    was taught; each has a normal prior of OFFSET_SD, so that a label of few rows moves little (Platt scaling, with one
    slope for all labels). The loss is convex, and Newton's steps, halved where they lead too far, find its minimum.
    Where the most probable of a row are kept they alone are fitted: which are kept depends on what is predicted, on no
    truth, and no other is ever said.
    """
    top, n_labels = (probs if isinstance(probs, TopProbs) else None), probs.shape[1]
    logits = log_odds(probs if top is None else top.values)
    true = np.asarray(truth if top is None else top.of_kept(truth), dtype=float)

    def by_label(cells: Floats) -> Floats:
        found = cells.sum(axis=0) if top is None else np.bincount(top.classes.ravel(), cells.ravel(), n_labels)
        return np.asarray(found, dtype=float)

    def odds(slope: float, offsets: Floats) -> Floats:
        return np.asarray(slope * logits + (offsets if top is None else offsets[top.classes]))

    def loss(given: Floats, offsets: Floats) -> float:
        return float((np.logaddexp(0, given) - true * given).sum() + (offsets**2).sum() / (2 * OFFSET_SD**2))

    slope, offsets = 1.0, np.zeros(n_labels)
    given = odds(slope, offsets)
    value = loss(given, offsets)
    for _ in range(MOST_STEPS):
        # the second derivatives are those of each label's offset, a diagonal, with the slope's as one row beside it
        said = expit(given)
        off, weight = said - true, said * (1 - said)
        both, own = by_label(weight * logits), by_label(weight) + 1 / OFFSET_SD**2
        down = by_label(off) + offsets / OFFSET_SD**2
        curvature = max(float((weight * logits**2).sum() - (both**2 / own).sum()), 1e-12)
        step = -(float((off * logits).sum()) - float((both * down / own).sum())) / curvature
        step = float(np.clip(slope + step, 1 / HOTTEST, 1 / COLDEST)) - slope
        moves, share = -(down + both * step) / own, 1.0
        while True:
            there = slope + share * step, offsets + share * moves
            given = odds(*there)
            reached = loss(given, there[1])
            if reached <= value or share < 1e-6:
                break
            share /= 2
        gained, value, (slope, offsets) = value - reached, reached, there
        if gained <= 1e-10 * max(1.0, abs(value)):
            break
    return 1 / slope, offsets


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
