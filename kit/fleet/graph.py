"""The graph of jobs: the command lines that are left, and which of them waits for which."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kit.competition.workspace import Workspace
from kit.fleet.jobs import Job, jobs_left, training_words
from kit.fleet.rounds import Planned, PlanRound, all_left, labels_are_made, name_of_labels
from kit.learn.plan import RunPlan
from kit.recipes.load import load_recipe
from kit.runs.record import seed_mark


@dataclass(frozen=True)
class Node:
    """A command line that can be run when those that it waits for are done."""

    number: int
    name: str
    command: str
    run: str | None = None
    """None while its id is not known, since labels are part of it that are not made."""
    fold: int | None = None
    after: tuple[int, ...] = ()
    """The numbers of the nodes that it waits for."""


def draw(
    workspace: Workspace, planned: Planned, wanted: Mapping[str, Sequence[int]], init_round: int | None = None
) -> list[Node]:
    """The folds of these runs that are left, which wait for nobody."""
    return list(_of_jobs(jobs_left(workspace, planned, wanted, init_round), 1))


def draw_round(workspace: Workspace, families: Iterable[tuple[Planned, PlanRound]]) -> list[Node]:
    """The same with the round behind these runs: the folds left of a family of seeds, its labels, then its students.

    A round waits for the folds of its own teachers alone; where its labels are there its students wait for nobody.
    """
    nodes: list[Node] = []
    for teachers, plan_round in families:
        plans, own = [plan for plan, _ in teachers], list(_of_jobs(all_left(workspace, teachers), len(nodes) + 1))
        nodes += own
        round = plans[0].record.round + 1
        if not own and labels_are_made(workspace, plans):
            nodes += _of_jobs(all_left(workspace, plan_round(round)), len(nodes) + 1)
            continue
        label = Node(len(nodes) + 1, name_of_labels(plans), _labelling(workspace, plans), after=_numbers(own))
        nodes.append(label)
        for fold in plans[0].record.expected_folds:
            for plan, overrides in teachers:
                student = replace(plan, record=plan.record.model_copy(update={"round": round}))
                said = ["kit", *training_words(student, overrides), "--folds", str(fold)]
                command, name = shlex.join(said), f"{_stem(student)}, fold {fold}"
                nodes.append(Node(len(nodes) + 1, name, command, fold=fold, after=(label.number,)))
    return nodes


def _of_jobs(jobs: Sequence[Job], first: int) -> Iterator[Node]:
    for number, job in enumerate(jobs, first):
        yield Node(number, f"{job.run}, fold {job.fold}", job.command, job.run, job.fold)


def _numbers(nodes: Sequence[Node]) -> tuple[int, ...]:
    return tuple(node.number for node in nodes)


def _stem(plan: RunPlan) -> str:
    """What is known of a run's id before its labels are made."""
    record = plan.record
    return f"{'+'.join(record.tasks)}-{record.recipe}-r{record.round}{seed_mark(record.seed)}"


def _labelling(workspace: Workspace, teachers: Sequence[RunPlan]) -> str:
    """The command line that labels the test set by these runs, as the recipe says how."""
    record = teachers[0].record
    said = ["kit", "pseudo", "--round", str(record.round + 1), "--from", ",".join(plan.id for plan in teachers)]
    for task in record.tasks:
        said += ["--task", task]
    said += ["--recipe", record.recipe]
    usual = load_recipe(record.recipe, workspace.recipes_dir, ()).pseudo.model_dump()
    for key, value in teachers[0].recipe.pseudo.model_dump().items():
        if value != usual[key]:
            said += ["--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
    return shlex.join(said)
