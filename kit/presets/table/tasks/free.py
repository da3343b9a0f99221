"""Which columns of the train table may be labels at all."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kit.competition.formats import is_image_name
from kit.competition.tables.parts import IN_FILE, IN_FOLDER
from kit.presets.table.files.names import LABELS, MEASURED, WHO, says
from kit.presets.table.files.one_table import UNNAMED, counts_rows
from kit.presets.table.found.columns import DATE, few, is_named, surely_named
from kit.presets.table.found.sample import Sample, same_name
from kit.presets.table.found.side import FOLDER, Side
from kit.presets.table.tasks.kinds import is_number, plain_number
from kit.presets.table.tasks.places import without_places
from kit.presets.table.tasks.splits import own_folds, rows_in, split_of, unknown_splits
from kit.presets.table.tasks.task import FEW_NUMBERS

ANNOTATION_ID = "annotation_id"
"""The column that counts the annotations of json notes."""


def free_columns(train: Side, test: Side | None, sample: Sample | None) -> list[str]:
    """The columns that may be labels: neither the photo's, nor counters, nor a split, nor known of the test photos."""
    split = split_of(train)
    taken = {*train.naming_columns, *(split[:1] if split else ()), *filter(None, [own_folds(train)])}
    asked = set() if sample is None else {same_name(answer, train.columns) for answer in sample.answers}
    if test is not None and test.table is not None and (sample is None or test.table is not sample.table):
        same_table = train.table is not None and test.table.name == train.table.name
        rows = test.rows
        for column, values in test.keep.items():
            rows = rows[rows_in(rows[column], values)]
        varied = {column for column in test.columns if _says_something(rows[column])} | set(test.photo_columns)
        varied |= _same_for_all(train, rows)
        varied = set() if same_table and not test.keep else varied
        known = {column for column in train.columns if column in varied} - asked
        mine = {column for column in train.columns if not UNNAMED.fullmatch(column)}
        left = {name for name in mine - taken - known if train.rows[name].nunique() > 1}
        held = any(name in test.columns and _holds_a_place(test.rows[name], train.rows[name]) for name in left)
        there = {column for column in test.columns if not test.keep or rows[column].notna().any()}
        labelled = mine <= there and not held and not any(map(is_named, left))
        labelled |= any(map(surely_named, known)) and not any(map(is_named, left))  # the host's own answers
        labelled |= any(not says(name, (*MEASURED, *WHO)) for name in few(train.rows, sorted(known))) and not any(
            _may_be_asked(train.rows[name], name) for name in left
        )
        if left and not labelled:
            taken |= known
    if train.table is not None and train.table.parts:
        others = set(train.columns) - taken - {IN_FILE, IN_FOLDER}
        taken |= {IN_FILE, IN_FOLDER} if others or _in_folders_of_words(train) else {IN_FOLDER}
    if sample is not None and sample.id in train.columns:
        taken.add(sample.id)
    free = [column for column in train.columns if column not in taken and not UNNAMED.fullmatch(column)]
    free = [column for column in free if not (counts_rows(train.rows[column]) and column not in asked)]
    splits = set(unknown_splits(train.rows, free)) - asked
    free = [column for column in free if column not in splits] or free
    free = [column for column in free if column != ANNOTATION_ID and not _names_files(train.rows[column])]
    return without_places(train.rows, free)


def _may_be_asked(cells: pd.Series, name: str) -> bool:
    """Whether a column is neither called by how a photo was taken nor holds another text in each row."""
    known = cells.dropna()
    texts = not plain_number(known) and known.nunique() > 0.9 * len(known)
    return not says(name, (*MEASURED, *WHO)) and not texts and not known.str.match(DATE).all()


def _same_for_all(train: Side, test: pd.DataFrame) -> set[str]:
    """The columns that say one thing of all test photos and several of train ones, where train has further columns that
    may be the label: they are known, and hold no place of an answer.
    """
    more = [column for column in train.columns if column not in test]
    if not [column for column in few(train.rows, more) if not says(column, (*MEASURED, *WHO))]:
        return set()
    both = [column for column in train.columns if column in test and not is_named(column)]
    told = {column: set(test[column].dropna()) for column in both if test[column].notna().all()}
    return {
        column
        for column, values in told.items()
        if values < set(train.rows[column].dropna()) and not plain_number(test[column])
    }


def _in_folders_of_words(train: Side) -> bool:
    """Whether the photos of lists lie in folders that may be classes, and no numbers, as those of people are."""
    if FOLDER in train.rows:
        folders = train.rows[FOLDER]
    elif train.column is not None:
        folders = train.rows[train.column].dropna().str.replace("\\", "/").str.extract(r"([^/]+)/[^/]+$", expand=False)
    else:
        return train.in_classes
    numbers = folders.notna().all() and bool(folders.str.fullmatch(r"\d+").all())
    return (train.in_classes or FOLDER in train.rows) and not numbers


def numbers_asked(train: Side, test: Side | None, free: Sequence[str]) -> tuple[str, ...]:
    """The columns that may be labels where they are two or more numbers with a point, and nothing else, or of many
    values and those that a test table lacks, or those of a table that is called like labels, of which some may be whole
    ones; () elsewhere.
    """
    apart = test is not None and test.table is not None and not set(free) & set(test.columns)
    called = train.table is not None and says(train.table.stem, LABELS)
    known = [train.rows[column].dropna() for column in free]
    fractions = all(map(is_number, known))
    numbers = len(free) > 1 and all(len(cells) and plain_number(cells) for cells in known)
    if not numbers or not (apart or called or fractions):
        return ()
    whole = [cells for cells in known if not is_number(cells)]
    many = apart and all(cells.nunique() > FEW_NUMBERS for cells in whole)
    few_whole = len(whole) <= (len(free) / 2 if called else 0)
    return tuple(free) if many or few_whole else ()


def _names_files(cells: pd.Series) -> bool:
    """Whether cells are names of images, such as of masks, with a word such as 0 where there is none."""
    different = cells.dropna().unique()
    names = sum(map(is_image_name, different))
    return bool(names) and len(different) - names <= 1


def _holds_a_place(cells: pd.Series, train: pd.Series) -> bool:
    """Whether a column of the test table is one word in all rows, such as ?, that no train row has among several."""
    return cells.nunique() == 1 and not plain_number(cells) and train.nunique() > 1 and cells.iloc[0] not in set(train)


def _says_something(cells: pd.Series) -> bool:
    """Whether a column of the test table is filled: one value in all rows holds the place of an answer."""
    return cells.nunique() > 1
