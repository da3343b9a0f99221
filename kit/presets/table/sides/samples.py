"""Which table is the sample submission; and what is common to looking for any table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from kit.errors import KitError
from kit.presets.table.asking import NONE, Findings, Guide, Question, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.lead import NEARLY
from kit.presets.table.files.names import SHOWN, is_sample, says, side_of, words
from kit.presets.table.files.one_table import UNNAMED, Table
from kit.presets.table.found.columns import decides, few, is_named
from kit.presets.table.found.sample import Sample, parted, same_name
from kit.presets.table.found.side import Side

RANDOM = ("random", "dummy", "zeros", "blank")
"""Words of tables whose answers nobody means."""


def find_sample(facts: Facts, options: TableOptions, guide: Guide, findings: Findings) -> Sample | None:
    """The sample submission: named by the user, or called like one."""
    if options.sample == NONE:
        return None
    if options.sample is not None:
        return parted(facts.table(options.sample, "--sample"), facts)
    found = [table for table in facts.tables if table.sample] or _holding_places(facts) or _filled_at_random(facts)
    if not found:
        refuse_unread(facts, is_sample, f"mend it, name another with --sample, or leave it out with --sample {NONE}")
    found = [table for table in found if not _is_of_test(table, facts)] or found
    for better in (
        [table for table in found if says(table.stem, SHOWN)],
        [table for table in found if facts.leads(table)],
    ):
        if len(found) > 1 and better:
            found = [table for table in found if table in better]
    if len(found) > 1 and all(_asks_the_same(table, found[0]) for table in found[1:]):
        most = max(found, key=lambda table: sum(table.rows[column].nunique() for column in table.columns))
        told = " and ".join(table.name for table in found if table is not most)
        findings.check.append(f"{most.name} is the sample, and {told} asks for the same; --sample for another")
        found = [most]
    found = _with_all_ids(found, facts, findings)
    chosen = one_of(found, "the sample submission", "--sample", facts, guide)
    if chosen is not None and _answers_alone(chosen, facts):
        findings.asked = tuple(chosen.columns)
        shown = ", ".join(f"'{column}'" for column in chosen.columns[:3])
        findings.check.append(
            f"{chosen.name} has answers alone, {shown}, and no ids: what is sent has the ids of the test"
            " photos too, in the order of their table; take that column out of it, if the host wants none"
        )
        return None
    return None if chosen is None else parted(chosen, facts)


def without_known(sample: Sample, test: Side, train: Side) -> Sample:
    """A sample without the answers that the test table knows, or that what it knows decides: they stay as they are."""
    key = same_name(sample.id, test.columns)
    if test.table is None or test.table is sample.table or key is None or len(sample.answers) < 2:
        return sample
    shown = sample.table.rows.drop_duplicates(sample.id).set_index(sample.id)
    given = test.rows.drop_duplicates(key).set_index(key).reindex(shown.index)
    known = [one for one in sample.answers if one in given and given[one].equals(shown[one])]
    both = pd.concat([train.rows, sample.table.rows])
    varied = [one for one in sample.answers if one in train.rows and shown[one].nunique() > 1 and one not in known]
    known += [one for one in varied if any(few(train.rows, [told]) and decides(both, told, one) for told in known)]
    rest = tuple(one for one in sample.answers if one not in known)
    return replace(sample, answers=rest, further=(*sample.further, *known)) if known and rest else sample


def _is_of_test(table: Table, facts: Facts) -> bool:
    """Whether a table that is called a sample shows what the test table is like, and not what to send."""
    return table.side == "test" and any(
        other.side == "test" and not other.sample and table.columns == other.columns for other in facts.tables
    )


def _with_all_ids(tables: list[Table], facts: Facts, findings: Findings) -> list[Table]:
    """Of samples of the same columns the one whose photos alone are all there, or else whose ids are those of all
    others and more; all where neither is one.
    """
    if len(tables) < 2 or any(table.columns != tables[0].columns for table in tables):
        return tables
    first = tables[0].columns[0]
    shares = {table.name: max((lead.share for lead in facts.leads(table)), default=0.0) for table in tables}
    there = [table for table in tables if shares[table.name] >= NEARLY] or tables
    whole = max(there, key=lambda table: len(table.values(first)))
    rest = [table for table in there if table is not whole]
    if not all(table.values(first) < whole.values(first) for table in rest):
        return tables
    told = ", ".join(table.name for table in tables if table is not whole)
    why = f"which has the ids of {told} and more" if rest else f"as the photos of {told} are not all there"
    findings.check.append(f"{whole.name} is the sample, {why}; --sample for another")
    return [whole]


def _answers_alone(table: Table, facts: Facts) -> bool:
    """Whether a sample has one column, which is of labels and names no photo; or several, which are all columns of a
    table that trains and of none of test photos, none of which names its rows.
    """
    if facts.leads(table) or not table.form.header:
        return False
    if len(table.columns) > 1:
        others = [other for other in facts.tables if other is not table and not other.sample]
        tests = {column for other in others if other.side == "test" for column in other.columns}
        asked = any(set(table.columns) <= set(other.columns) for other in others if other.side != "test")
        names_rows = any(table.rows[column].is_unique for column in table.columns)
        return asked and bool(tests) and tests.isdisjoint(table.columns) and not names_rows
    name = table.columns[0]
    others = [other for other in facts.tables if other is not table and same_name(name, other.columns)]
    return is_named(name) or any(few(other.rows, [str(same_name(name, other.columns))]) for other in others)


def _holding_places(facts: Facts) -> list[Table]:
    """The table that is called nothing, has ids of another table beside one value in each other column, and asks for
    columns of a third one, in which they vary.
    """
    found = []
    for table in facts.tables:
        first, *answers = table.columns
        ids = table.values(first)
        if not answers or table.side == "train" or len(ids) < len(table.rows) or len(ids) < 2:
            continue
        if any(table.rows[answer].nunique() > 1 for answer in answers):
            continue
        others = [other for other in facts.tables if other is not table and first in other.columns]
        named = any(other.values(first) == ids for other in others)
        varied = any(
            all(name in other and other[name].nunique() > 1 for name in answers)
            for other in (one.rows for one in others)
        )
        if named and varied:
            found.append(table)
    return found


def _filled_at_random(facts: Facts) -> list[Table]:
    """The table that is called nothing, has the columns of the train table, ids and some more, and the ids of the test
    table in its order, or is called random and leads to test photos: whatever it answers, what is sent looks so.
    """
    sides = {side: [table for table in facts.tables if table.side == side] for side in ("train", "test")}
    found = []
    for table in facts.tables:
        ids = [column for column in table.columns if any(lead.column == column for lead in facts.leads(table))]
        others = [column for column in table.columns if column not in ids and not UNNAMED.fullmatch(column)]
        if table.side is not None or len(ids) != 1 or not others:
            continue
        of_test = [other for other in sides["test"] if ids[0] in other.columns and not set(others) & set(other.columns)]
        same = any(list(other.rows[ids[0]]) == list(table.rows[ids[0]]) for other in of_test)
        folders = [lead.folder for lead in facts.leads(table) if lead.column == ids[0]]
        same = same or (says(table.stem, RANDOM) and any(side_of(f"{folder}/x") == "test" for folder in folders))
        if same and any(_named(table) == _named(other) for other in sides["train"]):
            found.append(table)
    return found


def _named(table: Table) -> list[str]:
    return [column for column in table.columns if not UNNAMED.fullmatch(column)]


def _asks_the_same(one: Table, other: Table) -> bool:
    """Whether two samples have the same columns and ids, and other answers alone: all ones, all zeros."""
    first = one.columns[0]
    return one.columns == other.columns and one.values(first) == other.values(first)


def refuse_unread(facts: Facts, meant: Callable[[str], bool], todo: str) -> None:
    """KitError where a table that is meant could not be read: to go on without it would be another competition."""
    for name, why in facts.unread.items():
        if meant(name):
            raise KitError(f"this table cannot be read ({why})", where=facts.root / name, todo=todo)


def one_of(tables: Sequence[Table], what: str, option: str, facts: Facts, guide: Guide, why: str = "") -> Table | None:
    """The only one, None where there is none; of several the one that is chosen, those called like a label first."""
    if len(tables) < 2:
        return tables[0] if tables else None
    names = [table.name for table in sorted(tables, key=lambda one: not is_named((words(one.name)[-2:] or [""])[0]))]
    name = guide.choose(Question(what, names, option, facts.root, why=why))
    return facts.table(name, option)
