"""Tables with a row for each answer of a photo: which column says what a row answers, and which holds the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import pandas as pd

from kit.competition.names import same_column
from kit.competition.sources import Pivot
from kit.competition.tables.pivot import pivoted
from kit.presets.table.asking import Findings, TableOptions
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import WHO, says
from kit.presets.table.files.one_table import UNNAMED
from kit.presets.table.found.columns import few, is_named
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.tasks.labels import Labels
from kit.targets.cells import PHOTO

SAID = ("target", "attribute", "trait", "variable", "question", "task", "property", "measure", "quantity", "finding")
"""Words of columns that say what the other column of a row holds."""


def with_pivot(
    facts: Facts, train: Side, sample: Sample | None, options: TableOptions, findings: Findings
) -> tuple[Side, Labels | None]:
    """The train side with a row for each photo and a column for each answer, and these columns as labels, where its
    table has a row for each answer and the test table or the sample asks so; else as it is, and None.
    """
    if train.table is None or train.column is None or train.lead is None or options.labels:
        return train, None
    if not train.lead.repeats or train.lead.long:
        return train, None
    column = telling_rows_apart(train.rows, train.column, ())
    if column is None or not _is_asked(facts, train, column, sample):
        return train, None
    differ = train.rows.groupby(train.column).nunique(dropna=False).max() > 1
    holding = [
        name
        for name in train.columns
        if name not in (column, train.column)
        and differ[name]
        and not _is_id(train, name)
        and not UNNAMED.fullmatch(name)
    ]
    asked = [name for name in holding if sample is not None and name in sample.answers]
    holding = asked or [name for name in holding if is_named(name)] or holding
    if len(holding) != 1:
        return train, None
    pivot = Pivot(columns=column, values=holding[0])
    names = [str(name) for name in train.rows[column].dropna().unique()]
    rows = pivoted(train.rows.assign(**{PHOTO: train.rows[train.column]}), pivot, facts.root / train.table.name)
    lead = replace(train.lead, repeats=False)
    told = f"each photo has {len(names)} rows, which '{column}' tells apart"
    findings.check.append(f"{told}: '{holding[0]}' becomes a column for each of its values (pivot)")
    side = replace(train, rows=rows.drop(columns=PHOTO), lead=lead, pivot=(column, holding[0]))
    return side, Labels(tuple(names), f"a value of '{column}', whose rows hold it in '{holding[0]}'")


def telling_rows_apart(rows: pd.DataFrame, column: str, asked: Sequence[str]) -> str | None:
    """The column that says which of a photo's answers a row holds: few values, each once for each photo."""
    for name in few(rows, [name for name in rows.columns if name != column and name not in asked]):
        count = rows[name].nunique()
        if count * rows[column].nunique() == len(rows) and not rows[[column, name]].duplicated().any():
            return name
    return None


def _is_id(train: Side, name: str) -> bool:
    """Whether no two rows have the same there, as those of a row's own id, which no number of a measure has."""
    return bool(train.rows[name].is_unique and not pd.to_numeric(train.rows[name], errors="coerce").notna().all())


def _is_asked(facts: Facts, train: Side, column: str, sample: Sample | None) -> bool:
    """Whether what is sent is divided so too: the sample's ids are made of these values, or a column of it holds them;
    without a sample a table of other photos has them, or the column is called so. Rows of several people's judgements
    are not.
    """
    values, mine = frozenset(train.rows[column].dropna()), frozenset(train.rows[train.column].dropna())
    if sample is not None:
        beside = same_column(column, sample.table.columns)
        if beside is not None:
            return sample.table.values(beside) <= values
        return all(any(one.endswith(value) or one.startswith(value) for value in values) for one in sample.ids)
    others = [one for one in facts.tables if one is not train.table and {train.column, column} <= set(one.columns)]
    if any(one.values(column) <= values and not one.values(str(train.column)) & mine for one in others):
        return True
    return says(column, SAID) and not says(column, WHO)


def stems_of(test: Side) -> list[str]:
    """The names of a test table's photos without folders and ending."""
    paths = test.rows[test.column].dropna() if test.column is not None else pd.Series(dtype=object)
    return list(dict.fromkeys(PurePosixPath(cell).stem for cell in paths))
