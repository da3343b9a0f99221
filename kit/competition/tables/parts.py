"""A table that lies in several files, such as one for each case or a note beside each photo: read as one table."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from kit.competition.photos import list_files
from kit.competition.tables.json_table import frame_of_records
from kit.competition.tables.reading import Read, read_any
from kit.competition.tables.xml_note import record_of_xml
from kit.errors import KitError
from kit.reading import parse_json, read_bytes
from kit.table_form import TableForm, table_text
from kit.targets.cells import LINE

IN_FILE, IN_FOLDER = "in_file", "in_folder"
"""The columns that such a table has more: the name of a row's file without ending, and that of the folder it is in."""
NOTES = (".json", ".xml")
"""How the names of files end of which each is a row."""
FEWEST = 2
"""Columns that the parts of one table share at least."""


def in_parts(table: str) -> bool:
    """Whether a path is a pattern of several tables."""
    return "*" in table


def parts_of(data_dir: Path, pattern: str) -> list[str]:
    """The files that a pattern of paths leads to: * is a part of a name, and ** any folders; sorted."""
    fixed = pattern.partition("*")[0].rpartition("/")[0]
    names = list_files(data_dir / fixed)[0] if (data_dir / fixed).is_dir() else []
    return matching((posixpath.join(fixed, name) for name in names), pattern)


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """Those of some paths that fit a pattern, in which * alone stands for other letters."""
    told = {"**/": "(?:[^/]+/)*", "*": "[^/]*"}
    expression = "".join(told.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*)", pattern))
    return sorted(filter(re.compile(expression).fullmatch, names))


def read_parts(data_dir: Path, pattern: str, form: TableForm) -> Read:
    """All rows of the tables that a pattern leads to, with the columns in_file and in_folder, and @line counted on."""
    names = parts_of(data_dir, pattern)
    if not names:
        raise KitError(
            f"no table is called like '{pattern}'", where=data_dir, todo="mend the path 'table' in competition.yaml"
        )
    return read_together(data_dir, names, form)


def read_together(data_dir: Path, names: Sequence[str], form: TableForm) -> Read:
    """The rows of several tables under one another, with the columns that all have; KitError where one shares a single
    column with the others, or less than half of its own.

    Of a json file that holds one record, and of an xml file, all that it holds is one row: a value within another is
    called OUTER.INNER.
    """
    if all(name.lower().endswith(NOTES) for name in names):
        records = [_record(data_dir / name, form) for name in names]
        if None not in records:
            cells = frame_of_records([one for one in records if one is not None])
            return _whole([cells], [cells], list(names), None)
    reads = [read_any(data_dir / name, form) for name in names]
    shared = [column for column in reads[0].cells if all(column in read.cells for read in reads)]
    most = max(len(read.cells.columns) for read in reads)
    if len(shared) < most and (len(shared) <= FEWEST or 2 * len(shared) <= most):  # @line is one of them
        odd = next(place for place, read in enumerate(reads) if set(read.cells) != set(reads[0].cells))
        told = [", ".join(column for column in reads[place].cells if column != LINE) for place in (odd, 0)]
        raise KitError(
            f"its columns are {told[0]}, and those of {names[0]} {told[1]}",
            where=data_dir / names[odd],
            todo="mend it, or a 'table' in competition.yaml that leads to others alone",
        )
    files = [name for name, read in zip(names, reads, strict=True) for _ in range(len(read.cells))]
    more = dict.fromkeys(column for read in reads for column in read.cells if column not in shared)
    left = f"left out, as not all of its files have them: {', '.join(more)}" if more else None
    note = "; ".join(filter(None, (reads[0].note, left))) or None
    return _whole([read.cells[shared] for read in reads], [read.exact[shared] for read in reads], files, note)


def _whole(cells: list[pd.DataFrame], exact: list[pd.DataFrame], files: list[str], note: str | None) -> Read:
    paths = [PurePosixPath(name) for name in files]
    beside = {
        LINE: np.arange(1, len(files) + 1),
        IN_FILE: np.array([path.stem for path in paths], dtype=object),
        IN_FOLDER: np.array([path.parent.name for path in paths], dtype=object),
    }
    whole = [pd.concat(some, ignore_index=True) for some in (cells, exact)]
    own = set(whole[0].columns) - {LINE}
    more = {name: values for name, values in beside.items() if name not in own}
    return Read(whole[0].assign(**more), whole[1].assign(**more), note)


def _record(path: Path, form: TableForm) -> dict[str, Any] | None:
    """All that a json or xml file holds as one row; None where it holds more than one record."""
    if path.name.lower().endswith(".xml"):
        return dict(_inside(record_of_xml(path), ""))
    text, _ = table_text(read_bytes(path), TableForm(encoding=form.encoding), path)
    content = parse_json(text, path, "this is no json")
    return None if not isinstance(content, dict) else dict(_inside(content, ""))


def _inside(content: dict[str, Any], start: str) -> Iterable[tuple[str, Any]]:
    for name, value in content.items():
        one = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(one, dict):
            yield from _inside(one, f"{start}{name}.")
        else:
            yield f"{start}{name}", one
