"""A task of competition.yaml, as it is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kit.competition.spec import RESERVED
from kit.presets.table.files.names import words

FEW_NUMBERS = 20
"""Whole numbers of which a column may have so many different ones, and they are still classes."""
CODES = (
    *("id", "ids", "class", "label", "labels", "category", "species", "code", "type", "breed", "root", "model"),
    "make",
)
"""Words of columns whose numbers are names."""


@dataclass
class Task:
    """A task of competition.yaml: a kind, and the columns and classes that go with it."""

    name: str
    kind: str
    note: str
    """How it was told, for a comment."""
    classes: list[str] = field(default_factory=list)
    column: str | None = None
    columns: tuple[str, ...] = ()
    separator: str | None = None
    none: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    rows: bool = False
    present: str | None = None

    @property
    def of_classes(self) -> bool:
        return self.kind in ("class", "ordered")

    @property
    def of_whole_numbers(self) -> bool:
        """Whether it has a few whole numbers as classes, which may be grades, or measure."""
        few = self.kind == "class" and 3 <= len(self.classes) <= FEW_NUMBERS
        return few and all(name.lstrip("-").isdigit() for name in self.classes)

    @property
    def may_measure(self) -> bool:
        """Whether these stand in a column that is not called like one of names."""
        return (
            self.of_whole_numbers and self.column not in (None, "folder", "file") and not of_codes(words(self.column))
        )


def task_names(columns: Sequence[str]) -> dict[str, str]:
    """A name for the task of each column, as competition.yaml can have it."""
    names: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"\W+", "_", column).strip("_")
        if name.isdigit() and len(columns) > 1:
            name = f"label_{name}"
        name = "label" if not name or name in (*RESERVED, "folder", "file", "stem") or name.isdigit() else name
        while name in names.values():
            name += "_"
        names[column] = name
    return names


def of_codes(said: Sequence[str]) -> bool:
    """Whether the words of a column's name say that its numbers are names."""
    return any(word in CODES for word in said)
