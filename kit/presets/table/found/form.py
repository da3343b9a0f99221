"""The keys of `submission` as they are found one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Form:
    """The keys of `submission`, each with how it was told, in the order in which they are written."""

    keys: dict[str, tuple[Any, str]] = field(default_factory=dict)
    holds: str = "class"
    """class, probability, columns, list, ranking or number: what the cells hold, for the metric."""
    top: int | None = None
    test_id: str | None = None
    """The column of the test table that names an answer, where the sample calls it otherwise."""

    def add(self, key: str, value: Any, why: str = "") -> None:
        self.keys[key] = (value, why)
