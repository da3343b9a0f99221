"""Whether a table's columns may hold what is asked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import class_folders
from kit.presets.table.files.one_table import Table, counts_rows
from kit.presets.table.found.sample import Sample
from kit.presets.table.tasks.kinds import list_separator, numbers_in_each


def asks(columns: Sequence[str], sample: Sample | None) -> int:
    """How many of the sample's answers these columns hold, by their names."""
    if sample is None:
        return 0
    known = {column.lower() for column in columns}
    return sum(answer.lower() in known for answer in sample.answers)


def may_hold_labels(facts: Facts, table: Table, sample: Sample | None) -> bool:
    """Whether a column has values that repeat, or that the sample asks for; or the photos' folders may be classes."""
    leads = {lead.column for lead in facts.leads(table)}
    free = [column for column in table.columns if column not in leads]
    n_rows = len(table.rows)
    if any(2 <= table.rows[column].nunique() <= 0.9 * n_rows for column in free) or asks(free, sample):
        return True
    if any(_is_number(table.rows[column]) for column in free if not counts_rows(table.rows[column])):
        return True
    if any(list_separator(cells) or numbers_in_each(cells) for cells in (table.rows[one].dropna() for one in free)):
        return True
    return table.side == "train" and len(leads) == 1 and bool(class_folders(facts.photos))


def holds_vectors(facts: Facts, table: Table) -> bool:
    """Whether a table has several numbers in each cell beside the photos' names, and nothing else: embeddings."""
    leads = {lead.column for lead in facts.leads(table)}
    free = [column for column in table.columns if column not in leads]
    return bool(free) and all(numbers_in_each(table.rows[column].dropna()) for column in free)


def _is_number(cells: pd.Series) -> bool:
    known = cells.dropna()
    return bool(len(known) and pd.to_numeric(known, errors="coerce").notna().all())
