"""Answers that are places on a photo, masks or boxes, and no classes of it: told, and never taken for labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.names import spelling
from kit.errors import KitError
from kit.presets.table.asking import TableOptions
from kit.presets.table.files.boxes import box_of
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.one_table import Table
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.kinds import plain_number

MASKS = ("encodedpixels", "rle", "rlemask", "encodedmask", "segmentation", "segmentations", "rles")
"""How columns of masks are called, without what stands between the words."""
BOXES = ("predictionstring", "bbox", "bboxes", "boxes", "box")
"""How columns of boxes are called."""
_LIST = r"[\[(] *-?[\d.]+(?: *, *-?[\d.]+){3} *[\])]"
"""How a box stands in one cell: its left, top, width and height."""
FEW_IDS = 5
"""Ids of a sample that tell whether all name two photos."""
LONG = 6
"""Numbers in a cell from which on it may be a mask."""


def refuse_places(facts: Facts, sample: Sample | None, options: TableOptions) -> None:
    """KitError where the sample asks for masks, boxes, pairs of photos or lists of other photos, and the user has not
    said what is to be learnt instead.
    """
    if sample is None:
        return
    where = facts.root / sample.name
    for answer in sample.answers:
        what = kind_of_place(answer, sample.table.rows[answer])
        if what is not None:
            raise KitError(
                f"its answers in '{answer}' are {what} on the photos, and kit tells what a whole photo is",
                where=where,
                todo=f"to learn which classes or labels a photo has {INSTEAD}",
            )
        shown = {word for cell in sample.shown(answer) for word in cell.split()}
        rows = bool(shown) and shown <= sample.ids and not plain_number(pd.Series(sorted(shown), dtype=object))
        few = sorted(shown)[:20]
        photos = len(few) > 1 and all(map(facts.photos.hits, few))
        photos = photos and (all(map(is_image_name, few)) or not _said_elsewhere(facts, sample, few))
        if rows or photos:
            raise KitError(
                f"its answers in '{answer}' name other {'rows of it' if rows else 'photos'}, such as '{min(shown)}',"
                " and kit tells what one photo is",
                where=where,
                todo=f"to learn what is on a photo, and take its features (`kit features`) to search with, {INSTEAD}",
            )
    if has_corners(sample.answers):
        raise KitError(
            f"its answers {', '.join(sample.answers[:6])} are boxes on the photos, and kit tells what a whole photo is",
            where=where,
            todo=f"to learn which classes or labels a photo has {INSTEAD}",
        )
    _refuse_pairs(facts, sample)


def _said_elsewhere(facts: Facts, sample: Sample, words: Sequence[str]) -> bool:
    """Whether a column of another table holds one of these words in several rows, as it does classes."""
    others = [table for table in facts.tables if table.name != sample.name]
    some = (table.rows[column] for table in others for column in table.columns)
    return any(cells[cells.isin(words)].duplicated().any() for cells in some) or min(map(len, words)) < 5


INSTEAD = "leave it out with --sample none, and name the column of labels with --label COLUMN"


def _refuse_pairs(facts: Facts, sample: Sample) -> None:
    """KitError where each id of the sample stands for two photos, and train has no such pairs."""
    two = [cell for cell in sorted(sample.ids)[:FEW_IDS] if _names_two(facts, cell)]
    if len(two) == min(FEW_IDS, len(sample.ids)) and two:
        raise KitError(
            f"each of its ids names a pair of photos, such as '{two[0]}', and kit tells what one photo is",
            where=facts.root / sample.name,
            todo=f"to learn what is on a photo, and compare the features (`kit features`) of two, {INSTEAD}",
        )
    pair = _pair_of(facts, sample)
    for table in facts.tables:
        if table.name == sample.name and pair:
            raise _pair_error(facts, sample, sample.name, pair)
        if table.name == sample.name or sample.id not in table.columns or table.values(sample.id) != sample.ids:
            continue
        columns = sorted({lead.column for lead in facts.leads(table) if not lead.many} - {sample.id})
        others = [other for other in facts.tables if other is not table and set(columns) <= set(other.columns)]
        if len(columns) == 2 and not others:
            raise _pair_error(facts, sample, table.name, columns)


def _names_two(facts: Facts, cell: str) -> bool:
    """Whether two photos are named in a cell, one behind the other: face1.jpg-face2.jpg."""
    marks = re.finditer(r"[-_,;|& ]+", cell)
    return any(facts.photos.hits(cell[: mark.start()]) and facts.photos.hits(cell[mark.end() :]) for mark in marks)


def _pair_error(facts: Facts, sample: Sample, table: str, columns: Sequence[str]) -> KitError:
    return KitError(
        f"each row of {table} is a pair of photos, '{columns[0]}' and '{columns[1]}', and kit tells what one photo is",
        where=facts.root / sample.name,
        todo=f"to learn what is on a photo, and compare the features (`kit features`) of two, {INSTEAD}, and the pairs"
        " with --test none",
    )


def _pair_of(facts: Facts, sample: Sample) -> list[str]:
    """The two columns of a sample that name two photos of one row; [] where there are no two."""
    firsts = {lead.column: lead.first.rpartition(".")[0] for lead in facts.leads(sample.table) if not lead.many}
    two = len(firsts) == 2 and len(set(firsts.values())) == 2 and len(sample.table.columns) == 3
    return list(firsts) if two else []


def is_of_pairs(facts: Facts, table: Table) -> bool:
    """Whether two columns that differ in a number or letter alone name two photos of each row, and one says of both."""
    firsts = {lead.column: lead.first for lead in facts.leads(table) if not lead.many}
    called = {re.sub(r"[_\- ]?(?:\d+|[a-z])$", "", name.lower()) for name in firsts}
    return len(firsts) == 2 and len(called) == 1 and len(set(firsts.values())) == 2 and len(table.columns) <= 3


def columns_of_photos(facts: Facts, table: Table) -> list[str]:
    """The columns whose cells name photos, each some of them again, and some the same as another: each row is of
    several photos. [] elsewhere, as where another row's photo stands beside a row's own.
    """
    named = []
    for column in table.columns:
        cells = table.rows[column].dropna()
        repeat = len(cells) / 3 < cells.nunique() < len(cells)
        if repeat and not plain_number(cells) and all(map(facts.photos.hits, cells.head(5))):
            named.append(column)
    shared = [one for one in named if any(table.values(one) & table.values(other) for other in named if other != one)]
    return shared if len(shared) > 1 else []


def refuse_several_photos(facts: Facts, table: Table) -> None:
    """KitError where each row of the train table is of several photos."""
    shared = columns_of_photos(facts, table)
    if not shared:
        return
    others = [one for one in facts.tables if one is not table and not one.sample and one.side != "test"]
    others = [one for one in others if len({lead.column for lead in facts.leads(one)}) == 1 and len(one.columns) > 1]
    told = f" '{others[0].name}' --sample none" if others else " TABLE"
    raise KitError(
        f"each row is of several photos, which {' and '.join(map(repr, shared))} name, and kit tells what one photo is",
        where=facts.root / table.name,
        todo=f"to learn what each photo shows name a table that says it: --train{told}",
    )


def refuse_pairs_of_ids(sample: Sample | None, train: Side, root: Path) -> None:
    """KitError where a row of the sample is named by the several columns that a photo's path is made of."""
    names = train.photo_columns
    if sample is None or len(names) < 2 or sample.id not in names or not {*names} <= {*sample.table.columns}:
        return
    if train.rows[sample.id].is_unique:  # the others only say the folder, such as that of the class
        return
    answers = [column for column in sample.table.columns if column not in names]
    labels = " ".join(f"--label '{column}'" for column in answers[:12] if column in train.columns)
    raise KitError(
        f"its rows are named by {' and '.join(names)} together, and a file to send of kit's has one column of ids",
        where=root / sample.name,
        todo=f"leave it out with --sample none{f', and say {labels}' if labels else ''}: what `kit submit` writes then"
        " has the photos' names, to make the host's file of",
    )


def kind_of_place(column: str, cells: pd.Series) -> str | None:
    """masks or boxes, where a column holds such; None for any other."""
    name = re.sub(r"[\W_]+", "", column).lower()
    if name in MASKS:
        return "masks"
    if name in BOXES:
        return "boxes"
    return "masks" if _are_runs(cells.dropna()) else None


def holds_places(rows: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether columns hold masks or boxes: a photo then has a row for each thing on it, and may have two of a kind."""
    return has_corners(columns) or len(without_places(rows, columns)) < len(columns)


def has_corners(columns: Sequence[str]) -> bool:
    """Whether columns are the sides of boxes."""
    return bool(box_of(columns))


def path_of_box(rows: pd.DataFrame, columns: Sequence[str]) -> str | None:
    """How `images` says the part of a photo that the boxes of the rows cut out; None where they have none in pixels."""
    box = box_of(columns)
    if not box:
        named = [name for name in columns if spelling(name) in BOXES and rows[name].str.fullmatch(_LIST).all()]
        sizes = [name for name in named if not _are_corners(rows[name])]
        return f"{{{sizes[0]}}}" if len(sizes) == 1 else None
    if not all(plain_number(rows[column].dropna()) for column in box):
        return None
    if rows[list(box)].isna().any(axis=None) or rows[box[2]].astype(float).max() <= 1:  # shares of the photo
        return None
    last = "_" if spelling(box[2]) in ("xmax", "x2", "right") else "x"
    return "_".join(f"{{{column}}}" for column in box[:3]) + f"{last}{{{box[3]}}}"


def refuse_boxes(train: Side, column: str, where: Path) -> None:
    """KitError where each row of a photo has a box of its own."""
    box = path_of_box(train.rows, train.columns)
    sides = re.findall(r"{([^{}]*)}", box or "")
    if box is not None and not train.rows[[column, *sides]].duplicated().any():
        raise KitError(
            f"'{column}' names a photo in several rows, each with a box ({', '.join(sides)})",
            where=where,
            todo=f"to take each box as a photo: --image '{train.images}/{box}'",
        )


def _are_corners(cells: pd.Series) -> bool:
    """Whether all lists of four numbers may be corners, of which the second lies right of and below the first."""
    sides = cells.str.strip("[]() ").str.split(",", expand=True).astype(float)
    return bool((sides[2] > sides[0]).all() and (sides[3] > sides[1]).all())


def without_places(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns that hold no masks and no boxes."""
    return [column for column in columns if kind_of_place(column, rows[column]) is None]


def _are_runs(cells: pd.Series) -> bool:
    """Whether most cells are runs of pixels: where one begins, how long it is, and each behind the one before."""
    head = cells.head(50)
    if not len(head):
        return False
    return sum(_is_run(cell) for cell in head) > len(head) / 2


def _is_run(cell: str) -> bool:
    parts = cell.split()
    if len(parts) < LONG or len(parts) % 2 or not all(map(str.isdigit, parts)):
        return False
    starts, lengths = np.array(parts, dtype=float).reshape(-1, 2).T
    return bool((starts[1:] > starts[:-1] + lengths[:-1]).all() and starts[-1] > 1000)
