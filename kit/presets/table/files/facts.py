"""All that lies in a data folder, as facts: its photos, its tables with what their columns lead to, and the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.photos import list_files
from kit.competition.tables import read_table
from kit.errors import KitError, nearest
from kit.presets.table.files.arrays import not_a_photo
from kit.presets.table.files.boxes import box_of
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.headers import HEAD, is_header
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.leads import Lead, leads_of
from kit.presets.table.files.names import DEV, LABELS, SAMPLE, is_sample, says, side_of
from kit.presets.table.files.wide import columns_to_read
from kit.table_form import SEPARATORS, SPACES, TableForm
from kit.targets.cells import LINE

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat", ".lst", ".json", ".jsonl", ".parquet")
"""How the names of tables end."""
WITHOUT_HEADER = (".csv", ".tsv", ".tab", ".txt", ".dat", ".lst")
SAVED = ": save it as UTF-8, as 'iconv -f ENCODING -t UTF-8 FILE > NEW' does"
"""What helps where no bytes tell a table's encoding."""
NO_TABLE = ("readme", "license", "licence", "attribution", "requirements", "notice", "changelog", "citation")
SIDECARS = 20
"""Files of one folder and ending from which on they are notes beside the photos, one each, and no tables."""
FEW = 5
"""Files that are called like a photo from which on they are such notes."""
LISTS = (".txt", ".dat", ".lst")
"""How the names of lists end, whose cells are cut as the photos' names ask."""
MOST_LISTS = 50
"""Files of one folder and ending from which on they are no tables, whatever they hold."""
HEAD_ROWS = 5


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


@dataclass(frozen=True)
class Facts:
    """What lies in the data folder."""

    root: Path
    photos: PhotoIndex
    tables: tuple[Table, ...]
    unread: dict[str, str]
    """Tables that could not be read, and why."""
    others: tuple[str, ...]
    """Files that are neither photos nor tables."""
    sidecars: dict[str, int]
    """Endings of notes beside the photos, such as '*.json', and how many they are."""
    hidden: tuple[str, ...]
    """Files and folders that are hidden."""
    names: tuple[str, ...] = ()
    """All files that may be tables or notes."""
    notes: tuple[str, ...] = ()
    """Those of them that are notes beside the photos."""
    _leads: dict[tuple[str, tuple[str, ...]], list[Lead]] = field(default_factory=dict, compare=False, repr=False)

    def leads(self, table: Table, columns: Sequence[str] | None = None) -> list[Lead]:
        """The columns of a table that lead to photos, the best first."""
        key = (table.name, tuple(columns or table.columns))
        if key not in self._leads:
            sides = box_of(table.columns) if columns is None else ()
            free = [name for name in key[1] if name not in sides]
            leads = leads_of(self.photos, table.rows, free) or leads_of(self.photos, table.rows, key[1])
            by_class = (
                columns is None and bool(leads) and all(_holds_its_name(table.rows[name]) for name in table.columns)
            )
            self._leads[key] = [] if by_class else leads  # a column for each class, with its photos below it
        return self._leads[key]

    def table(self, name: str, option: str) -> Table:
        """A table that the user named; KitError with the nearest name, or with what is wrong in it."""
        plain = str(PurePosixPath(name))
        found = next((table for table in self.tables if table.name == plain), None)
        if found is not None:
            return found
        if not (self.root / plain).is_file():
            names = [table.name for table in self.tables]
            raise KitError(f"{option}: there is no file '{name}'", where=self.root, todo=nearest(plain, names))
        return _read(self.root, plain, self.photos)


def gather(root: Path) -> Facts:
    """Look at every file of the data folder; tables that cannot be read are told of later, by their reason."""
    every, hidden = list_files(root)
    listed = [name for name in every if is_image_name(name)]
    sets = not_a_photo(root, listed)
    images = tuple(image for image in listed if image not in sets)
    photos = PhotoIndex(images)
    names = [name for name in every if _may_be_table(name)]
    xml = [name for name in every if name.lower().endswith(".xml")]
    noted = _notes(root, [*names, *xml], photos)
    names += [name for name in xml if name in noted]
    tables, unread = [], {}
    for name in names:
        if name in noted:
            continue
        try:
            table = _read(root, name, photos)
            if name.lower().endswith(LISTS) and _goes_on(table, photos):
                unread[name] = "each line is a photo and a text with spaces in it: put a tab between the two"
            else:
                tables.append(table)
        except KitError as error:
            if not name.endswith(".txt"):  # of prose there is much
                unread[name] = error.what + (SAVED if "encoding" in error.what else "")
    tables = _labelled_dev(_twins_sided(tables), every)
    known = {*images, *names}
    others = tuple(name for name in every if name not in known)
    sidecars = dict(Counter(f"*{PurePosixPath(name).suffix.lower()}" for name in noted))
    found = Facts(
        root, photos, tuple(tables), unread, others, sidecars, tuple(hidden), tuple(names), tuple(sorted(noted))
    )
    return _without_samples_of_data(found)


def _without_samples_of_data(facts: Facts) -> Facts:
    """The facts, with tables as no sample submissions that are called samples, and are those of a data set: no other
    table leads to photos, and their columns vary.
    """
    called = [table for table in facts.tables if table.sample and not says(table.stem, SAMPLE)]
    if not called or any(facts.leads(table) for table in facts.tables if table not in called):
        return facts
    if class_folders(facts.photos) or not all(_varies(table) and facts.leads(table) for table in called):
        return facts
    tables = tuple(replace(table, sample=False) if table in called else table for table in facts.tables)
    return replace(facts, tables=tables)


def _varies(table: Table) -> bool:
    """Whether a further column has values that repeat, and more than one."""
    return any(2 <= table.rows[column].nunique() <= len(table.rows) / 2 for column in table.columns)


def _twins_sided(tables: Sequence[Table]) -> list[Table]:
    """The tables, those whose names differ in train and test alone as sides, whatever their words are grown to."""
    names = {table.name.lower() for table in tables}
    found = []
    for table in tables:
        name, side = table.name.lower(), table.side
        for one, other in (("train", "test"), ("test", "train")):
            if side is None and not table.sample and one in name and name.replace(one, other) in names - {name}:
                side = one
        found.append(replace(table, side=side))
    return found


def _labelled_dev(tables: Sequence[Table], names: Sequence[str]) -> list[Table]:
    """The tables, those of no side that are called dev, where no file is called train: with them a host develops, and
    does not validate alone.
    """
    if any(side_of(name) == "train" for name in names):
        return list(tables)
    return [replace(table, side=None) if table.side == "valid" and says(table.name, DEV) else table for table in tables]


def _notes(root: Path, names: Sequence[str], photos: PhotoIndex) -> set[str]:
    """Files that look like tables and are notes beside photos: one for each photo, or many in a folder that are no
    lists of photos.
    """
    stems = {image.rpartition(".")[0] for image in photos.images}
    of_photos = {name for name in names if name.rpartition(".")[0] in stems}
    by_kind: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_kind[_kind_of(name)].append(name)
    many = [some for some in by_kind.values() if len(some) >= SIDECARS]
    found = {name for some in many if not _are_lists(root, some, photos) for name in some}
    return found | (of_photos if len(of_photos) >= FEW else set())


def _are_lists(root: Path, names: Sequence[str], photos: PhotoIndex) -> bool:
    """Whether files of one folder and ending are few enough, and the first and the last tables of photos."""
    try:
        tables = [_read(root, name, photos) for name in (names[0], names[-1])] if len(names) < MOST_LISTS else []
    except KitError:
        return False
    return bool(tables) and all(len(table.rows) >= FEW and _leads_at_once(table.rows, photos) for table in tables)


def _may_be_table(name: str) -> bool:
    path = PurePosixPath(name)
    bare = not path.suffix and says(path.name, LABELS)
    return (bare or path.name.lower().endswith(ENDINGS)) and not path.stem.lower().startswith(NO_TABLE)


def _kind_of(name: str) -> str:
    path = PurePosixPath(name)
    return f"{path.parent.as_posix()}/*{path.suffix.lower()}"


def _read(root: Path, name: str, photos: PhotoIndex) -> Table:
    """Read a table; the first row is a row where it looks like one."""
    form, text = TableForm(), name.lower().endswith(WITHOUT_HEADER) or not PurePosixPath(name).suffix
    some = None if is_sample(name) or name.lower().endswith((".json", ".jsonl")) else columns_to_read(root / name)
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
    if name.lower().endswith(LISTS) and not _leads_at_once(rows, photos):
        form, rows = _otherwise_cut(root / name, form, rows, photos)
    elif text and not form.header and _ends_names(rows) and not _leads_at_once(rows, photos):
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
            if len(cut.columns) > 2 and _leads_at_once(cut, photos) and (not header or is_header(cut, photos)):
                return other, cut
    return form, rows


def _whole_lines(path: Path, form: TableForm, photos: PhotoIndex) -> tuple[TableForm, pd.DataFrame] | None:
    """A list whose lines are names of photos, with spaces or commas in them; None for any other."""
    whole = replace(form, separator=next(one for one in ("\t", "|", ";") if one in SEPARATORS), header=False)
    lines = read_table(path, whole)
    return (whole, lines) if len(lines.columns) == 2 and _leads_at_once(lines, photos) else None


def _ends_names(rows: pd.DataFrame) -> bool:
    """Whether the last of several columns has but ends of names of photos, such as AP.jpg."""
    last = rows.drop(columns=LINE).iloc[:, -1].dropna().head(HEAD_ROWS)
    return len(rows.columns) > 2 and len(last) > 0 and all(map(is_image_name, last))


def _goes_on(table: Table, photos: PhotoIndex) -> bool:
    """Whether a list's lines are the name of a photo and more words, not equally many in each."""
    if len(table.columns) > 1:
        return False
    head = table.rows[table.columns[0]].dropna().head(HEAD)
    return len(head) > 1 and all(" " in cell and photos.hits(cell.partition(" ")[0]) for cell in head)


def _leads_at_once(rows: pd.DataFrame, photos: PhotoIndex) -> bool:
    """Whether a column's first cells are names of photos."""
    head = rows.drop(columns=LINE).head(HEAD_ROWS)
    return any(
        len(cells) and all(map(photos.hits, cells)) for _, column in head.items() if (cells := list(column.dropna()))
    )


def _holds_its_name(cells: pd.Series) -> bool:
    """Whether the cells of a column are paths with its name in them: baklava/1.jpg."""
    return bool(cells.dropna().head(HEAD).str.contains(f"{cells.name}/", regex=False).all())
