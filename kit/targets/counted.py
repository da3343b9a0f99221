"""What a table of rows counts: how much of each class, label or bin every row is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Counted:
    """Entries that say: the row is so much of this; (n_entries,) each, and no entry where a row is nothing of it."""

    names: tuple[str, ...]
    rows: np.ndarray
    places: np.ndarray
    """Of which of `names` it is."""
    amounts: np.ndarray

    @classmethod
    def of_codes(cls, codes: np.ndarray, names: tuple[str, ...]) -> Counted:
        """Rows that are one of the names each; codes: (n_rows,) its number."""
        return cls(names, np.arange(len(codes)), codes, np.ones(len(codes), dtype=np.int64))

    @classmethod
    def of_shares(cls, shares: np.ndarray, names: tuple[str, ...]) -> Counted:
        """Rows that are so much of each name, (n_rows, n_names)."""
        rows, places = np.nonzero(shares)
        return cls(names, rows, places, shares[rows, places])

    def by_fold(self, folds: np.ndarray) -> pd.DataFrame:
        """One line for each name and a last one of rows, with the columns fold0, fold1, ...; folds: (n_rows,)."""
        n_folds = int(folds.max()) + 1
        cells = self.places * n_folds + folds[self.rows]
        counts = np.bincount(cells, self.amounts, len(self.names) * n_folds).reshape(-1, n_folds)
        counts = counts.astype(np.int64) if self.amounts.dtype.kind in "iu" else counts.round(1)
        whole = np.bincount(folds, minlength=n_folds)
        return pd.DataFrame(np.vstack([counts, whole]), columns=[f"fold{k}" for k in range(n_folds)])

    def with_few_groups(self, groups: np.ndarray, n_folds: int) -> list[tuple[str, int]]:
        """(name, number of groups) of those that occur, but in fewer groups than there are folds."""
        pairs = pd.DataFrame({"place": self.places, "group": groups[self.rows]}).drop_duplicates()
        n_groups = np.bincount(pairs["place"].to_numpy(), minlength=len(self.names))
        return [(self.names[place], int(n)) for place, n in enumerate(n_groups) if 0 < n < n_folds]

    def absent(self) -> list[str]:
        """The names that nothing is of."""
        there = np.bincount(self.places, minlength=len(self.names))
        return [name for name, n in zip(self.names, there, strict=True) if n == 0]

    def mainly(self, place: int) -> np.ndarray:
        """The rows that are of this name, and of none more."""
        most = np.zeros(int(self.rows.max(initial=-1)) + 1)
        np.maximum.at(most, self.rows, self.amounts)
        mine = self.places == place
        return self.rows[mine & (self.amounts >= most[self.rows])]


def side_by_side(parts: Sequence[tuple[str, Counted]]) -> Counted:
    """What is counted of several tasks (or none) of the same rows; a name says its task."""
    names = tuple(f"{task}: {name}" for task, part in parts for name in part.names)
    nothing = np.empty(0, dtype=np.int64)
    starts = np.cumsum([0, *(len(part.names) for _, part in parts)])
    return Counted(
        names,
        np.concatenate([nothing, *(part.rows for _, part in parts)]),
        np.concatenate([nothing, *(part.places + start for (_, part), start in zip(parts, starts, strict=False))]),
        np.concatenate([nothing, *(part.amounts for _, part in parts)]),
    )
