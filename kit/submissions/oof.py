"""What is kept of a submission's out-of-fold predictions, and read again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.spec import TARGET, Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.top import exact
from kit.runs.predictions import Predictions, check_predictions, columns_of, known_columns, probs_in
from kit.submissions.record import SubmissionRecord, oof_path
from kit.table_file import Column, checked, read_parquet_table
from kit.targets.classes import ClassesTask
from kit.targets.kinds import in_shape


def oof_table(workspace: Workspace, oof: Predictions) -> pd.DataFrame:
    """What `write` keeps of a submission's OOF: the answers that were decided on, and the target's outputs where the
    metric scores them.
    """
    competition, answers = workspace.competition, oof.said(TARGET)
    columns: dict[str, NDArray] = {"image": oof.images}
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
    decided = table[list(answers)].to_numpy()
    kinds: dict[str, str] = {}
    if not competition.separate:
        decided, kinds = in_shape(competition.task(TARGET), decided), competition.kinds([TARGET])
    predictions = Predictions(images, probs, {TARGET: decided}, kinds)
    if not competition.separate:
        check_predictions(predictions, path)
    return predictions if in_order else predictions.aligned(keys)


def _known(competition: Competition, answers: Sequence[str]) -> list[Column]:
    """What may stand in the columns of decided answers: class numbers where they are of classes."""
    task = None if competition.separate else competition.task(TARGET)
    if isinstance(task, ClassesTask):
        return [Column(name, "whole", low=0, high=len(task.outputs) - 1) for name in answers]
    return [Column(name, "number") for name in answers]


def _answer_columns(competition: Competition) -> tuple[str, ...]:
    """What the columns of decided answers are called."""
    names: list[str] = []
    for part in competition.parts(TARGET):
        owner = f"label/{part.name}" if competition.separate else "label"
        one = part.task.truth_columns == 1
        names += [owner] if one else [f"{owner}/{output}" for output in part.task.outputs]
    return tuple(names)
