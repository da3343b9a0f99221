"""What is true of rows and what is said of them, for every kind of target, as arrays that fit one another.

A truth is (n_rows,) class numbers of a class or ordered target, (n_rows, n_labels) 0 and 1 of labels, (n_rows,) floats
of a number, or (n_rows, n_classes) floats of shares: the array itself tells which.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kit.errors import KitError
from kit.evidence.arrays import Classes
from kit.evidence.top import Outputs, TopProbs

CLASS, ORDERED, LABELS, NUMBER, SHARES = "class", "ordered", "labels", "number", "shares"
KINDS = (CLASS, ORDERED, LABELS, NUMBER, SHARES)
THRESHOLD = 0.5
"""The probability from which on a label is said to be there, where no rule has found a better one."""


def kind_of(truth: NDArray) -> str:
    """The kind of a truth by its array; ordered classes are class numbers too."""
    whole = truth.dtype.kind in "iub"
    if truth.ndim == 1:
        return CLASS if whole else NUMBER
    return LABELS if whole else SHARES


def answers_of(outputs: Outputs, kind: str) -> NDArray:
    """What outputs (n_rows, n_outputs) say where no rule decides, in the form of the truth of that kind.

    The most probable class, the labels of probability 0.5 and more (among those that are kept), the number, the shares.
    """
    if kind in (CLASS, ORDERED):
        return np.asarray(outputs.argmax(axis=1))
    if kind == LABELS and isinstance(outputs, TopProbs):
        return outputs.named(outputs.values >= THRESHOLD)
    if kind == LABELS:
        return (outputs >= THRESHOLD).astype(np.int8)
    return np.asarray(outputs[:, 0] if kind == NUMBER else outputs)


def checked_truth(truth: ArrayLike, n_outputs: int) -> NDArray:
    """The truth of one row or more in its array of int64, int8 or float64; KitError otherwise."""
    raw = np.asarray(truth)
    if len(raw) == 0:
        raise KitError("there are no rows to score")
    if kind_of(raw) == CLASS:
        return class_numbers(raw, n_outputs, "truth")
    return _answers(raw, kind_of(raw), n_outputs, "truth")


def checked_answers(answers: ArrayLike, truth: NDArray, n_outputs: int) -> NDArray:
    """Decided answers in the form of the truth, a row for each of its rows; KitError otherwise."""
    raw, kind = np.asarray(answers), kind_of(truth)
    if kind == CLASS:
        said: NDArray = class_numbers(raw, n_outputs, "prediction")
    else:
        said = _answers(raw[:, 0] if kind == NUMBER and raw.ndim == 2 else raw, kind, n_outputs, "prediction")
    return _fits(said, truth)


def checked_outputs(outputs: Outputs, truth: NDArray, n_outputs: int, metric: str) -> Outputs:
    """Outputs (n_rows, n_outputs), finite and at least 0, a row for each of the truth's; KitError otherwise."""
    if isinstance(outputs, TopProbs) and outputs.n_classes == n_outputs:
        return _fits(outputs, truth)
    said = np.asarray(outputs, dtype=float)
    if said.ndim != 2 or said.shape[1] != n_outputs:
        raise KitError(f"{metric} needs probabilities of {n_outputs} classes, not an array of shape {said.shape}")
    if not (np.isfinite(said).all() and (said >= 0).all()):
        raise KitError(f"{metric} needs probabilities, and some are negative or not finite")
    return _fits(said, truth)


def class_numbers(classes: ArrayLike, n_classes: int, what: str) -> Classes:
    """(n_rows,) int64 class numbers between 0 and n_classes - 1; KitError otherwise."""
    raw = np.asarray(classes)
    if raw.ndim != 1:
        raise KitError(f"a {what} is one class number per row, not an array of shape {raw.shape}")
    if len(raw) and raw.dtype.kind not in "iub":
        raise KitError(f"a {what} is a class number, not {raw.dtype}")
    numbers = raw.astype(np.int64)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < n_classes:
        wrong = numbers[(numbers < 0) | (numbers >= n_classes)][0]
        raise KitError(f"the {what} {wrong} is no class: there are {n_classes}, from 0 to {n_classes - 1}")
    return numbers


def column_truths(truth: NDArray, n_outputs: int) -> list[tuple[int, NDArray[np.bool_]]]:
    """(column, whether each row is of it), for the columns that a metric of columns judges.

    Of two exclusive classes that is the second alone, as a host asks for its probability.
    """
    if truth.ndim == 2:
        return [(k, truth[:, k] == 1) for k in range(n_outputs)]
    return [(k, truth == k) for k in ([1] if n_outputs == 2 else range(n_outputs))]


def positives(truth: NDArray, codes: Classes, n_outputs: int) -> Classes:
    """In how many groups each class or label is there, (n_outputs,); none where the truth has neither."""
    kind = kind_of(truth)
    if kind == CLASS:
        return np.bincount(np.unique(codes * n_outputs + truth) % n_outputs, minlength=n_outputs)
    if kind == LABELS:
        rows, columns = np.nonzero(truth)
        return np.bincount(np.unique(codes[rows] * n_outputs + columns) % n_outputs, minlength=n_outputs)
    return np.zeros(0, dtype=np.int64)


def _answers(raw: NDArray, kind: str, n_outputs: int, what: str) -> NDArray:
    shape: Sequence[int | None] = [None] if kind == NUMBER else [None, n_outputs]
    if raw.ndim != len(shape) or (raw.ndim == 2 and raw.shape[1] != n_outputs):
        expected = "one number per row" if kind == NUMBER else f"{n_outputs} columns"
        raise KitError(f"a {what} of {kind} has {expected}, not an array of shape {raw.shape}")
    if raw.dtype.kind not in "iubf":
        raise KitError(f"a {what} of {kind} is of numbers, not {raw.dtype}")
    if kind == LABELS:
        whole = raw.dtype.kind in "iub"
        if not (raw.min(initial=0) >= 0 and raw.max(initial=0) <= 1 and (whole or np.isin(raw, (0, 1)).all())):
            raise KitError(f"a {what} of labels is 0 or 1 for each")
        return raw.astype(np.int8, copy=False)
    values = raw.astype(np.float64)
    if not np.isfinite(values).all():
        raise KitError(f"a {what} of {kind} is finite, and row {int(np.argwhere(~np.isfinite(values))[0][0])} is not")
    if kind == SHARES and (values < 0).any():
        raise KitError(f"a {what} of shares is 0 or more, and row {int(np.argwhere(values < 0)[0][0])} is less")
    return values


def _fits(said: Outputs, truth: NDArray) -> Outputs:
    if len(said) != len(truth):
        raise KitError(f"{len(said)} predictions do not fit {len(truth)} true labels")
    return said
