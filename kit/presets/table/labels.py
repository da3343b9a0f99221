"""Which columns of the train table are asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kit.errors import KitError, nearest
from kit.presets.table.asking import Findings, Guide, Question, TableOptions
from kit.presets.table.kinds import is_number, plain_number
from kit.presets.table.names import WHO, says
from kit.presets.table.sample import UNNAMED, Sample, counts_rows, same_name
from kit.presets.table.sides import Side
from kit.presets.table.test_side import host_split, own_folds

OF_A_PHOTO = ("file", "stem", "folder")
"""Columns that every photo has."""
NAMED = (
    (
        "target",
        "targets",
        "label",
        "labels",
        "class",
        "y",
        "category",
        "ground_truth",
        "标签",
        "类别",
        "ラベル",
        "라벨",
    ),
    ("class_name", "classname", "class_id", "label_id", "label_name", "category_id", "category_name", "categories"),
    ("diagnosis", "dx", "disease", "diseases", "breed", "damage", "defect", "tags", "attribute_ids"),
    ("species", "genus", "artist", "type", "kind", "name"),
)
"""What columns of labels are called, the surest first; the last ones only where nothing else may be one."""


@dataclass(frozen=True)
class Labels:
    """The columns that are asked for, and how that was told."""

    columns: tuple[str, ...]
    why: str
    free: tuple[str, ...] = ()
    """The columns that could have been: no photo's, no counter."""


def find_labels(
    train: Side,
    test: Side | None,
    sample: Sample | None,
    options: TableOptions,
    guide: Guide,
    findings: Findings,
    root: Path,
) -> Labels:
    """What is asked: as the user says, as the sample submission asks, or as the columns are called and filled."""
    where = root / (train.table.name if train.table else train.images)
    free = free_columns(train, test, sample)
    if options.labels:
        _check_given(train, options, where)
        return Labels(options.labels, "given by --label", tuple(free))
    if train.named:
        return Labels(("file",), f"the {len(set(train.named.values()))} words that file names begin with")
    if train.table is None:
        return Labels((train.of_folder,), "the folder that a photo lies in")
    found = _of_sample(train, sample, free) if sample is not None else None
    if found is None:
        found = _by_itself(train, test, sample, free, options, guide, findings, where)
    return Labels(found[0], found[1], tuple(free))


def free_columns(train: Side, test: Side | None, sample: Sample | None) -> list[str]:
    """The columns that may be labels: neither the photo's, nor counters, nor a split, nor known of the test photos."""
    split = host_split(train)
    taken = {*train.naming_columns, *(split[:1] if split else ()), *filter(None, [own_folds(train)])}
    asked = set() if sample is None else {same_name(answer, train.columns) for answer in sample.answers}
    if test is not None and test.table is not None and (sample is None or test.table is not sample.table):
        same_table = train.table is not None and test.table.name == train.table.name
        varied = set() if same_table else {column for column in test.columns if _says_something(test.rows[column])}
        known = {column for column in train.columns if column in varied} - asked
        if set(train.columns) - taken - known:  # otherwise the test rows are labelled
            taken |= known
    if sample is not None and sample.id in train.columns:
        taken.add(sample.id)
    free = [column for column in train.columns if column not in taken and not UNNAMED.fullmatch(column)]
    return [column for column in free if not (counts_rows(train.rows[column]) and column not in asked)]


def _says_something(cells: pd.Series) -> bool:
    """Whether a column of the test table is filled: one value in all rows holds the place of an answer."""
    return cells.nunique() > 1


def _check_given(train: Side, options: TableOptions, where: Path) -> None:
    for column in options.labels:
        if column not in train.columns and column not in OF_A_PHOTO:
            raise KitError(f"there is no column '{column}'", where=where, todo=nearest(column, train.columns))
    for column in options.labels:
        count = train.rows[column].nunique() if column in train.columns else 2
        if count < 2 or (count > 0.9 * len(train.rows) and not plain_number(train.rows[column].dropna())):
            raise KitError(f"the column '{column}' has {count} different values", where=where, todo="mend --label")


def _of_sample(train: Side, sample: Sample, free: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """The columns that the sample's answers name, or the one that holds what they are called or say."""
    answers = [same_name(answer, free) for answer in sample.answers]
    if len(answers) == 1 and answers[0] is not None:
        others = [column for column in free if column != answers[0] and twins(train.rows, answers[0], column)]
        column = _like_shown(train.rows, [answers[0], *others], sample)
        why = "" if column == answers[0] else f", as '{answers[0]}', which says the same in other words"
        return (column,), f"the sample submission asks for it{why}"
    if len(answers) > 1 and not any(answers):
        shown = {cell for answer in sample.answers for cell in sample.shown(answer)}
        holding = [column for column in free if shown and shown <= set(train.rows[column].dropna())]
        if len(holding) == 1 and not all(plain_number(pd.Series([cell])) for cell in shown):
            return (holding[0],), "it holds what the sample submission shows"
    if len(answers) > 1:
        if all(answers):
            return tuple(filter(None, answers)), "the sample submission has a column for each"
        asked = {spelling(answer) for answer in sample.answers}
        for column in few(train.rows, free):
            values = {spelling(value) for value in train.rows[column].dropna().unique()}
            if values <= asked and 2 * len(values) >= len(asked):
                return (column,), "the sample submission has a column for each of its values"
    if len(sample.answers) == 1:
        shown = set(sample.shown(sample.answers[0]))
        lists = {word for cell in shown for word in cell.split()}
        words = {word for word in shown | lists if not plain_number(pd.Series([word]))}
        for told in (shown, lists):
            holding = [column for column in free if words and told and told <= set(train.rows[column].dropna())]
            if len(holding) == 1:
                return (holding[0],), f"it holds what the sample submission shows in '{sample.answers[0]}'"
    return None


def spelling(name: str) -> str:
    """A name without what hosts spell now so, now so: case, and what stands between words."""
    return re.sub(r"[\W_]+", "", name.removesuffix(".0")).casefold()


def few(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns of a few values that repeat."""
    return [column for column in columns if 2 <= rows[column].nunique() <= len(rows) / 2]


def _by_itself(
    train: Side,
    test: Side | None,
    sample: Sample | None,
    free: Sequence[str],
    options: TableOptions,
    guide: Guide,
    findings: Findings,
    where: Path,
) -> tuple[tuple[str, ...], str]:
    """The columns that are called and filled like labels; asked where several are."""
    rows = train.rows
    usable = few(rows, free)
    usable = [column for column in usable if not says(column, WHO)] or usable
    usable += [column for column in free if column not in usable and is_number(rows[column].dropna())]
    if options.kind == "number":
        usable = [column for column in free if plain_number(rows[column].dropna())]
    flags = flag_block(rows, free)
    for sure, names in enumerate(NAMED):
        named = [column for column in free if column.lower() in names and rows[column].nunique() >= 2]
        others = [column for column in usable if column not in named]
        if named and (sure < len(NAMED) - 1 or all(twins(rows, named[0], column) for column in others)):
            first = _like_shown(rows, [*named, *others], sample)
            if all(twins(rows, first, column) for column in named if column != first):
                _tell_twins(
                    first,
                    [column for column in (*named, *others) if column != first and twins(rows, first, column)],
                    findings,
                )
                if sure and (rest := [column for column in others if not twins(rows, first, column)]):
                    told = ", ".join(f"'{column}'" for column in rest[:6])
                    findings.check.append(f"the label is '{first}', by its name; --label for another, such as {told}")
                return (first,), "the column that is named like a label"
            usable = named
            break
    else:
        if len(flags) >= 2 and (one_hot(rows, flags) or set(usable) <= set(flags)):
            return tuple(flags), f"{len(flags)} columns of 0 and 1"
    if not usable and _in_folders(train):
        return ("folder",), "no column is a label, and the folders of the photos may be"
    if not usable:
        shown = ", ".join(free[:8]) or "none is left"
        raise KitError(f"no column has few different values: {shown}", where=where, todo="name it with --label")
    first = _like_shown(rows, usable, sample)
    answers = set() if sample is None or len(sample.answers) != 1 else set(sample.shown(sample.answers[0]))
    if several_stems(train) and not answers <= set(rows[first].dropna()):
        usable = [*usable, "stem"]
    elif all(twins(rows, first, column) for column in usable if column != first):
        _tell_twins(first, [column for column in usable if column != first], findings)
        return (first,), "the only column with few different values"
    choice = guide.choose(Question("the label", usable, "--label (once for each task)", where))
    return (choice,), "chosen"


def several_stems(train: Side) -> bool:
    """Whether the photos of each row are called alike, as mask1 and normal: their names may be labels."""
    return train.lead is not None and train.lead.many and "stem" not in train.rows and len(train.stems) >= 2


def _in_folders(train: Side) -> bool:
    """Whether the cells that name the photos have folders that repeat, as those of classes do."""
    if train.column is None:
        return False
    cells = train.rows[train.column].dropna()
    folders = cells.str.rpartition("/")[0].str.rpartition("/")[2]
    return bool(2 <= folders[folders != ""].nunique() <= len(cells) / 2)


def _like_shown(rows: pd.DataFrame, columns: Sequence[str], sample: Sample | None) -> str:
    """The first column, or of those that say the same the one that says it as the sample's answers do."""
    same = [column for column in columns if column == columns[0] or twins(rows, columns[0], column)]
    shown = set() if sample is None else {cell for answer in sample.answers for cell in sample.shown(answer)}
    if not shown:
        return same[0]
    numbers = plain_number(pd.Series(sorted(shown), dtype=object))
    return max(
        same,
        key=lambda column: (
            shown <= set(rows[column].dropna()),
            plain_number(rows[column].dropna()) == numbers,
            -same.index(column),
        ),
    )


def twins(rows: pd.DataFrame, one: str, other: str) -> bool:
    """Whether two columns say the same in other words: each value of one goes with one of the other."""
    pairs = rows[[one, other]].drop_duplicates()
    return bool(pairs[one].is_unique and pairs[other].is_unique)


def _tell_twins(first: str, others: Sequence[str], findings: Findings) -> None:
    if others:
        same = " and ".join(f"'{column}'" for column in others)
        findings.check.append(
            f"the label is '{first}'; {same} say the same in other words: --label chooses between them"
        )


def flag_block(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns of 0 and 1 alone; those that make one 1 in each row where some do."""
    flags = []
    for column in columns:
        values = set(rows[column].dropna().unique())
        if values and values <= {"0", "1", "0.0", "1.0"}:
            flags.append(column)
    # runs of columns that stand side by side
    places = {column: place for place, column in enumerate(columns)}
    runs: list[list[str]] = []
    for column in flags:
        if runs and places[column] == places[runs[-1][-1]] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    for run in sorted(runs, key=len, reverse=True):
        if len(run) >= 2 and one_hot(rows, run):
            return run
    return flags


def one_hot(rows: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether each row has a 1 in one of these columns."""
    return bool((rows[list(columns)].astype(float).sum(axis=1) == 1).all())
