"""Hosts that know nothing of kit: each reads the csv that was sent and a csv of answers, and scores one by the other.

By scikit-learn where it has the metric, otherwise by a few lines of numpy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import metrics as sk


@dataclass(frozen=True)
class Form:
    """What a host knows of its own files: what stands in the cells of one task."""

    kind: str
    classes: tuple[str, ...] = ()
    """As the files spell them; in a file of columns the names of the columns."""
    column: str | None = None
    """The one column of answers; None where each class has one."""
    positive: str | None = None
    """The class whose probability `column` holds."""
    separator: str | None = None
    none: str = ""
    top: int | None = None
    places: tuple[str, ...] = ()
    """The columns of a ranked list that has one for each place; the answers have `column`, or one for each class."""
    long: Callable[[str, str], tuple[str, ...]] | None = None
    """(id, class) -> what the columns say that name a row of the long form."""
    keys: tuple[str, ...] = ("id",)
    """The columns that name a row."""
    row: Callable[[str], str] = str
    """What the row of an answer is called, where a task has a row."""


def _table(path: Path, form: Form) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert not table.duplicated(list(form.keys)).any(), "a host takes each row once"
    return table


def _cells(table: pd.DataFrame, ids: list[str], form: Form) -> list[str]:
    """The one cell of each answer."""
    return list(table.set_index(form.keys[0]).loc[[form.row(answer) for answer in ids], str(form.column)])


def _matrix(table: pd.DataFrame, ids: list[str], form: Form) -> NDArray[np.float64]:
    """(n_ids, n_classes) numbers of a file that has a cell for each class."""
    if form.long is None:
        return table.set_index(form.keys[0]).loc[ids, list(form.classes)].to_numpy(dtype=float)
    cells = table.set_index(list(form.keys))[str(form.column)]
    keys = [[form.long(answer, name) for name in form.classes] for answer in ids]
    return np.array([[cells.loc[key if len(key) > 1 else key[0]] for key in row] for row in keys], dtype=float)


def _names(cell: str, form: Form) -> list[int]:
    names = [] if cell == form.none else cell.split(form.separator)
    return [form.classes.index(name) for name in names]


def read_truth(answers: Path, form: Form, ids: list[str]) -> NDArray:
    """Class numbers (n,), 0 and 1 of labels (n, n_labels), numbers (n,) or shares (n, n_classes)."""
    table = _table(answers, form)
    if form.long is not None or form.column is None:
        given = _matrix(table, ids, form)
        if form.kind == "shares":
            return given / given.sum(axis=1, keepdims=True)
        return given.argmax(axis=1) if form.kind == "class" else given.astype(int)
    cells = _cells(table, ids, form)
    if form.kind == "number":
        return np.array(cells, dtype=float)
    if form.kind == "class":
        return np.array([form.classes.index(cell) for cell in cells])
    truth = np.zeros((len(ids), len(form.classes)), dtype=int)
    for row, cell in enumerate(cells):
        truth[row, _names(cell, form)] = 1
    return truth


def read_said(sent: Path, form: Form, ids: list[str]) -> NDArray:
    """What a file says: as the truth, or (n, n_classes) numbers, of a ranked list falling with the place."""
    table = _table(sent, form)
    if form.places:
        ranked = table.set_index(form.keys[0]).loc[ids, list(form.places)]
        return _ranked([[cell for cell in row if cell] for row in ranked.to_numpy()], form)
    if form.long is not None or form.column is None:
        return _matrix(table, ids, form)
    cells = _cells(table, ids, form)
    if form.kind == "number":
        return np.array(cells, dtype=float)
    if form.positive is not None:
        given = np.array(cells, dtype=float)
        return np.column_stack([given, 1 - given] if form.positive == form.classes[0] else [1 - given, given])
    if form.top is not None:
        named = [cell.split(form.separator) for cell in cells]
        assert max(map(len, named)) <= form.top
        return _ranked(named, form)
    return read_truth(sent, form, ids)


def _ranked(named: list[list[str]], form: Form) -> NDArray:
    """(n, n_classes) numbers that fall with the place in a list of names."""
    scores = np.zeros((len(named), len(form.classes)))
    for row, names in enumerate(named):
        places = [form.classes.index(name) for name in names]
        assert places and len(set(places)) == len(places)
        scores[row, places] = np.arange(len(form.classes), len(form.classes) - len(places), -1)
    return scores


def grade(metric: str, sent: Path, answers: Path, form: Form, ids: list[str]) -> float:
    """The score of a file by a host, on the answers of these ids."""
    truth, said = read_truth(answers, form, ids), read_said(sent, form, ids)
    return score(metric, form.kind, len(form.classes), truth, said)


def score(metric: str, kind: str, n_classes: int, truth: NDArray, said: NDArray) -> float:
    """The score of what a file says."""
    if kind == "class" and said.ndim == 2 and metric in DECIDED:
        assert np.isin(said, (0, 1)).all() and (said.sum(axis=1) == 1).all()
        said = said.argmax(axis=1)
    if kind == "labels" and metric in DECIDED:
        assert np.isin(said, (0, 1)).all()
    if found := re.fullmatch(r"(map|top)@(\d+)", metric):
        return (_map if found[1] == "map" else _top)(truth, said, int(found[2]))
    if found := re.fullmatch(r"f([\d.]+)(?:_(\w+))?", metric):
        return _f_beta(truth, said, float(found[1]), found[2], n_classes)
    if found := re.fullmatch(r"weighted_log_loss@(.*)", metric):
        weights = np.array([float(weight) for weight in found[1].split(",")])
        return float((_label_losses(truth, said) * weights).sum(axis=1).mean() / weights.sum())
    if found := re.fullmatch(r"weighted_auc(?:@(.*))?", metric):
        numbers = [float(number) for number in (found[1] or "0,2,0.4,1").split(",")]
        return _by_column(truth, said, lambda true, column: _banded(true, column, numbers))
    if found := re.fullmatch(r"partial_auc@(.*)", metric):
        start = float(found[1])
        return _by_column(truth, said, lambda true, column: _area(true, column, start, 1.0))
    return PLAIN[metric](truth, said)


DECIDED = {"accuracy", "balanced_accuracy", "qwk", "f1", "f2"} | {
    f"{f}_{average}" for f in ("f1", "f2", "f0.5") for average in ("macro", "micro", "weighted", "samples")
}


def _f_beta(truth: NDArray, said: NDArray, beta: float, average: str | None, n_classes: int) -> float:
    if average is None and truth.ndim == 1 and n_classes == 2:
        return float(sk.fbeta_score(truth, said, beta=beta, average="binary", zero_division=0))
    if average == "samples" and truth.ndim == 1:
        return float((truth == said).mean())
    present = None if truth.ndim == 1 else np.flatnonzero(truth.any(axis=0) | said.any(axis=0))
    if average in (None, "macro"):  # a class that is neither true nor predicted is left out
        return float(sk.fbeta_score(truth, said, beta=beta, average="macro", labels=present, zero_division=0))
    return float(sk.fbeta_score(truth, said, beta=beta, average=average, zero_division=0))


def _map(truth: NDArray, said: NDArray, k: int) -> float:
    total = 0.0
    for true, row in zip(truth, said, strict=True):
        wanted = {int(true)} if truth.ndim == 1 else set(np.flatnonzero(true))
        hits, precision = 0, 0.0
        for place, label in enumerate(np.argsort(-row, kind="stable")[:k], start=1):
            if label in wanted:
                hits += 1
                precision += hits / place
        total += precision / min(k, max(1, len(wanted)))
    return total / len(truth)


def _top(truth: NDArray, said: NDArray, k: int) -> float:
    return float(np.mean([true in np.argsort(-row, kind="stable")[:k] for true, row in zip(truth, said, strict=True)]))


def _label_losses(truth: NDArray, said: NDArray) -> NDArray[np.float64]:
    step = np.finfo(float).eps
    given = said.clip(step, 1 - step)
    return np.where(truth == 1, -np.log(given), -np.log(1 - given))


def _log_loss(truth: NDArray, said: NDArray) -> float:
    if truth.ndim == 1:
        return float(sk.log_loss(truth, said, labels=range(said.shape[1])))
    if np.issubdtype(truth.dtype, np.integer):
        return float(_label_losses(truth, said).mean())
    step = np.finfo(float).eps
    return float(-(truth * np.log(said.clip(step, 1 - step))).sum(axis=1).mean())


def _kl(truth: NDArray, said: NDArray) -> float:
    rows = [
        [t * np.log(t / min(max(s, 1e-15), 1 - 1e-15)) for t, s in zip(*row, strict=True) if t > 0]
        for row in zip(truth, said, strict=True)
    ]
    return float(np.mean([sum(row) for row in rows]))


def _columns(truth: NDArray, said: NDArray) -> list[tuple[NDArray, NDArray]]:
    """Which rows are positive, and the column that says so: of two classes the second alone."""
    if truth.ndim == 2:
        return [(truth[:, k] == 1, said[:, k]) for k in range(said.shape[1])]
    return [(truth == k, said[:, k]) for k in ([1] if said.shape[1] == 2 else range(said.shape[1]))]


def _by_column(
    truth: NDArray, said: NDArray, area: Callable[[NDArray, NDArray], float], needs_both: bool = True
) -> float:
    found = [
        area(true, column) for true, column in _columns(truth, said) if true.any() and not (needs_both and true.all())
    ]
    return float(np.mean(found)) if found else float("nan")


def _area(true: NDArray, column: NDArray, start: float, end: float) -> float:
    """The area above a true-positive rate and right of the curve, between two rates, by straight lines."""
    fpr, tpr, _ = sk.roc_curve(true, column, drop_intermediate=False)
    whole = 0.0
    for left, right, low, high in zip(fpr[:-1], fpr[1:], tpr[:-1], tpr[1:], strict=True):
        below, above = np.clip([low, high], start, end)
        if above > below:
            middle = left + (right - left) * ((below + above) / 2 - low) / (high - low)
            whole += (above - below) * (1 - middle)
    return float(whole)


def _banded(true: NDArray, column: NDArray, numbers: list[float]) -> float:
    starts, weights = [*numbers[::2], 1.0], numbers[1::2]
    bands = list(zip(starts[:-1], starts[1:], weights, strict=True))
    whole = sum(weight * _area(true, column, low, high) for low, high, weight in bands)
    return whole / sum(weight * (high - low) for low, high, weight in bands)


def _pf1(truth: NDArray, said: NDArray) -> float:
    found = []
    for true, column in _columns(truth, said):
        if true.any() or column.any():
            precision, recall = column[true].sum() / max(column.sum(), 1e-300), column[true].sum() / max(true.sum(), 1)
            found.append(0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall))
    return float(np.mean(found))


def _qwk(truth: NDArray, said: NDArray) -> float:
    """Cohen's kappa with quadratic weights; of numbers by their values."""
    distance = ((truth - said) ** 2).mean()
    chance = ((truth[:, None] - said[None, :]) ** 2).mean()
    return float(1 - distance / chance)


def _accuracy(truth: NDArray, said: NDArray) -> float:
    return float(sk.accuracy_score(truth, said))


def _recall(truth: NDArray, said: NDArray) -> float:
    return float(np.mean([(said[truth == k] == k).mean() for k in np.unique(truth)]))


PLAIN: dict[str, Callable[[NDArray, NDArray], float]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _recall,
    "qwk": _qwk,
    "log_loss": _log_loss,
    "roc_auc": lambda truth, said: _by_column(truth, said, sk.roc_auc_score),
    "average_precision": lambda truth, said: _by_column(truth, said, sk.average_precision_score, needs_both=False),
    "pf1": _pf1,
    "rmse": lambda truth, said: float(np.sqrt(sk.mean_squared_error(truth, said))),
    "mae": lambda truth, said: float(sk.mean_absolute_error(truth, said)),
    "r2": lambda truth, said: float(sk.r2_score(truth, said)),
    "kl": _kl,
}


def write_answers(path: Path, forms: Mapping[str, Form], truths: Mapping[str, NDArray], ids: list[str]) -> None:
    """Write held-back answers, the truth of each task in its form, as the host that asks for it keeps them."""
    wide: dict[str, list[object]] = {}
    rows: list[dict[str, object]] = []
    for task, form in forms.items():
        truth = truths[task]
        whole = np.eye(len(form.classes), dtype=int)[truth] if form.kind == "class" else truth
        if form.long is not None:
            for answer, row in zip(ids, whole.tolist(), strict=True):
                for name, cell in zip(form.classes, row, strict=True):
                    rows.append({**dict(zip(form.keys, form.long(answer, name), strict=True)), str(form.column): cell})
            continue
        if form.column is None:
            wide |= {name: list(column) for name, column in zip(form.classes, whole.T.tolist(), strict=True)}
            continue
        if form.kind == "class":
            cells = [form.classes[label] for label in truth]
        elif form.kind == "labels":
            cells = [_joined(form, row) for row in truth]
        else:
            cells = [repr(float(number)) for number in truth]
        if form.row is str:
            wide[form.column] = list(cells)
        else:
            rows += [{form.keys[0]: form.row(i), form.column: cell} for i, cell in zip(ids, cells, strict=True)]
    table = pd.DataFrame(rows) if rows else pd.DataFrame({next(iter(forms.values())).keys[0]: ids, **wide})
    table.to_csv(path, index=False)


def _joined(form: Form, row: NDArray) -> str:
    return str(form.separator).join(form.classes[label] for label in np.flatnonzero(row)) or form.none
