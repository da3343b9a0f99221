"""The sample submission, column by column: which one names an answer, which hold answers, and which neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from kit.competition.tables.source import ROWS_FROM
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.one_table import UNNAMED, Table, counts_rows

MARKS = {"public", "private", "ignored"}
"""Values of a column that says which leaderboard a row counts on."""


@dataclass(frozen=True)
class Sample:
    """A sample submission."""

    table: Table
    id: str
    answers: tuple[str, ...]
    further: tuple[str, ...] = ()
    """Columns that stay as they are: counters of rows, and which leaderboard a row is of."""

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def ids(self) -> frozenset[str]:
        return self.table.values(self.id)

    def shown(self, column: str) -> list[str]:
        """The different answers of a column, in their order."""
        return list(dict.fromkeys(self.table.rows[column].dropna()))


def parted(table: Table, facts: Facts) -> Sample:
    """Tell a sample's columns apart: ids come first, but for columns that only count the rows."""
    columns = [column for column in table.columns if column not in ROWS_FROM]
    further = [column for column in columns if UNNAMED.fullmatch(column) or _is_mark(table.rows[column])]
    rest = [column for column in columns if column not in further] or columns[:1]
    leading = {lead.column for lead in facts.leads(table) if not lead.repeats}
    identity = next((column for column in rest[:2] if column in leading), rest[0])
    if identity != rest[0] and table.rows[rest[0]].is_unique:
        if counts_rows(table.rows[rest[0]]):
            further.append(rest[0])
        else:
            identity = rest[0]
    beside = [column for column in rest if column in leading and column != identity]
    if len(rest) - len(beside) >= 2:  # photos that stand beside their ids are no answers
        further += [column for column in beside if column not in further]
    if len(rest) == 1 and further and table.rows[further[0]].is_unique and not table.rows[rest[0]].is_unique:
        identity, further = further[0], further[1:]  # an index without a name, and one column of answers
    answers = tuple(column for column in rest if column != identity and column not in further)
    return Sample(table, identity, answers, tuple(further))


def sure_of_what(sample: Sample, columns: Iterable[str]) -> tuple[str, str] | None:
    """The train column that one of a sample's two answers is called like, and the answer that says how sure it is."""
    known = list(columns)
    there = {answer: same_name(answer, known) for answer in sample.answers}
    named, other = [name for name in there.values() if name], [answer for answer, name in there.items() if name is None]
    if len(there) != 2 or len(named) != 1:
        return None
    shown = sample.shown(other[0])
    called = re.search(r"conf|prob|score|certain", other[0], re.IGNORECASE)
    return (named[0], other[0]) if shown and called and all(map(_is_share, shown)) else None


def _is_share(cell: str) -> bool:
    number = pd.to_numeric(pd.Series([cell]), errors="coerce").iloc[0]
    return bool(0 <= number <= 1)


def _is_mark(cells: pd.Series) -> bool:
    values = {str(value).lower() for value in cells.dropna().unique()[:10]}
    return str(cells.name).lower() == "usage" or (bool(values) and values <= MARKS)


def same_name(name: str, columns: Iterable[str]) -> str | None:
    """The column of this name, in small or capital letters; the exact one before others."""
    known = list(columns)
    return name if name in known else next((column for column in known if column.lower() == name.lower()), None)
