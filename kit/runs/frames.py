"""Predictions as tables for notebooks, and tables of a notebook as predictions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.top import TopProbs, top_of
from kit.runs.predictions import Predictions, check_predictions, columns_of, known_columns, probs_in
from kit.table_file import checked


def oof_frame(workspace: Workspace, predictions: Predictions) -> pd.DataFrame:
    """image, group, fold, the truth of each predicted task in words, and a column 'task/output' of predictions."""
    known = workspace.train.assign(fold=workspace.folds.table["fold"].to_numpy()).set_index("image")
    rows = pd.Series(np.arange(len(known)), known.index).loc[list(predictions.images)].to_numpy()
    table = known.iloc[rows].reset_index()[["image", "group", "fold"]].copy()
    for task in predictions.tasks:
        for part in workspace.competition.parts(task):
            truth = workspace.truth(part.name)[rows]
            table[part.name] = truth if part.task.kind == "number" else part.task.named(truth)
    return pd.concat([table, _columns(workspace, predictions)], axis=1)


def test_frame(workspace: Workspace, predictions: Predictions) -> pd.DataFrame:
    """image, id, and a column 'task/output' of predictions."""
    found = predictions.aligned(workspace.test["image"])
    return pd.concat([workspace.test[["image", "id"]].reset_index(drop=True), _columns(workspace, found)], axis=1)


test_frame.__test__ = False  # type: ignore[attr-defined]


def _columns(workspace: Workspace, predictions: Predictions) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {}
    for task, probs in predictions.probs.items():
        names = workspace.competition.outputs(task)
        if isinstance(probs, TopProbs):
            columns |= columns_of(task, names, probs)
        else:
            columns |= {f"{task}/{name}": probs[:, index] for index, name in enumerate(names)}
    return pd.DataFrame(columns)


def side_by_side(tables: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """Tables of the same photos joined by image; with several, each column of probabilities says its table's name."""
    if not tables:
        raise KitError("no name was given", todo="name a run, a blend or a submission")
    if len(tables) == 1:
        return tables[0]
    joined = None
    for table, name in zip(tables, names, strict=True):
        table = table.rename(columns={column: f"{name}/{column}" for column in table if "/" in column})
        if joined is not None:
            table = table.drop(columns=[column for column in table if column in joined and column != "image"])
            table = joined.merge(table, on="image", validate="one_to_one")
        joined = table
    return joined


def predictions_of(workspace: Workspace, table: pd.DataFrame, where: object = "predictions") -> Predictions:
    """A table with the columns image and 'task/output' as predictions; every output of a task needs its column.

    Of very many classes the columns may also be those that `columns_of` makes.
    """
    named = list(dict.fromkeys(str(column).partition("/")[0] for column in table if "/" in str(column)))
    if "image" not in table or not named:
        raise KitError("predictions have the columns image and 'task/class', such as those of ws.oof()", where=where)
    known, probs = workspace.competition.task_names, {}
    for task in named:
        if task not in known:
            raise KitError(f"there is no task '{task}'", where=where, todo=nearest(task, known))
        names, kept = workspace.competition.outputs(task), workspace.competition.kept([task]).get(task)
        if kept is not None and f"{task}/rest" in table:
            numbers = known_columns(task, names, kept)
            probs[task] = probs_in(checked(table, numbers, Path(str(where))), task, names, kept)
            continue
        absent = [name for name in names if f"{task}/{name}" not in table]
        if absent:
            raise KitError(f"there is no column '{task}/{absent[0]}'", where=where, todo="every class needs one")
        probs[task] = top_of(probs_in(table, task, names, None), kept)
    ordered = {task: probs[task] for task in known if task in probs}
    kinds = workspace.competition.kinds(ordered)
    predictions = Predictions(table["image"].to_numpy(dtype=object), ordered, kinds=kinds)
    check_predictions(predictions, where)
    return predictions
