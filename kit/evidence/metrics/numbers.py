"""Metrics of numbers: how far the said ones are from the true ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kit.evidence.arrays import Floats, divide
from kit.evidence.metrics.base import Metric
from kit.evidence.metrics.classes import share
from kit.evidence.metrics.truth import NUMBER
from kit.evidence.sums import Block


def tally_squares(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[squared error | truth about a middle | its square | rows]."""
    off = (truth - truth.mean())[:, None]  # the spread of what lies far from 0 would be lost in rounding
    return (truth - predicted)[:, None] ** 2, off, off**2, np.ones_like(off)


def rmse_parts(squares: Floats, off: Floats, off_squares: Floats, rows: Floats) -> Floats:
    """The root of the mean squared error."""
    return np.sqrt(divide(squares, rows, undefined=np.nan))


def r2_parts(squares: Floats, off: Floats, off_squares: Floats, rows: Floats) -> Floats:
    """Minus the squared error over that of the mean truth; not defined where all truths are equal."""
    around_mean = off_squares - divide(off**2, rows, undefined=np.nan)
    equal = around_mean <= 1e-12 * off_squares
    return -divide(squares, np.where(equal, 0.0, around_mean), undefined=np.nan)


def tally_distance(truth: NDArray, predicted: NDArray, n_outputs: int) -> tuple[Block, ...]:
    """[absolute error | rows]."""
    return np.abs(truth - predicted)[:, None], np.ones((len(truth), 1), dtype=np.int64)


METRICS = (
    Metric("rmse", False, "numbers", (NUMBER,), tally=tally_squares, sum_parts=rmse_parts, score_range=(0.0, np.inf)),
    Metric("mae", False, "numbers", (NUMBER,), tally=tally_distance, ratio=share, score_range=(0.0, np.inf)),
    Metric(
        "r2",
        True,
        "numbers",
        (NUMBER,),
        constant=1.0,
        tally=tally_squares,
        sum_parts=r2_parts,
        score_range=(-np.inf, 1.0),
    ),
)
