"""The photos to predict, and how a host divides the labelled ones: by a column, by tables, by folders."""

from __future__ import annotations

import re
from dataclasses import replace

from kit.competition.names import same_column
from kit.competition.tables.source import ROWS_FROM
from kit.competition.templates import filled
from kit.errors import KitError
from kit.presets.table.asking import NONE, Findings, Guide, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.lead import Lead
from kit.presets.table.files.names import LEFT_OUT, MEASURED, TEST, TRAIN, WHO, says, side_of, words
from kit.presets.table.files.one_table import Table, counts_rows
from kit.presets.table.files.part_tables import together
from kit.presets.table.found.columns import surely_named
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.sides.images_of import images_of
from kit.presets.table.sides.looks_beside import are_other_looks, called_as_train
from kit.presets.table.sides.test_folders import copies_of_train, folder_to_predict, rest_of_photos
from kit.presets.table.sides.ways import one_lead
from kit.presets.table.tasks.places import columns_of_photos, is_of_pairs
from kit.presets.table.tasks.splits import split_of

FEWEST_LISTED = 5
"""Photos of a list that may be the test set."""
FEW_SHOWN = 10
"""Rows up to which a sample may only show what a file looks like."""


def test_side(
    facts: Facts,
    options: TableOptions,
    sample: Sample | None,
    train: Side,
    guide: Guide,
    findings: Findings,
) -> Side | None:
    """The photos to predict; None where there are none, as in data sets for research."""
    if options.test == NONE:
        return None
    if options.test is not None and (facts.root / options.test).is_dir():
        return folder_to_predict(facts, options.test.strip("/"), "given by --test")
    if options.test is not None:
        table = facts.table(options.test, "--test")
        found = _from_table(facts, table, sample, train, guide, "given by --test")
        if found is None:
            raise KitError(
                "no column of this table leads to a photo that is not a train photo",
                where=facts.root / table.name,
                todo="name another table, a folder, or none with --test",
            )
        return found
    tables = _test_tables(facts, sample, train)
    possible = [
        _from_table(facts, table, sample, train, guide, "its rows lead to the photos to predict") for table in tables
    ]
    sides = [side for side in possible if side is not None]
    if sides:
        best = next(iter(sorted(sides, key=lambda side: _order(side, sample))))
        asked = sample is not None and best.table is not None and best.table.name == sample.name
        if best.table is not None and best.table.side != "test" and not best.table.sample and not asked:
            findings.check.append(
                f"{best.table.name} says nothing of its photos, and they are taken as those to predict; --test none if"
                " not"
            )
        place = "" if best.lead is None else best.lead.folder
        if side_of(f"{place}/x") == "valid" and best.table is not None and best.table.side != "valid":
            findings.check.append(
                f"the photos that {best.table.name} names are taken from {place}/, which is called as validation photos"
                " are: if those to predict are not there yet, put them there, or name their folder with --test"
            )
        without = _without_answers(facts, best, train, findings) if sample is None else None
        return without or _all_of_folder(facts, best, sample, train, findings) or best
    split = split_of(train)
    if split is not None and "test" in split[1] and train.table is not None:
        values = tuple(split[1]["test"])
        return replace(train, why_table=f"'{split[0]}' says which of its rows are test", keep={split[0]: values})
    return called_as_train(facts, rest_of_photos(facts, sample, train, guide, findings), train, findings)


def _without_answers(facts: Facts, side: Side, train: Side, findings: Findings) -> Side | None:
    """The one test folder that no table leads to, beside a test table that has the labels of its photos."""
    table = side.table
    if table is None or not _answers(table):
        return None
    alone = [
        folder for folder in facts.photos.meant if not _is_told_of(facts, folder) and side_of(f"{folder}/x") is None
    ]
    copies = copies_of_train(facts, alone, train)
    alone = [folder for folder in alone if folder not in copies]
    if len(alone) == 1 and facts.photos.holders[alone[0]] >= len(table.rows):
        return _beside_answers(facts, table, alone[0], findings)
    led = {image.rpartition("/")[0] for image in images_of(facts, side)}
    rest = [folder for folder in facts.photos.holders if side_of(f"{folder}/x") == "test" and folder not in led]
    inside = [folder for folder in rest if folder.rpartition("/")[2] == folder.rpartition("/")[0].rpartition("/")[2]]
    if len(rest) != 1 or (not inside and rest[0].count("/") > table.name.count("/")):  # deeper ones may be classes
        return None
    return _beside_answers(facts, table, rest[0], findings)


def _is_told_of(facts: Facts, folder: str) -> bool:
    """Whether tables lead to photos of a folder, or it lies in a place of class folders."""
    if any(f"{folder}/".startswith(f"{place.holder}/") for place in class_folders(facts.photos)):
        return True
    places = (lead.folder for table in facts.tables for lead in facts.leads(table))
    return any(f"{folder}/".startswith(f"{place}/" if place else "") for place in places)


def _beside_answers(facts: Facts, table: Table, folder: str, findings: Findings) -> Side:
    findings.check.append(
        f"{table.name} has the labels of its photos, and those of {folder}/ have none: these are predicted, and the"
        f" others left out; --test '{table.name}' for them"
    )
    return folder_to_predict(facts, folder, "the test photos without labels")


def read_test_side(facts: Facts, sample: Sample | None, train: Side) -> Side | None:
    """The photos to predict that a reader finds: by the train photos' path with the test table, or test, for train."""
    if train.table is None:
        return None
    columns = [column for column in re.findall(r"{(\w[^{}\[]*)", train.images) if column not in ROWS_FROM]
    photo, _, part = train.images.rpartition("/")
    of_photos = any(lead.template == photo for lead in facts.leads(train.table))  # each a part of one
    for table in _test_tables(facts, sample, train):
        leads = [lead for lead in facts.leads(table) if lead.column in photo] if of_photos else []
        if leads and set(re.findall(r"{([^{}]*)}", part)) <= {*table.columns}:
            images = f"{leads[0].template}/{part}"
            return Side(
                table, images, table.rows, "the photos to predict", "as the train photos, a part of a photo each"
            )
        images = train.images.replace(train.table.name, table.name)
        if images == train.images:
            images = re.sub(
                "train", lambda found: "Test" if found[0][0] == "T" else "test", images, flags=re.IGNORECASE
            )
        if sample is not None and table.name == sample.name and len(columns) == 1:
            images = images.replace(f"{{{columns[0]}}}", f"{{{sample.id}}}")
        named = re.findall(r"{(\w[^{}\[]*)", images)
        place = images.partition("{")[0].rpartition("/")[0]
        if images != train.images and set(named) <= {*table.columns, *ROWS_FROM} and (facts.root / place).exists():
            return Side(table, images, table.rows, "the photos to predict", "as the train photos, with test for train")
    return None


def _test_tables(facts: Facts, sample: Sample | None, train: Side) -> list[Table]:
    """Tables that may name the photos to predict: those of the sample's ids first, the sample itself last."""
    tables = [table for table in facts.tables if table.side == "test" and not table.sample]
    tables = tables or _unanswered(facts, train)
    tables = [table for table in tables if sample is None or table.name != sample.name]
    tables = [table for table in tables if sample is not None or not is_of_pairs(facts, table)]
    tables = [table for table in tables if train.table is None or table.name != train.table.name]
    tables = [table for table in tables if not columns_of_photos(facts, table)]
    if train.table is not None and train.table.parts and len(tables) > 1:
        whole = together(facts, [table for table in tables if table.columns == tables[0].columns])
        tables = [*([whole] if whole else []), *tables]
    if sample is None:
        called = _called(train.table.name if train.table else "")

        def order(one: Table) -> tuple[int, ...]:
            as_train = called - {*TRAIN} == _called(one.name) - {*TEST}  # test_2022.txt of train_2022.txt
            return _answers(one), not as_train, -len(one.rows), -len(called & _called(one.name))

        return sorted(tables, key=order)
    return [*sorted(tables, key=lambda table: not _shares(table, sample)), sample.table]


def _answers(table: Table) -> bool:
    """Whether a table says something in a column that is called by one of the surest words for labels."""
    return any(surely_named(name) and table.rows[name].nunique() > 1 for name in table.columns)


def _unanswered(facts: Facts, train: Side) -> list[Table]:
    """Tables of test or validation photos that say nothing of them, or one thing of all, these where there are no test
    photos: what is sent is for these. That which is called most like the train table is the first.
    """
    tests = any(side_of(f"{folder}/x") == "test" for folder in facts.photos.holders)
    if train.table is None or train.in_classes:
        return []
    asked = {name for name in train.columns if name not in train.photo_columns and not says(name, (*WHO, *MEASURED))}
    asked = {name for name in asked if "id" not in words(name)}
    found = [one for one in facts.tables if one.side is None and _lists_others(facts, one, train)]
    found = [one for one in found if len(one.columns) == 1 or not asked & {*one.columns}]
    if tests:
        found = [one for one in found if side_of(f"{facts.leads(one)[0].folder}/x") == "test"]
    else:
        found += [one for one in facts.tables if one.side == "valid" or words(one.stem)[:1] == ["development"]]
    found = [table for table in found if not table.sample and facts.leads(table)]
    found = [one for one in found if not any(one.rows[name].nunique() > 1 for name in asked if name in one.columns)]
    found = [one for one in found if set(one.columns) <= set(train.columns)]
    called = _called(train.table.name)
    return sorted(found, key=lambda one: -len(called & _called(one.name)))[:1]


def _lists_others(facts: Facts, table: Table, train: Side) -> bool:
    """Whether a table names photos that no other table names."""
    lead = next(iter(facts.leads(table)), None)
    if lead is None or lead.many or train.column not in table.columns:
        return False
    if says(table.stem, LEFT_OUT):
        return False
    mine = table.values(lead.column)
    others = [one for one in facts.tables if one is not table and lead.column in one.columns]
    return len(mine) >= FEWEST_LISTED and not any(mine & one.values(lead.column) for one in others)


def _called(name: str) -> set[str]:
    """The words and numbers of a file's name, by which lists of one split are alike."""
    return {*words(name), *re.findall(r"\d+", name)}


def _shares(table: Table, sample: Sample) -> bool:
    """Whether a table has the sample's ids under their name."""
    column = same_column(sample.id, table.columns)
    return column is not None and sample.ids == table.values(column)


def _order(side: Side, sample: Sample | None) -> int:
    """Which of several test tables is meant: one of the sample's ids, one that has them and more, of which the sample
    then shows some, the sample itself, and any other.
    """
    if sample is None:
        return 0
    if side.table is None:  # the folder of a sample that has a row for each label
        return 4
    if side.table.name == sample.name:  # numbers of rows that names of photos happen to begin with
        by_chance = side.lead is not None and side.lead.many and counts_rows(sample.table.rows[sample.id])
        return 5 if by_chance else 2
    column = same_column(sample.id, side.table.columns)
    if column is None or not sample.ids <= side.table.values(column):
        return 3
    ids = side.table.values(column)
    return 0 if sample.ids == ids else 3 if are_other_looks(ids - sample.ids, sample.ids) else 1


def _from_table(facts: Facts, table: Table, sample: Sample | None, train: Side, guide: Guide, why: str) -> Side | None:
    """A side whose photos a table's columns lead to; the train side's own column before others."""
    alike = _as_train(facts, table, train)
    if alike is not None:
        how = "as the train photos" + (", with test for train" if alike.template != train.images else "")
        found = Side(table, alike.template, table.rows, why, how, alike)
        return None if alike.template == train.images and images_of(facts, found) <= images_of(facts, train) else found
    leads = facts.leads(table)
    if len(train.photo_columns) > 1 and set(train.photo_columns) <= set(table.columns):
        unsure = [name for name in train.photo_columns if train.rows[name].nunique() < len(train.rows) / 2]
        leads = [lead for lead in leads if lead.column not in unsure]
    if not leads:
        return None
    if leads[0].long:
        return replace(folder_to_predict(facts, leads[0].folder, "the photos that its ids begin with"), why_table=why)
    same = [lead for lead in leads if lead.column == train.column]
    folder = train.lead.folder if train.lead else ""
    lead, more = one_lead(same or leads, "test", guide, facts.root / table.name, facts.root, folder, train.images)
    found = Side(table, lead.template, table.rows, why, f"'{lead.column}' names the photo{more}", lead)
    return None if _are_train(facts, found, train) else found


def _as_train(facts: Facts, table: Table, train: Side) -> Lead | None:
    """The train photos' path with test for train, where several columns make it or it is given, if it leads there; one
    that is given and has no train in it is the path of both.
    """
    columns, given = train.photo_columns, train.lead is None
    if not columns or (len(columns) < 2 and not given) or not set(columns) <= set(table.columns):
        return None
    images = re.sub("train", lambda found: "Test" if found[0][0] == "T" else "test", train.images, flags=re.IGNORECASE)
    paths = filled(images, table.rows.dropna(subset=columns), facts.root)
    if (images == train.images and not given) or not paths or not set(paths) <= set(facts.photos.images):
        return None
    return Lead(train.naming_columns[0], images, 1.0, paths[0])


def _all_of_folder(facts: Facts, side: Side, sample: Sample | None, train: Side, findings: Findings) -> Side | None:
    """The whole test folder, where the sample alone names photos and shows the first few of them."""
    if sample is None or side.table is None or side.table.name != sample.name or side.lead is None:
        return None
    folder, shown = side.lead.folder, len(side.rows)
    if shown > FEW_SHOWN or side.lead.many or side.lead.bands or side_of(f"{folder}/x") != "test":
        return None
    whole = folder_to_predict(facts, folder, f"the sample shows {shown} of its photos")
    if len(whole.rows) <= shown or set(whole.rows["image"]) & images_of(facts, train):
        return None
    findings.check.append(
        f"{sample.name} shows {shown} of the {len(whole.rows):,} photos of {folder}/: the file to send has all of them"
    )
    return whole


def _are_train(facts: Facts, side: Side, train: Side) -> bool:
    """Whether most photos of a side are train photos: what a split, boxes or duplicates of them say is no test set."""
    if side.lead is None or (train.lead is not None and train.lead.folder != side.lead.folder):
        return False
    if side.lead.many and train.lead is not None and side.lead.template == train.lead.template:
        mine = set(side.rows[side.lead.column].dropna())
        return len(mine & set(train.rows[train.lead.column].dropna())) > len(mine) / 2
    mine = images_of(facts, side)
    return len(mine & images_of(facts, train)) > len(mine) / 2
