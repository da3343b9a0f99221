"""Which rows of the train table train: not those that the host calls test, and not those without a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kit.presets import yaml_text
from kit.presets.table.asking import Findings, TableOptions
from kit.presets.table.files.names import TEST, TRAIN, says
from kit.presets.table.found.columns import few
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.kinds import list_separator
from kit.presets.table.tasks.labels import Labels
from kit.presets.table.tasks.splits import own_folds, rows_in, split_of, unknown_splits
from kit.presets.table.tasks.task import Task
from kit.targets.cells import bare_list
from kit.wording import counted

FILLED, EMPTY = ("*",), ("",)
"""How `rows` says that a cell holds something, or nothing."""


def without_test_rows(train: Side, test: Side | None, findings: Findings) -> tuple[Side, str]:
    """The train side without the rows that the host's own split calls test; a hint for competition.yaml."""
    split = split_of(train)
    if split is None or train.table is None:
        return train, ""
    column, by_side = split
    counts = {value: rows_in(train.rows[column], [value]).sum() for values in by_side.values() for value in values}
    told = ", ".join(f"{value} {count:,}" for value, count in counts.items())
    if "test" not in by_side:
        of_names = any("*" in value for value in counts)
        as_folds = f"'folds: {column}' takes it as folds, "
        findings.check.append(
            f"'{column}' is the host's own split ({told}): all its rows train; under train,"
            f" {'' if of_names else as_folds}'rows: {{{column}: ...}}' leaves rows out"
        )
        hint = f"folds: {yaml_text(column)}{'':<20} # the host's own split in the place of kit's folds"
        return train, "" if of_names else hint
    values = tuple(value for side in ("train", "valid") for value in by_side.get(side, ()))
    if not values:
        return train, ""
    what = "are the test set" if test is not None and test.keep else "are left out"
    findings.check.append(f"'{column}' is the host's own split ({told}): its test rows {what}, and never train")
    return _kept(train, column, values), ""


def _kept(side: Side, column: str, values: tuple[str, ...]) -> Side:
    """A side with those rows alone that have one of the values."""
    rows = side.rows[rows_in(side.rows[column], values)].reset_index(drop=True)
    return replace(side, rows=rows, keep={**side.keep, column: values})


def tell_unknown(train: Side, findings: Findings) -> None:
    """Tell of a column that is called a split and does not say which of its values is which side."""
    if train.table is None:
        return
    for column in unknown_splits(train.rows, train.columns):
        told = (split_of(train) or ("",))[0]
        if column not in (own_folds(train), told) and column not in train.keep:
            values = ", ".join(f"{value} {count:,}" for value, count in train.rows[column].value_counts().items())
            findings.check.append(
                f"'{column}' looks like the host's own split ({values}) and does not say which is test: all its rows"
                f" train; under train, 'rows: {{{column}: ...}}' leaves rows out"
            )


def tell_sequences(train: Side, tasks: Sequence[Task], findings: Findings) -> None:
    """Tell of lists that name a label twice, as the digits of a number do: what is learnt is which labels there are."""
    for task in tasks:
        if task.separator is None or task.column not in train.rows:
            continue
        cells = train.rows[task.column].dropna()
        twice = [cell for cell in cells if len(found := bare_list(cell).split(task.separator)) > len(set(found))]
        if twice:
            findings.check.append(
                f"'{task.column}' names a label twice in {len(twice):,} of {len(cells):,} cells, such as '{twice[0]}':"
                " which labels there are is learnt, and not how often or in which order, as a text or number would need"
            )


def without_unlabelled(
    train: Side,
    test: Side | None,
    labels: Labels,
    sample: Sample | None,
    options: TableOptions,
    findings: Findings,
) -> tuple[Side, Side | None]:
    """The train side without the rows that have no label; and the test side: those rows, where it is not known and the
    sample names them.
    """
    columns = [column for column in labels.columns if column in train.rows]
    if train.table is None or not columns or (train.lead is not None and train.lead.repeats):
        return train, test
    empty = train.rows[columns].isna().all(axis=1)
    if train.column is not None:
        cells = train.rows[train.column].fillna("").str.rpartition("/")[2]
        empty &= ~cells.str.startswith(".")  # hidden files are left out anyway
    if not empty.any() or (len(columns) == 1 and list_separator(train.rows[columns[0]].dropna()) is not None):
        return train, test
    column, values, rest = _told_by(train.rows, empty, columns)
    unlabelled = replace(
        train, rows=train.rows[empty].reset_index(drop=True), keep={**train.keep, column: rest}, why_table="no label"
    )
    rows, have = counted(int(empty.sum()), "row"), "has" if empty.sum() == 1 else "have"
    what = f"{rows} of {train.table.name} {have} no '{columns[0]}'"
    kept = _kept(train, column, values)
    asked = sample is not None and any(sample.ids <= set(unlabelled.rows[name].dropna()) for name in train.columns)
    if test is None and options.test is None and (asked or _called_test(unlabelled)):
        findings.check.append(f"{what}: the test set, and never train")
        why = "which the sample names" if asked else "whose photos are called test"
        return kept, replace(unlabelled, why_table=f"its rows without a label, {why}")
    hint = f"; 'rows: {{{column}: {yaml_text(rest[0])}}}' under test takes them as test" if test is None else ""
    findings.check.append(f"{what}: left out of train{hint}")
    return kept, test


def _called_test(side: Side) -> bool:
    """Whether a photo of a side is called test, and none train."""
    names = [] if side.column is None else side.rows[side.column].dropna().str.rpartition("/")[2]
    return any(says(name, TEST) for name in names) and not any(says(name, TRAIN) for name in names)


def _told_by(
    rows: pd.DataFrame, empty: pd.Series, columns: Sequence[str]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The column that says which rows have a label, with its values for those that do and do not: one of few values, or
    the label itself.
    """
    for column in few(rows, [name for name in rows.columns if name not in columns]):
        cells = rows[column]
        with_label, without = set(cells[~empty]), set(cells[empty])
        if cells.notna().all() and cells.nunique() <= 10 and not with_label & without:
            return column, tuple(sorted(with_label)), tuple(sorted(without))
    return columns[0], FILLED, EMPTY
