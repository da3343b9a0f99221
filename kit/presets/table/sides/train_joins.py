"""The tables that are joined to the train table: with its photos, its labels, or the host's split."""

from __future__ import annotations

from kit.presets.table.asking import NONE, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import LABELS, MEASURED, SPLITS, WHO, says, words
from kit.presets.table.files.one_table import Table
from kit.presets.table.found.columns import ends_like_one, few, flag_block, is_named
from kit.presets.table.found.joins import Join, join_of, partners
from kit.presets.table.found.sample import Sample
from kit.presets.table.tasks.holding import asks, may_hold_labels
from kit.presets.table.tasks.splits import host_split, own_folds

FEWEST_FLAGS = 3
"""Columns of 0 and 1 of a table that is called like labels, from which on they are these."""


def needed_joins(facts: Facts, table: Table, sample: Sample | None, options: TableOptions) -> list[Join]:
    """The tables without which no photo is found, or a column that the user or the sample asks for is not there."""
    wanted = {*options.labels, *([options.group] if options.group not in (None, NONE) else [])}
    if options.image is not None and "{" not in options.image:
        wanted.add(options.image)
    joins, bare = [], sample is None and not options.labels and _says_no_more(facts, table)
    for other in partners(facts, table, sample):
        join = join_of(table, other)
        if join is None:
            continue
        leads = not facts.leads(table) and bool(facts.leads(other))
        brings = wanted & set(other.columns) - set(table.columns)
        asked = asks(other.columns, sample) and not asks(table.columns, sample)
        asked = asked or (len(table.columns) == 1 and may_hold_labels(facts, other, sample))
        labels = sample is None and says(other.stem, LABELS) and not any(map(is_named, table.columns))
        asked = asked or (sample is None and not options.labels and _are_answers(facts, table, other, join))
        asked = asked or (bare and not facts.leads(other) and may_hold_labels(facts, other, sample))
        flags = flag_block(other.rows, [one for one in other.columns if one not in table.columns])
        called = any(is_named(one) or ends_like_one(one) for one in other.columns)
        labels = labels and (called or len(flags) >= FEWEST_FLAGS)
        if leads or brings or asked or labels:
            joins.append(join)
    return joins


def _are_answers(facts: Facts, table: Table, other: Table, join: Join) -> bool:
    """Whether a table has one column more, which no test table has, and all of the first table's are known of the test
    photos too: X_train, Y_train and X_test.
    """
    new = [column for column in other.columns if column not in table.columns and column != join.right]
    tests = [one for one in facts.tables if one.side == "test" and not one.sample]
    known = any(set(table.columns) <= set(one.columns) for one in tests)
    return known and len(new) == 1 and not any(new[0] in one.columns for one in tests)


def _says_no_more(facts: Facts, table: Table) -> bool:
    """Whether a table that leads to photos has but ids, people and measures beside: its labels stand elsewhere."""
    leading = {lead.column for lead in facts.leads(table)}
    others = few(table.rows, [column for column in table.columns if column not in leading])
    return bool(leading) and all(says(column, (*MEASURED, *WHO)) or "id" in words(column) for column in others)


def split_joins(facts: Facts, table: Table, sample: Sample | None) -> list[Join]:
    """The table that says which rows are train, valid and test, or of which fold they are, where one does."""
    if _divides(table):
        return []
    for other in facts.tables:  # of any side: its name says all of them
        splits = other.name != table.name and not other.sample and says(other.stem, SPLITS)
        join = join_of(table, other) if splits and _divides(other) else None
        if join is not None:
            return [join]
    return []


def _divides(table: Table) -> bool:
    """Whether a column says which rows are train, valid and test, or of which fold they are."""
    return host_split(table) is not None or own_folds(table) is not None
