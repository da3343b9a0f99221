"""What a file's cells say of answers, and what is asked of each form of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd
from numpy.typing import NDArray

from kit.evidence.top import Outputs
from kit.submissions.texts import Slip


@dataclass(frozen=True)
class Said:
    """What is said of the answers of one part of the target, as far as a file holds it.

    values: (n_answers, n_outputs) probabilities, shares or numbers, or of a ranked list numbers that fall with the
    place, of very many classes as TopProbs; decided: class (n_answers,) int64, labels (n_answers, n_labels) int8,
    number (n_answers,) float64.
    """

    values: Outputs | None = None
    decided: NDArray | None = None


class Cells(Protocol):
    """How one part of the target stands in a file."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns, or its rows of the long form."""

    def will(self, place: str) -> str:
        """What will stand there, for people; place: what holds an answer, a column or a row."""

    def fits(self, cell: str) -> bool:
        """Whether that could stand there."""

    def write(self, said: Said) -> list[NDArray]:
        """One array (n_answers,) for each of the names."""

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        """What the columns say; `slip` is called for a cell that cannot be."""

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        """Held-back answers in the same form, as a truth array of the kind."""
