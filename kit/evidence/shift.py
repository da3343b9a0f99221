"""Whether test photos are otherwise than train photos in one property, judged against halves of the train groups.

Photos of a group are alike, so that many photos of few groups differ from others by chance alone. How far apart chance
puts two sides is therefore measured: between random halves of the train groups, scaled to as many groups as there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import Classes, Floats

HALVES = 40
"""Random halves of the train groups that tell what chance does."""
SIGMAS = 5.3
"""Standard deviations above their mean beyond which no chance of one property in some ten thousand goes: of the
difference of two shares 4 standard errors, of the distance of Kolmogorov and Smirnov 2.3 (their p below 1e-4)."""
FEWEST = 4
"""Train groups with fewer of which nothing can be told."""


@dataclass(frozen=True)
class Shift:
    """How far apart two sides are, from 0 to 1, and what chance reaches; None where too few groups tell."""

    distance: float
    chance: float | None

    def beyond(self, smallest: float) -> bool:
        """Whether it is beyond chance, and not too small to matter."""
        return self.chance is not None and self.distance > self.chance and self.distance >= smallest


def number_shift(train: Floats, groups: Classes, test: Floats, test_groups: float, rng: np.random.Generator) -> Shift:
    """The largest difference of the shares of both sides below any value (Kolmogorov and Smirnov's distance).

    train (n,), groups (n,) from 0, test (m,); test_groups: how many groups the test photos are thought to be of.
    """
    values, codes = np.unique(np.concatenate([train, test]), return_inverse=True)
    return _shift(codes[: len(train)], groups, codes[len(train) :], len(values), test_groups, rng, ordered=True)


def word_shift(train: NDArray, groups: Classes, test: NDArray, test_groups: float, rng: np.random.Generator) -> Shift:
    """Half the sum of the differences of the shares that each word has on both sides (total variation)."""
    words, codes = np.unique(np.concatenate([train, test]).astype(str), return_inverse=True)
    return _shift(codes[: len(train)], groups, codes[len(train) :], len(words), test_groups, rng, ordered=False)


def _shift(
    train: Classes,
    groups: Classes,
    test: Classes,
    n: int,
    test_groups: float,
    rng: np.random.Generator,
    *,
    ordered: bool,
) -> Shift:
    found = _distance(np.bincount(train, minlength=n), np.bincount(test, minlength=n), ordered)
    n_groups = int(groups.max()) + 1
    if n_groups < FEWEST:
        return Shift(found, None)
    halves = []
    for _ in range(HALVES):
        is_first = (rng.permutation(n_groups) < n_groups // 2)[groups]
        first, second = (np.bincount(train[some], minlength=n) for some in (is_first, ~is_first))
        halves.append(_distance(first, second, ordered))
    wider = np.sqrt((1 / n_groups + 1 / max(1.0, test_groups)) / (4 / n_groups))
    return Shift(found, float(wider * (np.mean(halves) + SIGMAS * np.std(halves))))


def _distance(first: Classes, second: Classes, ordered: bool) -> float:
    apart = first / first.sum() - second / second.sum()
    return float(np.abs(np.cumsum(apart)).max() if ordered else np.abs(apart).sum() / 2)
