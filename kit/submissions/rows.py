"""The rows of a file to send: which answer each is of, and in the long form which of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd

from kit.competition.submission import SubmissionFormat
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.submissions.said import Cells
from kit.targets.cells import LINE

KEY, PLACE, ANSWER = "@key", "@place", "@answer"
"""Columns of rows: the key of its answer's predictions, the place of its cell among those of an answer, the id."""


def naming(form: SubmissionFormat) -> list[str]:
    """The columns that name a row."""
    return [form.id] if form.long_column is None else [form.id, form.long_column]


def cell_names_of(cells: Sequence[Cells]) -> list[str]:
    return [name for part in cells for name in part.names]


def rows_of(workspace: Workspace, cells: Sequence[Cells]) -> pd.DataFrame:
    """The rows of a file of all test answers in the order of the test table: their naming columns, @key, @place and
    @answer.
    """
    form, answers = workspace.competition.submission, workspace.test_answers
    ids, keys = (answers[name].to_numpy(dtype=object) for name in ("id", "image"))
    if form.long is None:
        return pd.DataFrame({form.id: ids, KEY: keys, PLACE: 0, ANSWER: ids})
    names = cell_names_of(cells)
    repeated = np.repeat(ids, len(names))
    table = {KEY: np.repeat(keys, len(names)), PLACE: np.tile(np.arange(len(names)), len(ids)), ANSWER: repeated}
    if form.long_column is not None:
        return pd.DataFrame({form.id: repeated, form.long_column: np.array(names * len(ids), dtype=object), **table})
    rows = pd.DataFrame(
        {form.id: [name.replace(form.answer_id, str(answer)) for answer in ids for name in names], **table}
    )
    if not rows[form.id].is_unique:
        twice = rows[form.id][rows[form.id].duplicated()].iloc[0]
        raise KitError(f"'submission.long' calls two rows '{twice}'", todo="mend its pattern, or the test ids")
    return rows


def matched(workspace: Workspace, cells: Sequence[Cells], table: pd.DataFrame, where: object) -> pd.DataFrame:
    """The rows of a table of the file's form, in its order, with @key, @place and @answer; KitError for one that is
    no test answer's, or stands there twice.
    """
    by, rows = naming(workspace.competition.submission), rows_of(workspace, cells)
    given = table[by].apply(lambda column: column.astype(str).str.strip())
    names = row_names(given, by)
    if not names.is_unique:
        raise KitError(f"the id '{names[names.duplicated()].iloc[0]}' stands there twice", where=where)
    found = given.merge(rows, on=by, how="left")
    odd = np.flatnonzero(found[KEY].isna())
    if len(odd):
        told = names.iloc[odd[0]]
        todo = nearest(told, row_names(rows, by)) if len(rows) < 10_000 else None
        raise KitError(f"line {line_of(table, int(odd[0]))}: there is no test answer '{told}'", where=where, todo=todo)
    return found.astype({PLACE: np.int64})


def line_of(table: pd.DataFrame, row: int) -> int:
    """The line of a file that a row of its table came from."""
    return int(table[LINE].iloc[row]) if LINE in table else row + 2


def row_names(table: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """What each row is called in one text."""
    return reduce(lambda one, other: one + " " + other, (table[name].astype(str) for name in by))
