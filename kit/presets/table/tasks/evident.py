"""Which of several columns is the label, by what their photos are called and where they lie, or where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from kit.presets.table.files.names import LABELS, TRAIN, says, words
from kit.presets.table.found.columns import decides, twins
from kit.presets.table.found.side import FOLDER, Side
from kit.presets.table.tasks.kinds import is_number, plain_number

PERSONAL = ("gender", "sex", "age", "race", "ethnicity")
"""What columns are called that say of whom a photo is, and may be asked themselves."""
MOST_WORDS = 20
"""Words of a column that is called like a measure and may be asked all the same."""
MOST_FILLED = 0.9
"""The share of the rows in which columns are filled, at most, that have gaps enough to be no labels beside one that has
none."""


def evident_label(train: Side, columns: Sequence[str]) -> tuple[str, str] | None:
    """The one column of these that the photos' folders or names say too, or that stands where labels do in a table
    without names of columns; and how that was told.
    """
    rows = train.rows
    there = [column for column in columns if column in rows]
    in_folders = [column for column in there if train.of_train_folders and twins(rows, column, FOLDER)]
    if len(in_folders) == 1:
        return in_folders[0], "which the folders of the photos say too"
    in_names = [column for column in there if _begins_names(train, column)]
    in_names = [column for column in in_names if rows[column].notna().all()] or in_names
    if len(in_names) == 1:
        return in_names[0], "which the names of the photos begin with"
    in_train = [column for column in there if _of_train_alone(train, column)]
    if len(in_train) == 1:
        return in_train[0], "which the rows alone have whose photos are called train"
    first, others = columns[0], list(columns[1:])
    if first.isdigit() and all(column in rows and decides(rows, first, column) for column in others):
        return first, "the first column that may be one, which says what the others hold"
    if _number_first(rows, train.column, first, others):
        return first, "the number behind the photo, in a table without names of columns"
    return None


def _begins_names(train: Side, column: str) -> bool:
    """Whether the name of each row's photo begins with what a column holds, a number with zeros in front or a word."""
    if train.column is None or column == train.column:
        return False
    pairs = train.rows[[train.column, column]].dropna()
    heads = pairs[train.column].str.rpartition("/")[2].str.extract(r"^(\d+|[^\W\d_]+)", expand=False)
    if pairs.empty or heads.isna().any() or heads.nunique() < 2:
        return False
    return bool((heads.map(_plain) == pairs[column].map(_plain)).all())


def _of_train_alone(train: Side, column: str) -> bool:
    """Whether a column is filled in just those rows whose photos' names say train, where others say another side."""
    if train.column is None or train.column not in train.rows:
        return False
    known = train.rows[[train.column, column]].dropna(subset=[train.column])
    of_train = known[train.column].map(lambda cell: says(cell.rpartition("/")[2], TRAIN))
    return bool(0 < of_train.mean() < 1 and (of_train == known[column].notna()).all())


def _plain(cell: str) -> str:
    return re.sub(r"^0+(?=\d)", "", cell.strip().lower())


def _number_first(rows: pd.DataFrame, photo: str | None, first: str, others: Sequence[str]) -> bool:
    """Whether the column behind the photo's alone is of numbers with a point, in a table without names of columns."""
    behind = photo is not None and photo.isdigit() and first == str(int(photo) + 1)
    words_alone = all(column in rows and not plain_number(rows[column].dropna()) for column in others)
    return behind and first in rows and is_number(rows[first].dropna()) and words_alone


def own_ids(train: Side, ids: Sequence[str], others: Sequence[str]) -> list[str]:
    """The ids of the train table that say the same as all other columns, which a joined table tells of them."""
    own = set() if train.table is None else set(train.table.columns)
    if not others or own & set(others):
        return []
    return [column for column in ids if column in own and all(twins(train.rows, column, one) for one in others)]


def of_truths(train: Side, free: Sequence[str]) -> Sequence[str]:
    """The columns that joined tables bring which are called like labels, where there are some; else all."""
    joins = [join for join in train.joins if says(join.table.stem, LABELS)]
    brought = {column for join in joins for column in join.table.columns if column != join.right}
    known = set() if train.table is None else set(train.table.columns)
    return [column for column in free if column in brought - known] or free


def mean_ratings(columns: Sequence[str]) -> list[str]:
    """The columns of means beside which columns of their spread stand, as of ratings: Valence_mean and Valence_SD."""
    spread = {"sd", "std", "stdev", "stddev"}
    known = {tuple(words(column)) for column in columns}
    means = [column for column in columns if words(column)[-1:] in (["mean"], ["avg"], ["average"], ["mos"])]
    return [column for column in means if any((*words(column)[:-1], one) in known for one in spread)]


def says_flags(cells: pd.Series, flags: Sequence[str]) -> bool:
    """Whether a column says in words, one or several in a cell, what columns of 0 and 1 say that are called so."""
    names = {flag.strip().lower() for flag in flags}
    return all(set(filter(None, re.split(r"[\s,;|]+", cell.lower()))) <= names for cell in cells.dropna().unique())


def only_whole(rows: pd.DataFrame, columns: Sequence[str]) -> str | None:
    """The only one of several columns without gaps, of 1, 0 and -1, where the others have many."""
    classes = [column for column in columns if column in rows and rows[column].nunique() <= len(rows) / 2]
    whole = [column for column in classes if rows[column].notna().all()]
    others = [column for column in classes if column not in whole]
    flags = len(whole) == 1 and set(rows[whole[0]].unique()) <= {"-1", "0", "1", "-1.0", "0.0", "1.0"}
    return whole[0] if flags and others and rows[others].notna().mean().max() < MOST_FILLED else None


def missing_together(rows: pd.DataFrame, label: str, columns: Sequence[str]) -> list[str]:
    """The columns of who is on a photo that have gaps where the label has them, all of them: labels, too, of photos
    that nobody has looked at.
    """
    gaps = rows[label].isna()
    known = [column for column in columns if says(column, PERSONAL)]
    return known if gaps.any() and known and bool(rows.loc[gaps, known].isna().all().all()) else []


def is_of_words(cells: pd.Series) -> bool:
    """Whether cells are of a few words, and no numbers, paths or boxes."""
    return cells.nunique() <= MOST_WORDS and not plain_number(cells) and bool(cells.str.match(r"[^\W\d_]").all())
