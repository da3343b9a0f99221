"""The train side: which table, which tables are joined to it, and where its photos are."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from kit.competition.tables.parts import in_parts
from kit.presets.table.asking import Findings, Guide, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.lead import Lead
from kit.presets.table.files.look_folders import levels, looks_of
from kit.presets.table.files.names import NOT_MEANT, says, side_of
from kit.presets.table.files.one_table import WITHOUT_HEADER, Table
from kit.presets.table.files.part_tables import lists_of_classes, notes_table, of_pattern
from kit.presets.table.files.patterns import rows_of_pattern
from kit.presets.table.found.joins import joined
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import FOLDER, Side
from kit.presets.table.sides.folder_sides import folder_side, says_classes
from kit.presets.table.sides.images_of import images_of
from kit.presets.table.sides.labels_in_names import is_of_parts
from kit.presets.table.sides.samples import refuse_unread
from kit.presets.table.sides.train_joins import needed_joins, split_joins
from kit.presets.table.sides.train_table import train_table
from kit.presets.table.sides.ways import find_images
from kit.presets.table.tasks.places import refuse_several_photos

MOST_STEMS = 20
"""Names of a row's photos that may be labels."""


def _stems(facts: Facts, lead: Lead | None) -> tuple[str, ...]:
    """The names that the photos of each row have, where rows have several and call them alike."""
    if lead is None or not lead.many or not lead.template.endswith("/*"):
        return ()
    inside = [image for image in facts.photos.images if image.startswith(f"{lead.folder}/" if lead.folder else "")]
    stems = {image.rpartition("/")[2].rpartition(".")[0] for image in inside}
    return tuple(sorted(stems)) if 2 <= len(stems) <= min(MOST_STEMS, len(inside) / 3) else ()


def train_side(facts: Facts, options: TableOptions, sample: Sample | None, guide: Guide, findings: Findings) -> Side:
    """The labelled photos: a table that leads to them, with what it is joined to; or folders or names of files."""
    folder = options.train.strip("/") if options.train else None
    if folder is None and options.image is not None and is_of_parts(facts, options.image):
        return _without_table(facts, None, options, sample, guide, findings)
    if folder is not None and (facts.root / folder).is_dir():
        return _without_table(facts, folder, options, sample, guide, findings)
    table: Table | None
    if options.train is not None and in_parts(options.train):
        table, why = of_pattern(facts, options.train, "--train"), "given by --train"
    elif options.train is not None:
        table = facts.table(options.train, "--train")
        why = "given by --train"
    else:
        refuse_unread(facts, _is_train, "mend it, or name the train table or folder with --train")
        table, why = train_table(facts, options, sample, guide, findings)
    if table is None and options.train is None and options.image is None and not says_classes(facts):
        table, why = notes_table(facts), "notes beside the photos, one each"
        if table is None:
            table, why = lists_of_classes(facts), "lists of photos, one for each class"
    if table is None:
        return _without_table(facts, None, options, sample, guide, findings)
    if options.image is None:
        refuse_several_photos(facts, table)
    joins = [join for join in needed_joins(facts, table, sample, options) if len(join.table.columns) > 1]
    joins += [
        join for join in split_joins(facts, table, sample) if join.table.name not in {one.table.name for one in joins}
    ]
    rows = joined(table, joins)
    images, lead, why_images = find_images(facts, table, rows, options.image, "train", guide)
    _tell_further(facts, table, lead, findings)
    side = Side(table, images, rows, why, why_images, lead, tuple(joins), stems=_stems(facts, lead))
    in_classes = [set(rows_of_pattern(facts.photos, place.pattern)["image"]) for place in class_folders(facts.photos)]
    if not in_classes:
        return side
    found = images_of(facts, side)
    folders = _folders(facts, side, found)
    inside = [image.rsplit("/", 2) for images in in_classes for image in images]
    if folders is not None and set(folders) <= {parts[-2] for parts in inside}:
        of_train = all(side_of(f"{parts[0]}/x") == "train" for parts in inside if len(parts) == 3)
        side = replace(side, rows=rows.assign(**{FOLDER: folders}), of_train_folders=of_train)
    bare = len(table.columns) - 2 * bool(table.parts) == 1
    return replace(side, in_classes=bare and bool(found) and any(found <= images for images in in_classes))


def _without_table(
    facts: Facts,
    folder: str | None,
    options: TableOptions,
    sample: Sample | None,
    guide: Guide,
    findings: Findings,
) -> Side:
    """The photos whose folders or names say their classes; told of other looks beside them."""
    train = folder_side(facts, folder, guide, findings, sample, options.image if folder is None else None)
    _tell_looks(facts, train, findings)
    return train


def _tell_looks(facts: Facts, train: Side, findings: Findings) -> None:
    """Tell of the folders of masks and other looks that lie beside those of the photos that are taken."""
    holders = {image.rpartition("/")[0] for image in images_of(facts, train)}
    taken = {level for holder in holders for level in levels(holder)}
    beside = {look: plain for look, plain in looks_of(facts.photos.images).items() if plain in taken}
    if re.search(r"{label}/[^/*]+/[^/]*$", train.images):  # and of those of each class
        classes = {one.rpartition("/")[0]: one for one in holders}
        others = {
            one: classes.get(one.rpartition("/")[0], "")
            for one in facts.photos.holders
            if one not in holders and side_of(f"{one}/x") in (None, "train")
        }
        beside |= {look: plain for look, plain in others.items() if plain}
    some = [count for folder, count in facts.photos.holders.items() if beside.keys() & set(levels(folder))]
    if some:
        first = min(beside)
        more = f" and other such folders ({len(beside) - 1:,})" if len(beside) > 1 else ""
        findings.check.append(
            f"{first}/{more}, {sum(some):,} photos, are masks or other looks of those in {beside[first]}/, and are"
            " left out"
        )


def _folders(facts: Facts, side: Side, found: set[str]) -> pd.Series | None:
    """What the folder of each row's photo is called, where a cell names it; None where they are not known, or no
    classes by their number.
    """
    if side.lead is None or side.lead.many or side.lead.repeats or side.lead.bands:
        return None
    known = {
        cell: {hit.image.split("/")[-2] for hit in facts.photos.hits(cell) if hit.image in found and "/" in hit.image}
        for cell in side.rows[side.lead.column].dropna()
    }
    folders = side.rows[side.lead.column].map({cell: some.pop() for cell, some in known.items() if len(some) == 1})
    return folders if folders.notna().all() and 2 <= folders.nunique() <= len(folders) / 2 else None


def _tell_further(facts: Facts, table: Table, lead: Lead | None, findings: Findings) -> None:
    """Tell of columns that name other photos of the rows, and of other folders of the rows' photos."""
    beside = [one for one in facts.leads(table) if lead is not None and lead.many and one.column == lead.column]
    beside = [one for one in beside if one.folder != (lead.folder if lead else "") and not says(one.folder, NOT_MEANT)]
    if beside and lead is not None and side_of(f"{beside[0].folder}/x") not in ("test", "valid"):
        told = ", ".join(f"'{one.template}'" for one in beside[:3])
        findings.check.append(f"photos of '{lead.column}' lie in {told} too, and are left out: --image PATH for others")
    others = [one for one in facts.leads(table) if lead is not None and one.column != lead.column]
    others = [one for one in others if lead is not None and one.first != lead.first and not one.repeats]
    if lead is not None and others:
        told = ", ".join(f"'{column}'" for column in dict.fromkeys(one.column for one in others))
        findings.check.append(f"the photos are those that '{lead.column}' names; {told} names others: --image COLUMN")


def _is_train(name: str) -> bool:
    return side_of(name) == "train" and name.lower().endswith(WITHOUT_HEADER)
