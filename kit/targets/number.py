"""A number for each photo."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from kit.errors import KitError
from kit.schema import Cell
from kit.targets.base import Activation, BaseTask
from kit.targets.cells import LINE, divided, finite
from kit.targets.counted import Counted
from kit.targets.strata import quantile_edges


class NumberTask(BaseTask):
    """A number for each photo; a truth is (n_rows,) float64."""

    activation: ClassVar[Activation] = "identity"
    kind: Literal["number"]
    column: Cell
    """The train table's column that holds the number."""
    range: tuple[float, float] | None = None
    """The lowest and the highest number that there can be: answers are kept inside it, and labels outside are refused.
    """

    @model_validator(mode="after")
    def _consistent(self) -> NumberTask:
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"'range' must rise: {list(self.range)}")
        return self

    @property
    def outputs(self) -> tuple[str, ...]:
        return ("value",)

    @property
    def columns_read(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def definition(self) -> Any:
        return {"kind": self.kind}

    def cells(self, raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
        values = finite(raw, column, name, where)
        if self.range is not None and ((values < self.range[0]) | (values > self.range[1])).any():
            low, high = self.range
            row = int(np.flatnonzero((values < low) | (values > high))[0])
            raise KitError(
                f"line {raw[LINE].iloc[row]}: '{column}' is {values[row]:g}, outside the range {low:g} to {high:g}"
                f" of the task '{name}'",
                where=where,
                todo="mend it, or the 'range'",
            )
        return values

    def encode(self, raw: pd.DataFrame, name: str, where: object) -> np.ndarray:
        return self.cells(raw, self.column, name, where)

    def strata(self, truth: np.ndarray) -> np.ndarray:
        """Bins of about equally many rows."""
        return divided(truth, quantile_edges(truth))  # type: ignore[arg-type]

    def counted(self, truth: np.ndarray) -> Counted:
        edges = quantile_edges(truth)
        names = [f"below {edges[0]:g}"] if len(edges) else ["all"]
        names += [f"{low:g} to {high:g}" for low, high in zip(edges, [*edges[1:], truth.max()], strict=True)]
        return Counted.of_codes(self.strata(truth), tuple(names))

    def taught(self, truth: np.ndarray) -> np.ndarray:
        return truth.astype(np.float32)[:, None]

    def loss(self, truth: np.ndarray, values: np.ndarray) -> float:
        """The mean squared error."""
        return float(((values[:, 0] - truth) ** 2).mean())

    @classmethod
    def said(cls, values: np.ndarray) -> np.ndarray:
        """The numbers themselves."""
        return values[:, 0].astype(float)

    def named(self, truth: np.ndarray) -> np.ndarray:
        return np.array([f"{value:g}" for value in truth], dtype=object)

    @classmethod
    def wrong(cls, values: np.ndarray) -> np.ndarray:
        """Rows that are not finite."""
        return ~np.isfinite(values).all(axis=1)

    def certainty(self, votes: np.ndarray) -> np.ndarray:
        """How far teachers agree: 1 / (1 + their variance on the row as a share of the variance over rows).

        One teacher agrees with itself: all rows have 1.
        """
        among, over = votes[..., 0].var(axis=0), votes[..., 0].mean(axis=0).var()
        return 1 / (1 + among / over) if over > 0 else np.ones(votes.shape[1])
