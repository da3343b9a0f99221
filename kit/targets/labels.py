"""Any number of labels for each photo."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from kit.errors import KitError, nearest
from kit.evidence.top import Outputs, TopProbs
from kit.evidence.top_labels import label_cells
from kit.evidence.top_means import mean_of
from kit.schema import Cell
from kit.targets.base import TOLERANCE, Activation, BaseTask
from kit.targets.cells import LINE, PHOTO, bare_list, bare_word, flags, found
from kit.targets.classes import KEPT, MANY, check_columns, check_names, check_values, with_text
from kit.targets.counted import Counted
from kit.targets.strata import signature_strata

TOGETHER = "\x1f"
"""Between the labels of a photo whose rows were put together."""


class LabelsTask(BaseTask):
    """Any number of labels for each photo, none among them; a truth is (n_rows, n_labels) int8 of 0 and 1."""

    activation: ClassVar[Activation] = "sigmoid"
    kind: Literal["labels"]
    classes: tuple[str, ...] = Field(min_length=1)
    """The names of the labels. Without `column` and `columns` they are the columns of 0 and 1 themselves."""
    columns: tuple[str, ...] | None = None
    """For each label a column of 0 and 1, where the columns have other names."""
    column: Cell | None = None
    """The column that holds a photo's labels: all of them, with `separator` between them, or with `rows: true` one."""
    separator: str | None = None
    """What stands between the labels in `column`, such as a space or a comma; spaces around a label are no part of it.
    A cell without content has no label.
    """
    rows: bool = False
    """Whether a photo has as many rows of the table as it has labels, one in the `column` of each."""
    present: Cell | None = None
    """With `rows`, a column of 0 and 1 that says whether the photo has the row's label; without it, it has."""
    none: str | None = None
    """The word in `column` for a photo that has no label."""
    values: dict[str, str] | None = None
    """Word in `column` -> label, where they are not the names of the labels themselves. A key may be a pattern with *,
    ? and [...]; the name of a word goes before patterns, and the first pattern that fits before later ones.
    """
    keep: int | None = Field(None, ge=1)
    """How many labels of a photo, the most probable ones, predictions keep, with what is left for all others together;
    no other label is said of it. Without it they keep all of up to 1,000 labels, and the 50 most probable of more.
    """

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, content: object) -> object:
        return with_text(content)

    @model_validator(mode="after")
    def _consistent(self) -> LabelsTask:
        check_names(self.classes)
        check_values(self.values, self.classes)
        if self.columns is not None:
            check_columns(self.columns, self.classes)
            if self.column is not None:
                raise ValueError("a task of labels has 'columns' of 0 and 1, or one 'column' of words, not both")
        if self.column is None:
            for key in ("separator", "rows", "present", "none", "values"):
                if getattr(self, key):
                    raise ValueError(f"'{key}' goes with 'column', the column of words")
        elif (self.separator is None) == (not self.rows):
            raise ValueError("'column' needs 'separator', or 'rows: true' where each row of a photo holds one label")
        elif self.present is not None and not self.rows:
            raise ValueError("'present' goes with 'rows: true'")
        if self.none is not None and (self.none in self.classes or self.none in (self.values or ())):
            raise ValueError(f"'none: {self.none}' is a label")
        return self

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.classes

    @property
    def kept(self) -> int | None:
        n_labels = len(self.classes)
        kept = self.keep if self.keep is not None else KEPT if n_labels > MANY else n_labels
        return kept if kept < n_labels else None

    @property
    def truth_columns(self) -> int:
        return len(self.classes)

    @property
    def columns_read(self) -> tuple[str, ...]:
        return (self.column,) if self.column is not None else self.columns or self.classes

    @property
    def definition(self) -> Any:
        return {"kind": self.kind, "classes": list(self.classes)}

    def together(self, raw: pd.DataFrame, name: str, where: object) -> pd.DataFrame:
        """The table with one row for each photo, whose cell of `column` holds the labels of all of its rows."""
        words = found(raw, str(self.column), name, where)
        if self.present is not None:
            words = words.where(flags(raw, self.present, name, where) == 1)
        joined = words.dropna().groupby(raw[PHOTO]).agg(TOGETHER.join)
        first = raw[~raw[PHOTO].duplicated()]
        return first.assign(**{str(self.column): first[PHOTO].map(joined)}).reset_index(drop=True)

    def cells(self, raw: pd.DataFrame, column: str, name: str, where: object) -> np.ndarray:
        """The 0 and 1 of a label's column, (n_rows,) int8, or of a column of words, (n_rows, n_labels)."""
        if self.column is None:
            return flags(raw, column, name, where)
        cells = found(raw, column, name, where)
        place = {label: number for number, label in enumerate(self.classes)}
        place |= {word: place[label] for word, label in (self.values or {}).items()}
        patterns = [word for word in self.values or () if any(letter in word for letter in "*?[")]
        truth = np.zeros((len(raw), len(self.classes)), dtype=np.int8)
        for row, cell in enumerate(cells):
            for word in self._words(cell):
                if word not in place:
                    fitting = next((pattern for pattern in patterns if fnmatchcase(word, pattern)), None)
                    if fitting is not None:
                        truth[row, place[fitting]] = 1
                        continue
                    raise KitError(
                        f"line {raw[LINE].iloc[row]}: '{column}' has '{word}', which is no label of the task '{name}'",
                        where=where,
                        todo=nearest(word, place),
                    )
                truth[row, place[word]] = 1
        return truth

    def _words(self, cell: object) -> list[str]:
        if not isinstance(cell, str):
            return []
        # a separator of spaces alone is any number of them
        parts = cell.split(TOGETHER) if self.rows else bare_list(cell).split((self.separator or "").strip() or None)
        return [word for word in map(bare_word, parts) if word and word != self.none]

    def encode(self, raw: pd.DataFrame, name: str, where: object) -> np.ndarray:
        if self.column is not None:
            return self.cells(raw, self.column, name, where)
        return self.side_by_side(raw, name, where)

    def strata(self, truth: np.ndarray) -> np.ndarray:
        """The combination of labels; a rare one goes with its rarest part."""
        return signature_strata(truth)

    def shared_out(self, truth: np.ndarray) -> np.ndarray:
        """The labels."""
        return truth

    def counted(self, truth: np.ndarray) -> Counted:
        return Counted.of_shares(truth, self.classes)

    def taught(self, truth: np.ndarray) -> np.ndarray:
        return truth.astype(np.float32)

    def loss(self, truth: np.ndarray, values: Outputs) -> float:
        """The mean over rows and labels of minus the log of what came true."""
        if isinstance(values, TopProbs):
            return float(label_cells([values], truth).losses(1e-12).mean() / len(self.classes))
        return float(-np.log(np.clip(np.where(truth > 0, values, 1 - values), 1e-12, 1)).mean())

    @classmethod
    def said(cls, values: Outputs) -> np.ndarray:
        """The labels that are as likely as not, or more, among those that are kept."""
        if isinstance(values, TopProbs):
            return values.named(values.values >= 0.5)
        return (values >= 0.5).astype(np.int8)

    def named(self, truth: np.ndarray) -> np.ndarray:
        names = np.array(self.classes, dtype=object)
        told = [" + ".join(names[row > 0]) or self.none or "none" for row in truth]
        return np.array(told, dtype=object)

    @classmethod
    def wrong(cls, values: Outputs) -> np.ndarray:
        """Rows with a probability below 0 or above 1, or that is not finite."""
        if isinstance(values, TopProbs):
            values = np.column_stack([values.values, values.others])
        inside = (values >= -TOLERANCE) & (values <= 1 + TOLERANCE)
        return np.asarray(~inside.all(axis=1))

    def certainty(self, votes: Any) -> np.ndarray:
        """1 less the mean entropy of the labels, in bits."""
        mean, counts = mean_of(list(votes)), np.ones(1)
        if isinstance(mean, TopProbs):  # the others of a row are one column, which counts as often as they are many
            counts = np.append(np.ones(mean.kept), mean.n_classes - mean.kept)
            mean = np.column_stack([mean.values, mean.others])
        probs = mean.clip(1e-12, 1 - 1e-12)
        entropy = -(probs * np.log2(probs) + (1 - probs) * np.log2(1 - probs))
        return (1 - (entropy * counts).sum(axis=1) / len(self.classes)).clip(0, 1)
