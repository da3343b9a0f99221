"""A metric that somebody wrote as a function of their own: called with care, its mistakes told by file and line."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from kit.errors import KitError, one_line

Plain = Callable[[NDArray[np.int64], NDArray], float]
"""(truth (n_rows,), predicted as the metric needs it) -> the score of these rows; nan where it is not defined."""


def guarded(name: str, function: Plain) -> Plain:
    """The same function, of which anything wrong is one KitError that names its file and line."""
    if not callable(function):
        raise KitError(f"the metric '{name}' is {function!r}, not a function of (truth, predicted)")
    code = getattr(inspect.unwrap(function), "__code__", None)
    file, first_line = (code.co_filename, code.co_firstlineno) if code is not None else (f"metric '{name}'", 0)
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        raise KitError(
            f"the metric '{name}' cannot be called with (truth, predicted)",
            where=f"{file}:{first_line}",
            todo=f"write 'def {name}(truth, predicted)'",
        ) from None

    def score(truth: NDArray[np.int64], predicted: NDArray) -> float:
        try:
            value = function(truth, predicted)
        except Exception as error:
            lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
            raise KitError(
                f"the metric '{name}' raises {type(error).__name__} ({one_line(error)})",
                where=f"{file}:{lines[-1] if lines else first_line}",
                todo="mend it; where a score is not defined, return nan",
            ) from error
        if not isinstance(value, Real):
            raise KitError(
                f"the metric '{name}' returns {type(value).__name__}, not a number",
                where=f"{file}:{first_line}",
                todo="return a float",
            )
        return float(value)

    return score
