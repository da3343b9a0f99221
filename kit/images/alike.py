"""Which photos' hashes are near one another, of so many photos as there are.

Up to ALL photos each is set beside all others. Of more, only those are compared that agree in all bits of one of TABLES
random choices of bits (locality-sensitive hashing: Indyk and Motwani 1998), about as many as photos have others by
chance: time and memory then grow as their number does, and a pair that differs in many bits may be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kit.cores import in_threads
from kit.seed import derive_seed

NEAR, MOST = 12, 10
"""Bits of 64 in which hashes of one thing may differ, and how many photos, the nearest, each is compared with."""
ALL = 30_000
"""Photos up to which all are compared with all."""
TABLES = 24
CROWD = 256
"""Photos that agree in a choice of bits, of more of which that choice says nothing."""
_ROWS, _BLOCK = 64, 2048

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]


def near_rows(hashes: Hashes, wanted: NDArray[np.bool_]) -> list[Rows]:
    """For each photo the others whose own hash is near one of its hashes, at most MOST, the nearest, in their order.

    hashes: (n, n_kinds), a photo's own and those of its changes; wanted: (n,) photos that have anything to go by.
    """
    n = len(hashes)
    if n <= ALL:
        blocks = in_threads(lambda start: _of_all(hashes, wanted, start), range(0, n, _ROWS))
    else:
        tables = _tables(hashes[:, 0], wanted)
        blocks = in_threads(lambda start: _of_tables(hashes, wanted, tables, start), range(0, n, _BLOCK))
    return [rows for block in blocks for rows in block]


def _of_all(hashes: Hashes, wanted: NDArray[np.bool_], start: int) -> list[Rows]:
    some, plain = hashes[start : start + _ROWS], hashes[:, 0]
    apart = np.full((len(some), len(hashes)), 64, dtype=np.uint8)
    for kind in some.T:
        np.minimum(apart, np.bitwise_count(kind[:, None] ^ plain[None, :]), out=apart)
    apart[:, ~wanted] = 64
    apart[~wanted[start : start + _ROWS]] = 64
    apart[np.arange(len(some)), np.arange(start, start + len(some))] = 64
    found = []
    for line in apart:
        near = np.flatnonzero(line <= NEAR)
        found.append(near[np.argsort(line[near], kind="stable")[:MOST]] if len(near) > MOST else near)
    return found


@dataclass(frozen=True)
class _Table:
    """Photos in the order of some bits of their hashes: `bits`, their keys, and their rows."""

    bits: tuple[int, ...]
    keys: NDArray[np.uint32]
    rows: NDArray[np.int32]


def _tables(plain: Hashes, wanted: NDArray[np.bool_]) -> list[_Table]:
    rng = np.random.default_rng(derive_seed("near-duplicates", "bits"))
    rows, n_bits, found = np.flatnonzero(wanted), int(np.ceil(np.log2(len(plain)))), []
    for _ in range(TABLES):
        bits = tuple(rng.permutation(64)[:n_bits].tolist())
        keys = _keys(plain[rows], bits)
        order = np.argsort(keys, kind="stable")
        found.append(_Table(bits, keys[order], rows[order].astype(np.int32)))
    return found


def _keys(hashes: Hashes, bits: tuple[int, ...]) -> NDArray[np.uint32]:
    keys = np.zeros(hashes.shape, dtype=np.uint32)
    for place, bit in enumerate(bits):
        keys |= ((hashes >> np.uint64(bit)) & np.uint64(1)).astype(np.uint32) << np.uint32(place)
    return keys


def _of_tables(hashes: Hashes, wanted: NDArray[np.bool_], tables: list[_Table], start: int) -> list[Rows]:
    some, plain = hashes[start : start + _BLOCK], hashes[:, 0]
    asked = np.flatnonzero(wanted[start : start + _BLOCK])
    seen: list[Rows] = []
    for table in tables:
        for kind in some[asked].T:
            keys = _keys(kind, table.bits)
            first, end = (np.searchsorted(table.keys, keys, side=side) for side in ("left", "right"))
            many = np.where(end - first <= CROWD, end - first, 0)
            places = np.repeat(first - (np.cumsum(many) - many), many) + np.arange(many.sum())
            others, of = table.rows[places].astype(np.int64), np.repeat(np.arange(len(asked)), many)
            apart = np.bitwise_count(kind[of] ^ plain[others])
            near = (apart <= NEAR) & (others != start + asked[of])
            seen.append(np.stack([asked[of[near]], others[near], apart[near].astype(np.int64)]))
    which, others, apart = np.concatenate(seen, axis=1)
    order = np.lexsort((others, apart, which))
    pairs = np.stack([which, others], axis=1)[order]
    _, once = np.unique(pairs, axis=0, return_index=True)  # of a pair that is seen twice the nearest
    pairs = pairs[np.sort(once)]
    ends = np.searchsorted(pairs[:, 0], np.arange(len(some) + 1))
    return [np.sort(pairs[first : min(end, first + MOST), 1]) for first, end in pairwise(ends)]
