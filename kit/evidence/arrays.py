"""What all of evidence is written with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]

MANY_CLASSES = 200
"""Beyond so many classes nothing is told class by class: no table of a thousand lines is read."""


def divide(above: Floats, below: Floats, undefined: float) -> Floats:
    """above / below, and `undefined` where below is 0."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.full(above.shape, undefined), where=below != 0)
