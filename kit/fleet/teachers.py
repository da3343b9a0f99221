"""The teachers of a round that are not trained to their end: what is left of them, trained before they teach."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kit.competition.workspace import Workspace
from kit.errors import CheckFailed, KitError
from kit.fleet.devices import devices_named
from kit.fleet.jobs import jobs_left
from kit.fleet.ray_start import Cluster
from kit.fleet.schedule import run_jobs
from kit.fleet.workers import workers_named
from kit.learn.plan import RunPlan, plan_run
from kit.recipes.load import load_recipe
from kit.reporter import Reporter
from kit.runs.identity import APART, kept_recipe
from kit.runs.store import Run, all_runs, find_run
from kit.wording import counted


def finish_teachers(
    workspace: Workspace,
    spec: str,
    round: int,
    tasks: Sequence[str],
    devices: str | None,
    ray: Cluster | None,
    reporter: Reporter,
) -> None:
    """Train what is left of the runs that a spec names as teachers: by their ids, or of `all` those of this round.

    Of `bestN` nothing is, since runs without all their folds have no place among the best. CheckFailed where a fold
    could not be trained.
    """
    if devices is not None:
        devices_named(devices)
    again = [plan_again(workspace, run) for run in _unfinished(workspace, spec, round, tasks)]
    if not again:
        return
    jobs = [
        job
        for plan, overrides, init_round in again
        for job in jobs_left(workspace, [(plan, overrides)], {plan.id: plan.record.expected_folds}, init_round)
    ]
    workers = workers_named(workspace, devices, ray, [plan for plan, _, _ in again], reporter, apart=True)
    assert workers is not None  # a command that labels is no rank
    if failures := run_jobs(jobs, workers, reporter):
        told = f"{counted(len(failures), 'fold')} of the teachers could not be trained: {'; '.join(map(str, failures))}"
        raise CheckFailed(told, todo="the same command trains what is left, and labels")


def _unfinished(workspace: Workspace, spec: str, round: int, tasks: Sequence[str]) -> list[Run]:
    if spec.startswith("best"):
        return []
    if spec != "all":
        return [run for name in spec.split(",") if not (run := find_run(workspace, name.strip())).complete]
    wanted = set(tasks or workspace.competition.tasks)
    return [
        run
        for run in all_runs(workspace)
        if run.record.round == round
        and wanted & set(run.record.tasks)
        and not (run.complete or run.record.outside)
        and workspace.why_apart(run.record.basis) is None
    ]


def plan_again(workspace: Workspace, run: Run) -> tuple[RunPlan, list[str], int | None]:
    """A run as it was planned, the recipe's keys that were changed for it, and the round that it started from.

    KitError where data, recipe or labels are others by now, so that its missing folds would be another run's.
    """
    record, overrides = run.record, _changed_keys(workspace, run)
    init_round = None if record.init_from is None else Run(workspace.runs_dir / record.init_from).record.round
    recipe = load_recipe(record.recipe, workspace.recipes_dir, [*overrides, f"seed={record.seed}"])
    plan = plan_run(
        workspace,
        record.tasks,
        record.recipe,
        recipe,
        round=record.round,
        teachers=record.teachers,
        init_round=init_round,
        all_data=record.all_data,
        world_size=record.world_size,
    )
    if plan.id != run.id:
        told = f"what is left of it cannot be trained any more: its folds would be those of {plan.id}"
        raise KitError(told, where=run.id, todo="bring data and recipe to the state of then, or leave it out")
    return plan, overrides, init_round


def _changed_keys(workspace: Workspace, run: Run) -> list[str]:
    """What a run's recipe has otherwise than the named one, as --set takes it."""
    now = load_recipe(run.record.recipe, workspace.recipes_dir).model_dump(mode="json")
    then = kept_recipe(run)
    return [
        f"{key}={json.dumps(then.get(key))}"
        for key in dict.fromkeys([*now, *then])
        if key not in APART and then.get(key) != now.get(key)
    ]
