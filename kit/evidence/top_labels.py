"""Cells of labels where predictions keep the most probable of each row: those that are told apart, and all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import Classes, Floats
from kit.evidence.top import Outputs, TopProbs


@dataclass(frozen=True)
class LabelCells:
    """Every label of every row once: those that a member keeps or that are true by themselves, a row's others together.

    rows: (n_cells,); probs: (n_members, n_cells); true: (n_cells,) bool; counts: (n_cells,) how many labels a cell is.
    """

    rows: Classes
    probs: Floats
    true: NDArray[np.bool_]
    counts: Floats

    def distances(self) -> Floats:
        """How far the first member is from the truth, summed over each row's labels, (n_rows,)."""
        return np.asarray(np.bincount(self.rows, self.counts * np.abs(self.probs[0] - self.true)), dtype=np.float64)

    def losses(self, smallest: float) -> Floats:
        """Minus the log of what came true of the first member, summed over each row's labels, (n_rows,)."""
        given = np.clip(np.where(self.true, self.probs[0], 1 - self.probs[0]), smallest, 1 - smallest)
        return np.asarray(np.bincount(self.rows, -self.counts * np.log(given)), dtype=np.float64)


def least_sure(probs: Outputs) -> Floats:
    """How sure the least sure label of each row is, that it is there or that it is not, (n_rows,)."""
    cells = np.column_stack([probs.values, probs.others]) if isinstance(probs, TopProbs) else np.asarray(probs)
    return np.asarray(np.maximum(cells, 1 - cells).min(axis=1), dtype=np.float64)


def label_cells(members: Sequence[TopProbs], truth: NDArray) -> LabelCells:
    """Members of the same rows beside their truth, (n_rows, n_labels) of 0 and 1."""
    n_rows, n_labels = truth.shape
    starts = np.arange(n_rows, dtype=np.int64) * n_labels
    true_keys = np.flatnonzero(truth)
    keys = [(starts[:, None] + member.classes).ravel() for member in members]
    cells = np.unique(np.concatenate([true_keys, *keys]))
    rows = cells // n_labels
    probs = np.empty((len(members), len(cells) + n_rows))
    for place, (member, key) in enumerate(zip(members, keys, strict=True)):
        others = member.others
        probs[place] = np.concatenate([others[rows], others])
        probs[place, np.searchsorted(cells, key)] = member.values.ravel()
    true = np.zeros(len(cells) + n_rows, dtype=bool)
    true[np.searchsorted(cells, true_keys)] = True
    behind = n_labels - np.bincount(rows, minlength=n_rows)
    counts = np.concatenate([np.ones(len(cells)), behind])
    return LabelCells(np.concatenate([rows, np.arange(n_rows)]), probs, true, counts)
