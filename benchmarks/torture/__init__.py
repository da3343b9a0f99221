"""Attempts to break kit: each module tries one kind of harm and returns rows of a table of tried, held and faults."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Row:
    """What was tried, how often, and each fault that was found, in a sentence."""

    what: str
    tried: int = 0
    faults: list[str] = field(default_factory=list)
    of: int = 0
    """How many there are to draw from, where not all are tried."""

    @property
    def held(self) -> int:
        return self.tried - len(self.faults)


def told(row: Row) -> Row:
    """Say what a row found as soon as it is known, on stderr."""
    print(f"{row.what}: {row.held} of {row.tried} held", *row.faults, sep="\n  ", file=sys.stderr, flush=True)
    return row


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, and below it the faults."""
    total = Row("all", sum(row.tried for row in rows), [fault for row in rows for fault in row.faults])
    lines = ["| what | tried | held | faults |", "|---|---|---|---|"]
    for row in (*rows, total):
        what = f"{row.what}, drawn from {row.of:,}" if row.of > row.tried else row.what
        lines.append(f"| {what} | {row.tried:,} | {row.held:,} | {len(row.faults)} |")
    return "\n".join([*lines, *(f"\n{row.what}: {fault}" for row in rows for fault in row.faults)])
