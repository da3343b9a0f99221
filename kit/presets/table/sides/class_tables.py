"""Tables that tell of classes and not of photos: a row for each class, or one table in each folder of a class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.lead import Lead
from kit.presets.table.files.names import side_of
from kit.presets.table.files.one_table import Table
from kit.presets.table.files.part_tables import of_a_folder_each
from kit.presets.table.files.patterns import rows_of_pattern
from kit.presets.table.found.columns import few, is_named
from kit.presets.table.tasks.kinds import plain_number

PHOTOS_OF_A_CLASS = 8
"""Photos whose names begin alike from which on, in the mean, they are of a class and not of one row."""


def of_classes(facts: Facts, tables: Sequence[Table]) -> set[str]:
    """The tables that lie in folders of classes, one in each: each tells of its class's photos alone."""
    found = set[str]()
    for place in class_folders(facts.photos):
        level = 2 if place.column == "label" else 1
        images = rows_of_pattern(facts.photos, place.pattern)["image"]
        folders = {image.rsplit("/", level)[0] for image in images}
        inside = [table for table in tables if str(PurePosixPath(table.name).parent) in folders]
        if any(is_named(column) and table.rows[column].nunique() > 1 for table in inside for column in table.columns):
            continue
        if any(not table.form.header and few(table.rows, table.columns) for table in inside):
            continue  # each tells of photos of several classes: the folders are places or parts
        if len(inside) > 1 and of_a_folder_each(facts, inside) and all(map(_answers, inside)):
            continue  # a number for each photo: what is asked
        if len({tuple(table.columns) for table in inside}) == 1 and len(inside) == len(folders):
            found |= {table.name for table in inside}
    return found


def _answers(table: Table) -> bool:
    """Whether a table has a photo and a number in each row, and nothing else."""
    return len(table.columns) == 2 and plain_number(table.rows[table.columns[1]].dropna())


def lists_classes(facts: Facts, table: Table) -> bool:
    """Whether each row is a class: a word that the names of many photos begin with, or a folder of its photos."""
    lead = next(iter(facts.leads(table)), None)
    if lead is None or not lead.many:
        return False
    if not lead.template.endswith("/*"):
        return PHOTOS_OF_A_CLASS * len(table.rows) <= facts.photos.holders[lead.folder]
    if not class_folders(facts.photos):
        return False
    return _on_two_sides(facts, table, lead) or _names_each(facts, table, lead) or _names_some(facts, table, lead)


def says_of_classes(facts: Facts, table: Table, others: Sequence[Table]) -> bool:
    """Whether the numbers that lead to photos are those of classes: another table has each of them in several rows."""
    lead = next(iter(facts.leads(table)), None)
    if lead is None or not table.rows[lead.column].is_unique:
        return False
    for other in others:
        if other is table or lead.column not in other.columns or 2 * len(table.rows) > len(other.rows):
            continue
        if not facts.leads(other) or any(one.column == lead.column for one in facts.leads(other)):
            continue
        if other.values(lead.column) <= table.values(lead.column):
            return True
    return False


def _on_two_sides(facts: Facts, table: Table, lead: Lead) -> bool:
    """Whether folders of these names lie on two sides, as train/n0 and validation/n0 do: no person is on both."""
    sides = [{side_of(f"{one}/x") for one in facts.photos.folders.get(name, ())} for name in table.values(lead.column)]
    return all(len(some - {None}) > 1 for some in sides)


def _names_some(facts: Facts, table: Table, lead: Lead) -> bool:
    """Whether the table has but one column of words, none of which repeats, and each is a folder of classes."""
    words = table.rows[lead.column].dropna()
    classes = [rows_of_pattern(facts.photos, place.pattern)[place.column] for place in class_folders(facts.photos)]
    others = [column for column in table.columns if not plain_number(table.rows[column].dropna())]
    inside = any(set(words) <= set(names) for names in classes)
    return others == [lead.column] and words.is_unique and not any(re.search(r"\d", one) for one in words) and inside


def _names_each(facts: Facts, table: Table, lead: Lead) -> bool:
    """Whether the folders hold many photos, and the table has but names of them, each another, and numbers."""
    inside = sum(image.startswith(f"{lead.folder}/" if lead.folder else "") for image in facts.photos.images)
    others = {column: table.rows[column].dropna() for column in table.columns if column != lead.column}
    texts = [cells for cells in others.values() if len(cells) and not plain_number(cells)]
    if any(map(is_named, others)) or not texts:
        return False
    return inside >= PHOTOS_OF_A_CLASS * len(table.rows) and all(cells.is_unique for cells in texts)
