"""Tables as a terminal can hold them: numbers and ids are never broken, columns get narrower or stay away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

EDGE, BETWEEN = 1, 3
"""Letters of a table beside its columns: one at its edge, three for each column."""
NARROWEST = 12
"""Letters below which a column of words does not go."""
WHOLE = 16
"""Letters up to which a word is not broken."""
ENDS = {"low", "high"}
"""The ends of an interval: one tells nothing without the other."""


@dataclass(frozen=True)
class Column:
    """A column as it will be printed; one of numbers is never narrower than its widest cell."""

    name: str
    cells: Sequence[str]
    of_numbers: bool

    @property
    def widest(self) -> int:
        return max(cell_len(line) for text in (self.name, *self.cells) for line in text.split("\n"))

    @property
    def least(self) -> int:
        """How narrow it may get: short words, and words with a digit or _, which may be numbers or ids, stay whole."""
        if self.of_numbers:
            return self.widest
        words = (word for text in (self.name, *self.cells) for word in text.split())
        whole = [cell_len(word) for word in words if len(word) <= WHOLE or re.search(r"[\d_]", word)]
        return min(self.widest, max([NARROWEST, cell_len(self.name), *whole]))


def fitted(columns: Sequence[Column], rank: Sequence[str], width: int | None) -> dict[str, int]:
    """The columns that there is room for, in their order, with their widths; all of them where `width` is None.

    rank: names from the most to the least important; the least goes first, before it one that is not named, and before
    all what is empty. The ends of an interval go together.
    """
    order = {name: place for place, name in enumerate(rank)}
    kept = list(columns)

    def worth(column: Column) -> tuple[bool, int, int]:
        return any(column.cells), -order.get(column.name, len(order)), -kept.index(column)

    while width is not None and len(kept) > 1 and width_of(column.least for column in kept) > width:
        least_worth = min(kept, key=worth).name
        gone = ENDS if least_worth in ENDS and len(kept) > len(ENDS) else {least_worth}
        kept = [column for column in kept if column.name not in gone]
    widths = {column.name: column.widest for column in kept}
    if width is None:
        return widths
    least = {column.name: column.least for column in kept}
    over = width_of(widths.values()) - width
    while over > 0:
        room = {name: widths[name] - least[name] for name in widths}
        widest = max(room, key=lambda name: (room[name] > 0, widths[name]))
        if room[widest] <= 0:  # one column alone, of words that are longer than the line
            widths[widest] = max(1, width - EDGE - BETWEEN)
            break
        others = [widths[name] for name in widths if name != widest and room[name] > 0]
        step = min(over, room[widest], max(1, widths[widest] - max(others, default=0)))
        widths[widest] -= step
        over -= step
    return widths


def width_of(widths: Iterable[int]) -> int:
    """How wide a table of columns of these widths is."""
    return sum(width + BETWEEN for width in widths) + EDGE


def drawn(columns: Sequence[Column], widths: dict[str, int]) -> Table:
    """The table of the columns that have a width."""
    table = Table(box=box.HEAVY_HEAD)
    shown = [column for column in columns if column.name in widths]
    for column in shown:
        width, alone = widths[column.name], column.of_numbers
        table.add_column(
            Text(column.name),
            justify="right" if alone else "left",
            width=width,
            no_wrap=alone,
            overflow="ellipsis" if width < column.least else "fold",
        )
    for row in zip(*(column.cells for column in shown), strict=True):
        table.add_row(*map(Text, row))
    return table
