"""One recipe with several seeds: planned together, and scored one by one and averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.competition.workspace import Workspace
from kit.evidence.bootstrap import Score
from kit.evidence.top import Outputs
from kit.evidence.top_means import mean_of
from kit.learn.plan import RunPlan, plan_run
from kit.learn.room import with_store
from kit.pseudo.record import Teachers
from kit.recipes.load import AnyRecipe
from kit.runs.answers import judged
from kit.runs.predictions import join_rows
from kit.runs.store import Run


def plan_seeds(
    workspace: Workspace,
    tasks: Sequence[str],
    recipe_name: str,
    recipe: AnyRecipe,
    n_seeds: int = 1,
    *,
    round: int = 0,
    teachers: Teachers = "own_fold",
    init_round: int | None = None,
    all_data: bool = False,
    world_size: int = 1,
) -> list[RunPlan]:
    """The runs of a recipe with its own seed and the n_seeds - 1 that follow it; the rest is `plan_run`'s."""
    planned, recipe = [], with_store(workspace, recipe, workspace.reporter)
    for seed in range(recipe.seed, recipe.seed + n_seeds):
        seeded = recipe.model_copy(update={"seed": seed})
        plan = plan_run(
            workspace,
            tasks,
            recipe_name,
            seeded,
            round=round,
            teachers=teachers,
            init_round=init_round,
            all_data=all_data,
            world_size=world_size,
        )
        planned.append(plan)
    return planned


@dataclass(frozen=True)
class RepeatScores:
    """The scores of a task's seeds, each alone, and of the mean of their probabilities, on the same resamples."""

    task: str
    folds: tuple[int, ...]
    """The folds whose rows are scored: those that every seed has finished."""
    runs: tuple[str, ...]
    scores: tuple[Score, ...]
    average: Score


def score_repeats(workspace: Workspace, runs: Sequence[Run]) -> list[RepeatScores]:
    """Score the seeds of a run for each task that it predicts; nothing where they have no finished fold in common."""
    first = runs[0].record
    folds = tuple(fold for fold in runs[0].finished_folds if all(fold in run.finished_folds for run in runs))
    if first.all_data or not folds:
        return []
    rows = rows_of(workspace, folds)
    probs = [fold_probs(workspace, run, folds) for run in runs]
    found = []
    for task in (task for task in first.tasks if task in probs[0]):
        each, metric = [one[task] for one in probs], workspace.metric_of(task)
        kind = workspace.competition.task(task).kind
        candidates = [metric.of_outputs(one, kind) for one in (*each, mean_of(each))]
        scores = workspace.scorer(task, rows).scores(candidates)
        found.append(RepeatScores(task, folds, tuple(run.id for run in runs), scores[:-1], scores[-1]))
    return found


def rows_of(workspace: Workspace, folds: Sequence[int]) -> np.ndarray:
    """(n_judged,) bool: the rows of the validation sides of these folds."""
    return np.isin(workspace.judged_folds, folds)


def fold_probs(workspace: Workspace, run: Run, folds: Sequence[int]) -> dict[str, Outputs]:
    """OOF probabilities of each task on the rows of these folds, (n_rows, n_classes), in the order of the table."""
    whole = join_rows([run.fold_oof(fold) for fold in folds])
    return dict(judged(workspace, whole, rows_of(workspace, folds)).probs)
