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


def sums_to_one(cells: Sequence[str]) -> bool:
    return abs(sum(map(float, cells)) - 1) < 1e-5


SURE = number(0, 1)


def _floats(rows: Rows, truth: Truth, column: str) -> NDArray[np.float64]:
    return np.array([float(rows[key][column]) for key in truth])


def _texts(rows: Rows, truth: Truth, column: str) -> list[str]:
    return [rows[key][column] for key in truth]


def _table(rows: Rows, truth: Truth, columns: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[float(rows[key][name]) for name in columns] for key in truth])


def auc(column: str, positive: str = "1") -> Host:
    """The area under the ROC curve of one column."""

    def score(rows: Rows, truth: Truth) -> float:
        return float(sk.roc_auc_score([said == positive for said in truth.values()], _floats(rows, truth, column)))

    return Host(score, SURE)


def log_loss_of(column: str, positive: str = "1") -> Host:
    """The log loss of the probability in one column."""

    def score(rows: Rows, truth: Truth) -> float:
        given = _floats(rows, truth, column)
        return float(sk.log_loss([said == positive for said in truth.values()], given, labels=[False, True]))

    return Host(score, SURE, best=0.0)


def log_loss(columns: Sequence[str]) -> Host:
    """The log loss of a column for each class, rows divided by their sum."""

    def score(rows: Rows, truth: Truth) -> float:
        given = _table(rows, truth, columns)
        true = [columns.index(name) for name in truth.values()]
        return float(sk.log_loss(true, given / given.sum(axis=1, keepdims=True), labels=range(len(columns))))

    return Host(score, SURE, best=0.0)


def mean_auc(columns: Sequence[str]) -> Host:
    """The mean of the areas of the columns."""

    def score(rows: Rows, truth: Truth) -> float:
        true = np.array([[name in _tuple(said) for name in columns] for said in truth.values()])
        return float(sk.roc_auc_score(true, _table(rows, truth, columns), average="macro"))

    return Host(score, SURE)


def _tuple(said: Any) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (said,)


def accuracy(column: str, classes: Sequence[str]) -> Host:
    return Host(lambda rows, truth: _share_right(_texts(rows, truth, column), truth), names(classes))


def _share_right(said: Sequence[str], truth: Truth) -> float:
    return float(np.mean([one == true for one, true in zip(said, truth.values(), strict=True)]))


def f1(column: str, classes: Sequence[str], average: str) -> Host:
    """F1 of one class a row, macro or micro."""

    def score(rows: Rows, truth: Truth) -> float:
        return float(sk.f1_score(list(truth.values()), _texts(rows, truth, column), average=average, zero_division=0))

    return Host(score, names(classes))


def qwk(column: str, grades: Sequence[str]) -> Host:
    """Cohen's kappa of the grades, weighed by the square of their distance."""

    def score(rows: Rows, truth: Truth) -> float:
        said = [int(cell) for cell in _texts(rows, truth, column)]
        return float(sk.cohen_kappa_score(list(map(int, truth.values())), said, weights="quadratic"))

    return Host(score, names(grades))


def first_five(column: str, classes: Sequence[str]) -> Host:
    """MAP@5 of a list of up to five classes, one of which is right: the mean of 1 / its place."""

    def score(rows: Rows, truth: Truth) -> float:
        lists = [cell.split(" ")[:5] for cell in _texts(rows, truth, column)]
        places = [said.index(true) + 1 if true in said else np.inf for said, true in zip(lists, truth.values(), strict=True)]
        return float(np.mean([1 / place for place in places]))

    return Host(score, names(classes, most=5))


def first_error(column: str, classes: Sequence[str]) -> Host:
    """How often the first of a list is wrong (iNaturalist 2019)."""

    def score(rows: Rows, truth: Truth) -> float:
        return 1 - _share_right([cell.split(" ")[0] for cell in _texts(rows, truth, column)], truth)

    return Host(score, names(classes, most=5), best=0.0)


def label_f(column: str, classes: Sequence[str], average: str, beta: float = 1.0) -> Host:
    """F-beta of texts of labels: of all pairs together (micro), or the mean of each row's (samples)."""

    def flags(lists: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        return np.array([[name in words for name in classes] for words in lists])

    def score(rows: Rows, truth: Truth) -> float:
        said = flags([cell.split(" ") if cell else [] for cell in _texts(rows, truth, column)])
        true = flags(list(truth.values()))
        return float(sk.fbeta_score(true, said, beta=beta, average=average, zero_division=0))

    listed = names(classes, most=len(classes))
    return Host(score, lambda cell: cell == "" or listed(cell))


def rmse(column: str, low: float, high: float) -> Host:
    def score(rows: Rows, truth: Truth) -> float:
        return float(np.sqrt(sk.mean_squared_error(list(truth.values()), _floats(rows, truth, column))))

    return Host(score, number(low, high), best=0.0)


def weighted_auc(column: str, positive: str) -> Host:
    """ALASKA2's area: the part of the curve below a true-positive rate of 0.4 counts twice.

    As the host does: each band is the area under the curve that is cut off below and above, over all bands' weights.
    """

    def score(rows: Rows, truth: Truth) -> float:
        true = [said == positive for said in truth.values()]
        fpr, tpr, _ = sk.roc_curve(true, _floats(rows, truth, column), drop_intermediate=False)
        whole = 0.0
        for low, high, weight in ((0.0, 0.4, 2), (0.4, 1.0, 1)):
            # where the curve crosses a bound it gets a point there: both rates between two points are straight
            cuts = np.unique(np.concatenate([tpr, [low, high]]))
            left = np.array([_at(fpr, tpr, cut, "right") for cut in cuts])
            right = np.array([_at(fpr, tpr, cut, "left") for cut in cuts])
            for place in range(len(cuts) - 1):
                if low <= cuts[place] and cuts[place + 1] <= high:
                    middle = (left[place] + right[place + 1]) / 2
                    whole += weight * (cuts[place + 1] - cuts[place]) * (1 - middle)
        return whole / (2 * 0.4 + 1 * 0.6)

    return Host(score, number(-np.inf, np.inf))


def _at(fpr: NDArray[np.float64], tpr: NDArray[np.float64], height: float, side: str) -> float:
    """The false-positive rate where the curve reaches a height, or (right) where it leaves it."""
    same = np.flatnonzero(tpr == height)
    if len(same):
        return float(fpr[same[0] if side == "left" else same[-1]])
    above = int(np.searchsorted(tpr, height))
    share = (height - tpr[above - 1]) / (tpr[above] - tpr[above - 1])
    return float(fpr[above - 1] + share * (fpr[above] - fpr[above - 1]))


def probabilistic_f1(column: str, positive: str = "1") -> Host:
    """RSNA 2023's F1 with probabilities in the place of decisions."""

    def score(rows: Rows, truth: Truth) -> float:
        given, true = _floats(rows, truth, column), np.array([said == positive for said in truth.values()])
        precision, recall = given[true].sum() / given.sum(), given[true].sum() / true.sum()
        return float(2 * precision * recall / (precision + recall)) if precision + recall > 0 else 0.0

    return Host(score, SURE)


def recall_of_parts(weights: Mapping[str, float], classes: Mapping[str, Sequence[str]], pattern: str) -> Host:
    """Bengali.AI's mean of each part's mean recall; a row is called as the pattern of {id} and {part} says."""

    def score(rows: Rows, truth: Truth) -> float:
        scores = []
        for part in weights:
            said = [rows[pattern.format(id=key, part=part)]["target"] for key in truth]
            scores.append(sk.recall_score([true[part] for true in truth.values()], said, average="macro"))
        return float(np.average(scores, weights=list(weights.values())))

    return Host(score, names([name for part in classes.values() for name in part]))


def spine_loss(pattern: str, labels: Sequence[str]) -> Host:
    """RSNA 2022's loss: of each scan the mean of its labels' log losses, the first by 7, what is there by twice."""

    def score(rows: Rows, truth: Truth) -> float:
        losses = []
        for key, true in truth.items():
            weights, parts = [], []
            for place, name in enumerate(labels):
                said = float(np.clip(float(rows[pattern.format(id=key, part=name)]["fractured"]), 1e-15, 1 - 1e-15))
                weights.append((7 if place == 0 else 1) * (2 if name in true else 1))
                parts.append(-np.log(said if name in true else 1 - said))
            losses.append(np.average(parts, weights=weights))
        return float(np.mean(losses))

    return Host(score, SURE, best=0.0)


def divergence(columns: Sequence[str]) -> Host:
    """Kullback and Leibler's divergence of the said shares from the true ones; rows have to sum to one."""

    def score(rows: Rows, truth: Truth) -> float:
        said = _table(rows, truth, columns).clip(1e-15, 1 - 1e-15)
        votes = np.array(list(truth.values()), dtype=float)
        true = votes / votes.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(true > 0, true * np.log(true / said), 0.0)
        return float(parts.sum(axis=1).mean())

    return Host(score, SURE, best=0.0, row=sums_to_one)
