"""What is said of a photo that cannot be read: how the train side of a fold is shared out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kit.competition.workspace import Workspace
from kit.learn.examples import held_out
from kit.recipes.base import BaseRecipe
from kit.runs.record import RunRecord
from kit.seed import derive_seed


def sides(workspace: Workspace, record: RunRecord, recipe: BaseRecipe, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """(n_train,) bool twice: the rows that a fold is validated on, and those of its train people that it did not learn
    from.
    """
    train = workspace.train
    valid = np.zeros(len(train), dtype=bool) if record.all_data else workspace.folds.valid(fold)
    seed = derive_seed(derive_seed(recipe.seed, fold), "holdout")
    return valid, held_out(train["group"], ~valid, recipe.holdout, seed)


def fold_prior(workspace: Workspace, task: str, train_rows: np.ndarray) -> np.ndarray:
    """(n_outputs,) float32: the shares of a task's classes among rows, or their mean number."""
    taught = workspace.competition.task(task).taught(workspace.truth(task)[train_rows])
    return np.asarray(taught.mean(axis=0), dtype=np.float32)


def run_prior(
    workspace: Workspace, record: RunRecord, recipe: BaseRecipe, folds: Sequence[int]
) -> dict[str, np.ndarray]:
    """The mean of it over folds, for each task, as a run's test predictions have it."""
    found: dict[str, list[np.ndarray]] = {task: [] for task in record.tasks}
    for fold in folds:
        valid, held = sides(workspace, record, recipe, fold)
        for task, priors in found.items():
            priors.append(fold_prior(workspace, task, ~valid & ~held))
    return {task: np.mean(priors, axis=0) for task, priors in found.items()}
