"""What a section of the report is made of; the template draws each by its `kind`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from markupsafe import Markup

from kit.wording import cell

SHOWN = 30
"""Rows of a table that are seen at first; a button brings the rest."""


HALF = 500
"""Width of a chart that has a place beside another."""


@dataclass(frozen=True)
class Table:
    """Rows to read and to sort; what is typed into the filter goes through all of them."""

    kind: ClassVar[str] = "table"
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    title: str = ""
    shown: ClassVar[int] = SHOWN

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, title: str = "") -> Table:
        """A table of rows by name; a column that is empty throughout is left out."""
        named = columns or list(dict.fromkeys(key for row in rows for key in row))
        named = [name for name in named if any(cell(row.get(name)) for row in rows)]
        return cls(named, [[row.get(name) for name in named] for row in rows], title)

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold nothing but numbers."""
        return [all(_is_number(row[place]) for row in self.rows) for place in range(len(self.columns))]


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


@dataclass(frozen=True)
class Figure:
    """A chart with what it shows as a table behind it."""

    kind: ClassVar[str] = "figure"
    title: str
    svg: Markup
    table: Table
    note: str = ""

    @property
    def wide(self) -> bool:
        """Whether it needs the whole width of a section."""
        return float(re.search(r"--w:([\d.]+)px", self.svg)[1]) > HALF  # type: ignore[index]


@dataclass(frozen=True)
class Card:
    """A photo with what is true, what is said, and how sure that is; `lines` are (name, share from 0 to 1, mark)."""

    photo: str | None
    """A data URI; None where the photo cannot be read."""
    name: str
    truth: str
    said: str
    lines: Sequence[tuple[str, float, str]] = ()
    note: str = ""


@dataclass(frozen=True)
class Gallery:
    """Photos side by side, which can be filtered and looked at one by one."""

    kind: ClassVar[str] = "gallery"
    title: str
    cards: Sequence[Card]
    note: str = ""

    @property
    def truths(self) -> list[str]:
        return sorted({card.truth for card in self.cards if card.truth})


@dataclass(frozen=True)
class Words:
    """Sentences, one paragraph or list item each."""

    kind: ClassVar[str] = "words"
    sentences: Sequence[str]
    title: str = ""
    listed: bool = False


@dataclass(frozen=True)
class Folded:
    """Blocks that are there when they are asked for, such as the curves of one run of many."""

    kind: ClassVar[str] = "folded"
    title: str
    blocks: Sequence[Block]
    opened: bool = False


Block = Table | Figure | Gallery | Words | Folded


@dataclass(frozen=True)
class Section:
    """A part of the page with its headline first."""

    id: str
    title: str
    lead: str
    blocks: Sequence[Block] = field(default_factory=tuple)
