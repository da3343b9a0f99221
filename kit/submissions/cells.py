"""What stands in a file's cells for each kind of target and form: written, read back, and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.forms import Question, cell_names, form_of, probability_of, written_values
from kit.competition.submission import SubmissionFormat
from kit.evidence.metrics import Floats
from kit.evidence.metrics.rankings import first_classes
from kit.evidence.top import Outputs, ranked, whole_rows
from kit.submissions.texts import (
    WHOLE,
    Slip,
    class_codes,
    is_number,
    listed,
    named,
    numbers_in,
    plain,
    probabilities_in,
    spelt_as,
    summing_to_one,
    texts_of,
)


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
class LabelList:
    """The names of a photo's labels, with a separator between them, or the word for none."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    separator: str
    none: str

    def will(self, place: str) -> str:
        return f"the {place} '{self.names[0]}' will hold such as '{self.separator.join(self.values[:2])}'"

    def fits(self, cell: str) -> bool:
        known = set(map(plain, self.values))
        return cell == self.none or all(plain(token) in known for token in cell.split(self.separator))

    def write(self, said: Said) -> list[NDArray]:
        assert said.decided is not None
        values = np.array(self.values, dtype=object)
        texts = [self.separator.join(values[row]) or self.none for row in said.decided.astype(bool)]
        return [np.array(texts, dtype=object)]

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        return Said(decided=self.read_truth(columns, slip))

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        found = np.zeros((len(columns[0]), len(self.values)), dtype=np.int8)
        tokens = [self._tokens(row, cell, slip) for row, cell in enumerate(texts_of(columns[0]))]
        for row, codes in enumerate(listed(tokens, self.values, slip)):
            found[row, codes] = 1
        return found

    def _tokens(self, row: int, text: str, slip: Slip) -> list[str]:
        if text not in ("", self.none):
            return text.split(self.separator)
        if text != self.none:
            slip(row, "there is no label", f"write '{self.none}' where there is none")
        return []


@dataclass(frozen=True)
class Ranking:
    """The names of the most probable classes or labels, the first before the others."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    separator: str
    top: int
    of_labels: bool
    none: str
    kept: int | None = None
    """How many of a photo's classes predictions keep, where not all."""

    def will(self, place: str) -> str:
        return f"the {place} '{self.names[0]}' will hold {self.top} names, such as '{self._example}'"

    @property
    def _example(self) -> str:
        return self.separator.join(self.values[: min(self.top, 2)]) + (" ..." if self.top > 2 else "")

    def fits(self, cell: str) -> bool:
        known, tokens = set(map(plain, self.values)), cell.split(self.separator)
        return len(tokens) <= self.top and all(plain(token) in known for token in tokens)

    def write(self, said: Said) -> list[NDArray]:
        assert said.values is not None
        values = np.array(self.values, dtype=object)
        order = first_classes(said.values, self.top)
        return [np.array([self.separator.join(row) for row in values[order]], dtype=object)]

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        tokens, named = [cell.split(self.separator) for cell in texts_of(columns[0])], []
        for row, codes in enumerate(listed(tokens, self.values, slip)):
            if len(codes) > self.top:
                slip(row, f"there are {len(codes)} names", f"write {self.top} at most")
            named.append(codes)
        return Said(ranked(named, self.top, len(self.values), self.kept))

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        if self.of_labels:
            return LabelList(self.names, self.values, self.separator, self.none).read_truth(columns, slip)
        return class_codes(columns[0], self.values, slip)


@dataclass(frozen=True)
class RankedColumns:
    """The names of the most probable classes or labels, each in the column of its place.

    Held-back answers have no places: they are a column of classes, or of labels one for each.
    """

    names: tuple[str, ...]
    values: tuple[str, ...]
    kept: int | None = None
    """How many of a photo's classes predictions keep, where not all."""

    def will(self, place: str) -> str:
        first, second = self.values[:2]
        return f"the {place}s '{self.names[0]}', '{self.names[1]}' ... will hold such as '{first}', '{second}' ..."

    def fits(self, cell: str) -> bool:
        return plain(cell) in set(map(plain, self.values))

    def write(self, said: Said) -> list[NDArray]:
        assert said.values is not None
        return list(np.array(self.values, dtype=object)[first_classes(said.values, len(self.names))].T)

    def read(self, columns: Sequence[pd.Series], slip: Slip) -> Said:
        rows = zip(*map(texts_of, columns), strict=True)
        named = list(listed([[cell for cell in row if cell] for row in rows], self.values, slip))
        none = next((row for row, codes in enumerate(named) if not len(codes)), None)
        if none is not None:
            slip(none, "no class is named", f"name one in '{self.names[0]}'")
        return Said(ranked(named, len(self.names), len(self.values), self.kept))

    def read_truth(self, columns: Sequence[pd.Series], slip: Slip) -> NDArray:
        return class_codes(columns[0], self.values, slip)


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
