"""What keeps train photos together, as it is found."""

from __future__ import annotations

from dataclasses import dataclass

from kit.presets.table.joins import Join


@dataclass(frozen=True)
class Group:
    """What says who is on a photo: a column, or a pattern of what a column holds; how it was told, and its joins."""

    column: str | None
    why: str
    pattern: str | None = None
    joins: tuple[Join, ...] = ()
    together: tuple[str, ...] = ()
    """Several columns that say it together."""
