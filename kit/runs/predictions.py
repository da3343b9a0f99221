"""The one prediction format: numbers per task, every row with its image key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from kit.errors import KitError
from kit.evidence.metrics import Metric
from kit.evidence.top import Outputs, TopProbs, concatenated
from kit.files import atomic_path
from kit.parquet_file import read_parquet_columns
from kit.table_file import Column
from kit.targets.base import BaseTask
from kit.targets.kinds import KINDS


@dataclass(frozen=True)
class Predictions:
    """What is said of photos, row by row, with the photos' keys.

    `images` is (n_rows,) of str; `probs` has, for each task, (n_rows, n_outputs): of classes and shares rows that sum
    to one, of labels the probability of each, of very many of either as TopProbs, of a number the number. `labels` has,
    for tasks that a decision rule was applied to, answers in the shape of a truth, such as (n_rows,) class numbers.
    """

    images: np.ndarray
    probs: Mapping[str, Outputs]
    labels: Mapping[str, np.ndarray] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The kind of each task that is of no classes."""

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.probs, *self.labels]))

    def kind(self, task: str) -> type[BaseTask]:
        return KINDS[self.kinds.get(task, "class")]

    def said(self, task: str) -> np.ndarray:
        """The answer to each row, in the shape of a truth: what a rule decided, otherwise the plain one."""
        return self.labels[task] if task in self.labels else self.kind(task).said(self.probs[task])

    def by(self, metric: Metric, task: str) -> np.ndarray:
        """The plain answers as a metric takes them: whole grades where it scores grades."""
        if not metric.decides:
            return self.said(task)
        return np.asarray(metric.of_outputs(self.probs[task], self.kinds.get(task, "class")))

    def scored_by(self, metric: Metric, task: str) -> Outputs:
        """What a metric scores: the outputs of a task, or what they say by it where no rule decided.

        KitError where these are not kept.
        """
        if metric.decides:
            return self.labels[task] if task in self.labels else self.by(metric, task)
        if task not in self.probs:
            raise KitError(f"{metric.name} needs probabilities of '{task}', and only classes are kept")
        return metric.scored(self.probs[task], self.said(task)) if metric.needs == "mixed" else self.probs[task]

    def aligned(self, images: Sequence[str] | np.ndarray | pd.Series, where: object = None) -> Predictions:
        """The same predictions in the order of `images`; one that is missing is an error that names it.

        where: the file that they come from.
        """
        wanted = np.asarray(images, dtype=object)
        if np.array_equal(self.images, wanted):
            return self
        rows = keys_of(self.images).get_indexer(keys_of(wanted))
        if (rows < 0).any():
            absent = wanted[rows < 0]
            raise KitError(f"{len(absent)} images have no prediction, the first is '{absent[0]}'", where=where)
        probs = {task: part[rows] for task, part in self.probs.items()}
        labels = {task: part[rows] for task, part in self.labels.items()}
        return replace(self, images=wanted, probs=probs, labels=labels)


def keys_of(images: Sequence[str] | np.ndarray | pd.Series) -> pd.Index:
    """Photos' keys to look up, as they are: pandas would make columns of text of them first, which takes longer."""
    return pd.Index(images, dtype=object)


def join_rows(parts: Sequence[Predictions]) -> Predictions:
    """Put the rows of several predictions (of the same tasks) under one another."""
    first = parts[0]
    return Predictions(
        np.concatenate([part.images for part in parts]),
        {name: concatenated([part.probs[name] for part in parts]) for name in first.probs},
        kinds=first.kinds,
    )


def check_predictions(predictions: Predictions, where: object) -> None:
    """Refuse repeated keys, and rows that cannot be predictions of their kind, such as probabilities below 0."""
    keys = keys_of(predictions.images)
    if not keys.is_unique:
        raise KitError(f"the image '{keys[keys.duplicated()][0]}' is predicted twice", where=where)
    for task, probs in predictions.probs.items():
        kind = predictions.kind(task)
        bad = kind.wrong(probs)
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            what = "numbers" if kind.activation == "identity" else "probabilities"
            told = f" (sum {probs[[row]].sum(axis=1)[0]:.3g})" if kind.activation == "softmax" else ""
            raise KitError(
                f"{int(bad.sum())} rows of the task '{task}' are no {what}, the first is '{keys[row]}'{told}",
                where=where,
                todo="train that fold again",
            )


def write_predictions(
    path: Path,
    predictions: Predictions,
    classes: Mapping[str, Sequence[str]],
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Write parquet with the columns image and, for each task, what `columns_of` makes of it.

    attributes: what the table says of itself, in its metadata.
    """
    check_predictions(predictions, path)
    columns: dict[str, np.ndarray] = {"image": predictions.images}
    for task, probs in predictions.probs.items():
        columns |= columns_of(task, classes[task], probs)
    table = pd.DataFrame(columns)
    table.attrs.update(attributes or {})
    with atomic_path(path) as temporary:
        table.to_parquet(temporary, index=False)


def columns_of(task: str, names: Sequence[str], probs: Outputs) -> dict[str, np.ndarray]:
    """Predictions of a task as the columns of a table, float32: 'task/output' for each of the outputs.

    Of very many classes: 'task/1', 'task/2' ... the highest probabilities, 'task/class 1' ... the numbers of their
    classes, and 'task/rest', what all others have together.
    """
    if not isinstance(probs, TopProbs):
        return {f"{task}/{name}": np.ascontiguousarray(probs[:, k], dtype=np.float32) for k, name in enumerate(names)}
    values = {name: probs.values[:, k].astype(np.float32) for k, name in enumerate(_kept_columns(task, probs.kept)[0])}
    classes = {name: probs.classes[:, k].astype(np.int32) for k, name in enumerate(_kept_columns(task, probs.kept)[1])}
    return {**values, **classes, f"{task}/rest": probs.rest.astype(np.float32)}


def known_columns(task: str, names: Sequence[str], kept: int | None) -> list[Column]:
    """The columns that `columns_of` makes, as a reader checks them."""
    if kept is None:
        return [Column(f"{task}/{name}", "number") for name in names]
    values, classes = _kept_columns(task, kept)
    numbers = [Column(name, "number", low=0, high=2) for name in values]
    codes = [Column(name, "whole", low=0, high=len(names) - 1) for name in classes]
    return [*numbers, *codes, Column(f"{task}/rest", "number", low=0, high=len(names))]


def probs_in(
    table: Mapping[str, np.ndarray] | pd.DataFrame, task: str, names: Sequence[str], kept: int | None
) -> Outputs:
    """The predictions of a task that the columns of a table hold, float32."""
    if kept is None:
        return np.array([table[f"{task}/{name}"] for name in names], dtype=np.float32).T
    values, classes = (np.stack([table[name] for name in part], axis=1) for part in _kept_columns(task, kept))
    rest = np.asarray(table[f"{task}/rest"], dtype=np.float32)
    return TopProbs(classes.astype(np.int32), values.astype(np.float32), rest, len(names))


def _kept_columns(task: str, kept: int) -> tuple[list[str], list[str]]:
    places = range(1, kept + 1)
    return [f"{task}/{place}" for place in places], [f"{task}/class {place}" for place in places]


def read_predictions(
    path: Path,
    classes: Mapping[str, Sequence[str]],
    kinds: Mapping[str, str] | None = None,
    kept: Mapping[str, int] | None = None,
) -> Predictions:
    """Read what `write_predictions` wrote; a damaged file or other outputs are an error that names the file.

    kinds: the kind of each task that is of no classes; kept: how many classes of a row are kept, where not all.
    """
    kept = kept or {}
    numbers = [column for task, names in classes.items() for column in known_columns(task, names, kept.get(task))]
    table = read_parquet_columns(path, [Column("image", unique=True), *numbers], todo="train that fold again")
    probs = {task: probs_in(table, task, names, kept.get(task)) for task, names in classes.items()}
    predictions = Predictions(table["image"], probs, kinds=kinds or {})
    check_predictions(predictions, path)
    return predictions
