"""Shares of several classes for each photo: votes of people, or soft labels."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from kit.errors import KitError
from kit.targets.base import Activation, BaseTask
from kit.targets.cells import LINE, finite
from kit.targets.classes import check_columns, check_names, not_shares, with_text
from kit.targets.counted import Counted


class SharesTask(BaseTask):
    """Shares of the classes for each photo; a truth is (n_rows, n_classes) float64, rows summing to one."""

    activation: ClassVar[Activation] = "softmax"
    kind: Literal["shares"]
    classes: tuple[str, ...] = Field(min_length=2)
    """The names of the classes. Without `columns` they are the columns of votes or shares themselves."""
    columns: tuple[str, ...] | None = None
    """For each class a column of votes or shares, where the columns have other names."""

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, content: object) -> object:
        return with_text(content)

    @model_validator(mode="after")
    def _consistent(self) -> SharesTask:
        check_names(self.classes)
        if self.columns is not None:
            check_columns(self.columns, self.classes)
        return self

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.classes

    @property
    def truth_columns(self) -> int:
        return len(self.classes)

    @property
    def columns_read(self) -> tuple[str, ...]:
        return self.columns or self.classes

    @property
    def definition(self) -> Any:
        return {"kind": self.kind, "classes": list(self.classes)}

    def cells(self, raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
        votes = finite(raw, column, name, where)
        if (votes < 0).any():
            row = int(np.flatnonzero(votes < 0)[0])
            told = f"line {raw[LINE].iloc[row]}: '{column}' is {votes[row]:g}, and votes and shares are 0 or more"
            raise KitError(told, where=where, todo="mend it")
        return votes

    def encode(self, raw: pd.DataFrame, name: str, where: object) -> np.ndarray:
        votes = self.side_by_side(raw, name, where)
        total = votes.sum(axis=1, keepdims=True)
        if (total <= 0).any():
            row = int(np.flatnonzero(total <= 0)[0])
            told = f"line {raw[LINE].iloc[row]}: all columns of the task '{name}' are 0"
            raise KitError(told, where=where, todo="complete it, or remove that line")
        return votes / total

    def strata(self, truth: np.ndarray) -> np.ndarray:
        """The class with the largest share."""
        return truth.argmax(axis=1)

    def counted(self, truth: np.ndarray) -> Counted:
        return Counted.of_shares(truth, self.classes)

    def taught(self, truth: np.ndarray) -> np.ndarray:
        return truth.astype(np.float32)

    def loss(self, truth: np.ndarray, values: np.ndarray) -> float:
        """The mean cross-entropy."""
        return float(-(truth * np.log(np.clip(values, 1e-12, 1))).sum(axis=1).mean())

    @classmethod
    def said(cls, values: np.ndarray) -> np.ndarray:
        """The shares themselves."""
        return values

    def named(self, truth: np.ndarray) -> np.ndarray:
        """The class with the largest share, and that share."""
        largest = truth.argmax(axis=1)
        told = [f"{self.classes[place]} {row[place]:.2f}" for place, row in zip(largest, truth, strict=True)]
        return np.array(told, dtype=object)

    @classmethod
    def wrong(cls, values: np.ndarray) -> np.ndarray:
        """Rows that are negative, not finite, or do not sum to one."""
        return not_shares(values)

    def certainty(self, votes: np.ndarray) -> np.ndarray:
        """How far teachers agree: 1 less half their mean distance from their mean. One teacher agrees with itself."""
        return (1 - np.abs(votes - votes.mean(axis=0)).sum(axis=2).mean(axis=0) / 2).clip(0, 1)
