"""Tables of hundreds of pixels or measures a row: these columns are counted, and not read."""

from __future__ import annotations

import re
from pathlib import Path

from kit.reading import opened

LARGE = 4 << 20
"""Bytes from which on a table's columns are counted before it is read."""
MANY = 200
"""Columns of a series, such as pixel0, pixel1, ..., of which the first alone is read where there are so many."""
HEAD = 4 << 20
_SERIES = re.compile(r"(?:pixel|px|p|x|v|f|feature|feat|dim|col)?[_ .\-]?\d+(?:x\d+)?", re.IGNORECASE)


def columns_to_read(path: Path) -> tuple[list[str], int] | None:
    """The columns of a large table that are no series, with the first that is, and how many are left; None where the
    whole table is to be read.
    """
    if path.stat().st_size < LARGE:
        return None
    names = _names(path)
    series = [name for name in names if _SERIES.fullmatch(name)]
    if len(series) < MANY:
        return None
    left = set(series[1:])
    return [name for name in names if name not in left], len(left)


def _names(path: Path) -> list[str]:
    if path.suffix.lower() == ".parquet":
        import pyarrow
        import pyarrow.parquet

        try:
            return list(pyarrow.parquet.read_schema(path).names)
        except (pyarrow.ArrowException, OSError, ValueError):  # whoever reads it tells what is wrong
            return []
    with opened(path) as file:
        line = file.read(HEAD).partition(b"\n")[0].decode("utf-8", errors="replace")
    separator = max(",;\t|", key=line.count)
    return [name.strip().strip('"') for name in line.split(separator)]
