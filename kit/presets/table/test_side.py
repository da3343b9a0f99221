"""The photos to predict, and how a host divides the labelled ones: by a column, by tables, by folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kit.competition.names import same_column
from kit.competition.templates import filled
from kit.errors import KitError
from kit.presets.table.asking import NONE, Findings, Guide, Question, TableOptions
from kit.presets.table.facts import Facts, Table
from kit.presets.table.folders import rows_of_pattern
from kit.presets.table.leads import Lead
from kit.presets.table.names import NOT_MEANT, says, side_of, words
from kit.presets.table.sample import Sample
from kit.presets.table.side import Side
from kit.presets.table.splits import split_of
from kit.presets.table.ways import one_lead

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
        return _folder(facts, options.test.strip("/"), "given by --test")
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
        return _all_of_folder(facts, best, sample, train, findings) or best
    split = split_of(train)
    if split is not None and "test" in split[1] and train.table is not None:
        values = tuple(split[1]["test"])
        return replace(train, why_table=f"'{split[0]}' says which of its rows are test", keep={split[0]: values})
    return _rest_of_photos(facts, sample, train, guide, findings)


def read_test_side(facts: Facts, sample: Sample | None, train: Side) -> Side | None:
    """The photos to predict that a reader finds: by the train photos' path with the test table, or test, for train."""
    if train.table is None:
        return None
    columns = [column for column in re.findall(r"{(\w[^{}\[]*)", train.images) if column != "row"]
    for table in _test_tables(facts, sample, train):
        images = train.images.replace(train.table.name, table.name)
        if images == train.images:
            images = re.sub(
                "train", lambda found: "Test" if found[0][0] == "T" else "test", images, flags=re.IGNORECASE
            )
        if sample is not None and table.name == sample.name and len(columns) == 1:
            images = images.replace(f"{{{columns[0]}}}", f"{{{sample.id}}}")
        named = re.findall(r"{(\w[^{}\[]*)", images)
        place = images.partition("{")[0].rpartition("/")[0]
        if images != train.images and set(named) <= {*table.columns, "row"} and (facts.root / place).exists():
            return Side(table, images, table.rows, "the photos to predict", "as the train photos, with test for train")
    return None


def _test_tables(facts: Facts, sample: Sample | None, train: Side) -> list[Table]:
    """Tables that may name the photos to predict: those of the sample's ids first, the sample itself last."""
    tables = [table for table in facts.tables if table.side == "test" and not table.sample]
    tables = [table for table in tables if sample is None or table.name != sample.name]
    tables = [table for table in tables if train.table is None or table.name != train.table.name]
    if sample is None:
        return sorted(tables, key=lambda table: -len(table.rows))
    return [*sorted(tables, key=lambda table: not _shares(table, sample)), sample.table]


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
    if side.table.name == sample.name:
        return 2
    column = same_column(sample.id, side.table.columns)
    if column is None or not sample.ids <= side.table.values(column):
        return 3
    return int(sample.ids < side.table.values(column))


def _from_table(facts: Facts, table: Table, sample: Sample | None, train: Side, guide: Guide, why: str) -> Side | None:
    """A side whose photos a table's columns lead to; the train side's own column before others."""
    alike = _as_train(facts, table, train)
    if alike is not None:
        return Side(table, alike.template, table.rows, why, "as the train photos, with test for train", alike)
    leads = facts.leads(table)
    if len(train.photo_columns) > 1 and set(train.photo_columns) <= set(table.columns):
        unsure = [name for name in train.photo_columns if train.rows[name].nunique() < len(train.rows) / 2]
        leads = [lead for lead in leads if lead.column not in unsure]
    if not leads:
        return None
    if leads[0].long:
        return replace(_folder(facts, leads[0].folder, "the photos that its ids begin with"), why_table=why)
    same = [lead for lead in leads if lead.column == train.column]
    folder = train.lead.folder if train.lead else ""
    lead, more = one_lead(same or leads, "test", guide, facts.root / table.name, facts.root, folder, train.images)
    found = Side(table, lead.template, table.rows, why, f"'{lead.column}' names the photo{more}", lead)
    return None if _are_train(facts, found, train) else found


def _as_train(facts: Facts, table: Table, train: Side) -> Lead | None:
    """The train photos' path with test for train, where several columns make it or it is given, if it leads there."""
    columns, given = train.photo_columns, train.lead is None
    if not columns or (len(columns) < 2 and not given) or not set(columns) <= set(table.columns):
        return None
    images = re.sub("train", lambda found: "Test" if found[0][0] == "T" else "test", train.images, flags=re.IGNORECASE)
    paths = filled(images, table.rows.dropna(subset=columns), facts.root)
    if images == train.images or not paths or not set(paths) <= set(facts.photos.images):
        return None
    return Lead(train.naming_columns[0], images, 1.0, paths[0])


def _all_of_folder(facts: Facts, side: Side, sample: Sample | None, train: Side, findings: Findings) -> Side | None:
    """The whole test folder, where the sample alone names photos and shows the first few of them."""
    if sample is None or side.table is None or side.table.name != sample.name or side.lead is None:
        return None
    folder, shown = side.lead.folder, len(side.rows)
    if shown > FEW_SHOWN or side.lead.many or side.lead.bands or side_of(f"{folder}/x") != "test":
        return None
    whole = _folder(facts, folder, f"the sample shows {shown} of its photos")
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


def _rest_of_photos(facts: Facts, sample: Sample | None, train: Side, guide: Guide, findings: Findings) -> Side | None:
    """A folder of photos that no train row leads to and that is called a test folder, or is the only other one."""
    taken = _taken(facts, train)
    mine = {_stem(image) for image in images_of(facts, train)}
    others = [folder for folder in facts.photos.holders if folder not in taken]
    others = [folder for folder in others if side_of(f"{folder}/x") == "test" or not _is_look(facts, folder, mine)]
    named = [folder for folder in others if side_of(f"{folder}/x") == "test"]
    if not named and sample is None and (shown := _without_labels(facts, others, train)):
        findings.check.append(
            f"the photos of {shown}/ have no label, and are taken as those to predict; --test none if not"
        )
        return _folder(facts, shown, "photos without a label")
    if not named:
        others = [folder for folder in others if side_of(f"{folder}/x") is None]
        if len(others) != 1 or (sample is None and train.table is not None):
            if others and sample is not None:
                question = Question("the test photos' folder", sorted(others), "--test", facts.root)
                return _folder(facts, guide.choose(question), "the folder of photos that are not train")
            return None
        return _folder(facts, others[0], "the folder of photos that are not train")
    return _named_folder(facts, _beside_train(named, train, findings), sample, guide, findings)


def _without_labels(facts: Facts, others: Sequence[str], train: Side) -> str | None:
    """The one folder that is called valid whose photos neither a table nor their folders nor names give a label."""
    found = [folder for folder in others if side_of(f"{folder}/x") == "valid"]
    if len(found) != 1 or facts.photos.holders[found[0]] < 2:
        return None
    inside = [image for image in facts.photos.images if image.rpartition("/")[0] == found[0]]
    told = any(lead.folder == found[0] for table in facts.tables for lead in facts.leads(table))
    classes = {word.lower() for word in train.named.values()} | set(train.rows.get(train.of_folder, ()))
    called = {re.split(r"[\d_\-. ]", _stem(image))[0].lower() for image in inside}
    return None if told or called & classes or found[0].rpartition("/")[2] in classes else found[0]


def _is_look(facts: Facts, folder: str, train: set[str]) -> bool:
    """Whether a folder holds other looks of the train photos: it is called so, or its photos are called as they are."""
    if says(folder, NOT_MEANT):
        return True
    names = {_stem(image) for image in facts.photos.images if image.rpartition("/")[0] == folder}
    spoken = {name for name in names if not name.isdigit()}  # numbers count the photos of any folder
    return bool(spoken) and len(spoken & train) > 0.9 * len(names)


def _stem(image: str) -> str:
    return image.rpartition("/")[2].rpartition(".")[0]


def _named_folder(
    facts: Facts, named: Sequence[str], sample: Sample | None, guide: Guide, findings: Findings
) -> Side | None:
    """The test folder: one, or folders of one, which may be its classes: then its labels are not looked at."""
    if len(named) == 1:
        return _folder(facts, named[0], "the folder of photos that are not train")
    tops = sorted({_top(folder) for folder in named})
    by_top = {top: [folder for folder in named if _top(folder) == top] for top in tops}
    flat = [top for top in tops if len(by_top[top]) == 1]
    bare = [top for top in tops if words(top.rpartition("/")[2]) == ["test"]]
    if len(tops) > 1 and len(flat) == 1 and (sample is not None or len(bare) != 1 or bare == flat):
        rest = ", ".join(f"{top}/" for top in tops if top not in flat)
        findings.check.append(f"{rest} has folders of classes, is the host's own test set, and never trains")
        return _folder(facts, by_top[flat[0]][0], "the one test folder without folders of classes")
    if len(tops) == 1:
        depth = {folder[len(tops[0]) :].count("/") for folder in named if folder != tops[0]}
        pattern = f"{tops[0]}/**/*" if len(depth) != 1 or tops[0] in named else tops[0] + "/*" * (depth.pop() + 1)
        rows = rows_of_pattern(facts.photos, pattern)
        twice = rows["file"].duplicated().any()
        if twice:
            findings.left_out.append(
                f"{tops[0]}/: {len(rows):,} photos in {len(named)} folders, whose names repeat, so that they cannot be"
                " told apart in a file to send; the data set's own test set"
            )
            return None
        return Side(None, pattern, rows, "", f"{len(named)} folders under {tops[0]}/; what they are called is not used")
    small = [top for top in tops if side_of(f"{top}/x") == "test"]
    if len(bare) == 1:
        rest = ", ".join(f"{top}/" for top in tops if top not in bare)
        findings.check.append(f"the test photos are those of {bare[0]}/, by its name; --test for {rest} in its place")
        return _named_folder(facts, by_top[bare[0]], sample, guide, findings)
    question = Question("the test photos' folder", small or tops, "--test", facts.root)
    return _folder(facts, guide.choose(question), "the folder of photos that are not train")


def _beside_train(named: Sequence[str], train: Side, findings: Findings) -> Sequence[str]:
    """The test folders that lie beside the train folder, where others lie elsewhere, as in a copy of all."""
    around = re.split(r"[{*\[]", train.images)[0].rpartition("/")[0].rpartition("/")[0]
    beside = [folder for folder in named if _top(folder).rpartition("/")[0] == around]
    rest = sorted({_top(folder) for folder in named} - {_top(folder) for folder in beside})
    if not beside or not rest:
        return named
    told = ", ".join(f"{top}/" for top in rest)
    findings.check.append(f"the test photos are those beside the train photos; --test for {told} in their place")
    return beside


def _top(folder: str) -> str:
    """The folder of a path that says test."""
    parts = folder.split("/")
    place = next(place for place, part in enumerate(parts) if side_of(f"{part}/x") == "test")
    return "/".join(parts[: place + 1])


def _folder(facts: Facts, folder: str, why: str) -> Side:
    folder = "" if folder == "." else folder
    pattern = f"{folder}/*" if folder else "*"
    rows = rows_of_pattern(facts.photos, pattern)
    if rows.empty:  # the photos lie deeper
        pattern = f"{folder}/**/*" if folder else "**/*"
        rows = rows_of_pattern(facts.photos, pattern)
    if rows.empty:
        raise KitError("there are no photos in this folder", where=facts.root / folder, todo="name another with --test")
    return Side(None, pattern, rows, "", why)


def _taken(facts: Facts, train: Side) -> set[str]:
    """The folders in which a train photo lies."""
    if train.table is None:
        return {image.rpartition("/")[0] for image in train.rows["image"]}
    return {image.rpartition("/")[0] for image in images_of(facts, train)}


def images_of(facts: Facts, side: Side) -> set[str]:
    """The photos that a side's rows lead to, as far as their columns' cells name them."""
    if side.table is None:
        return set(side.rows["image"])
    if side.column is None:
        folder = re.split(r"[{*]", side.images)[0]
        return {image for image in facts.photos.images if image.startswith(folder)}
    cells = side.rows[side.column].dropna().unique()
    folder = side.lead.folder if side.lead else ""
    if side.lead is not None and (side.lead.many or side.lead.bands):
        return {image for image in facts.photos.images if image.startswith(f"{folder}/" if folder else "")}
    if re.search(r"{[^{}]+(\]|:0\d+)}|}[^.{}*/][^{}*/]*$", side.images):  # a part of the cell, or more than it
        known = side.rows.dropna(subset=side.photo_columns)
        cells = np.unique([path.rpartition("/")[2] for path in filled(side.images, known, facts.root)])
    found = {hit.image for cell in cells for hit in facts.photos.hits(cell)}
    return {image for image in found if not folder or image.startswith(f"{folder}/")}


def left_folders(facts: Facts, sides: Sequence[Side]) -> Counter[str]:
    """The folders of photos that no side leads to, and how many."""
    known = {image for side in sides for image in images_of(facts, side)}
    return Counter(image.rpartition("/")[0] for image in facts.photos.images if image not in known)
