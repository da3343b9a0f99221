"""The test scores as those that were seen leave them, given the spreads and who is broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.selection.spreads import BROKEN_DROP, BROKEN_SD

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """Public scores, then private ones, t = 2n together, given m scores seen and the spreads, while nobody is broken.

    precision: (m, m) of the scores seen; gains: (t, m), by how much each mean moves with each score seen; within:
    (t, t) covariance that is left; root: (n, n) a root of that of the private scores.
    """

    precision: Array
    gains: Array
    within: Array
    root: Array

    @classmethod
    def of(cls, covariance: Array, seen: NDArray[np.int64]) -> Given:
        """covariance: (3n, 3n) of OOF, public and private scores; seen: places of the scores that are known."""
        n = len(covariance) // 3
        precision: Array = np.asarray(np.linalg.inv(covariance[np.ix_(seen, seen)]), dtype=np.float64)
        cross = covariance[n:, seen]
        gains = cross @ precision
        within = covariance[n:, n:] - gains @ cross.T
        return cls(precision, gains, within, _root(within[n:, n:]))

    def broken(self, observed: Array, places: list[int], who: NDArray[np.int64], unit: float) -> Broken:
        """The same where the public scores at these places of those seen are of broken candidates `who`, (k,).

        Each has lost u ~ N(-drop, sd^2) of both test scores: the losses are told by the scores seen, and the rest is as
        it was once they are known.
        """
        n, k = len(self.root), len(places)
        observed = observed.copy()
        observed[places] += BROKEN_DROP * unit
        falls = np.zeros((2 * n, k))
        falls[who, np.arange(k)] = falls[n + who, np.arange(k)] = 1.0
        beyond = falls - self.gains[:, places]
        told = self.precision[:, places]
        variance = np.linalg.inv(np.eye(k) / (BROKEN_SD * unit) ** 2 + told[places])
        losses = variance @ told.T @ observed
        return Broken(
            mean=self.gains @ observed + beyond @ losses - BROKEN_DROP * unit * falls.sum(axis=1),
            loose=beyond @ np.linalg.cholesky(variance),
            gains=self.gains[n:] + beyond[n:] @ variance @ told.T,
            pull=self.precision @ observed - told @ losses,
        )


@dataclass(frozen=True)
class Broken:
    """The test scores (t,) with some broken: their mean; loose (t, k), whose square is what the losses add to the
    covariance `within`; gains (n, m) of the private scores; pull: (m,) precision times what was seen.
    """

    mean: Array
    loose: Array
    gains: Array
    pull: Array


def _root(covariance: Array) -> Array:
    """A square root (n, n) of a covariance that may be singular."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
