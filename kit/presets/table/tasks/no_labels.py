"""Columns and folders that look like labels and are none: refused, with the way out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from kit.errors import KitError
from kit.presets.table.files.folders import named_classes
from kit.presets.table.files.names import IDS, WHO
from kit.presets.table.found.columns import asks_questions, is_named
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.kinds import holds_dictionaries, list_separator, numbers_in_each, plain_number
from kit.presets.table.tasks.places import path_of_box, refuse_boxes

FEW_OF_EACH = 10
"""Cells of two numbers from which on they are one with a comma, where all have two."""
MANY = 30
"""Rows from which on a column of nearly as many values holds texts, and no classes."""


def refuse_people(train: Side, where: Path) -> None:
    """KitError where the folders are called like people or cases, each with a number, or by long ids."""
    names = sorted(train.rows[train.of_folder].dropna().unique())
    called = rf"(?:{'|'.join((*WHO, 'id', 'pat', 'subj'))})s?[_\- ]?\d+"
    people = all(re.fullmatch(called, name, re.IGNORECASE) for name in names)
    if len(names) >= 3 and (people or all(map(IDS.fullmatch, names))):
        what = "like a person or a case" if people else "by an id"
        raise KitError(
            f"each folder is called {what}, such as '{names[0]}', and not like a class",
            where=where,
            todo=f"make a table of the photos and their labels, and name it with --train; if they are what is asked,"
            f" --label {train.of_folder}",
        )


def refuse_no_part(parts: Sequence[str], where: Path) -> None:
    """KitError where no part of the photos' path may be a label."""
    if not parts:
        raise KitError(
            "no part of this path has a few values that repeat, as labels have",
            where=where,
            todo="put {label} where the label stands, such as --image 'train/{label}/*', or name the table whose column"
            " the path has with --train FILE",
        )


def refuse_texts(train: Side, columns: Sequence[str], where: Path) -> None:
    """KitError where a column that the sample asks for holds sentences, another one in each row."""
    for column in columns:
        cells = train.rows[column].dropna() if column in train.rows else pd.Series(dtype=object)
        each = len(cells) >= MANY and cells.nunique() > 0.9 * len(cells)
        if each and not plain_number(cells) and list_separator(cells) is None:
            rest = " ".join(f"--label '{other}'" for other in columns if other != column) or "--label COLUMN"
            raise KitError(
                f"it asks for '{column}', which holds another text in each row, such as '{cells.iloc[0][:40]}', and kit"
                " writes no texts",
                where=where,
                todo=f"to learn the rest leave it out with --sample 'none' {rest}",
            )


def refuse_several(test: Side | None, train: Side, root: Path) -> None:
    """KitError where test rows ask several things of one photo."""
    if test is None or test.table is None or test.lead is None or test.lead.long or not test.lead.repeats:
        return
    column, rows = test.lead.column, len(test.rows)
    if path_of_box(test.rows, test.columns) is not None:
        refuse_boxes(train, str(train.column), root / test.table.name)
    others = [name for name in test.columns if name != column and test.rows.groupby(column)[name].nunique().max() > 1]
    raise KitError(
        f"'{column}' names a photo in several rows ({test.rows[column].nunique():,} photos in {rows:,} rows)"
        f"{_differ(others)}, and kit gives a photo one answer",
        where=root / test.table.name,
        todo="make a table with one row for each photo and name it with --test, or give --test none --sample none to"
        " predict none",
    )


def _differ(others: Sequence[str]) -> str:
    return f", which differ in {' and '.join(others[:3])}" if others else ""


def refuse_questions(train: Side, column: str, where: Path) -> None:
    """KitError where the rows of a photo each ask something else of it, in a column of questions."""
    question = next((name for name in train.columns if asks_questions(train.rows, name)), None)
    if question is not None:
        raise KitError(
            f"'{column}' names a photo in several rows, and what is asked of it stands in '{question}', which a network"
            " of photos does not see",
            where=where,
            todo="make a table of the rows of one question, and name it with --train",
        )


def refuse_dictionaries(rows: pd.DataFrame, free: Sequence[str], where: Path) -> None:
    """KitError where a column holds dictionaries, and none is called like a label: what is asked may stand in them."""
    for column in free:
        cells = rows[column].dropna()
        if holds_dictionaries(cells) and not any(map(is_named, free)):
            raise KitError(
                f"'{column}' holds a dictionary in each cell, such as '{cells.iloc[0][:60]}', and no other is called"
                " like a label",
                where=where,
                todo="make a column of labels of it in a copy of the table, and name that with --train; or say which"
                " other is asked for with --label",
            )


def refuse_decimal_commas(rows: pd.DataFrame, free: Sequence[str], where: Path) -> None:
    """KitError where a column holds numbers whose point is a comma: 3,14."""
    for column in free:
        cells = rows[column].dropna()
        if len(cells) and cells.nunique() > FEW_OF_EACH and cells.str.fullmatch(r"-?\d+,\d+").all():
            raise KitError(
                f"'{column}' holds numbers with a comma, such as '{cells.iloc[0]}', and kit reads a point",
                where=where,
                todo="write points in a copy of the table, and name it with --train",
            )


def refuse_named(train: Side, column: str, where: Path) -> None:
    """KitError where the only column that may be a label says who is on a photo or how it was taken, and the names of
    the photos begin with a few words.
    """
    cells = train.rows[train.column].dropna() if train.column is not None else pd.Series(dtype=object)
    named = named_classes([PurePosixPath(cell).stem for cell in cells])
    if named:
        words = ", ".join(sorted(set(named.values()))[:4])
        folder = train.images.partition("{")[0].rpartition("/")[0]
        first = min(named)
        path = posixpath.join(folder, "{label}" + first.removeprefix(named[first]).replace("[0-9]", ""))
        raise KitError(
            f"'{column}' is the only column that may be a label, and the names of the photos begin with {words}",
            where=where,
            todo=f"say which is asked: --label '{column}', or --image '{path}' --label label",
        )


def refuse_numbers_in_each(rows: pd.DataFrame, free: Sequence[str], where: Path) -> None:
    """KitError where columns hold several numbers in each cell, as the rotation and the place of a thing do."""
    counts = {column: numbers_in_each(rows[column].dropna()) for column in free}
    found = {column: count for column, count in counts.items() if count}
    if found:
        told = " and ".join(f"'{column}' holds {count} numbers in each cell" for column, count in found.items())
        raise KitError(
            f"{told}, and a number of kit's is a column of its own",
            where=where,
            todo="make a table with a column for each of them, and name it with --train, with --label for each",
        )


def refuse_gaps_of_tasks(rows: pd.DataFrame, columns: Sequence[str], where: Path) -> None:
    """KitError where several labels are asked of a photo, and some of them have gaps."""
    gaps = {column: int(rows[column].isna().sum()) for column in columns if column in rows}
    found = [column for column, count in gaps.items() if count]
    if len(columns) > 1 and found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        measured = all(plain_number(rows[column].dropna()) for column in found)
        fill = (
            "leave the rows without them out in a copy of the table"
            if measured
            else ("fill them in a copy of the table with a word that is a class too, such as none")
        )
        alone = " or ".join(f"--label '{column}'" for column in columns[:6])
        raise KitError(
            f"'{found[0]}'{more} of the {len(columns)} labels have gaps, '{found[0]}' in {gaps[found[0]]:,} of"
            f" {len(rows):,} rows, and a photo has an answer to each",
            where=where,
            todo=f"{fill}, and name it with --train; or learn one alone: {alone}, whose rows without it are left out",
        )


def refuse_gaps(rows: pd.DataFrame, free: Sequence[str], where: Path) -> None:
    """KitError where labels are columns of 1 and 0 with gaps, or -1 for what nobody knows."""
    marks = {"1", "0", "-1", "1.0", "0.0", "-1.0"}
    open_ones = [column for column in free if rows[column].notna().any() and set(rows[column].dropna()) <= marks]
    labelled = rows[rows[open_ones].notna().any(axis=1)] if open_ones else rows
    if len(open_ones) >= 2 and sum(labelled[column].isna().any() for column in open_ones) > len(open_ones) / 2:
        raise KitError(
            f"the columns {', '.join(open_ones[:4])} hold 1, 0, -1 and gaps, and a label is there or not",
            where=where,
            todo="make a table that says 1 or 0 in each, and name it with --train; for one of them alone"
            f" --label '{open_ones[0]}'",
        )
