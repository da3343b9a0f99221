"""The file to send: its rows and columns, and how predictions are written in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.spec import TARGET
from kit.competition.tables.reading import read_any
from kit.competition.tables.tables import sample_form
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.predictions import Predictions
from kit.submissions.cells import cells_of
from kit.submissions.rows import KEY, PLACE, cell_names_of, naming, row_names, rows_of
from kit.submissions.said import Cells, Said
from kit.table_file import first_cells, told_form
from kit.table_form import TableForm
from kit.targets.cells import LINE
from kit.targets.kinds import in_shape


@dataclass(frozen=True)
class Layout:
    """What the file to send looks like."""

    header: tuple[str, ...]
    """The first line's cells, exactly as the sample has them."""
    columns: tuple[str, ...]
    """The same without spaces around them: the columns of tables."""
    given: pd.DataFrame
    """What stands in its rows beside the answers, in the host's order, exactly as the sample has it."""
    keys: NDArray
    """The answer of each row: the key of its predictions."""
    places: NDArray
    """(n_rows,) int64: in the long form which of the cells of its answer a row holds, otherwise 0."""
    cells: tuple[Cells, ...]
    """What stands in the cells of each part of the target."""
    form: TableForm
    """How it is written, with nothing left open: as the sample is."""
    shown: tuple[tuple[str, ...], ...]
    """For each part the different answers of the sample submission, in the order in which they stand there."""


def read_layout(workspace: Workspace) -> Layout:
    """The layout that sample and competition.yaml give; KitError where they do not fit the test table."""
    form, answers = workspace.competition.submission, workspace.test_answers
    if not answers["id"].is_unique:
        raise KitError(f"the test id '{answers['id'][answers['id'].duplicated()].iloc[0]}' stands there twice")
    constants = {name: value for name, value in form.constants.items() if value is not None}
    if form.sample is None:
        cells = target_cells(workspace)
        rows, columns = rows_of(workspace, cells), _columns(workspace, cells)
        given = rows[naming(form)].assign(**constants)
        return Layout(columns, columns, given, *_placed(rows), cells, sent_form(workspace), ((),) * len(cells))
    where = workspace.data_dir / form.sample
    read = read_any(where, sample_form(workspace.competition))
    sample, exact = read.cells.drop(columns=LINE), read.exact.drop(columns=LINE)
    cells = target_cells(workspace, sample)
    _check_columns(sample, _columns(workspace, cells), where)
    rows = _check_rows(workspace, sample, rows_of(workspace, cells), where)
    given = exact[[*naming(form), *form.constants]].assign(**constants)
    shown = _shown_of_parts(workspace, sample, cells, rows)
    written = sent_form(workspace)
    header = tuple(first_cells(where, sample_form(workspace.competition))) if written.header else tuple(sample.columns)
    return Layout(header, tuple(sample.columns), given, *_placed(rows), cells, written, shown)


def sent_form(workspace: Workspace) -> TableForm:
    """How the file to send is written: with the separator, the encoding and the header that the sample has or lacks.

    No byte order mark is written, and UTF-8 in the place of encodings that need one.
    """
    competition = workspace.competition
    if competition.submission.sample is None:
        return TableForm(",", "utf-8", competition.submission.header)
    told = told_form(workspace.data_dir / competition.submission.sample, sample_form(competition))
    return replace(told, encoding="utf-8") if str(told.encoding).startswith("utf") else told


def target_cells(workspace: Workspace, table: pd.DataFrame | None = None) -> tuple[Cells, ...]:
    """What stands in the cells of each part of the target, spelt as in a table of the file's form."""
    form, made = workspace.competition.submission, []
    for asked in workspace.asked:
        cells = cells_of(form, asked)
        if table is not None:
            cells = cells_of(form, asked, tuple(table.columns))
            cells = cells_of(form, asked, tuple(table.columns), _shown(workspace, table, cells))
        made.append(cells)
    return tuple(made)


def written(workspace: Workspace, layout: Layout, predictions: Predictions) -> pd.DataFrame:
    """Predictions of the target as the rows of the file."""
    keys, rows = np.unique(layout.keys.astype(str), return_inverse=True)
    columns: dict[str, NDArray] = {}
    for cells, said in zip(layout.cells, said_of(workspace, predictions.aligned(keys.astype(object))), strict=True):
        columns |= dict(zip(cells.names, cells.write(said), strict=True))
    table = layout.given.copy()
    if workspace.competition.submission.long is None:
        table = pd.concat([table, pd.DataFrame({name: cell[rows] for name, cell in columns.items()})], axis=1)
    else:
        alike = len({cell.dtype for cell in columns.values()}) == 1
        whole = np.column_stack([cell if alike else cell.astype(object) for cell in columns.values()])
        table[workspace.competition.submission.one_column] = whole[rows, layout.places]
    return table[list(layout.columns)]


def csv_bytes(layout: Layout, table: pd.DataFrame) -> bytes:
    """The file of a table that has the layout's columns."""
    header = list(layout.header) if layout.form.header else False
    text = table.to_csv(index=False, header=header, sep=str(layout.form.separator), lineterminator="\n")
    return text.encode(str(layout.form.encoding))


def said_of(workspace: Workspace, predictions: Predictions) -> Iterator[Said]:
    """What predictions say of each part of the target."""
    whole, answers = predictions.probs.get(TARGET), predictions.labels.get(TARGET)
    for part, asked in zip(workspace.competition.parts(TARGET), workspace.asked, strict=True):
        values = whole if whole is None or not workspace.competition.separate else whole[:, part.outputs]
        if answers is None:
            metric = asked.metric
            decided = metric.of_outputs(values, asked.kind) if metric.decides and values is not None else None
            yield Said(values, part.task.said(values) if decided is None and values is not None else decided)
        else:
            some = answers[:, part.truths] if workspace.competition.separate else answers
            yield Said(values, in_shape(part.task, some))


def predictions_of(workspace: Workspace, ids: NDArray, parts: Sequence[Said]) -> Predictions:
    """What is said of each part, as predictions of the target; the other way round."""
    if not workspace.competition.separate:
        (said,) = parts
        values = {} if said.values is None else {TARGET: said.values}
        kinds = workspace.competition.kinds([TARGET])
        return Predictions(ids, values, {} if said.decided is None else {TARGET: said.decided}, kinds)
    whole: list[NDArray] = []
    answers: list[NDArray] = []
    for part, said in zip(workspace.competition.parts(TARGET), parts, strict=True):
        if said.values is not None:
            whole.append(said.values.astype(float))
        elif said.decided is not None:
            whole.append(part.task.taught(said.decided).astype(float))
        decided = said.decided if said.decided is not None else part.task.said(whole[-1])
        answers.append(decided.astype(float).reshape(len(ids), -1))
    return Predictions(ids, {TARGET: np.hstack(whole)}, {TARGET: np.hstack(answers)})


def _columns(workspace: Workspace, cells: Sequence[Cells]) -> tuple[str, ...]:
    form = workspace.competition.submission
    answers = cell_names_of(cells) if form.long is None else [str(form.one_column)]
    return (*naming(form), *answers, *form.constants)


def _placed(rows: pd.DataFrame) -> tuple[NDArray, NDArray]:
    return rows[KEY].to_numpy(dtype=object), rows[PLACE].to_numpy(dtype=np.int64)


def _shown(workspace: Workspace, table: pd.DataFrame, cells: Cells) -> tuple[str, ...]:
    """The different answers of a table in the columns of a part."""
    form = workspace.competition.submission
    names = cells.names if form.long is None else (form.one_column,)
    found = table[[name for name in names if name in table]].to_numpy(dtype=object).ravel()
    return tuple(dict.fromkeys(cell for cell in found if isinstance(cell, str)))


def _shown_of_parts(
    workspace: Workspace, sample: pd.DataFrame, cells: Sequence[Cells], rows: pd.DataFrame
) -> tuple[tuple[str, ...], ...]:
    """The different answers of the sample to each part; rows: what each of its rows is of."""
    if workspace.competition.submission.long is None:
        return tuple(_shown(workspace, sample, part) for part in cells)
    owner = np.repeat(np.arange(len(cells)), [len(part.names) for part in cells])[rows[PLACE].to_numpy()]
    return tuple(_shown(workspace, sample[owner == place], part) for place, part in enumerate(cells))


def _check_columns(sample: pd.DataFrame, needed: Sequence[str], where: object) -> None:
    if set(sample.columns) == set(needed):
        return
    more = [name for name in sample if name not in needed]
    todo = "mend 'submission' in competition.yaml"
    if more and set(needed) <= set(sample.columns):
        told = ", ".join(f'"{name}": null' for name in more)
        todo = f"write 'constants: {{{told}}}' under 'submission', to send what the sample has there, or {todo}"
    raise KitError(
        f"the sample submission has the columns {', '.join(sample.columns)}, not {', '.join(needed)}",
        where=where,
        todo=todo,
    )


def _check_rows(workspace: Workspace, sample: pd.DataFrame, rows: pd.DataFrame, where: object) -> pd.DataFrame:
    """The sample's rows with what they are of; KitError where they are not those of the test table."""
    form_id, by = workspace.competition.submission.id, naming(workspace.competition.submission)
    names, ours = row_names(sample, by), row_names(rows, by)
    if names.isna().any():
        raise KitError(
            f"row {1 + int(names.isna().argmax())} of its rows has no '{form_id}'", where=where, todo="mend it"
        )
    if not names.is_unique:
        raise KitError(f"the id '{names[names.duplicated()].iloc[0]}' stands there twice", where=where)
    here, there = set(ours), set(names)
    if workspace.competition.submission.header and form_id in here - there:
        todo = "write 'header: false' under 'submission'; its columns are then called 1, 2, ..."
        raise KitError(
            f"its first row is that of the test photo '{form_id}', and is taken for names", where=where, todo=todo
        )
    if not workspace.competition.submission.header and there - here == {names.iloc[0]}:
        todo = "take 'header: false' out, and write the names of its columns"
        raise KitError(f"its first row is of no test photo: '{names.iloc[0]}'", where=where, todo=todo)
    if here != there:
        raise KitError(
            f"{len(there - here)} of its ids are not in the test table and {len(here - there)} are missing from it,"
            f" the first is '{min(here ^ there)}'",
            where=where,
            todo="mend 'test' or 'submission' in competition.yaml",
        )
    return rows.set_index(ours).loc[names].reset_index(drop=True)
