"""Folders that look like those of classes and are none: refused, with the way out."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

import pandas as pd

from kit.errors import KitError
from kit.presets.table.files.aside import MOST_FIGURES
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import ClassFolders
from kit.presets.table.files.names import EXPLAINING, WHO, says, side_of, words
from kit.presets.table.files.nothing import unread_tables, what_helps
from kit.presets.table.files.one_table import UNNAMED
from kit.presets.table.files.patterns import literal, rows_of_pattern
from kit.presets.table.found.joins import join_of
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.holding import may_hold_labels

MANY = 20
"""Rows from which on a table may be one of the photos."""
FOLDERS = ("folder", "foldername", "dir", "directory", "path")
"""Words of columns that name folders."""


def refuse_things(facts: Facts, rows: pd.DataFrame, place: ClassFolders) -> None:
    """KitError where the folders are what a table tells of, in several rows each, and no classes."""
    names = set(rows[place.column].dropna())
    for table in sorted(facts.tables, key=lambda one: one.side == "test") if place.column == "folder" else ():
        parts = [other.rows for other in facts.tables if other.columns == table.columns]
        for column in table.columns if not table.sample else ():
            called = says(column, (*FOLDERS, *WHO)) or "id" in words(column)
            cells = pd.concat([part[column] for part in parts]).dropna()
            if called and len(table.columns) > 2 and cells.nunique() < len(cells) and names <= set(cells):
                raise KitError(
                    f"the folders of {place.holder or '.'}/ are no classes: '{column}' names each in several rows",
                    where=facts.root / table.name,
                    todo="a reader of your own makes a photo of what a row says (docs/competition.md, Photos): --train"
                    f" '{table.name}' --image '{place.holder}/{{{column}}}'",
                )


def refuse_figures(facts: Facts, rows: pd.DataFrame, place: ClassFolders) -> None:
    """KitError where folders called docs or figures, with a few pictures, would be classes beside others."""
    counts = rows[place.column].value_counts()
    some = [
        name
        for name in counts.index
        if says(name, EXPLAINING) and counts[name] <= min(MOST_FIGURES, counts.median() / 4)
    ]
    if not some or 2 * len(some) > len(counts):
        return
    told = " and ".join(f"{name}/ ({counts[name]})" for name in sorted(some))
    raise KitError(
        f"{told} would be classes, and are called as what explains the others",
        where=facts.root / (place.holder or "."),
        todo="move them out of the data folder; or, if they are classes, make a table of the photos and their labels,"
        " and name it with --train",
    )


def refuse_own_folders(facts: Facts, names: list[str], places: dict[str, ClassFolders]) -> None:
    """KitError where each photo lies in a folder of its own, so that these are no classes, and those above may be."""
    rows = [rows_of_pattern(facts.photos, places[name].pattern) for name in names]
    if any(some["image"].str.rpartition("/")[0].nunique() < 0.9 * len(some) for some in rows):
        return
    root = posixpath.commonpath(names)
    raise KitError(
        f"each photo, such as {rows[0]['image'].iloc[0]}, lies in a folder of its own, which is no class",
        where=facts.root,
        todo="where those above are the classes, --image"
        f" '{posixpath.join(literal(root), '{label}', '**', '*')}' --label label; or make a table of the photos and"
        " their labels, and name it with --train",
    )


def refuse_own_lists(facts: Facts, rows: pd.DataFrame, place: ClassFolders) -> None:
    """KitError where lists of train and test photos lie in each of the folders: each is a part of the data."""
    if place.column != "label":
        return
    tops = {image.rsplit("/", 2)[0] for image in rows["image"]}
    lists = {top: [one.name for one in facts.tables if posixpath.dirname(one.name) == top] for top in tops}
    if all(any(side_of(name.rpartition("/")[2]) for name in some) for some in lists.values()):
        first = min(tops)
        raise KitError(
            f"the {len(tops)} folders, such as {first}/, hold lists of their own train and test photos, such as"
            f" {lists[first][0].rpartition('/')[2]}, and are no classes",
            where=facts.root,
            todo=f"{what_helps(facts)}make a table of the photos and their labels, and name it with --train; or, if the"
            " folders are what is asked, --image"
            f" '{place.pattern}' --label label",
        )


def refuse_numbered(facts: Facts, rows: pd.DataFrame, place: ClassFolders) -> None:
    """KitError where the folders are called by numbers with zeros in front, and tables lie beside that are not read:
    they may be of people, and the labels stand there.
    """
    names, tables = sorted(rows[place.column].dropna().unique()), unread_tables(facts)
    numbered = all(re.fullmatch(r"\d{3,}", name) for name in names) and names[0].startswith("0")
    if tables and numbered and len({len(name) for name in names}) == 1:
        raise KitError(
            f"each folder is called by a number, such as '{names[0]}', and {tables[0]} lies beside, which kit does not"
            " read",
            where=facts.root,
            todo="save it as csv, and name it with --train; if the folders are what is asked,"
            f" --train '{place.holder or '.'}'",
        )


def refuse_untold(facts: Facts, train: Side) -> None:
    """KitError where a table has about as many rows as the folders have photos, and neither leads to a photo nor says
    the classes that the folders would be: what is asked may stand in it.
    """
    if train.table is not None or not train.of_folder:
        return
    rows, classes = train.rows, set(train.rows[train.of_folder].dropna())
    leading = [table for table in facts.tables if facts.leads(table)]
    holder = posixpath.commonpath([image.rpartition("/")[0].rpartition("/")[0] for image in rows["image"]]) or "."
    for table in facts.tables:
        aside = table.sample or table.side in ("test", "valid") or len(table.columns) < 2 or table in leading
        if aside or not len(table.rows) >= MANY or not 0.5 <= len(table.rows) / len(rows) <= 2:
            continue
        told = any(len(classes & table.values(column)) > len(classes) / 2 for column in table.columns)
        told = told or any(join_of(other, table) is not None for other in leading)
        if told or not may_hold_labels(facts, table, None):
            continue
        named = [column for column in table.columns if not UNNAMED.fullmatch(column)]
        first = max(named, key=lambda column: table.rows[column].nunique() > 0.9 * len(table.rows), default="COLUMN")
        folder, ending = posixpath.split(rows["image"].iloc[0])
        raise KitError(
            f"it has {len(table.rows):,} rows and the folders of {holder}/ {len(rows):,} photos, and none of its"
            f" columns ({', '.join(table.columns[:6])}) leads to one",
            where=facts.root / table.name,
            todo=f"say which photo is a row's, such as --train '{table.name}' --image"
            f" '{folder if holder == '.' else holder}/{{{first}}}{PurePosixPath(ending).suffix}'; or, if the folders"
            f" are the classes, --train '{holder}'",
        )


def refuse_asked_folders(facts: Facts, sample: Sample | None, rows: pd.DataFrame, place: ClassFolders) -> None:
    """KitError where the sample's rows are folders of photos, and train has such folders: they are asked, and no class
    of a photo.
    """
    lead = None if sample is None else next(iter(facts.leads(sample.table, [sample.id])), None)
    if sample is None or lead is None or not lead.many or not lead.template.endswith("/*"):
        return
    notes = " and ".join(f"{count:,} {kind}" for kind, count in sorted(facts.sidecars.items()))
    noted = f", as the notes beside the photos say it ({notes})" if notes else ""
    asked, folder = (image.rpartition("/")[0] for image in (lead.first, rows["image"].iloc[0]))
    raise KitError(
        f"each row of {sample.name} is a folder of photos, such as {asked}, so that the folders of"
        f" {place.holder or '.'}/ are no classes",
        where=facts.root,
        todo=f"make a table with a row for each folder, such as '{folder}', and its label{noted}, and name it with"
        " --train",
    )
