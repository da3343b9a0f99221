"""Sums over rows: of each group, of all groups but one, and what a metric makes of them. Zeros are not stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kit.evidence.arrays import Classes, Floats, divide

DENSE_CELLS = 2**22
"""Groups times columns up to which their sums are one array: 32 MB. Beyond, only what is not 0 is kept."""
SCORED_CELLS = 2**21
"""Cells of sums that are scored at once: 16 MB."""

Sums = Any
"""(n_groups, n_columns): an array, or a sparse matrix of scipy where there are many columns."""


@dataclass(frozen=True)
class AtClass:
    """What each row adds to the column of one class, and 0 to all others: (n_rows, n_classes) without its zeros."""

    classes: Classes
    n_classes: int
    values: NDArray | None = None
    """(n_rows,); 1 for each where it is left out; bool counts."""

    def of_groups(self, codes: Classes, n_groups: int) -> Sums:
        classes, values = self.classes, self.values
        if values is not None and values.dtype == bool:
            classes, codes, values = classes[values], codes[values], None
        if n_groups * self.n_classes <= DENSE_CELLS:
            sums = np.bincount(codes * self.n_classes + classes, values, minlength=n_groups * self.n_classes)
            whole = values is not None and values.dtype.kind in "iu"
            return (sums.astype(np.int64) if whole else sums).reshape(n_groups, self.n_classes)
        ones = np.ones(len(classes), dtype=np.int64) if values is None else values
        return sparse.coo_array((ones, (codes, classes)), shape=(n_groups, self.n_classes)).tocsr()


Block = AtClass | NDArray
"""What each row adds to each column, (n_rows, n_columns)."""
Ratio = Callable[..., tuple[Floats, NDArray]]
"""Sums of each block, (..., n_columns) -> what each column gives, and what it counts, both (..., n_columns)."""
Parts = Callable[..., Floats]
"""Sums of each block, (..., n_columns) -> what adds up to the score, (..., n_parts)."""


def sums_of_groups(blocks: Sequence[Block], codes: Classes, n_groups: int) -> Sums:
    """Sums over the rows of each group, (n_groups, n_blocks x n_columns)."""
    return side_by_side([_of_groups(block, codes, n_groups) for block in blocks])


def side_by_side(found: Sequence[Sums]) -> Sums:
    """Sums of the same groups as the columns of one array, sparse where one of them is."""
    if any(sparse.issparse(sums) for sums in found):
        return sparse.hstack([sparse.csr_array(sums) for sums in found], format="csr")
    return np.hstack(found)


def _of_groups(block: Block, codes: Classes, n_groups: int) -> Sums:
    if isinstance(block, AtClass):
        return block.of_groups(codes, n_groups)
    dtype = np.int64 if block.dtype.kind in "iub" else np.float64
    if n_groups == 1:
        return block.sum(axis=0, keepdims=True, dtype=dtype)
    if block.dtype.kind in "iub" and n_groups * block.shape[1] > DENSE_CELLS:
        at, columns = np.nonzero(block)
        there = sparse.coo_array((block[at, columns].astype(dtype), (codes[at], columns)), (n_groups, block.shape[1]))
        return there.tocsr()
    values = block.astype(dtype)
    rows = np.arange(len(codes))
    of_row = sparse.csr_array((np.ones(len(codes), dtype=np.int64), (codes, rows)), shape=(n_groups, len(codes)))
    return of_row @ values


def in_blocks(sums: NDArray, n_blocks: int) -> Floats:
    """(..., n_blocks x n_columns) -> (n_blocks, ..., n_columns)."""
    return np.moveaxis(sums.reshape(*sums.shape[:-1], n_blocks, -1), -2, 0)


def parts_of_ratio(ratio: Ratio) -> Parts:
    """What each column gives, over what all of them count; nan where nothing counts."""

    def parts(*blocks: Floats) -> Floats:
        gives, counts = ratio(*blocks)
        return divide(gives, np.asarray(counts, dtype=float).sum(axis=-1, keepdims=True), undefined=np.nan)

    return parts


def scores_near(total: NDArray, changes: Sums, parts: Parts, ratio: Ratio | None, n_blocks: int) -> Floats:
    """The scores (n,) without their constant of sums total + change, for each of the changes (n, n_columns).

    total: (n_columns,). Where most columns stay as they are, only those that move are reckoned anew.
    """
    if ratio is None or not sparse.issparse(changes):
        step = max(1, SCORED_CELLS // len(total))
        some = (changes[first : first + step] for first in range(0, changes.shape[0], step))
        moved = (total + (one.toarray() if sparse.issparse(one) else one).astype(float) for one in some)
        return np.concatenate([parts(*in_blocks(sums, n_blocks)).sum(axis=-1) for sums in moved])
    n, n_columns = changes.shape[0], len(total) // n_blocks
    before = in_blocks(total.astype(float), n_blocks)
    found = changes.tocoo()
    cells, place = np.unique(found.row.astype(np.int64) * n_columns + found.col % n_columns, return_inverse=True)
    rows, columns = cells // n_columns, cells % n_columns
    flat = (found.col // n_columns).astype(np.int64) * len(cells) + place
    change = np.bincount(flat, found.data, minlength=n_blocks * len(cells)).reshape(n_blocks, len(cells))
    totals = [np.asarray(some, dtype=float) for some in ratio(*before)]
    now = ratio(*(before[:, columns] + change))
    gives, counts = (
        whole.sum() + np.bincount(rows, some - whole[columns], minlength=n)
        for whole, some in zip(totals, now, strict=True)
    )
    return divide(gives, counts, undefined=np.nan)
