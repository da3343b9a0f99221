"""A fold's classic learners: one per task, on features that were computed before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kit.errors import KitError
from kit.evidence.top import Outputs, whole_rows
from kit.files import file_sha256
from kit.images.rows import PixelRows
from kit.learn.classic.extract import Extractor
from kit.learn.classic.kept import Probs
from kit.learn.classic.kept_file import write_kept
from kit.learn.classic.learners import Rows
from kit.learn.classic.task import fit_task
from kit.learn.examples import off_scale
from kit.learn.job import FoldJob, FoldResult, Predict, in_pieces
from kit.recipes.classic import ClassicRecipe
from kit.reporter import Progress
from kit.runs.record import Shape
from kit.seed import derive_seed


def learn_classic(extractor: Extractor, recipe: ClassicRecipe, job: FoldJob, progress: Progress) -> FoldResult:
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

    keeps = {task: one.kept for task, one in learned.items() if one.kept is not None}
    path = job.directory / "weights.safetensors"
    if len(keeps) == len(learned):
        write_kept(path, keeps)
    return FoldResult(
        predict=predictor({task: one.probs for task, one in learned.items()}, job.shapes, job.kept),
        weights=file_sha256(path) if len(keeps) == len(learned) else None,
        init_weights=extractor.init_weights,
        parameters=sum(one.parameters for one in learned.values()),
        device="cpu",
    )


def predictor(learned: Mapping[str, Probs], shapes: Mapping[str, Shape], kept: Mapping[str, int]) -> Predict:
    """The inference pass of learners of features (n, n_views, n_features): the mean over the views of a photo.

    kept: how many classes of a photo are kept, of tasks where not all.
    """

    def predict(array: PixelRows, rows: np.ndarray) -> dict[str, Outputs]:
        def said(some: np.ndarray) -> dict[str, np.ndarray]:
            features = array[some]
            return {
                task: off_scale(np.mean([say(view) for view in features.swapaxes(0, 1)], axis=0), shapes.get(task))
                for task, say in learned.items()
            }

        return in_pieces(said, rows, kept)

    return predict


def _rows(job: FoldJob, task: str) -> Rows:
    """The rows of a job that say something of a task; the photo itself is learned from, not its mirror image."""
    examples = job.examples
    weights = examples.weights[task]
    told = weights > 0  # real rows weigh something, all of them
    targets = whole_rows(examples.targets[task][told])
    return Rows(
        features=examples.pixels(np.flatnonzero(told))[:, 0],
        targets=targets.astype(np.float64),
        weights=weights[told].astype(np.float64),
        groups=examples.groups,
    )
