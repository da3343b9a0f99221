"""What the host wants to be sent: the key `submission` of competition.yaml."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from kit.schema import Cell, Frozen

LABEL, TASK = "{label}", "{task}"
"""What a pattern of the long form may hold beside a column."""
DEFAULT_COLUMN = "label"
"""The column of answers where there is no sample and no name is given."""


class SubmissionFormat(Frozen):
    """What the host wants to be sent."""

    sample: str | None = None
    """The host's sample submission, a path in the data folder: the file to send has its ids, order and columns. Without
    it the rows are those of the test side, and the columns are `id` and `label`.
    """
    header: bool = True
    """Whether the file begins with the names of its columns. Where the sample has no such row, its columns are called
    1, 2, ...
    """
    id: Cell
    """The column that names an answer: a test photo, or what `per` says; without a test table it is the file's name or
    stem, as the sample has it.
    """
    label: Cell | tuple[Cell, ...] | dict[str, Cell] | None = None
    """The one column of answers: the class, the number, the text of labels, the ranked list, or the probability where
    `probability_of` says so; without it the sample has one column per class or label. Several columns are the places of
    a ranked list, the most probable first. With `target: separate` the column of each task, where it is not named like
    the task.
    """
    probability_of: str | dict[str, str] | None = None
    """The class, one of two, whose probability the column `label` holds; without it that column holds classes. With
    `target: separate` that of each task that is sent so.
    """
    values: tuple[str, ...] | dict[str, tuple[str, ...]] | None = None
    """What is written for each target class or label, or the names of their columns; without it the class names of a
    task, and the numbers 0, 1, 2 ... of a joined target. With `target: separate` those of each task. With
    `probability_of` only held-back answers have them.
    """
    separator: str | None = None
    """What stands between the labels of a photo, or between the classes of a ranked list (a space without it). A task
    of labels in one column needs it.
    """
    none: str = ""
    """What a text of labels says for a photo that has none; an empty cell without it."""
    top: int | None = Field(None, ge=1)
    """How many classes or labels a ranked list holds, the most probable first; without it there is no such list, but
    where `label` names a column for each place.
    """
    long: str | dict[Cell, str] | None = None
    """One row per photo and task or label. A pattern of the ids, such as '{image}_{label}' or '{image}_{task}', where
    `image` is the column of the test table (or file, stem) that names a photo; or a further column of the file and what
    it holds, such as {finding: '{label}'}.
    """
    constants: dict[Cell, str | None] = {}
    """Further columns and what stands in each of their rows; null is what the sample has there."""
    per: Cell | None = None
    """What one answer is for, where several photos have one (a patient, a product): a column of both tables, or text
    with {column} for what the row has in a column. Ids may then repeat in the test table.
    """
    pool: Literal["mean", "max", "learned"] = "mean"
    """How the photos of an answer become one: the mean of what is said of them, or the highest. learned: a mean in
    which photos that say more count more, by as much as is best out of fold; where that is not better than the mean
    beyond chance, the mean.
    """

    @model_validator(mode="before")
    @classmethod
    def _cells_are_text(cls, content: object) -> object:
        if not isinstance(content, dict):
            return content
        if isinstance(label := content.get("label"), list | tuple):
            content = {"top": len(label), **content}
        return {
            key: _text(value) if key in ("values", "probability_of", "constants") else value
            for key, value in content.items()
        }

    @field_validator("none")
    @classmethod
    def _stripped(cls, none: str) -> str:
        return none.strip()

    @field_validator("values")
    @classmethod
    def _values_stripped(cls, values: Any) -> Any:
        """As the cells of tables are: a file with spaces around a class would not be read back."""
        if isinstance(values, dict):
            return {task: tuple(value.strip() for value in texts) for task, texts in values.items()}
        return None if values is None else tuple(value.strip() for value in values)

    @model_validator(mode="after")
    def _consistent(self) -> SubmissionFormat:
        self._check_long()
        self._check_places()
        if self.separator == "":
            raise ValueError("'submission.separator' is empty: write what stands between two labels, such as \" \"")
        for column, value in self.constants.items():
            if value is None and self.sample is None:
                raise ValueError(f"'submission.constants' takes '{column}' from the sample, and there is no 'sample'")
            if column in (self.id, *self.columns):
                raise ValueError(f"'submission.constants' has '{column}', which is a column of ids or answers")
        if self.per is None and "pool" in self.model_fields_set:
            raise ValueError("'submission.pool' says how the photos of an answer become one: say of what in 'per'")
        return self

    def _check_places(self) -> None:
        if not self.places:
            return
        for key, given in (("separator", self.separator), ("long", self.long), ("probability_of", self.probability_of)):
            if given is not None:
                raise ValueError(f"'submission.label' has a column for each place of a list: take '{key}' out")
        if self.top != len(self.places):
            what = f"'submission.label' has {len(self.places)} columns for a list of {self.top}"
            raise ValueError(f"{what}: name one for each place, or take 'top' out")

    def _check_long(self) -> None:
        for pattern in self._long_patterns:
            held = set(re.findall(r"{[^{}]*}", pattern))
            n_columns = 1 if self.long_column is None else 0
            if len(held - {TASK, LABEL}) != n_columns:
                holds = "one column that names a photo, such as {image}," if n_columns else "no column"
                raise ValueError(f"'submission.long': the pattern '{pattern}' holds {holds} beside {TASK} and {LABEL}")
            if not held & {TASK, LABEL}:
                raise ValueError(f"'submission.long': the pattern '{pattern}' needs {TASK} or {LABEL}")
        if self.long is not None and isinstance(self.label, dict):
            raise ValueError("'submission.label' is one column where 'submission.long' gives each task a row")
        if isinstance(self.long, dict) and len(self.long) != 1:
            raise ValueError(f"'submission.long' names one column, not {len(self.long)}")

    @property
    def answers(self) -> str | None:
        """How the photos of an answer become one; None where each photo has its own."""
        return None if self.per is None else f"{self.pool} per {self.per}"

    @property
    def _long_patterns(self) -> tuple[str, ...]:
        if self.long is None:
            return ()
        return (self.long,) if isinstance(self.long, str) else tuple(self.long.values())

    @property
    def long_column(self) -> str | None:
        """The column that says which task or label a row is of; None where the ids say it, or nothing has to."""
        return next(iter(self.long)) if isinstance(self.long, dict) and self.long else None

    @property
    def long_pattern(self) -> str | None:
        """What says which task or label a row of the long form is of."""
        return next(iter(self._long_patterns), None)

    @property
    def answer_id(self) -> str:
        """What stands in the long form's pattern for the answer, such as {image}; '' where it holds none."""
        found = set(re.findall(r"{[^{}]*}", self.long_pattern or "")) - {TASK, LABEL}
        return found.pop() if found else ""

    @property
    def answer_column(self) -> str:
        """The column of the test table that names an answer."""
        return self.answer_id[1:-1] or self.id

    @property
    def places(self) -> tuple[str, ...]:
        """The columns of a ranked list that has one for each place; () where it stands in one, or nothing is ranked."""
        return self.label if isinstance(self.label, tuple) else ()

    @property
    def length(self) -> str:
        """How long a ranked list is, by the key that says it."""
        return (
            f"'submission.label' has {len(self.places)} columns" if self.places else f"'submission.top' is {self.top}"
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of answers that are named here."""
        if isinstance(self.label, dict):
            return tuple(self.label.values())
        return self.places or ((self.label,) if isinstance(self.label, str) else ())

    @property
    def one_column(self) -> str | None:
        """The one column of answers of a file; None where there are several."""
        if isinstance(self.label, dict | tuple):
            return None
        return self.label or (DEFAULT_COLUMN if self.sample is None or self.long is not None else None)


def _text(value: Any) -> Any:
    """Numbers of YAML as what stands in a table."""
    if isinstance(value, dict):
        return {key: _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    return value if value is None else str(value)
