"""What is kept of a submission's out-of-fold predictions, and read again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.spec import TARGET, Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.predictions import Predictions, read_parquet
from kit.submissions.record import SubmissionRecord, oof_path
from kit.targets.kinds import in_shape


def oof_table(workspace: Workspace, oof: Predictions) -> pd.DataFrame:
    """What `write` keeps of a submission's OOF: the answers that were decided on, and the target's outputs where the
    metric scores them.
    """
    competition, answers = workspace.competition, oof.said(TARGET)
    columns: dict[str, NDArray] = {"image": oof.images}
    columns |= dict(zip(_answer_columns(competition), answers.reshape(len(answers), -1).T, strict=True))
    if not workspace.metric.decides:
        for name, column in zip(competition.target_classes, oof.probs[TARGET].T, strict=True):
            columns[f"{TARGET}/{name}"] = column.astype(np.float32)
    return pd.DataFrame(columns)


def read_submission_oof(workspace: Workspace, record: SubmissionRecord) -> Predictions:
    """A submission's stored OOF of the target in the order of `workspace.judged`; KitError where it does not fit."""
    path, todo = oof_path(workspace.submissions_dir, record.name), "make it again with 'kit submit'"
    competition, table = workspace.competition, read_parquet(path)
    answers = _answer_columns(competition)
    absent = [column for column in ("image", *answers) if column not in table]
    if absent:
        raise KitError(f"there is no column '{absent[0]}'", where=path, todo=todo)
    columns = [f"{TARGET}/{name}" for name in competition.target_classes]
    probs = {TARGET: table[columns].to_numpy(dtype=float)} if set(columns) <= set(table.columns) else {}
    images, keys = table["image"].to_numpy(dtype=object), workspace.judged["image"]
    if set(images) != set(keys) or len(images) != len(keys):
        raise KitError("its photos are not those of the train table", where=path, todo=todo)
    decided = table[list(answers)].to_numpy()
    kinds: dict[str, str] = {}
    if not competition.separate:
        decided, kinds = in_shape(competition.task(TARGET), decided), competition.kinds([TARGET])
    return Predictions(images, probs, {TARGET: decided}, kinds).aligned(keys)


def _answer_columns(competition: Competition) -> tuple[str, ...]:
    """What the columns of decided answers are called."""
    names: list[str] = []
    for part in competition.parts(TARGET):
        owner = f"label/{part.name}" if competition.separate else "label"
        one = part.task.truth_columns == 1
        names += [owner] if one else [f"{owner}/{output}" for output in part.task.outputs]
    return tuple(names)
