"""One table of a data folder, read as its cells and its photos ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.tables import read_table
from kit.competition.tables.json_table import JSON_ENDINGS
from kit.competition.tables.reading import TEXT_ENDINGS
from kit.errors import KitError
from kit.presets.table.files.headers import HEAD, is_header
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.names import is_sample, side_of
from kit.presets.table.files.wide import columns_to_read
from kit.table_form import SEPARATORS, SPACES, TableForm
from kit.targets.cells import LINE

WITHOUT_HEADER = TEXT_ENDINGS
LISTS = (".txt", ".dat", ".data", ".lst", ".list")
"""How the names of lists end, whose cells are cut as the photos' names ask."""
HEAD_ROWS = 5
UNNAMED = re.compile(r"Unnamed: \d+")
"""What pandas calls a column whose header is empty: most of them count the rows."""


@dataclass(frozen=True)
class Table:
    """A table: its rows as text with their line (`@line`), and what its name says that it is for."""

    name: str
    form: TableForm
    rows: pd.DataFrame
    side: str | None = None
    sample: bool = False
    unread: int = 0
    """Columns of a long series, such as pixels, that were counted and not read."""
    parts: tuple[str, ...] = ()
    """The files of a table that lies in several; its name is a pattern of them."""

    @property
    def files(self) -> tuple[str, ...]:
        return self.parts or (self.name,)

    @property
    def columns(self) -> list[str]:
        return [column for column in self.rows.columns if column != LINE]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem.lower()

    def values(self, column: str) -> frozenset[str]:
        return frozenset(self.rows[column].dropna())


def read_one(root: Path, name: str, photos: PhotoIndex) -> Table:
    """Read a table; the first row is a row where it looks like one."""
    form, text = TableForm(), name.lower().endswith(WITHOUT_HEADER) or not PurePosixPath(name).suffix
    some = None if is_sample(name) or name.lower().endswith(JSON_ENDINGS) else columns_to_read(root / name)
    if some is not None:
        return Table(name, form, read_table(root / name, form, only=some[0]), side_of(name), unread=some[1])
    try:
        rows = read_table(root / name, form)
        headed = not text or is_header(rows, photos)
    except KitError:  # two cells of a first row that is a row may be alike
        rows, headed = read_table(root / name, replace(form, header=False)), False
        if not text or rows.iloc[0].map(str).str.contains("[^\\W\\d]").all():
            raise
    if not headed:
        form = replace(form, header=False)
        rows = read_table(root / name, form)
    if name.lower().endswith(LISTS) and not leads_at_once(rows, photos):
        form, rows = _otherwise_cut(root / name, form, rows, photos)
    elif text and not form.header and _ends_names(rows) and not leads_at_once(rows, photos):
        form, rows = _whole_lines(root / name, form, photos) or (form, rows)
    return Table(name, form, rows, side_of(name), is_sample(name))


def _otherwise_cut(
    path: Path, form: TableForm, rows: pd.DataFrame, photos: PhotoIndex
) -> tuple[TableForm, pd.DataFrame]:
    """A list whose cells lead to no photo as its rows tell, cut so that they do: names may hold commas."""
    if (whole := _whole_lines(path, form, photos)) is not None:
        return whole
    for separator in (SPACES, *SEPARATORS):
        for header in (True, False):
            other = replace(form, separator=separator, header=header)
            try:
                cut = read_table(path, other)
            except KitError:
                continue
            if len(cut.columns) > 2 and leads_at_once(cut, photos) and (not header or is_header(cut, photos)):
                return other, cut
    return form, rows


def _whole_lines(path: Path, form: TableForm, photos: PhotoIndex) -> tuple[TableForm, pd.DataFrame] | None:
    """A list whose lines are names of photos, with spaces or commas in them; None for any other."""
    whole = replace(form, separator=next(one for one in ("\t", "|", ";") if one in SEPARATORS), header=False)
    lines = read_table(path, whole)
    return (whole, lines) if len(lines.columns) == 2 and leads_at_once(lines, photos) else None


def _ends_names(rows: pd.DataFrame) -> bool:
    """Whether the last of several columns has but ends of names of photos, such as AP.jpg."""
    last = rows.drop(columns=LINE).iloc[:, -1].dropna().head(HEAD_ROWS)
    return len(rows.columns) > 2 and len(last) > 0 and all(map(is_image_name, last))


def goes_on(table: Table, photos: PhotoIndex) -> bool:
    """Whether a list's lines are the name of a photo and more words, not equally many in each."""
    if len(table.columns) > 1:
        return False
    head = table.rows[table.columns[0]].dropna().head(HEAD)
    return len(head) > 1 and all(" " in cell and photos.hits(cell.partition(" ")[0]) for cell in head)


def leads_at_once(rows: pd.DataFrame, photos: PhotoIndex) -> bool:
    """Whether a column's first cells are names of photos."""
    head = rows.drop(columns=LINE).head(HEAD_ROWS)
    return any(
        len(cells) and all(map(photos.hits, cells)) for _, column in head.items() if (cells := list(column.dropna()))
    )


def counts_rows(cells: pd.Series) -> bool:
    """Whether a column counts its rows."""
    numbers = pd.to_numeric(cells, errors="coerce")
    return bool(len(numbers) > 1 and numbers.notna().all() and (numbers.diff().dropna() == 1).all())
