"""What answers are made of: how much of each class or label there is, or where the numbers lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.runs.predictions import Predictions
from kit.submissions.form import said_of
from kit.targets.base import BaseTask
from kit.targets.kinds import in_shape

OF_NUMBERS: dict[str, Callable[[NDArray], float]] = {
    "lowest": np.min,
    "median": np.median,
    "mean": np.mean,
    "highest": np.max,
}


def answer_mix(workspace: Workspace, oof: Predictions | None, test: Predictions) -> pd.DataFrame:
    """A row for each class, label or figure of numbers: what is so, what is said out of fold, what of the test set."""
    parts, truth = workspace.competition.parts(TARGET), workspace.judged_truth(TARGET)
    separate = workspace.competition.separate
    of_oof = None if oof is None else [said.decided for said in said_of(workspace, oof)]
    of_test = [said.decided for said in said_of(workspace, test)]
    tables = []
    for place, part in enumerate(parts):
        true = in_shape(part.task, truth[:, part.truths] if separate else truth)
        names = tuple(OF_NUMBERS) if part.task.kind == "number" else part.task.outputs
        columns = {
            "class": [f"{part.name}/{name}" if separate else name for name in names],
            "truth": _amounts(part.task, true),
            "oof": None if of_oof is None else _amounts(part.task, of_oof[place]),
            "test": _amounts(part.task, of_test[place]),
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _amounts(task: BaseTask, answers: NDArray | None) -> NDArray | None:
    if answers is None:
        return None
    if task.kind == "number":
        return np.array([figure(answers) for figure in OF_NUMBERS.values()])
    if answers.ndim == 1:
        return np.bincount(answers, minlength=len(task.outputs)) / max(1, len(answers))
    return answers.mean(axis=0)
