"""One class of several for each photo."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from kit.errors import KitError, nearest
from kit.evidence.top import Outputs, TopProbs
from kit.schema import Cell, Frozen
from kit.targets.base import TOLERANCE, Activation, BaseTask
from kit.targets.cells import LINE, complete, divided, finite, flags
from kit.targets.counted import Counted

MANY, KEPT = 1000, 50
"""Beyond so many classes, so many of each photo are kept where competition.yaml does not say it."""


class Quantiles(Frozen):
    """Bins of about equally many train photos each, split once more where a class begins."""

    quantile: int = Field(ge=2, le=1000)
    """How many bins."""


class ClassesTask(BaseTask):
    """What tasks of one class for each photo have in common; a truth is (n_rows,) int64 class numbers."""

    activation: ClassVar[Activation] = "softmax"
    classes: tuple[str, ...] = Field(min_length=2)
    """The names of the classes, in the order in which they are numbered from 0."""
    column: Cell | None = None
    """The train table's column that holds the label; `file`, `stem` and `folder` are columns of every photo."""
    columns: tuple[str, ...] | None = None
    """In the place of `column`: for each class a column of 0 and 1, one of them 1 in every row."""
    values: dict[str, str] | None = None
    """Raw value -> class, where the column does not hold the class names themselves. A key may be a pattern with *, ?
    and [...]; the name of a raw value goes before patterns, and the first pattern that fits before later ones.
    """
    edges: tuple[float, ...] | None = None
    """Lower bounds of the second, third ... class of a numeric column: one less than there are classes, rising."""
    bins: tuple[float, ...] | Quantiles | Literal["values"] | None = None
    """Finer classes that a head of a recipe may learn (its key `heads`), each inside one class. For a task with `edges`
    the lower bounds of the second, third ... bin, all edges among them, or {quantile: N}, which cuts the train side of
    each fold into N; for a task with `values` the word values, a bin for each of them.
    """

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, content: object) -> object:
        return with_text(content)

    @model_validator(mode="after")
    def _consistent(self) -> ClassesTask:
        check_names(self.classes)
        if (self.column is None) == (self.columns is None):
            raise ValueError("a task of classes has 'column', or 'columns' of 0 and 1 for its classes, one of them")
        if self.columns is not None:
            check_columns(self.columns, self.classes)
            if self.values is not None or self.edges is not None:
                raise ValueError("'columns' of 0 and 1 need no 'values' and no 'edges'")
        if self.values is not None and self.edges is not None:
            raise ValueError("a task has 'values' or 'edges', not both")
        check_values(self.values, self.classes)
        if self.edges is not None:
            if list(self.edges) != sorted(set(self.edges)):
                raise ValueError(f"'edges' must rise: {list(self.edges)}")
            if len(self.edges) != len(self.classes) - 1:
                raise ValueError(f"{len(self.edges)} edges make {len(self.edges) + 1} classes, not {len(self.classes)}")
        self._check_bins()
        return self

    def _check_bins(self) -> None:
        if self.bins == "values":
            if self.values is None or set(self.values.values()) != set(self.classes):
                raise ValueError("'bins: values' needs 'values' that lead to every class")
        elif self.bins is not None and self.edges is None:
            raise ValueError("'bins' of numbers need 'edges': they divide a numeric column")
        elif isinstance(self.bins, tuple):
            if list(self.bins) != sorted(set(self.bins)):
                raise ValueError(f"'bins' must rise: {list(self.bins)}")
            for edge in self.edges or ():
                if edge not in self.bins:
                    raise ValueError(f"'bins' must hold the edge {edge:g}, so that each lies in one class")

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.classes

    @property
    def columns_read(self) -> tuple[str, ...]:
        return self.columns if self.column is None else (self.column,)  # type: ignore[return-value]  # one is given

    @property
    def definition(self) -> Any:
        return list(self.classes)

    def cells(self, raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
        """Class numbers, or the 0 and 1 of a column for a class."""
        if self.columns is not None:
            return flags(raw, column, name, where)
        cells = complete(raw, column, name, where)
        if self.edges is not None:
            return divided(finite(raw, column, name, where), self.edges)
        codes = {value: self._class_of(str(value)) for value in cells.unique()}
        for value, code in codes.items():
            if code is None:
                line = raw.loc[cells == value, LINE].iloc[0]
                raise KitError(
                    f"line {line}: '{column}' is '{value}', which is no class of the task '{name}'",
                    where=where,
                    todo=nearest(value, self.values or self.classes),
                )
        return cells.map(codes).to_numpy(dtype=np.int64)

    def encode(self, raw: pd.DataFrame, name: str, where: object) -> np.ndarray:
        if self.column is not None:
            return self.cells(raw, self.column, name, where)
        told = self.side_by_side(raw, name, where)
        count = told.sum(axis=1)
        if (count != 1).any():
            row = int(np.flatnonzero(count != 1)[0])
            raise KitError(
                f"line {raw[LINE].iloc[row]}: {count[row]} of the columns of the task '{name}' are 1, and not one",
                where=where,
                todo=f"mend it, or write 'kind: labels' under tasks.{name}, if a photo can have any number of them",
            )
        return told.argmax(axis=1).astype(np.int64)

    def place(self, value: str) -> int | None:
        """The place among `values` of the name, or else of the first pattern, that a raw value comes under."""
        names = list(self.values or ())
        if value in names:
            return names.index(value)
        return next((place for place, pattern in enumerate(names) if fnmatchcase(value, pattern)), None)

    def places(self, raw: pd.DataFrame) -> np.ndarray:
        """Which of the task's `values` each row's raw value comes under, (n_rows,) int64."""
        found = {value: self.place(str(value)) for value in raw[self.column].unique()}
        return raw[self.column].map(found).to_numpy(dtype=np.int64)

    def _class_of(self, value: str) -> int | None:
        if self.values is None:
            return self.classes.index(value) if value in self.classes else None
        place = self.place(value)
        return None if place is None else self.classes.index(list(self.values.values())[place])

    def strata(self, truth: np.ndarray) -> np.ndarray:
        """The class numbers themselves."""
        return truth

    def counted(self, truth: np.ndarray) -> Counted:
        return Counted.of_codes(truth, self.classes)

    def taught(self, truth: np.ndarray) -> np.ndarray:
        return one_hot(truth, len(self.classes))

    def loss(self, truth: np.ndarray, values: Outputs) -> float:
        """The mean of minus the log of the true class's probability."""
        given = values.at(truth) if isinstance(values, TopProbs) else values[np.arange(len(truth)), truth]
        return float(-np.log(np.clip(given, 1e-12, 1)).mean())

    @classmethod
    def said(cls, values: Outputs) -> np.ndarray:
        """The most probable class."""
        return np.asarray(values.argmax(axis=1))

    def named(self, truth: np.ndarray) -> np.ndarray:
        return np.array(self.classes, dtype=object)[truth]

    @classmethod
    def wrong(cls, values: Outputs) -> np.ndarray:
        """Rows that are negative, not finite, or do not sum to one."""
        return not_shares(np.column_stack([values.values, values.rest]) if isinstance(values, TopProbs) else values)

    def certainty(self, votes: np.ndarray) -> np.ndarray:
        """1 less the entropy of the mean, as a share of the most that it can be."""
        probs = votes.mean(axis=0)
        entropy = -(probs * np.log(np.clip(probs, 1e-12, 1))).sum(axis=1)
        return (1 - entropy / np.log(probs.shape[1])).clip(0, 1)


class ClassTask(ClassesTask):
    """One class for each photo."""

    kind: Literal["class"] = "class"
    keep: int | None = Field(None, ge=2)
    """How many classes of a photo, the most probable ones, predictions keep, with what is left for all others together.
    Without it they keep all of up to 1,000 classes, and the 50 most probable of more.
    """

    @property
    def kept(self) -> int | None:
        n_classes = len(self.classes)
        kept = self.keep if self.keep is not None else KEPT if n_classes > MANY else n_classes
        return kept if kept < n_classes else None


def one_hot(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """(n_rows, n_classes) float32."""
    return np.eye(n_classes, dtype=np.float32)[labels]


def not_shares(values: np.ndarray) -> np.ndarray:
    """(n_rows,) bool: rows that are negative, not finite, or do not sum to one."""
    sums = values.sum(axis=1, dtype=np.float64)
    return ~np.isfinite(sums) | (values < 0).any(axis=1) | (np.abs(sums - 1) > TOLERANCE)


def with_text(content: object) -> object:
    """Names of classes, values and columns as text, whatever YAML took them for."""
    if not isinstance(content, dict):
        return content
    content = dict(content)
    for key in ("classes", "columns"):
        if isinstance(content.get(key), list):
            content[key] = [str(name).strip() for name in content[key]]
    if isinstance(content.get("values"), dict):
        content["values"] = {str(raw).strip(): str(name).strip() for raw, name in content["values"].items()}
    return content


def check_names(classes: tuple[str, ...]) -> None:
    """ValueError where two classes have one name."""
    if len(set(classes)) != len(classes):
        raise ValueError(f"the classes {list(classes)} repeat a name")


def check_values(values: dict[str, str] | None, classes: tuple[str, ...]) -> None:
    """ValueError where `values` lead to a class that is none."""
    for name in (values or {}).values():
        if name not in classes:
            raise ValueError(f"'values' leads to the class '{name}', {nearest(name, classes)}")


def check_columns(columns: tuple[str, ...], classes: tuple[str, ...]) -> None:
    """ValueError where there is not a column for each class."""
    if len(columns) != len(classes) or len(set(columns)) != len(columns):
        raise ValueError(f"'columns' {list(columns)} are not one for each of the {len(classes)} classes")
