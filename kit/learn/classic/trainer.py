"""A fold's classic learners: one per task, on features that were computed before."""

from __future__ import annotations

import numpy as np

from kit.errors import KitError
from kit.evidence.top import Outputs, whole_rows
from kit.learn.classic.extract import Extractor
from kit.learn.classic.learners import Learned, Rows
from kit.learn.classic.task import fit_task
from kit.learn.examples import off_scale
from kit.learn.job import FoldJob, FoldResult, in_pieces
from kit.recipes.classic import ClassicRecipe
from kit.reporter import Progress
from kit.seed import derive_seed


def learn_classic(recipe: ClassicRecipe, extractor: Extractor, job: FoldJob, progress: Progress) -> FoldResult:
    """Fit the recipe's learner to every task of a job whose arrays are features (n_photos, n_views, n_features)."""
    learned = {}
    for task in job.tasks:
        progress.advance(0, task)
        rows, activation = _rows(job, task), job.tasks[task].activation
        taught = np.flatnonzero(rows.targets.sum(axis=0))
        if len(taught) < 2 and activation == "softmax":
            raise KitError(
                f"all rows to learn from are of one class of the task '{task}', so there is nothing to tell apart",
                where=job.name,
                todo="leave this task out, or deal other folds",
            )
        learned[task] = fit_task(recipe.learner, rows, derive_seed(job.seed, task, "learner"), activation)
    progress.advance()

    def predict(array: np.ndarray, rows: np.ndarray) -> dict[str, Outputs]:
        def said(some: np.ndarray) -> dict[str, np.ndarray]:
            values = {task: _mean_of_views(one, array[some]) for task, one in learned.items()}
            return {task: off_scale(one, job.shapes.get(task)) for task, one in values.items()}

        return in_pieces(said, rows, job.kept)

    return FoldResult(
        predict=predict,
        weights=None,
        init_weights=extractor.init_weights,
        parameters=sum(one.parameters for one in learned.values()),
        device="cpu",
    )


def _rows(job: FoldJob, task: str) -> Rows:
    """The rows of a job that say something of a task; the photo itself is learned from, not its mirror image."""
    examples = job.examples
    weights = examples.weights[task]
    told = weights > 0  # real rows weigh one, all of them
    targets = whole_rows(examples.targets[task][told])
    return Rows(
        features=examples.pixels(np.flatnonzero(told))[:, 0],
        targets=targets.astype(np.float64),
        weights=weights[told].astype(np.float64),
        groups=examples.groups,
    )


def _mean_of_views(learned: Learned, features: np.ndarray) -> np.ndarray:
    """(n, n_outputs) float32 for features (n, n_views, n_features)."""
    return np.mean([learned.probs(features[:, view]) for view in range(features.shape[1])], axis=0)
