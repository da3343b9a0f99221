"""Strata of rows that carry several things at once."""

from __future__ import annotations

import numpy as np

FEW = 10
"""Rows below which a combination is no stratum of its own."""

SOME_CELLS = 2**22
"""Cells that are looked at at once: 32 MB of counts."""

BINS = 10
"""Bins of about equally many rows that numbers are dealt by."""


def signature_strata(columns: np.ndarray, few: int = FEW) -> np.ndarray:
    """A number for each combination of values, (n_rows,) int64 from 0, for (n_rows, n_columns) integers.

    A combination of fewer than `few` rows joins the rows that have its rarest value in common, as iterative
    stratification serves the rarest label first (Sechidis et al. 2011). It depends on no order of rows.
    """
    flags = columns.dtype == np.int8 and len(columns) > 0 and columns.min() >= 0 and columns.max() <= 1
    # packed, thousands of labels are sorted by their bits, in the same order
    packed = np.packbits(columns, axis=1) if flags else columns
    rows = packed.view(np.dtype((np.void, packed.shape[1]))).ravel() if flags else packed
    _, code, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    code = code.ravel()
    rare = counts[code] < few
    if rare.any():
        rarest, value = _rarest_flags(columns) if flags else _rarest(columns)
        pair = rarest * (value.max() + 1) + value
        code = np.where(rare, len(counts) + pair, code)
    return np.unique(code, return_inverse=True)[1].ravel().astype(np.int64)


def _rarest(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The column whose value the fewest rows share with a row, the first of several, and which of its values it is."""
    places = [np.unique(column, return_inverse=True, return_counts=True)[1:] for column in columns.T]
    often = np.stack([counts[place] for place, counts in places], axis=1)
    rarest = often.argmin(axis=1)
    return rarest, np.stack([place for place, _ in places], axis=1)[np.arange(len(columns)), rarest]


def _rarest_flags(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same of 0 and 1, some rows at a time: of thousands of labels nothing wider than they are is laid out."""
    n_rows, n_columns = columns.shape
    ones = columns.sum(axis=0, dtype=np.int64)
    rarest, step = np.empty(n_rows, dtype=np.int64), max(1, SOME_CELLS // n_columns)
    for first in range(0, n_rows, step):
        rarest[first : first + step] = np.where(columns[first : first + step], ones, n_rows - ones).argmin(axis=1)
    both = (ones > 0) & (ones < n_rows)
    return rarest, columns[np.arange(n_rows), rarest].astype(np.int64) * both[rarest]


def quantile_edges(values: np.ndarray, n_bins: int = BINS) -> np.ndarray:
    """Where the second, third ... of about equally full bins begins, rising; fewer where values repeat."""
    cuts = np.quantile(values, np.arange(1, n_bins) / n_bins, method="inverted_cdf")
    return np.unique(cuts[cuts > values.min()])
