"""What pseudo labels are worth before they are used: precision and yield from OOF at the very same thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np

from kit.evidence.bootstrap import LEVEL, group_codes
from kit.pseudo.record import ClassForecast

PRIOR_ERRING = 2.0
"""How many erring people the first guess at how rows err together counts as: a few errors cannot show it."""


def forecast(
    truth: np.ndarray,
    oof: np.ndarray,
    thresholds: np.ndarray,
    groups: np.ndarray,
    names: Sequence[str],
    taken: np.ndarray,
) -> tuple[ClassForecast, ...]:
    """What to expect of each class's labels: the precision on OOF rows that pass, and where that of the test rows lies.

    truth (n_rows,); oof (n_rows, n_classes) of the same teachers on their validation sides; thresholds
    (n_rows, n_classes), those of each row's fold; taken (n_classes,) test rows per class. The interval covers two draws
    of people: those of the OOF rows and those of the test set. It is right where the test photos are like the train
    photos: hold it beside the separability. Mean confidence is no substitute: it overstates.
    """
    labels = oof.argmax(axis=1)
    passed = oof[np.arange(len(oof)), labels] >= thresholds[np.arange(len(oof)), labels]
    codes, n_groups = group_codes(groups, len(truth))
    n_classes = len(names)
    cells = codes[passed] * n_classes + labels[passed]
    right = (labels == truth)[passed]
    rows = np.bincount(cells, minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    right_rows = np.bincount(cells[right], minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    n_passed = rows.sum(axis=0)
    precision = right_rows.sum(axis=0) / np.maximum(1, n_passed)
    effective = n_passed / _design_effects(rows, right_rows, precision)
    lines = []
    for label, name in enumerate(names):
        known = bool(n_passed[label] and taken[label])
        low, high = None, None
        if known:
            # as many people stand behind a test row as behind an OOF row
            n_test = effective[label] / n_passed[label] * taken[label]
            low, high = prediction_interval(float(precision[label]), float(effective[label]), float(n_test))
        lines.append(
            ClassForecast(
                label=name,
                taken=round(float(taken[label])),
                precision=float(precision[label]) if known else None,
                low=low,
                high=high,
                oof_share=float(n_passed[label]) / len(truth),
            )
        )
    return tuple(lines)


def prediction_interval(share: float, n: float, n_next: float, level: float = LEVEL) -> tuple[float, float]:
    """Where the share of successes in `n_next` further draws lies, once `n` draws gave `share`.

    The further shares y with |y - share| <= z sqrt(p (1 - p) (1 / n + 1 / n_next)), p the share of both together:
    Wilson's interval for a draw to come (Krishnamoorthy and Peng 2011, J. Statistical Planning and Inference 141). Of
    all successes it makes no certainty.
    """
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    # with p = w share + (1 - w) y and w = n / (n + n_next) this is a quadratic in y
    w = n / (n + n_next)
    spread = z2 * (1 / n + 1 / n_next)
    a = 1 + spread * (1 - w) ** 2
    b = -2 * share - spread * (1 - w) * (1 - 2 * w * share)
    c = share**2 - spread * w * share * (1 - w * share)
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def _design_effects(rows: np.ndarray, right: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """How many rows count as one person's word, (n_classes,), from (n_groups, n_classes) rows that pass and are right.

    1 + r (m - 1) for people of m rows, whose errors have the intraclass correlation r (Kish 1965). A class of few
    errors leans on the correlation in all classes, and where those are few too, rows of one person err together.
    """
    pairs = (rows * (rows - 1)).sum(axis=0)
    of_a_person = pairs / np.maximum(1, (rows > 1).sum(axis=0))
    binomial = precision * (1 - precision)
    found = np.maximum(0, (((right - precision * rows) ** 2) - binomial * rows).sum(axis=0))
    possible = binomial * pairs
    prior = PRIOR_ERRING * of_a_person
    if not pairs.any():
        return np.ones(rows.shape[1])
    overall = (found.sum() + prior.mean()) / (possible.sum() + prior.mean())
    correlation = (found + prior * overall) / np.maximum(possible + prior, 1e-12)
    return 1 + correlation.clip(0, 1) * pairs / np.maximum(1, rows.sum(axis=0))
