"""A side of the competition, train or test, as it is found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from kit.competition.templates import folders_and_last
from kit.presets.table.files.lead import Lead
from kit.presets.table.files.one_table import Table
from kit.presets.table.found.joins import Join
from kit.targets.cells import LINE

FOLDER = "@folder"
"""Of rows whose photos lie in folders that may be classes, what the folder is called."""
_PLACE = re.compile(r"{([^{}]+)}")


@dataclass(frozen=True)
class Side:
    """A side of the competition: its tables, its rows with the columns of all of them, and where its photos are."""

    table: Table | None
    images: str
    rows: pd.DataFrame
    why_table: str = ""
    why_images: str = ""
    lead: Lead | None = None
    joins: tuple[Join, ...] = ()
    keep: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Which rows of the table are of this side: column -> values."""
    of_folder: str = "folder"
    """The column of classes, where there is no table."""
    stems: tuple[str, ...] = ()
    """What the photos are called that rows have several of, where that is a few names."""
    in_classes: bool = False
    """Whether the photos that a table names lie in folders of classes."""
    pivot: tuple[str, str] | None = None
    """Where each photo has a row for each answer: the column that says which, and the one that holds it."""
    of_train_folders: bool = False
    """Whether such folders lie in one that is called train, as those of classes do."""
    named: dict[str, str] = field(default_factory=dict)
    """Classes in the names of the files: pattern -> class."""

    @property
    def column(self) -> str | None:
        return self.lead.column if self.lead else None

    @property
    def columns(self) -> list[str]:
        return [column for column in self.rows.columns if column not in (LINE, FOLDER)]

    @property
    def naming_columns(self) -> list[str]:
        """The columns that name the photos themselves, and not the folders that they lie in."""
        if self.lead is not None:
            return [self.lead.column]
        last = folders_and_last(self.images)[1]
        return [column for column in self.photo_columns if f"{{{column}" in last] or self.photo_columns[-1:]

    @property
    def named_beside(self) -> set[str]:
        """The columns that are words of the photos' names or of their folders' names, among others: node_{node}."""
        parts = re.findall(r"(?:[^/{}]|{[^{}]*})+", self.images)
        parts = [part for part in parts if part.count("{") and not re.fullmatch(r"{[^{}]*}", part)]
        inside = {re.sub(r"(\[-?\d*:?-?\d*\]|:0\d+)$", "", place) for part in parts for place in _PLACE.findall(part)}
        return inside & set(self.rows.columns)

    @property
    def photo_columns(self) -> list[str]:
        """The columns that the photos' paths are made of."""
        named = [re.sub(r"(\[-?\d*:?-?\d*\]|:0\d+)$", "", place) for place in _PLACE.findall(self.images)]
        return [column for column in dict.fromkeys(named) if column in self.rows]
