"""Predictions of very many classes made one: of several members, or of rows that share an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from kit.evidence.arrays import Classes, Floats
from kit.evidence.top import SORTED_CELLS, Outputs, TopProbs, TopStack, concatenated, stacked

SMALLEST_LOG = 1e-12
"""A probability of 0 counts as this one in a geometric mean."""

Joining = Literal["arithmetic", "geometric", "odds", "max", "highest"]
"""geometric and max are scaled to sum to one, for classes; odds, the mean of log-odds, and highest are of labels."""


def mean_of(members: Sequence[Outputs]) -> Outputs:
    """The mean of several members' predictions, (n_rows, n_outputs)."""
    stack = stacked(members)
    if isinstance(stack, TopStack):
        return mean_of_members(stack, np.full(len(members), 1 / len(members)))
    return np.mean(stack, axis=0)


def mean_of_members(stack: TopStack, shares: Floats, how: Joining = "arithmetic") -> TopProbs:
    """The mean of the members, weighed by shares (n_members,) that sum to one."""
    used = [(member, share) for member, share in zip(stack.members, shares, strict=True) if share > 0]
    if len(used) == 1:
        return used[0][0]
    n_rows, parts = len(used[0][0]), []
    step = max(1, SORTED_CELLS // (used[0][0].kept * len(used)))
    for first in range(0, max(1, n_rows), step):
        some = [member[first : first + step] for member, _ in used]
        n_some = len(some[0])
        weights = np.repeat([share for _, share in used], n_some)
        parts.append(_gathered(concatenated(some), np.tile(np.arange(n_some), len(used)), weights, n_some, how))
    return concatenated(parts)  # type: ignore[no-any-return]


def joined_rows(top: TopProbs, codes: Classes, n: int, how: Joining = "arithmetic") -> TopProbs:
    """Rows that share a code, (n_rows,) from 0 to n - 1 and each there, made one: their mean, or the highest of each
    class.
    """
    order, counts = np.argsort(codes, kind="stable"), np.bincount(codes, minlength=n)
    ends, parts, first = np.cumsum(counts), [], 0
    step = max(1, SORTED_CELLS // top.kept)
    while first < n:
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + step, side="right")))
        rows = order[before : ends[last - 1]]
        mine = codes[rows] - first
        parts.append(_gathered(top[rows], mine, 1 / counts[codes[rows]], last - first, how))
        first = last
    return concatenated(parts)  # type: ignore[no-any-return]


def _gathered(top: TopProbs, codes: Classes, weights: Floats, n: int, how: Joining) -> TopProbs:
    """Rows of the same code made one: every class that one of them keeps is reckoned exactly.

    The others of a row all have its `others`: what a kept class has beyond these is added up by code and class.
    """
    others: Floats = top.others
    values: Floats = top.values.astype(np.float64)
    if how == "geometric":
        others, values = (np.log(np.maximum(some, SMALLEST_LOG)) for some in (others, values))
    elif how == "odds":
        others, values = (logit(some.clip(SMALLEST_LOG, 1 - SMALLEST_LOG)) for some in (others, values))
    keys = (codes[:, None] * top.n_classes + top.classes).ravel()
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    first = sorted_keys[1:] != sorted_keys[:-1]
    starts = np.flatnonzero(np.append(True, first)) if len(keys) else np.zeros(0, int)
    cells = sorted_keys[starts]
    owner, named = cells // top.n_classes, cells % top.n_classes
    if how in ("max", "highest"):
        base: Floats = np.zeros(n)
        np.maximum.at(base, codes, others)
        found = np.maximum(np.maximum.reduceat(values.ravel()[order], starts), base[owner])
    else:
        base = np.asarray(np.bincount(codes, weights * others, minlength=n), dtype=np.float64)
        beyond = ((values - others[:, None]) * weights[:, None]).ravel()[order]
        found = base[owner] + np.add.reduceat(beyond, starts)
    if how in ("geometric", "odds"):
        back = np.exp if how == "geometric" else expit
        found, base = back(found), back(base)
    sizes = np.bincount(owner, minlength=n)
    left = base * (top.n_classes - sizes)
    if how in ("geometric", "max"):
        total = np.bincount(owner, found, minlength=n) + left
        found, left = found / total[owner], left / total
    ranked = np.lexsort((named, -found, owner))
    place = np.arange(len(ranked)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    best = ranked[place < top.kept].reshape(n, top.kept)
    rest = np.bincount(owner, found, minlength=n) - found[best].sum(axis=1) + left
    return TopProbs(named[best].astype(np.int32), found[best], np.maximum(rest, 0.0), top.n_classes)
