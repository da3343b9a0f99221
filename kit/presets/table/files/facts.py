"""All that lies in a data folder, as facts: its photos, its tables with what their columns lead to, and the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.photos import list_files
from kit.competition.tables.reading import TABLE_ENDINGS
from kit.competition.tables.source import row_numbers
from kit.errors import KitError, nearest
from kit.presets.table.files.arrays import not_a_photo
from kit.presets.table.files.aside import copies, figures, without
from kit.presets.table.files.boxes import box_of
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.headers import HEAD
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.lead import Lead
from kit.presets.table.files.leads import leads_of
from kit.presets.table.files.names import DEV, LABELS, SAMPLE, says, side_of
from kit.presets.table.files.numbered import numbers_of
from kit.presets.table.files.one_table import LISTS, UNNAMED, Table, counts_rows, goes_on, leads_at_once, read_one

SAVED = ": save it as UTF-8, as 'iconv -f ENCODING -t UTF-8 FILE > NEW' does"
"""What helps where no bytes tell a table's encoding."""
NO_TABLE = ("readme", "license", "licence", "attribution", "requirements", "notice", "changelog", "citation")
CELLS = (".csv", ".tsv", ".tab", ".psv", ".parquet")
"""How the names of files end that are tables, whatever they are called."""
SIDECARS = 20
"""Files of one folder and ending from which on they are notes beside the photos, one each, and no tables."""
FEW = 5
"""Files that are called like a photo from which on they are such notes."""
MOST_LISTS = 50
"""Files of one folder and ending from which on they are no tables, whatever they hold."""


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
    copies: dict[str, str] = field(default_factory=dict)
    """Folders of copies in another size, and those of the photos."""
    figures: tuple[str, ...] = ()
    """Pictures that explain the data."""
    aside: tuple[str, ...] = ()
    """All images that are set aside, of both kinds."""
    _leads: dict[tuple[str, tuple[str, ...]], list[Lead]] = field(default_factory=dict, compare=False, repr=False)

    def leads(self, table: Table, columns: Sequence[str] | None = None) -> list[Lead]:
        """The columns of a table that lead to photos, the best first."""
        key = (table.name, tuple(columns or table.columns))
        if key not in self._leads:
            sides = box_of(table.columns) if columns is None else ()
            free = [name for name in key[1] if name not in sides]
            leads = leads_of(self.photos, table.rows, free)
            leads = leads_of(self.photos, table.rows, key[1]) if sides and not leads else leads
            leads = [lead for lead in leads if not self._is_chance(lead, table)]
            by_class = (
                columns is None and bool(leads) and all(_holds_its_name(table.rows[name]) for name in table.columns)
            )
            self._leads[key] = [] if by_class else leads  # a column for each class, with its photos below it
        return self._leads[key]

    def _is_chance(self, lead: Lead, table: Table) -> bool:
        """Whether a column that counts the rows leads to photos that are called by numbers, but for some, which count
        from another one on; or has no name and leads to a few of many.
        """
        if not counts_rows(table.rows[lead.column]):
            return False
        if lead.share < 1 and numbers_of(self.photos, table.rows) is not None:
            return True
        return bool(UNNAMED.fullmatch(lead.column)) and self.photos.holders[lead.folder] > len(table.rows)

    def table(self, name: str, option: str) -> Table:
        """A table that the user named; KitError with the nearest name, or with what is wrong in it."""
        plain = str(PurePosixPath(name))
        found = next((table for table in self.tables if table.name == plain), None)
        if found is not None:
            return found
        if not (self.root / plain).is_file():
            names = [table.name for table in self.tables]
            raise KitError(f"{option}: there is no file '{name}'", where=self.root, todo=nearest(plain, names))
        return read_one(self.root, plain, self.photos)


def gather(root: Path, given: Sequence[str] = ()) -> Facts:
    """Look at every file of the data folder; tables that cannot be read are told of later, by their reason.

    given: paths that the user named, of folders, tables or photos.
    """
    every, hidden = list_files(root)
    listed = [name for name in every if is_image_name(name)]
    sets = not_a_photo(root, listed)
    every_image = tuple(image for image in listed if image not in sets)
    copied, explaining = copies(root, every_image, given), figures(every_image)
    images = without(every_image, copied, explaining)
    photos = PhotoIndex(images)
    names = [name for name in without(every, copied, ()) if _may_be_table(name)]
    xml = [name for name in every if name.lower().endswith(".xml")]
    noted = _notes(root, [*names, *xml], photos)
    names += [name for name in xml if name in noted]
    tables, unread = [], {}
    for name in names:
        if name in noted:
            continue
        try:
            table = read_one(root, name, photos)
            if name.lower().endswith(LISTS) and goes_on(table, photos):
                unread[name] = "each line is a photo and a text with spaces in it: put a tab between the two"
            else:
                tables.append(table)
        except KitError as error:
            if not name.endswith(".txt"):  # of prose there is much
                unread[name] = error.what + (SAVED if "encoding" in error.what else "")
    tables = _labelled_dev(_twins_sided(tables), every)
    known = {*images, *explaining, *names}
    others = tuple(name for name in without(every, copied, ()) if name not in known)
    sidecars = dict(Counter(f"*{PurePosixPath(name).suffix.lower()}" for name in noted))
    found = Facts(
        *(root, photos, tuple(tables), unread, others, sidecars, tuple(hidden), tuple(names), tuple(sorted(noted))),
        *(copied, tuple(explaining), tuple(sorted({*every_image} - {*images}))),
    )
    return _with_numbers(_without_samples_of_data(found))


def _with_numbers(facts: Facts) -> Facts:
    """The facts, where no table leads to photos with a column of the rows' numbers, if photos are called by these."""
    if any(facts.leads(table) for table in facts.tables if not table.sample):
        return facts
    some = [table for table in facts.tables if not table.sample or counts_rows(table.rows[table.columns[0]])]
    names = {table.name: numbers_of(facts.photos, table.rows) for table in some}
    tables = (
        replace(table, rows=table.rows.assign(**{name: row_numbers(len(table.rows))[name]}))
        if (name := names.get(table.name))
        else table
        for table in facts.tables
    )
    return replace(facts, tables=tuple(tables))


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
        tables = [read_one(root, name, photos) for name in (names[0], names[-1])] if len(names) < MOST_LISTS else []
    except KitError:
        return False
    return bool(tables) and all(len(table.rows) >= FEW and leads_at_once(table.rows, photos) for table in tables)


def _may_be_table(name: str) -> bool:
    path = PurePosixPath(name)
    if path.suffix.lower() in CELLS:  # license_plates.csv
        return True
    bare = not path.suffix and says(path.name, LABELS)
    return (bare or path.name.lower().endswith(TABLE_ENDINGS)) and not path.stem.lower().startswith(NO_TABLE)


def _kind_of(name: str) -> str:
    path = PurePosixPath(name)
    return f"{path.parent.as_posix()}/*{path.suffix.lower()}"


def _holds_its_name(cells: pd.Series) -> bool:
    """Whether the cells of a column are paths with its name in them: baklava/1.jpg."""
    return bool(cells.dropna().head(HEAD).str.contains(f"{cells.name}/", regex=False).all())
