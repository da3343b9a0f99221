"""What a file of the competition's form says: predictions of the target, and the truth of held-back answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.forms import Question, written_values
from kit.competition.submission import DEFAULT_COLUMN
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.predictions import Predictions
from kit.submissions.cells import OneClass, PerOutput
from kit.submissions.form import predictions_of, target_cells
from kit.submissions.lists import RankedColumns
from kit.submissions.rows import ANSWER, PLACE, cell_names_of, line_of, matched, naming
from kit.submissions.said import Cells


@dataclass(frozen=True)
class Given:
    """A table of the file's form, sorted by answers."""

    ids: NDArray
    columns: dict[str, pd.Series]
    """For each cell of an answer what stands there, in the order of `ids`."""
    first: NDArray
    """The row of the table where each answer begins."""
    table: pd.DataFrame
    where: object

    def of(self, part: Cells) -> list[pd.Series]:
        return [self.columns[name] for name in part.names]

    def slip(self, answer: int, what: str, todo: str) -> NoReturn:
        """Tell what is wrong with an answer, by its line."""
        line = line_of(self.table, int(self.first[answer]))
        raise KitError(f"line {line}: {what}", where=self.where, todo=todo)


def read_back(workspace: Workspace, table: pd.DataFrame, where: object) -> Predictions:
    """What a file says of the target, under its ids; KitError with the line of a slip."""
    cells = target_cells(workspace, table)
    given = _given(workspace, cells, table, where)
    return predictions_of(workspace, given.ids, [part.read(given.of(part), given.slip) for part in cells])


def read_truth(workspace: Workspace, table: pd.DataFrame, where: object) -> tuple[NDArray, NDArray, NDArray]:
    """The ids of held-back answers, the truth of the target, and the row of the table where each answer begins.

    They stand as in a file to send; where that has a column for each class, or for each place of a ranked list, the
    class may also stand by its name in one column, called `label` or like the task, and labels in a column each.
    """
    form = workspace.competition.submission
    cells = tuple(
        _truth_cells(workspace, asked, part, table)
        for asked, part in zip(workspace.asked, target_cells(workspace, table), strict=True)
    )
    needed = [*naming(form), *(cell_names_of(cells) if form.long is None else [str(form.one_column)])]
    if not set(needed) <= set(table.columns):
        raise KitError(f"the answers need the columns {', '.join(sorted(needed))}", where=where)
    given = _given(workspace, cells, table, where)
    truths = [part.read_truth(given.of(part), given.slip) for part in cells]
    return given.ids, truths[0] if len(truths) == 1 else np.column_stack(truths), given.first


def _truth_cells(workspace: Workspace, asked: Question, part: Cells, table: pd.DataFrame) -> Cells:
    """How a part of the target stands in held-back answers."""
    values = written_values(workspace.competition.submission, asked)
    if asked.kind in ("class", "ordered") and _class_column(asked) in table and part.names[0] not in table:
        return OneClass((_class_column(asked),), values)
    if asked.kind == "labels" and isinstance(part, RankedColumns):
        return PerOutput(values, values, asked.kind, decides=True)
    return part


def _class_column(asked: Question) -> str:
    return DEFAULT_COLUMN if asked.alone else asked.task


def _given(workspace: Workspace, cells: tuple[Cells, ...], table: pd.DataFrame, where: object) -> Given:
    form, names = workspace.competition.submission, cell_names_of(cells)
    if form.long is None:
        ids = table[form.id].astype(str).str.strip().to_numpy(dtype=object)
        return Given(ids, {name: table[name] for name in names}, np.arange(len(table)), table, where)
    rows = matched(workspace, cells, table, where)
    ids, answers = np.unique(rows[ANSWER].astype(str), return_inverse=True)
    found = np.full((len(ids), len(names)), -1)
    found[answers, rows[PLACE]] = np.arange(len(table))
    if (found < 0).any():
        answer, place = np.argwhere(found < 0)[0]
        raise KitError(f"there is no row of '{ids[answer]}' for '{names[place]}'", where=where, todo="add it")
    cell = table[form.one_column]
    columns = {name: cell.iloc[found[:, place]].reset_index(drop=True) for place, name in enumerate(names)}
    return Given(ids.astype(object), columns, found.min(axis=1), table, where)
