"""Keys of competition.yaml: where the photos are, which labels are mended, and how the host scores in the end."""

from __future__ import annotations

import codecs
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from kit.schema import Cell, Frozen
from kit.table_form import TableForm


def _known_encoding(name: str) -> str:
    """ValueError for a name that Python has no encoding of."""
    try:
        b"a".decode(name, "ignore")
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError(f"there is no encoding '{name}': write one such as utf-8, utf-16, cp949 or gb18030") from None


def _one_letter(separator: str) -> str:
    if len(separator) != 1 or separator in '"\r\n':
        raise ValueError(f'\'{separator}\' separates no cells: write one character, such as "\\t", or " " for spaces')
    return separator


class TableSource(Frozen):
    """How a table is written, where its bytes do not tell."""

    separator: Annotated[str, AfterValidator(_one_letter)] | None = None
    """What separates the cells of a table of text; without it the rows tell."""
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    """The encoding of a table of text; without it the bytes tell."""
    header: bool = True
    """Whether the first row names the columns. Without one it is a row, and the columns are called 1, 2, ..."""

    @property
    def form(self) -> TableForm:
        return TableForm(self.separator, self.encoding, self.header)


def _cells(content: Any) -> Any:
    """One value as a list of it."""
    return content if isinstance(content, list | tuple) else (content,)


class Join(TableSource):
    """A further table, whose columns are put beside those of the first: one row for each key."""

    table: str
    """The table, a path in the data folder."""
    on: dict[Cell, Cell]
    """The column that both tables have and that says which rows belong together, or a list of such columns; where they
    are called differently, a mapping from the first table's to this one's.
    """

    @model_validator(mode="before")
    @classmethod
    def _on_is_a_word(cls, content: Any) -> Any:
        """Programs that read YAML as version 1.1 take an `on` that is not quoted for true, and write that."""
        if not isinstance(content, dict):
            return content
        return {"on" if key is True else key: value for key, value in content.items()}

    @field_validator("on", mode="before")
    @classmethod
    def _of_one_name(cls, content: Any) -> Any:
        return content if isinstance(content, dict) else {name: name for name in _cells(content)}

    @field_validator("on")
    @classmethod
    def _some(cls, on: dict[str, str]) -> dict[str, str]:
        if not on:
            raise ValueError("'on' names no column")
        return on


class Group(Frozen):
    """What says who is on a photo: one column, several together, or a part of what the last of them holds."""

    columns: tuple[Cell, ...] = Field(min_length=1)
    """The columns."""
    pattern: str | None = None
    """A regular expression that finds the group in the last column: its first group, or all that it matches."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return {"columns": _cells(content)}
        if "column" in content and "columns" not in content:
            return {
                **{key: value for key, value in content.items() if key != "column"},
                "columns": (content["column"],),
            }
        return content

    @model_validator(mode="after")
    def _consistent(self) -> Group:
        if self.pattern is None:
            return self
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"the group's pattern '{self.pattern}' is no regular expression ({error})") from None
        return self

    def __str__(self) -> str:
        return " and ".join(self.columns)


class Source(TableSource):
    """A side's photos and what is known of them."""

    table: str | None = None
    """The table, a path in the data folder: text in columns, json, jsonl or parquet; without it every image that
    `images` finds is a row. A path with * leads to several tables, of which the columns count that all have, or to a
    json note for each photo, whose rows are read under one another; they have the columns `in_file`, the name of a
    row's file without ending, and `in_folder`, that of its folder.
    """
    join: tuple[Join, ...] = ()
    """Further tables, whose columns are joined to those of `table`."""
    rows: dict[Cell, Annotated[tuple[Cell, ...], BeforeValidator(_cells)]] = {}
    """Which rows of the table are of this side: for a column the value, or the list of values, that they have there; ''
    is an empty cell, and a * in a value stands for any letters.
    """
    images: str
    """Where a row's photo lies in the data folder, with {column} for what the row has in a column, {column[0]} or
    {column[0:2]} for characters of it, and {column:05} for it with zeros in front, five characters long; where the last
    part of the path holds a *, every image file that fits is a row of its own. A * in a folder, and ** for any folders,
    lead to the one place where there is such a file. Without a table, a pattern of paths, in which {name} is a folder,
    or a part of a name, that becomes the column `name`.
    """

    @model_validator(mode="after")
    def _of_a_table(self) -> Source:
        if self.table is None and (self.join or self.rows):
            raise ValueError(f"'{'join' if self.join else 'rows'}' is of a table, and there is no 'table'")
        return self


class Pivot(Frozen):
    """How a table says several things of a photo, in a row for each."""

    columns: Cell
    """The column that names what a row says: each of its values becomes a column."""
    values: Cell
    """The column that holds it."""

    @model_validator(mode="after")
    def _of_two_columns(self) -> Pivot:
        if self.columns == self.values:
            raise ValueError(f"'pivot' names the column '{self.values}' twice")
        return self


class TrainSource(Source):
    """Where the labelled photos are."""

    pivot: Pivot | None = None
    """Where the table has a row for each answer of a photo, such as {columns: target_name, values: target}: each
    photo has one row then, with a column for each `target_name`, which tasks read like any other.
    """

    group: Group | None = None
    """What says who is on the photo: no person crosses folds. A column, a list of columns that say it together, or
    {column: image, pattern: '(\\d+)_(?:left|right)'} for a part of what a column holds; with `columns` instead, the
    pattern is of the last. Without it every photo is its own group.
    """
    folds: Cell | None = None
    """The column of folds that somebody has dealt: its values, in their natural order, are the folds 0, 1, ...; without
    it `kit fold` deals.
    """


class TestSource(Source):
    """Where the photos to predict are."""

    id: Cell | None = None
    """The column that names an answer, where it is not called `submission.id`: of the table, of the places in `images`,
    or file, stem, folder, row or row0. Without it the one column that holds the ids of the sample.
    """
    unreadable: Literal["prior"] | None = None
    """prior: a photo that cannot be read or is not there, or a row that names none, is predicted as the classes are
    shared out in train (a number as the mean), and counted; without it such a photo is an error.
    """
    hidden: int | None = Field(None, ge=1)
    """How many photos the test set has on which the host runs a notebook, as it says; the time that `kit submit
    --kernel` forecasts is of so many.
    """
    hours: float = Field(9, gt=0)
    """How long the host lets a notebook run."""


class Fixes(Frozen):
    """Known label errors, which are mended whenever the train table is read."""

    file: str = "fixes.csv"
    """The csv of fixes, a path in the workspace."""
    tiers: tuple[str, ...] = ("core",)
    """The tiers of fixes that are applied: the words of its column `tier`."""


class Finals(Frozen):
    """How the host scores in the end; `kit select` reckons with it."""

    __test__ = False

    public_share: float = Field(0.5, gt=0, lt=1)
    """The share of the test set behind the public leaderboard."""
    split_by: Literal["group", "row"] = "group"
    """group: all photos of a person lie on one side of public and private; row: they are spread over both."""
    test_groups: int | None = Field(None, ge=1)
    """People in the test set; without it reckoned from the photos a person has in the train table."""
