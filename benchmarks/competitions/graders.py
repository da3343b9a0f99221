"""Hosts: what each takes, and how it scores, by scikit-learn or the numpy of its own description; none knows of kit.

Scores are functions of the rows of a file, {id: {column: cell}}, and of the truth, {id: what is so}: a class by its
name, labels as a tuple of names, a number, shares as a tuple, the classes of several tasks as a mapping.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sk

Rows = Mapping[str, Mapping[str, str]]
Truth = Mapping[str, Any]
Score = Callable[[Rows, Truth], float]


@dataclass(frozen=True)
class Host:
    """How a host scores the cells of a file, and which cells it takes."""

    score: Score
    cell: Callable[[str], bool]
    best: float = 1.0
    """The score of a file that says what is so."""
    row: Callable[[Sequence[str]], bool] = bool
    """Whether the answers of a row go together."""

    def takes(self, sent: Path, sample: Path) -> str | None:
        """What is wrong with a file by the host's own rules; None where nothing is."""
        content = sent.read_bytes()
        if content.startswith(b"\xef\xbb\xbf") or b"\r" in content or not content.endswith(b"\n"):
            return "bytes that are no plain csv"
        (header, *rows), (wanted, *shown) = (_lines(path) for path in (sent, sample))
        if header != wanted:
            return f"the columns {header}, not {wanted}"
        if [row[0] for row in rows] != [row[0] for row in shown]:
            return "other ids than the sample's, or in another order"
        for row in rows:
            if len(row) != len(header) or not all(map(self.cell, row[1:])) or not self.row(row[1:]):
                return f"the row {row}"
        return None


def header_of(path: Path) -> list[str]:
    """The columns of a file."""
    return _lines(path)[0]


def rows_of(path: Path) -> Rows:
    """The rows of a file by the id in their first column."""
    header, *lines = _lines(path)
    return {line[0]: dict(zip(header[1:], line[1:], strict=True)) for line in lines}


def _lines(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def number(low: float, high: float) -> Callable[[str], bool]:
    """Whether a cell is a number from `low` to `high`."""

    def fits(cell: str) -> bool:
        try:
            return low <= float(cell) <= high
        except ValueError:
            return False

    return fits


def names(classes: Sequence[str], most: int | None = None, separator: str = " ") -> Callable[[str], bool]:
    """Whether a cell is one of the classes; with `most` up to so many of them, each once."""

    def fits(cell: str) -> bool:
        words = [cell] if most is None else cell.split(separator)
        return set(words) <= set(classes) and len(set(words)) == len(words) <= (most or 1)

    return fits


SURE = number(0, 1)


def floats_of(rows: Rows, truth: Truth, column: str) -> NDArray[np.float64]:
    return np.array([float(rows[key][column]) for key in truth])


def texts_of(rows: Rows, truth: Truth, column: str) -> list[str]:
    return [rows[key][column] for key in truth]


def table_of(rows: Rows, truth: Truth, columns: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[float(rows[key][name]) for name in columns] for key in truth])


def auc(column: str, positive: str = "1") -> Host:
    """The area under the ROC curve of one column."""

    def score(rows: Rows, truth: Truth) -> float:
        return float(sk.roc_auc_score([said == positive for said in truth.values()], floats_of(rows, truth, column)))

    return Host(score, SURE)


def log_loss_of(column: str, positive: str = "1") -> Host:
    """The log loss of the probability in one column."""

    def score(rows: Rows, truth: Truth) -> float:
        given = floats_of(rows, truth, column)
        return float(sk.log_loss([said == positive for said in truth.values()], given, labels=[False, True]))

    return Host(score, SURE, best=0.0)


def log_loss(columns: Sequence[str]) -> Host:
    """The log loss of a column for each class, rows divided by their sum."""

    def score(rows: Rows, truth: Truth) -> float:
        given = table_of(rows, truth, columns)
        true = [columns.index(name) for name in truth.values()]
        return float(sk.log_loss(true, given / given.sum(axis=1, keepdims=True), labels=range(len(columns))))

    return Host(score, SURE, best=0.0)


def mean_auc(columns: Sequence[str]) -> Host:
    """The mean of the areas of the columns."""

    def score(rows: Rows, truth: Truth) -> float:
        true = np.array([[name in _tuple(said) for name in columns] for said in truth.values()])
        return float(sk.roc_auc_score(true, table_of(rows, truth, columns), average="macro"))

    return Host(score, SURE)


def _tuple(said: Any) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said,)


def accuracy(column: str, classes: Sequence[str]) -> Host:
    return Host(lambda rows, truth: _share_right(texts_of(rows, truth, column), truth), names(classes))


def _share_right(said: Sequence[str], truth: Truth) -> float:
    return float(np.mean([one == true for one, true in zip(said, truth.values(), strict=True)]))


def f1(column: str, classes: Sequence[str], average: str) -> Host:
    """F1 of one class a row, macro or micro."""

    def score(rows: Rows, truth: Truth) -> float:
        return float(sk.f1_score(list(truth.values()), texts_of(rows, truth, column), average=average, zero_division=0))

    return Host(score, names(classes))


def qwk(column: str, grades: Sequence[str]) -> Host:
    """Cohen's kappa of the grades, weighed by the square of their distance."""

    def score(rows: Rows, truth: Truth) -> float:
        said = [int(cell) for cell in texts_of(rows, truth, column)]
        return float(sk.cohen_kappa_score(list(map(int, truth.values())), said, weights="quadratic"))

    return Host(score, names(grades))


def first_five(column: str, classes: Sequence[str]) -> Host:
    """MAP@5 of a list of up to five classes, one of which is right: the mean of 1 / its place."""

    def score(rows: Rows, truth: Truth) -> float:
        lists = [cell.split(" ")[:5] for cell in texts_of(rows, truth, column)]
        whole = [
            1 / (one.index(true) + 1) if true in one else 0.0 for one, true in zip(lists, truth.values(), strict=True)
        ]
        return float(np.mean(whole))

    return Host(score, names(classes, most=5))


def first_error(column: str, classes: Sequence[str]) -> Host:
    """How often the first of a list is wrong (iNaturalist 2019)."""

    def score(rows: Rows, truth: Truth) -> float:
        return 1 - _share_right([cell.split(" ")[0] for cell in texts_of(rows, truth, column)], truth)

    return Host(score, names(classes, most=5), best=0.0)


def label_f(column: str, classes: Sequence[str], average: str, beta: float = 1.0) -> Host:
    """F-beta of texts of labels: of all pairs together (micro), or the mean of each row's (samples)."""

    def flags(lists: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        return np.array([[name in words for name in classes] for words in lists])

    def score(rows: Rows, truth: Truth) -> float:
        said = flags([cell.split(" ") if cell else [] for cell in texts_of(rows, truth, column)])
        true = flags(list(truth.values()))
        return float(sk.fbeta_score(true, said, beta=beta, average=average, zero_division=0))

    listed = names(classes, most=len(classes))
    return Host(score, lambda cell: cell == "" or listed(cell))


def rmse(column: str) -> Host:
    """The root of the mean squared error."""

    def score(rows: Rows, truth: Truth) -> float:
        return float(np.sqrt(sk.mean_squared_error(list(truth.values()), floats_of(rows, truth, column))))

    return Host(score, number(-np.inf, np.inf), best=0.0)
