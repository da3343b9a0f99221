"""What keeps train photos together, as it is found."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kit.presets.table.found.joins import Join

FEWEST = 5
"""Groups below which folds cannot be dealt."""


@dataclass(frozen=True)
class Group:
    """What says who is on a photo: a column, or a pattern of what a column holds; how it was told, and its joins."""

    column: str | None
    why: str
    pattern: str | None = None
    joins: tuple[Join, ...] = ()
    together: tuple[str, ...] = ()
    """Several columns that say it together; a pattern is of the last."""


@dataclass(frozen=True)
class Candidate:
    """A column or pattern whose values repeat."""

    name: str
    cells: pd.Series
    sure: bool
    """Whether its name says that it is a who."""
    pattern: str | None = None
    join: Join | None = None
    together: tuple[str, ...] = ()
    """Several columns that say it together; the pattern is of the last."""

    @property
    def told(self) -> str:
        count = self.cells.nunique()
        each = len(self.cells) / max(1, count)
        about = f"{each:.1f}" if each < 5 else f"{each:,.0f}"
        return f"{self.name}: {count:,} values in {len(self.cells):,} rows, about {about} rows each"


def lies_in(inner: pd.Series, outer: pd.Series) -> bool:
    """Whether each value of one column goes with one value of another."""
    pairs = pd.DataFrame({"inner": inner.to_numpy(), "outer": outer.to_numpy()}).drop_duplicates()
    return bool(pairs["inner"].is_unique)
