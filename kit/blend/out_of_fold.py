"""The one cross-fit loop: every row is predicted by what was fitted without its fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from kit.errors import KitError
from kit.evidence.metrics import Classes
from kit.evidence.top import Outputs, concatenated

Fitted = TypeVar("Fitted")


def out_of_fold(
    folds: ArrayLike,
    fit: Callable[[int, Classes], Fitted],
    apply: Callable[[Fitted, Classes], Sequence[Outputs]],
) -> list[Outputs]:
    """Arrays (n_rows, ...) whose rows of each fold were made by what was fitted on the other folds.

    folds: (n_rows,), whole groups to a fold. fit: (fold, the rows of the others) -> what it learnt; apply: (that, the
    rows of the fold) -> arrays of these rows.
    """
    folds = np.asarray(folds)
    found: list[Sequence[Outputs]] = []
    for fold in np.unique(folds):
        held, others = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if len(others) == 0:
            raise KitError("all rows lie in one fold: nothing is left to fit on")
        found.append(apply(fit(int(fold), others), held))
    place = np.argsort(np.argsort(folds, kind="stable"), kind="stable")  # where each row is among those of all folds
    return [concatenated(parts)[place] for parts in zip(*found, strict=True)]
