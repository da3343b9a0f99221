"""Where predictions are right and wrong, for each kind of target."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.evidence.arrays import divide
from kit.evidence.metrics import f1_per_class
from kit.targets.base import BaseTask


def error_table(task: BaseTask, truth: NDArray, said: NDArray) -> pd.DataFrame:
    """A row for each class, label or range of numbers.

    Classes and labels: class, rows, precision, recall, f1; nan where there are no rows to tell. A number: class (the
    range), rows, and of the errors their mean and the mean of their distance. Shares: class, the mean share in the
    truth and in what is said, and their mean distance.
    """
    names = task.outputs
    if task.kind == "number":
        return _of_numbers(task, truth, said)
    if task.kind == "shares":
        distance = np.abs(said - truth).mean(axis=0)
        means = {"truth": truth.mean(axis=0), "said": said.mean(axis=0), "distance": distance}
        return pd.DataFrame({"class": names, **means})
    if truth.ndim == 2:
        hits, true, guessed = ((some > 0).sum(axis=0) for some in (truth & said, truth, said))
    else:
        hits, true, guessed = (np.bincount(some, minlength=len(names)) for some in (truth[truth == said], truth, said))
    precision, recall = (divide(hits.astype(float), some.astype(float), undefined=np.nan) for some in (guessed, true))
    f1 = f1_per_class(hits, true, guessed)
    return pd.DataFrame({"class": names, "rows": true, "precision": precision, "recall": recall, "f1": f1})


def _of_numbers(task: BaseTask, truth: NDArray, said: NDArray) -> pd.DataFrame:
    """By the ranges that `counted` makes of the truth."""
    names, codes, error = task.counted(truth).names, task.strata(truth), said - truth
    rows = np.bincount(codes, minlength=len(names))
    sums = [np.bincount(codes, some, minlength=len(names)) for some in (error, np.abs(error))]
    mean, distance = (divide(some.astype(float), rows.astype(float), undefined=np.nan) for some in sums)
    return pd.DataFrame({"class": names, "rows": rows, "mean error": mean, "distance": distance})


def confused_pairs(counts: NDArray, most: int) -> list[tuple[int, int, int]]:
    """The pairs that are confused most, as (true class, predicted class, rows); counts: as `confusion` has them.

    The most rows come first; ties go by the share of the true class.
    """
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    true, said = np.nonzero(wrong)
    rows = wrong[true, said]
    order = np.lexsort((said, true, counts[true].sum(axis=1), -rows))[:most]
    return [(int(true[place]), int(said[place]), int(rows[place])) for place in order]
