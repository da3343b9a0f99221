"""The scale on which scores of one metric may be added and averaged: higher is better, and no end is ever reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kit.evidence.metrics import Metric

Array = NDArray[np.float64]
Some = TypeVar("Some", float, Array)

EDGE = 1e-6
"""Part of the range next to an end that counts as the end, where nothing is known of how many rows a score has."""
LONE_EDGE = 1e-12
"""The same where a range has one end, in the metric's own units: a loss may have any, and 0 alone is no logarithm."""


@dataclass(frozen=True)
class Scale:
    """A metric's range and direction. Inside it scores are logits; log where one end is open; as they are without ends.

    Noise that depends on the score (less of it near the top, more of it in a large loss) is alike everywhere there.
    """

    low: float = -np.inf
    high: float = np.inf
    higher_is_better: bool = True

    @classmethod
    def of(cls, metric: Metric) -> Scale:
        return cls(*metric.score_range, higher_is_better=metric.higher_is_better)

    @property
    def sign(self) -> int:
        """1 where higher is better, else -1."""
        return 1 if self.higher_is_better else -1

    def inner(self, score: Array, edge: float = EDGE) -> Array:
        """Scores in the metric's units as values of which higher is better; nan stays nan."""
        below, above = self._sides(score, edge)
        if below is not None and above is not None:
            raw = np.log(below) - np.log(above)
        elif below is not None:
            raw = np.log(below)
        else:
            raw = score if above is None else -np.log(above)
        return self.sign * raw

    def slope(self, score: Array, edge: float = EDGE) -> Array:
        """How far the inner value moves for one unit of score, sign left out."""
        below, above = self._sides(score, edge)
        ends = [1 / side for side in (below, above) if side is not None]
        return np.asarray(sum(ends)) if ends else np.ones_like(score)

    def outer(self, value: Array) -> Array:
        """Inner values as scores in the metric's units."""
        raw = self.sign * value
        if np.isfinite(self.low) and np.isfinite(self.high):
            return np.asarray(self.low + (self.high - self.low) * expit(raw))
        if np.isfinite(self.low):
            return np.asarray(self.low + np.exp(raw))
        return np.asarray(self.high - np.exp(-raw)) if np.isfinite(self.high) else raw

    def _sides(self, score: Array, edge: float) -> tuple[Array | None, Array | None]:
        """Distance to the lower and to the upper end, never below the edge; None where there is no end."""
        least = edge * (self.high - self.low) if np.isfinite(self.high - self.low) else LONE_EDGE
        below = np.maximum(score - self.low, least) if np.isfinite(self.low) else None
        above = np.maximum(self.high - score, least) if np.isfinite(self.high) else None
        return below, above
