"""A file made elsewhere, looked at byte by byte: what the host would refuse or misread is told with its line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest, one_line
from kit.submissions.cells import OneClass
from kit.submissions.form import Layout
from kit.submissions.rows import naming
from kit.targets.cells import LINE


def read_sent(workspace: Workspace, layout: Layout, content: bytes, path: Path) -> pd.DataFrame:
    """The table of a file in the layout's exact form, cells as they stand, with each row's line; KitError otherwise."""
    separator = str(layout.form.separator)
    text = _text(content, str(layout.form.encoding), path)
    _check_ends(text, path)
    rows = list(_rows(text, separator, path))
    if not rows:
        raise KitError("this file is empty", where=path)
    header = layout.header
    if layout.form.header:
        (first, names), *rows = rows
        if tuple(names) != header:
            shown, wanted = separator.join(names), separator.join(header)
            raise KitError(f"line {first}: the header is '{shown}', and the host wants '{wanted}'", where=path)
    naming_columns = naming(workspace.competition.submission)
    keys = [layout.columns.index(name) for name in naming_columns]
    known = {tuple(cells) for cells in layout.given[naming_columns].to_numpy(dtype=object)}
    seen: set[tuple[str, ...]] = set()
    for line, cells in rows:
        if len(cells) != len(header):
            wanted = f"the header has {len(header)}" if layout.form.header else f"the host wants {len(header)}"
            raise KitError(f"line {line} has {len(cells)} cells, and {wanted}", where=path)
        row = tuple(cells[key] for key in keys)
        if row in seen:
            raise KitError(f"line {line}: the id '{' '.join(row)}' stands there twice", where=path)
        if row not in known:
            todo = nearest(" ".join(row), map(" ".join, known)) if len(known) < 10_000 else None
            raise KitError(f"line {line}: the host knows no id '{' '.join(row)}'", where=path, todo=todo)
        seen.add(row)
        for cell in (cell for place, cell in enumerate(cells) if place not in keys):
            if cell != cell.strip():
                raise KitError(f"line {line}: there are spaces around '{cell}'", where=path, todo="take them out")
    if known - seen:
        missing = " ".join(min(known - seen))
        raise KitError(f"{len(known - seen)} ids are missing, such as '{missing}'", where=path)
    table = pd.DataFrame([cells for _, cells in rows], columns=list(layout.columns))
    table = table.assign(**{LINE: [line for line, _ in rows]})
    _check_spelling(layout, table, path)
    return table


def _check_spelling(layout: Layout, table: pd.DataFrame, path: Path) -> None:
    """Refuse a class in another spelling than the one that is written."""
    for part in layout.cells:
        if not isinstance(part, OneClass) or part.names[0] not in table:
            continue
        odd = ~table[part.names[0]].isin(part.values)
        if odd.any():
            number, cell = table.loc[odd, [LINE, part.names[0]]].iloc[0]
            raise KitError(f"line {number}: '{cell}' is no class", where=path, todo=nearest(cell, part.values))


def _text(content: bytes, encoding: str, path: Path) -> str:
    if content.startswith(codecs.BOM_UTF8):
        raise KitError(
            "line 1 begins with a byte order mark, which hosts read as a part of the first column's name",
            where=path,
            todo="save it as UTF-8 without BOM",
        )
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line, name = content[: error.start].count(b"\n") + 1, encoding.upper()
        raise KitError(f"line {line} is no {name} text", where=path, todo=f"save it as {name} without BOM") from None


def _check_ends(text: str, path: Path) -> None:
    """Refuse ends of lines of two kinds, and a carriage return alone."""
    ends = re.findall("\r\n|\n|\r", text)
    odd = next((line for line, end in enumerate(ends, start=1) if end == "\r" or end != ends[0]), None)
    if odd is not None:
        names = {"\r\n": "CR LF", "\n": "LF", "\r": "CR"}
        before = "" if odd == 1 else f", and the first line with {names[ends[0]]}"
        raise KitError(
            f"line {odd} ends with {names[ends[odd - 1]]}{before}", where=path, todo="end every line with a line feed"
        )


def _rows(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The line and the cells of each row; a blank line is an error."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                raise KitError(f"line {reader.line_num} is blank", where=path, todo="take it out")
            yield reader.line_num, cells
    except csv.Error as error:
        raise KitError(f"line {reader.line_num} is no csv ({one_line(error)})", where=path) from None
