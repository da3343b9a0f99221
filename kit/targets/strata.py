"""Strata of rows that carry several things at once."""

from __future__ import annotations

import numpy as np

FEW = 10
"""Rows below which a combination is no stratum of its own."""

BINS = 10
"""Bins of about equally many rows that numbers are dealt by."""


def signature_strata(columns: np.ndarray, few: int = FEW) -> np.ndarray:
    """A number for each combination of values, (n_rows,) int64 from 0, for (n_rows, n_columns) integers.

    A combination of fewer than `few` rows joins the rows that have its rarest value in common, as iterative
    stratification serves the rarest label first (Sechidis et al. 2011). It depends on no order of rows.
    """
    _, code, counts = np.unique(columns, axis=0, return_inverse=True, return_counts=True)
    code = code.ravel()
    rare = counts[code] < few
    if rare.any():
        places = [np.unique(column, return_inverse=True, return_counts=True)[1:] for column in columns.T]
        often = np.stack([counts[place] for place, counts in places], axis=1)
        rarest = often.argmin(axis=1)
        value = np.stack([place for place, _ in places], axis=1)[np.arange(len(columns)), rarest]
        pair = rarest * (value.max() + 1) + value
        code = np.where(rare, len(counts) + pair, code)
    return np.unique(code, return_inverse=True)[1].ravel().astype(np.int64)


def quantile_edges(values: np.ndarray, n_bins: int = BINS) -> np.ndarray:
    """Where the second, third ... of about equally full bins begins, rising; fewer where values repeat."""
    cuts = np.quantile(values, np.arange(1, n_bins) / n_bins, method="inverted_cdf")
    return np.unique(cuts[cuts > values.min()])
