"""kit train"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import (
    folds_option,
    in_workspace,
    recipe_option,
    round_option,
    seeds_option,
    set_option,
    task_option,
    teachers_option,
    track_option,
)
from kit.cli.words import intervals_title
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.learn.seeds import RepeatScores
    from kit.pseudo.record import Teachers
    from kit.runs.store import Run


@click.command()
@task_option("Train this task (repeatable); mask+gender trains one model with a head for each. All tasks without it.")
@recipe_option("A shipped recipe or one in recipes/; competition.yaml names the usual one.")
@set_option("Change a key of the recipe, such as optimizer.lr=1e-4.")
@seeds_option("Train that many runs, seed after seed.")
@folds_option("Train only these folds.")
@round_option(0, "Train on this pseudo-label round too.")
@teachers_option("Whose labels: pooled is tainted.")
@click.option("--init", "init_round", type=click.IntRange(0), help="Start from this recipe's run of that round.")
@click.option("--all-data", is_flag=True, help="One model on everybody, without a validation side (tainted).")
@track_option
@in_workspace
def train(
    workspace: Workspace,
    out: Output,
    tasks: tuple[str, ...],
    recipe_name: str | None,
    overrides: tuple[str, ...],
    n_seeds: int,
    fold_numbers: list[int] | None,
    round: int,
    teachers: Teachers,
    init_round: int | None,
    all_data: bool,
    trackers: tuple[str, ...],
) -> None:
    """Train one run per task, or for tasks joined by + together: a recipe over all folds.

    A run that was interrupted goes on where it stopped; a run that is done is not trained again. With --round N the
    train side of every fold grows by that fold's own pseudo labels; the validation side stays what it is. With
    --seeds N each run is trained N times, and the seeds are scored one by one and averaged.
    """
    from kit.learn.seeds import plan_seeds, score_repeats
    from kit.learn.train import train_run
    from kit.recipes.load import load_recipe
    from kit.report.trackers import tracked

    name = recipe_name or workspace.competition.recipe
    recipe = load_recipe(name, workspace.recipes_dir, overrides)
    families = [
        plan_seeds(
            workspace,
            task.split("+"),
            name,
            recipe,
            n_seeds,
            round=round,
            teachers=teachers,
            init_round=init_round,
            all_data=all_data,
        )
        for task in tasks or tuple(workspace.competition.tasks)
    ]
    trained: list[list[Run]] = []
    with tracked(workspace, trackers, out) as reporter:
        for family in families:
            trained.append([])
            for plan in family:
                run = train_run(workspace, plan, fold_numbers, reporter)
                missing = f", folds {', '.join(map(str, run.missing_folds))} are left" if run.missing_folds else ""
                out.say(f"{run.id}: {len(run.finished_folds)} of {len(run.expected_folds)} folds{missing}")
                trained[-1].append(run)
                out.result(runs=[_content(run) for runs in trained for run in runs])
    if n_seeds == 1:
        _tell_scores(workspace, out, [run for runs in trained for run in runs])
        return
    scored = [one for runs in trained for one in score_repeats(workspace, runs)]
    for one in scored:
        _tell_seeds(out, workspace.metric.name, one)
    out.result(seeds=scored)
    everything = [run for runs in trained for run in runs]
    if all(run.complete for run in everything):
        out.say(f"to blend them: kit submit --blend {','.join(run.id for run in everything)}")


def _content(run: Run) -> dict[str, Any]:
    """A run as JSON has it."""
    finished = {fold: run.fold_record(fold) for fold in run.finished_folds}
    wholes = {name: run.path / f"{name}.parquet" for name in ("oof", "test")}
    return {
        "id": run.id,
        "tasks": run.record.tasks,
        "path": run.path,
        "complete": run.complete,
        "missing": run.missing_folds,
        "folds": [
            {"fold": fold, "path": run.fold_dir(fold), "score": record.score, "seconds": record.seconds}
            for fold, record in finished.items()
        ],
        **{name: path if path.exists() else None for name, path in wholes.items()},
    }


def _tell_scores(workspace: Workspace, out: Output, runs: Sequence[Run]) -> None:
    """What each run scores on the folds that it has."""
    from kit.runs.scoring import finished_score

    scores = []
    for run in runs:
        for task in run.record.tasks:
            score = finished_score(workspace, task, run)
            if score is None:
                continue
            scores.append({"task": task, "run": run.id, "score": score})
            so_far = "" if run.complete else f" on {len(run.finished_folds)} of {len(run.expected_folds)} folds"
            of_task = f", {task}" if len(run.record.tasks) > 1 else ""
            out.say(f"{run.id}{of_task}: OOF {workspace.metric_of(task).name} {score}{so_far}")
    out.result(scores=scores)


def _tell_seeds(out: Output, metric: str, scored: RepeatScores) -> None:
    rows = [{"run": run, metric: str(score)} for run, score in zip(scored.runs, scored.scores, strict=True)]
    rows.append({"run": "average of their probabilities", metric: str(scored.average)})
    out.table(rows, title=intervals_title(scored.task, scored.folds))
