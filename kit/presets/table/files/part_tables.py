"""Several files that are one table: parts with the same columns, and notes that lie beside the photos, one each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import pandas as pd

from kit.competition.tables.parts import IN_FILE, IN_FOLDER, NOTES, in_parts, matching, read_together
from kit.errors import KitError
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.names import SPLITS, says, side_of
from kit.presets.table.files.one_table import Table
from kit.presets.table.files.several_folders import one_pattern
from kit.table_form import TableForm
from kit.targets.cells import LINE

HEAD = 5
"""Notes that are read to see whether they are rows."""
FEWEST = 8
_COUNTED = re.compile(r"\d+|(?<![^\W_])[a-z](?![^\W_])")
"""What parts of one table differ in: numbers, and letters alone."""
MOST_CELLS = 3
"""Cells of a note of text up to which it says what its photo is, and not where things are on it."""


def together(facts: Facts, tables: Sequence[Table]) -> Table | None:
    """Tables of different photos and of the same columns, or of the most of them, as one; None where they are no such,
    or no pattern is.
    """
    first = tables[0]
    lead = next(iter(facts.leads(first)), None)
    if len(tables) < 2 or lead is None or lead.repeats or any(lead.column not in one.columns for one in tables):
        return None
    if any(one.form != first.form or not facts.leads(one) for one in tables):
        return None
    names = {PurePosixPath(one.name).name for one in tables}
    lists = bool(class_folders(facts.photos)) and _of_a_folder_each(facts, tables, lead.column)
    if not lists and (len({_COUNTED.sub("#", name.lower()) for name in names}) > 1 or len(first.columns) < 2):
        return None  # clean.csv and noisy.csv may say other things of them; a list has its labels elsewhere
    pattern = pattern_to(facts, [one.name for one in tables])
    if pattern is None:
        return None
    whole = _read(facts, pattern, [one.name for one in tables], first.form)
    found = None if whole is None else next(iter(facts.leads(whole)), None)
    return None if found is None or found.repeats or found.many != lead.many else whole


def of_a_folder_each(facts: Facts, tables: Sequence[Table]) -> bool:
    """Whether several tables of the same columns are called like the folder of their photos each, and say more of
    them: then the folders are no classes.
    """
    alike = len({tuple(one.columns) for one in tables}) == 1 and len(tables[0].columns) > 1
    folders = [{lead.folder for lead in facts.leads(one) if not lead.many} for one in tables]
    own = [
        min((folder for folder in some if PurePosixPath(folder).name.lower() == one.stem), default="")
        for one, some in zip(tables, folders, strict=True)
    ]
    return len(tables) > 1 and alike and all(own) and len(set(own)) == len(own)


def _of_a_folder_each(facts: Facts, tables: Sequence[Table], column: str) -> bool:
    """Whether tables are of the photos of one folder each, and are bare lists or called like it."""
    folders = [
        frozenset(hit.image.rpartition("/")[0] for cell in one.values(column) for hit in facts.photos.hits(cell))
        for one in tables
    ]
    named = all(
        some == {folder} and PurePosixPath(folder).name.lower() == one.stem
        for one, some in zip(tables, folders, strict=True)
        for folder in some
    )
    lists = all(len(one.columns) == 1 for one in tables)
    return (lists or named) and all(len(some) == 1 for some in folders) and len(set().union(*folders)) == len(tables)


def lists_of_classes(facts: Facts) -> Table | None:
    """Lists of photos alone, called by a word each, as one table: each is of a class; None where there are no such."""
    lists = [table for table in facts.tables if len(table.columns) == 1 and facts.leads(table) and not table.sample]
    one_way = len({facts.leads(table)[0].template for table in lists}) == 1
    words = one_way and all(
        re.fullmatch(r"[^\W\d]+", table.stem) and not says(table.stem, (*SPLITS, "all")) for table in lists
    )
    if len(lists) < 2 or not words or any(side_of(table.name) for table in lists):
        return None
    pattern = pattern_to(facts, [table.name for table in lists])
    return None if pattern is None else _read(facts, pattern, [table.name for table in lists], lists[0].form)


def notes_table(facts: Facts) -> Table | None:
    """The notes beside the photos as a table, one row each, where they lead to photos and hold one record each."""
    for ending in (*NOTES, ".txt"):
        notes = [name for name in facts.notes if name.lower().endswith(ending)]
        by_side = {side: [name for name in notes if side_of(f"{name.rpartition('/')[0]}/x") == side] for side in _SIDES}
        for names in (some for some in by_side.values() if len(some) >= FEWEST):
            pattern, form = pattern_to(facts, names), TableForm(header=ending in NOTES)
            if pattern is None or not _are_rows(facts, names[:HEAD], form, pattern):
                continue
            whole = _read(facts, pattern, names, form)
            if whole is not None and len(whole.rows) == len(names) and not _holds_lists(whole.rows):
                return whole
    return None


_SIDES = ("train", None)


def of_pattern(facts: Facts, pattern: str, option: str) -> Table:
    """The tables that a pattern leads to as one, as the user named them."""
    names = matching(facts.names, pattern)
    if not names:
        raise KitError(f"{option}: there is no file like '{pattern}'", where=facts.root, todo="mend it")
    known = {table.name: table.form for table in facts.tables}
    form = known.get(names[0], TableForm(header=not names[0].lower().endswith(".txt")))
    cells = read_together(facts.root, names, form).cells
    return Table(pattern, form, cells, side_of(pattern), parts=tuple(names))


def _are_rows(facts: Facts, names: Sequence[str], form: TableForm, pattern: str) -> bool:
    some = _read(facts, f"{pattern} of {len(names)}", names, form)
    if some is None or len(some.rows) != len(names) or not facts.leads(some):
        return False
    return form.header or len(set(some.columns) - {IN_FILE, IN_FOLDER}) <= MOST_CELLS


def _read(facts: Facts, name: str, names: Sequence[str], form: TableForm) -> Table | None:
    try:
        cells = read_together(facts.root, names, form).cells
    except KitError:  # they are no one table
        return None
    return Table(name, form, cells, side_of(name.replace("*", "")), parts=tuple(names))


def _holds_lists(rows: pd.DataFrame) -> bool:
    """Whether a note has several records within it, such as a box for each thing on the photo."""
    texts = rows.drop(columns=LINE)
    return any(texts[column].str.startswith("[{", na=False).any() for column in texts)


def pattern_to(facts: Facts, names: Sequence[str]) -> str | None:
    """A pattern that leads to these files and to no other."""
    paths = [PurePosixPath(name) for name in names]
    folders = sorted({"" if str(path.parent) == "." else f"{path.parent}/" for path in paths})
    inside = folders[0] if len(folders) == 1 else one_pattern(folders)
    called = sorted({path.name for path in paths})
    like = [one_pattern([f"{name}/" for name in called])[:-1], f"*{paths[0].suffix}"]
    like = like[::-1] if set(names) <= set(facts.notes) else like  # how the photos are called, of notes
    for place in dict.fromkeys((inside, "**/")):
        for name in called if len(called) == 1 else like:
            pattern = f"{place}{name}"
            if in_parts(pattern) and "//" not in pattern and matching(facts.names, pattern) == sorted(names):
                return pattern
    return None
