"""What a workspace's own file is called, apart from what reads it; and whether two names mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

SPEC_NAME = "competition.yaml"
KNOWN_TABLES = "tables.json"
"""In the cache folder: for each table its rows, and whether its last line ended."""
KNOWN_PHOTOS = "photos.parquet"
"""In the cache folder: image, size, mtime, ctime, sha256."""


def spelling(name: str) -> str:
    """A name without what hosts spell now so, now so: case, and what stands between words."""
    return re.sub(r"[\W_]+", "", name.removesuffix(".0")).casefold()


def same_column(name: str, columns: Iterable[str]) -> str | None:
    """The column of a name; where there is none, the only one that differs in case and what stands between words."""
    known = list(columns)
    if name in known:
        return name
    alike = [column for column in known if spelling(column) == spelling(name)]
    return alike[0] if len(alike) == 1 else None
