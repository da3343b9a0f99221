"""Which table is the sample submission; and what is common to looking for any table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kit.errors import KitError
from kit.presets.table.asking import NONE, Guide, Question, TableOptions
from kit.presets.table.facts import Facts, Table
from kit.presets.table.names import SHOWN, is_sample, says
from kit.presets.table.sample import Sample, parted


def find_sample(facts: Facts, options: TableOptions, guide: Guide) -> Sample | None:
    """The sample submission: named by the user, or called like one."""
    if options.sample == NONE:
        return None
    if options.sample is not None:
        return parted(facts.table(options.sample, "--sample"), facts)
    found = [table for table in facts.tables if table.sample] or _holding_places(facts)
    if not found:
        refuse_unread(facts, is_sample, f"mend it, name another with --sample, or leave it out with --sample {NONE}")
    for better in (
        [table for table in found if says(table.stem, SHOWN)],
        [table for table in found if facts.leads(table)],
    ):
        if len(found) > 1 and better:
            found = [table for table in found if table in better]
    if len(found) > 1 and all(_asks_the_same(table, found[0]) for table in found[1:]):
        found = [max(found, key=lambda table: sum(table.rows[column].nunique() for column in table.columns))]
    chosen = one_of(found, "the sample submission", "--sample", facts, guide)
    return None if chosen is None else parted(chosen, facts)


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
    """The only one, None where there is none; of several the one that is chosen."""
    if len(tables) < 2:
        return tables[0] if tables else None
    name = guide.choose(Question(what, [table.name for table in tables], option, facts.root, why=why))
    return facts.table(name, option)
