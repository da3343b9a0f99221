"""kit train"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import devices_option, in_workspace, ray_option, track_option
from kit.cli.training import plan_training, training_options
from kit.cli.words import intervals_title
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.fleet.ray_start import Cluster
    from kit.pseudo.record import Teachers
    from kit.runs.store import Run


@click.command()
@training_options
@devices_option
@ray_option
@click.option("--expect", metavar="RUN", help="Train this run or none: data, recipe and folds must be those of its id.")
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
    world_size: int,
    to_round: int | None,
    devices: str | None,
    ray: Cluster | None,
    expect: str | None,
    trackers: tuple[str, ...],
) -> None:
    """Train one run per task, or for tasks joined by + together: a recipe over all folds.

    A run that was interrupted goes on where it stopped; a run that is done is not trained again. With --round N the
    train side of every fold grows by that fold's own pseudo labels; the validation side stays what it is. With
    --seeds N each run is trained N times, and the seeds are scored one by one and averaged.
    """
    from kit.errors import CheckFailed
    from kit.fleet.jobs import expect_run, jobs_left
    from kit.fleet.rounds import round_after
    from kit.fleet.schedule import run_jobs
    from kit.fleet.workers import workers_named
    from kit.learn.ranks import ranks_here
    from kit.learn.train import train_run, wanted_folds
    from kit.report.trackers import tracked
    from kit.wording import counted

    training = plan_training(
        workspace,
        tasks,
        recipe_name,
        overrides,
        n_seeds,
        fold_numbers=fold_numbers,
        round=round,
        teachers=teachers,
        init_round=init_round,
        all_data=all_data,
        world_size=world_size,
        to_round=to_round,
    )
    wanted = {plan.id: wanted_folds(plan.record, fold_numbers) for plan, _ in training.planned}
    if expect is not None:
        expect_run(expect, wanted)
    trained: list[list[Run]] = []
    with tracked(workspace, trackers, out) as reporter:
        failures = []
        plans = [plan for plan, _ in training.planned]
        workers = workers_named(workspace, devices, ray, plans, reporter, apart=to_round is not None)
        if workers is not None:
            steps = [
                step
                for family in tuple(training.families)
                for step in round_after(
                    workspace, training.with_keys(family), partial(training.of_round, family), to_round or 0, reporter
                )
            ]
            left = jobs_left(workspace, training.planned, wanted, init_round)
            failures = run_jobs(left, workers, reporter, steps)
        lost = {(one.job.run, one.job.fold) for one in failures if one.job is not None}
        for family in training.families:
            trained.append([])
            for plan in family:
                folds = [fold for fold in wanted_folds(plan.record, fold_numbers) if (plan.id, fold) not in lost]
                if not folds:
                    continue
                run = train_run(workspace, plan, folds, reporter)
                missing = f", folds {', '.join(map(str, run.missing_folds))} are left" if run.missing_folds else ""
                out.say(f"{run.id}: {len(run.finished_folds)} of {len(run.expected_folds)} folds{missing}")
                trained[-1].append(run)
                out.result(runs=[_content(run) for runs in trained for run in runs])
    if not ranks_here().leads:
        return
    if n_seeds == 1:
        _tell_scores(workspace, out, [run for runs in trained for run in runs])
    else:
        _tell_repeats(workspace, out, [runs for runs in trained if runs])
    if failures:
        n_folds = sum(one.job is not None for one in failures)
        parts = [counted(n, noun) for n, noun in ((n_folds, "fold"), (len(failures) - n_folds, "round")) if n]
        how = "trained" if n_folds == len(failures) else "made"
        what = f"{' and '.join(parts)} could not be {how}: {'; '.join(map(str, failures))}"
        raise CheckFailed(what, todo="the same command trains what is left")


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


def _tell_repeats(workspace: Workspace, out: Output, trained: Sequence[Sequence[Run]]) -> None:
    """What each seed scores, and the average of all."""
    from kit.learn.seeds import score_repeats

    everything = [run for runs in trained for run in runs]
    if all(run.complete for run in everything):
        out.say(f"to blend them: kit submit --blend {','.join(run.id for run in everything)}")
    scored = [one for runs in trained for one in score_repeats(workspace, runs)]
    for one in scored:
        metric = workspace.metric_of(one.task).name
        rows = [{"run": run, metric: str(score)} for run, score in zip(one.runs, one.scores, strict=True)]
        rows.append({"run": "average of their probabilities", metric: str(one.average)})
        out.table(rows, title=intervals_title(one.task, one.folds))
    for one in scored:
        metric, folds = workspace.metric_of(one.task).name, ", ".join(map(str, one.folds))
        out.say(f"{one.task}, the average of {len(one.runs)} seeds: OOF {metric} {one.average}, folds {folds}")
    out.result(seeds=scored)
