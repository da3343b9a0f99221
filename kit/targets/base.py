"""What every kind of target can say: how it is read, balanced, taught, checked, decided and shown."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from kit.evidence.top import Outputs
from kit.schema import Frozen
from kit.targets.counted import Counted

Activation = Literal["softmax", "sigmoid", "identity"]
"""What makes the numbers of a model's last layer predictions."""

TOLERANCE = 1e-3
"""How far probabilities may be from a sum of one, or beyond 0 and 1 (float16 noise of a GPU is below it)."""


class BaseTask(Frozen):
    """One thing to predict of a photo.

    A truth is an array of a row for each photo; predictions are (n_rows, n_outputs) float, whatever the kind.
    """

    activation: ClassVar[Activation]
    kind: str
    """What is asked of a photo."""

    metric: str | None = None
    """How this task is scored, where `target` is `separate`; without it by the competition's metric."""
    weight: float = Field(1.0, ge=0)
    """How much this task's score counts in the mean of tasks, where `target` is `separate`. With 0 it is learnt beside
    the others, and neither scored nor sent.
    """

    @property
    @abstractmethod
    def outputs(self) -> tuple[str, ...]:
        """The names of the columns of predictions."""

    @property
    def kept(self) -> int | None:
        """How many of a photo's outputs, the most probable ones, predictions keep; None where they keep all."""
        return None

    @property
    def truth_columns(self) -> int:
        """How many numbers the truth of a photo is."""
        return 1

    @property
    @abstractmethod
    def columns_read(self) -> tuple[str, ...]:
        """The columns of the train table that it reads."""

    @property
    @abstractmethod
    def definition(self) -> Any:
        """What predictions of this task mean, for the data fingerprint."""

    @abstractmethod
    def cells(self, raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
        """What one of its columns says, a row for each of the table's; KitError with the line of a cell that is wrong.

        name: the task's; where: the table.
        """

    @abstractmethod
    def encode(self, raw: pd.DataFrame, name: str, where: object) -> np.ndarray:
        """The truth of every row of the train table; KitError with the line of a row that is wrong."""

    def side_by_side(self, raw: pd.DataFrame, name: str, where: object) -> np.ndarray:
        """What its columns say, (n_rows, n_columns)."""
        return np.stack([self.cells(raw, column, name, where) for column in self.columns_read], axis=1)

    @abstractmethod
    def strata(self, truth: np.ndarray) -> np.ndarray:
        """(n_rows,) int64 from 0: rows that folds should share out evenly have a number in common."""

    def shared_out(self, truth: np.ndarray) -> np.ndarray:
        """The strata, or whatever folds should share out of them, as (n_rows, n_things) of 0 and 1."""
        strata = self.strata(truth)
        return np.eye(int(strata.max(initial=0)) + 1, dtype=np.int8)[strata]

    @abstractmethod
    def counted(self, truth: np.ndarray) -> Counted:
        """What a table of rows by fold counts."""

    @abstractmethod
    def taught(self, truth: np.ndarray) -> np.ndarray:
        """What a learner is taught, (n_rows, n_outputs) float32."""

    @abstractmethod
    def loss(self, truth: np.ndarray, values: Outputs) -> float:
        """How far predictions (n_rows, n_outputs) are from the truth, as a learning curve shows it."""

    @classmethod
    @abstractmethod
    def said(cls, values: Outputs) -> np.ndarray:
        """The plain answers of predictions, in the shape of a truth: no metric, no rule, nothing fitted."""

    @abstractmethod
    def named(self, truth: np.ndarray) -> np.ndarray:
        """Truths or answers as a person reads them, (n_rows,) object."""

    @classmethod
    @abstractmethod
    def wrong(cls, values: Outputs) -> np.ndarray:
        """(n_rows,) bool: which rows of predictions cannot be such predictions."""

    @abstractmethod
    def certainty(self, votes: np.ndarray) -> np.ndarray:
        """How sure teachers are of each row, (n_rows,) from 0 to 1; votes: (n_teachers, n_rows, n_outputs)."""
