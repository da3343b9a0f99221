"""Rounds of pseudo labels among the jobs: a round waits for the runs that teach it, and its students wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.fleet.jobs import Job, jobs_left, steps_of
from kit.fleet.schedule import Following, Step
from kit.learn.features import photo_features
from kit.learn.plan import RunPlan
from kit.pseudo.choose import settings_of
from kit.pseudo.label import teacher_of
from kit.pseudo.make import make_round
from kit.pseudo.record import read_round
from kit.reporter import Reporter
from kit.runs.store import Run

Planned = Sequence[tuple[RunPlan, Sequence[str]]]
"""The seeds of one recipe, each with the recipe's keys that were changed for it."""
PlanRound = Callable[[int], Planned]
"""The runs that train on a round; they can be planned once its labels are there, which are part of their ids."""


def round_after(
    workspace: Workspace, teachers: Planned, plan_round: PlanRound, last: int, reporter: Reporter
) -> list[Step]:
    """The step that labels the test set by these runs, for the round behind theirs; none beyond the round `last`.

    It waits for their folds, all of them: what a run ate is part of its id, and so are the labels of every fold. It
    waits for no other run. Behind it come the runs that train on the round, and so on.
    """
    plans, jobs = [plan for plan, _ in teachers], all_left(workspace, teachers)
    record = plans[0].record
    if record.round >= last:
        return []

    def label() -> Following:
        make_labels(workspace, plans, reporter)
        students = plan_round(record.round + 1)
        steps = round_after(workspace, students, plan_round, last, reporter)
        return Following([plan for plan, _ in students], all_left(workspace, students), steps)

    n_steps = (last - record.round) * sum(steps_of(plan) * len(plan.record.expected_folds) for plan in plans)
    return [Step(name_of_labels(plans), frozenset(jobs), label, n_steps)]


def name_of_labels(teachers: Sequence[RunPlan]) -> str:
    record = teachers[0].record
    return f"round {record.round + 1} of {'+'.join(record.tasks)}"


def all_left(workspace: Workspace, planned: Planned) -> list[Job]:
    """The folds of these runs that are not finished."""
    return jobs_left(workspace, planned, {plan.id: plan.record.expected_folds for plan, _ in planned})


def make_labels(workspace: Workspace, teachers: Sequence[RunPlan], reporter: Reporter) -> None:
    """Label the test set by these runs as `kit pseudo` does, unless their labels are there."""
    runs, record = [Run(workspace.runs_dir / plan.id) for plan in teachers], teachers[0].record
    settings, number = teachers[0].recipe.pseudo, record.round + 1
    if labels_are_made(workspace, teachers):
        reporter.info(f"{name_of_labels(teachers)}: its labels are there")
        return
    reporter.info(f"{name_of_labels(teachers)}: {', '.join(run.id for run in runs)} label the test set")
    look = partial(photo_features, workspace, reporter=reporter)
    make_round(workspace, number, dict.fromkeys(record.tasks, runs), settings, "own_fold", (), look, reporter)


def labels_are_made(workspace: Workspace, teachers: Sequence[RunPlan]) -> bool:
    """Whether the labels of the round behind these runs, which are trained, are those of their very fold models."""
    runs, plan = [Run(workspace.runs_dir / one.id) for one in teachers], teachers[0]
    try:
        record = read_round(workspace.pseudo_dir, plan.record.round + 1, "own_fold")
    except KitError:
        return False
    if workspace.why_apart(record.basis) is not None:
        return False
    for task in plan.record.tasks:
        part, own = record.tasks.get(task), settings_of(workspace.competition.task(task), plan.recipe.pseudo)
        if part is None or part.settings != own:
            return False
        for file in part.files:
            if file.fold is None or file.teachers != tuple(teacher_of(run, file.fold, task, own) for run in runs):
                return False
    return True
