"""Several photos, one answer: which photos share one, and how what is said of them becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.names import same_column
from kit.competition.templates import filled
from kit.errors import KitError
from kit.evidence.top import Outputs, TopProbs
from kit.evidence.top_means import Joining, joined_rows
from kit.targets.base import BaseTask
from kit.targets.cells import LINE

Pool = Literal["mean", "max", "learned"]


@dataclass(frozen=True)
class Answers:
    """The answers that photos share.

    keys: (n_answers,) str, in the order in which the photos name them; codes: (n_photos,) int64, the answer of each
    photo; first: (n_answers,) int64, its first photo.
    """

    keys: NDArray
    codes: NDArray
    first: NDArray

    @classmethod
    def of(cls, keys: pd.Series) -> Answers:
        """keys: the answer of each photo, (n_photos,)."""
        codes, named = pd.factorize(keys.astype(str))
        _, first = np.unique(codes, return_index=True)
        return cls(np.asarray(named, dtype=object), codes, first)

    def some(self, photos: NDArray) -> Answers:
        """The answers of some photos, (n_photos,) bool."""
        return Answers.of(pd.Series(self.keys[self.codes[photos]]))

    def pooled(self, values: Outputs, how: Pool, task: BaseTask) -> Outputs:
        """Predictions of photos, (n_photos, n_outputs), as those of answers, (n_answers, n_outputs).

        Of classes that exclude one another the highest are divided by their sum. What is learnt is so from OOF
        predictions alone (kit/runs/pooling.py): without these it is the mean.
        """
        n_answers = len(self.keys)
        if isinstance(values, TopProbs):
            highest_of: Joining = "max" if task.activation == "softmax" else "highest"
            return joined_rows(values, self.codes, n_answers, highest_of if how == "max" else "arithmetic")
        if how != "max":
            sums = np.zeros((n_answers, values.shape[1]))
            np.add.at(sums, self.codes, values)
            return sums / np.bincount(self.codes, minlength=n_answers)[:, None]
        highest = np.full((n_answers, values.shape[1]), -np.inf)
        np.maximum.at(highest, self.codes, values)
        return highest / highest.sum(axis=1, keepdims=True) if task.activation == "softmax" else highest

    def weighed(self, values: NDArray, sharpness: float, task: BaseTask) -> NDArray:
        """The same by a mean in which a photo counts by exp(sharpness x what it says), output by output.

        0 is the mean, and the higher the nearer to the highest (McFee, Salamon and Bello 2018, Adaptive pooling
        operators for weakly labeled sound event detection). Of classes that exclude one another scaled to sum to one.
        """
        order = np.argsort(self.codes, kind="stable")
        mine, starts = values[order].astype(float), np.flatnonzero(np.diff(self.codes[order], prepend=-1))
        counts = np.diff(np.append(starts, len(order)))
        raised = sharpness * mine
        weights = np.exp(raised - np.repeat(np.maximum.reduceat(raised, starts), counts, axis=0))
        means = np.add.reduceat(weights * mine, starts) / np.add.reduceat(weights, starts)
        return means / means.sum(axis=1, keepdims=True) if task.activation == "softmax" else means


def answer_keys(raw: pd.DataFrame, per: str, where: object) -> pd.Series:
    """What the answer of each row is for, by `submission.per`: a column, in whatever case it is there, or text with
    {column}.
    """
    text = per if "{" in per else f"{{{same_column(per, raw.columns) or per}}}"
    return pd.Series(filled(text, raw, where), dtype=object)


def check_answers(
    raw: pd.DataFrame, groups: pd.Series, keys: pd.Series, truths: Mapping[str, NDArray], where: object
) -> None:
    """KitError where photos that share an answer are of two groups, or disagree on what is asked.

    truths: of the tasks that are sent, in the rows of `raw`.
    """
    answers = Answers.of(keys)

    def refuse(odd: NDArray, what: str, todo: str) -> None:
        if not odd.any():
            return
        row = int(np.flatnonzero(odd)[0])
        lines = f"lines {raw[LINE].iloc[answers.first[answers.codes[row]]]} and {raw[LINE].iloc[row]}"
        raise KitError(f"{lines}: {what.format(keys.iloc[row])}", where=where, todo=todo)

    like = answers.first[answers.codes]
    other = groups.to_numpy(dtype=object) != groups.to_numpy(dtype=object)[like]
    refuse(other, "two groups share the answer '{}'", "mend 'train.group' or 'submission.per'")
    for task, truth in truths.items():
        odd = truth != truth[like]
        what = f"the photos of one answer, '{{}}', disagree on '{task}'"
        refuse(odd if odd.ndim == 1 else odd.any(axis=1), what, "mend the table, or 'submission.per'")
