"""What stands in a file's cells for each kind of target and form: written, read back, and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.forms import Question, cell_names, form_of, probability_of, written_values
from kit.competition.submission import SubmissionFormat
from kit.evidence.metrics import Floats
from kit.evidence.top import whole_rows
from kit.submissions.lists import LabelList, RankedColumns, Ranking
from kit.submissions.said import Cells, Said
from kit.submissions.texts import (
    WHOLE,
    Slip,
    class_codes,
    is_number,
    named,
    numbers_in,
    plain,
    probabilities_in,
    spelt_as,
    summing_to_one,
)


def cells_of(
    submission: SubmissionFormat, asked: Question, columns: Sequence[str] = (), shown: Sequence[str] = ()
) -> Cells:
    """The cells of a part; whole numbers are spelt as in the columns of a file and the answers it shows."""
    form, values = form_of(submission, asked), written_values(submission, asked)
    names = cell_names(submission, asked)
    if submission.long is None and form == "columns":
        names = spelt_as(names, [name for name in columns if plain(name) in set(map(plain, names))])
    if form == "ranking" and submission.places:
        return RankedColumns(names, spelt_as(values, shown), asked.kept)
    if form in ("list", "ranking"):
        separator = submission.separator or " "
        values = spelt_as(values, [token for cell in shown for token in cell.split(separator)])
        if form == "list":
            return LabelList(names, values, separator, submission.none)
        top, of_labels = submission.top or len(values), asked.kind == "labels"
        return Ranking(names, values, separator, top, of_labels, submission.none, asked.kept)
    if form == "probability":
        return OneProbability(names, values, asked.outputs, probability_of(submission, asked) or 0)
    if form == "class":
        return OneClass(names, spelt_as(values, shown))
    if form == "number":
        return Number(names, asked.metric.needs == "labels")
    return PerOutput(names, values, asked.kind, asked.metric.needs == "labels" and asked.kind != "shares")


@dataclass(frozen=True)
class OneClass:
    """The name of a class."""

    names: tuple[str, ...]
    values: tuple[str, ...]

    def will(self, place: str) -> str:
        return f"the {place} '{self.names[0]}' will hold {named(self.values)}"

    def fits(self, cell: str) -> bool:
        return plain(cell) in set(map(plain, self.values))

    def write(self, said: Said) -> list[NDArray]:
        assert said.decided is not None
        return [np.array(self.values, dtype=object)[said.decided]]

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        return Said(decided=self.read_truth(columns, slip))

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        return class_codes(columns[0], self.values, slip)


@dataclass(frozen=True)
class OneProbability:
    """The probability of one class of two."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    classes: tuple[str, ...]
    place: int

    def will(self, place: str) -> str:
        return f"the {place} '{self.names[0]}' will hold the probability of '{self.classes[self.place]}'"

    def fits(self, cell: str) -> bool:
        return is_number(cell, 0, 1)

    def write(self, said: Said) -> list[NDArray]:
        assert said.values is not None
        return [said.values[:, self.place]]

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        given = probabilities_in(columns[0], slip)
        return Said(np.column_stack([given, 1 - given] if self.place == 0 else [1 - given, given]))

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        return class_codes(columns[0], self.values, slip)


@dataclass(frozen=True)
class PerOutput:
    """A cell for each class or label: its probability or share, or 0 and 1 where the metric scores what was decided."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    kind: str
    decides: bool

    def will(self, place: str) -> str:
        what = "label" if self.kind == "labels" else "class"
        holds = "0 or 1" if self.decides else "its share" if self.kind == "shares" else "its probability"
        return f"each {what}'s {place} will hold {holds}"

    def fits(self, cell: str) -> bool:
        return plain(cell) in ("0", "1") if self.decides else is_number(cell, 0, 1)

    def write(self, said: Said) -> list[NDArray]:
        if not self.decides:
            assert said.values is not None
            return list(whole_rows(said.values).T)
        assert said.decided is not None
        return list(self._chosen(said.decided).T)

    def _chosen(self, decided: NDArray) -> NDArray:
        return decided if self.kind == "labels" else np.eye(len(self.names), dtype=np.int64)[decided]

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        given = np.column_stack([probabilities_in(column, slip) for column in columns])
        if not self.decides:
            return Said(given if self.kind == "labels" else summing_to_one(given))
        return Said(decided=self._decided(given, slip))

    def _decided(self, given: Floats, slip: Slip) -> NDArray:
        odd = np.flatnonzero(~np.isin(given, (0, 1)).all(axis=1))
        if len(odd):
            cell = next(cell for cell in given[odd[0]] if cell not in (0, 1))
            slip(int(odd[0]), f"{cell:g} is neither 0 nor 1", "write 1 for what is said and 0 for the rest")
        if self.kind == "labels":
            return given.astype(np.int8)
        several = np.flatnonzero(given.sum(axis=1) != 1)
        if len(several):
            slip(int(several[0]), f"{given[several[0]].sum():g} classes have a 1", "write 1 for one class")
        return given.argmax(axis=1).astype(np.int64)

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        if self.kind != "shares":
            return self._decided(np.column_stack([probabilities_in(column, slip) for column in columns]), slip)
        votes = np.column_stack([numbers_in(column, slip) for column in columns])
        odd = np.flatnonzero((votes < 0).any(axis=1) | (votes.sum(axis=1) <= 0))
        if len(odd):
            slip(int(odd[0]), "the votes are negative, or there is none", "write votes or shares")
        return votes / votes.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Number:
    """A value; whole where the metric scores decided ones."""

    names: tuple[str, ...]
    whole: bool

    def will(self, place: str) -> str:
        return f"the {place} '{self.names[0]}' will hold {'whole numbers' if self.whole else 'numbers'}"

    def fits(self, cell: str) -> bool:
        return WHOLE.fullmatch(cell) is not None if self.whole else is_number(cell, -np.inf, np.inf)

    def write(self, said: Said) -> list[NDArray]:
        decided = said.decided if said.decided is not None else None if said.values is None else said.values[:, 0]
        assert decided is not None
        whole = self.whole and (decided == np.round(decided)).all()
        return [decided.astype(np.int64) if whole else decided.astype(np.float64)]

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        numbers = self.read_truth(columns, slip)
        return Said(numbers[:, None], numbers)

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        return numbers_in(columns[0], slip)
