"""What is kept of a submission's out-of-fold predictions, and read again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.spec import TARGET, Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.metrics.truth import LABELS
from kit.evidence.top import exact
from kit.parquet_file import read_parquet_table
from kit.runs.predictions import Predictions, check_predictions, columns_of, known_columns, probs_in
from kit.submissions.record import SubmissionRecord, oof_path
from kit.table_file import Column, checked
from kit.targets.classes import ClassesTask
from kit.targets.kinds import in_shape


def oof_table(workspace: Workspace, oof: Predictions) -> pd.DataFrame:
    """What `write` keeps of a submission's OOF: the answers that were decided on, and the target's outputs where the
    metric scores them.
    """
    competition, answers = workspace.competition, oof.said(TARGET)
    columns: dict[str, NDArray] = {"image": oof.images}
    if _many_labels(competition):
        columns["label"] = np.array([" ".join(map(str, np.flatnonzero(row))) for row in answers], dtype=object)
    else:
        columns |= dict(zip(_answer_columns(competition), answers.reshape(len(answers), -1).T, strict=True))
    if not workspace.metric.decides:
        columns |= columns_of(TARGET, competition.target_classes, oof.probs[TARGET])
    return pd.DataFrame(columns)


def read_submission_oof(workspace: Workspace, record: SubmissionRecord) -> Predictions:
    """A submission's stored OOF of the target in the order of `workspace.judged`; KitError where it does not fit."""
    path, todo = oof_path(workspace.submissions_dir, record.name), "make it again with 'kit submit'"
    competition, held = workspace.competition, read_parquet_table(path, None, todo=todo)
    names, kept = competition.target_classes, competition.kept([TARGET]).get(TARGET)
    columns = known_columns(TARGET, names, kept)
    columns = columns if {column.name for column in columns} <= set(held.columns) else []
    answers = _answer_columns(competition)
    table = checked(held, [Column("image", unique=True), *_known(competition, answers), *columns], path, todo)
    probs = {TARGET: exact(probs_in(table, TARGET, names, kept))} if columns else {}
    images, keys = table["image"].to_numpy(dtype=object), workspace.judged["image"].to_numpy(dtype=object)
    in_order = np.array_equal(images, keys)
    if not in_order and (set(images) != set(keys) or len(images) != len(keys)):
        raise KitError("its photos are not those of the train table", where=path, todo=todo)
    if _many_labels(competition):
        decided = _labels_in(table["label"], len(names), path, todo)
    else:
        decided = table[list(answers)].to_numpy()
    kinds: dict[str, str] = {}
    if not competition.separate:
        decided, kinds = in_shape(competition.task(TARGET), decided), competition.kinds([TARGET])
    predictions = Predictions(images, probs, {TARGET: decided}, kinds)
    if not competition.separate:
        check_predictions(predictions, path)
    return predictions if in_order else predictions.aligned(keys)


def _many_labels(competition: Competition) -> bool:
    """Whether the answers are of so many labels that the numbers of a row's are kept, and not a column of each."""
    return bool(competition.kept([TARGET])) and competition.task(TARGET).kind == LABELS


def _labels_in(cells: pd.Series, n_labels: int, path: Path, todo: str) -> NDArray:
    """(n_rows, n_labels) int8 of cells that hold the numbers of labels; KitError for a cell that holds others."""
    found = np.zeros((len(cells), n_labels), dtype=np.int8)
    for row, cell in enumerate(cells):
        numbers = cell.split() if isinstance(cell, str) else []
        if not all(number.isdecimal() and int(number) < n_labels for number in numbers):
            raise KitError(f"row {row}: '{cell}' is no list of label numbers", where=path, todo=todo)
        found[row, [int(number) for number in numbers]] = 1
    return found


def _known(competition: Competition, answers: Sequence[str]) -> list[Column]:
    """What may stand in the columns of decided answers: class numbers where they are of classes."""
    task = None if competition.separate else competition.task(TARGET)
    if isinstance(task, ClassesTask):
        return [Column(name, "whole", low=0, high=len(task.outputs) - 1) for name in answers]
    if _many_labels(competition):
        return [Column(name, optional=True) for name in answers]
    return [Column(name, "number") for name in answers]


def _answer_columns(competition: Competition) -> tuple[str, ...]:
    """What the columns of decided answers are called."""
    names: list[str] = []
    if _many_labels(competition):
        return ("label",)
    for part in competition.parts(TARGET):
        owner = f"label/{part.name}" if competition.separate else "label"
        one = part.task.truth_columns == 1
        names += [owner] if one else [f"{owner}/{output}" for output in part.task.outputs]
    return tuple(names)
