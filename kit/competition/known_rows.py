"""How many rows each table had when it was last read whole, so that a copy that was cut off is noticed."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from kit.competition.names import KNOWN_TABLES
from kit.errors import KitError
from kit.files import read_json, write_text
from kit.reading import opened


def cut_tables(cache_dir: Path, data_dir: Path, rows: Mapping[str, int]) -> list[tuple[str, str]]:
    """The tables (by path in the data folder) that have lost rows or the end of their last line, and what was lost.

    What is whole is remembered; what is cut is told every time, until it is whole again or the memory is deleted.
    """
    path = cache_dir / KNOWN_TABLES
    try:
        kept = read_json(path)
    except KitError:  # there is none, or a damaged one: what is there now is remembered
        kept = {}
    before = kept if isinstance(kept, dict) else {}
    found, known = [], dict(before)
    for table, count in rows.items():
        ended = _ends(data_dir / table)
        was = before.get(table)
        if isinstance(was, list) and len(was) == 2 and isinstance(was[0], int) and count < was[0]:
            found.append((table, f"it has {count} rows, and had {was[0]} when it was last read"))
        elif isinstance(was, list) and len(was) == 2 and was == [count, True] and not ended:
            found.append((table, "its last line does not end, and did when it was last read"))
        else:
            known[table] = [count, ended]
    if known != before:
        with contextlib.suppress(KitError):  # a disk that cannot be written remembers nothing
            write_text(path, json.dumps(known, sort_keys=True) + "\n")
    return found


def _ends(path: Path) -> bool:
    """Whether the last line of a file ends."""
    with opened(path) as handle:
        if handle.seek(0, os.SEEK_END) == 0:
            return False
        handle.seek(-1, os.SEEK_END)
        return handle.read() in (b"\n", b"\r")
