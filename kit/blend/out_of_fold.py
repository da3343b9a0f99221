"""The one cross-fit loop: every row is predicted by what was fitted without its fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from kit.errors import KitError
from kit.evidence.metrics import Classes, Floats

Fitted = TypeVar("Fitted")


def out_of_fold(
    folds: ArrayLike,
    fit: Callable[[int, Classes], Fitted],
    apply: Callable[[Fitted, Classes], Sequence[Floats]],
) -> list[Floats]:
    """Arrays (n_rows, ...) whose rows of each fold were made by what was fitted on the other folds.

    folds: (n_rows,), whole groups to a fold. fit: (fold, the rows of the others) -> what it learnt; apply: (that, the
    rows of the fold) -> arrays of these rows.
    """
    folds = np.asarray(folds)
    whole: list[Floats] = []
    for fold in np.unique(folds):
        held, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if len(others) == 0:
            raise KitError("all rows lie in one fold: nothing is left to fit on")
        parts = apply(fit(int(fold), others), held)
        whole = whole or [np.empty((len(folds), *part.shape[1:])) for part in parts]
        for array, part in zip(whole, parts, strict=True):
            array[held] = part
    return whole
