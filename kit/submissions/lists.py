"""Cells that name several labels or classes of a photo: lists of labels, and ranked lists in one column or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.evidence.metrics.rankings import first_classes
from kit.evidence.top import ranked
from kit.submissions.said import Said
from kit.submissions.texts import Slip, class_codes, listed, plain, texts_of


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
