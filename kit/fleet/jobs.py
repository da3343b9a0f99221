"""What is left to train, as jobs: one fold of one run each, and the command line that trains it anywhere."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.learn.plan import RunPlan
from kit.learn.train import folds_left
from kit.recipes.network import Recipe


@dataclass(frozen=True)
class Job:
    """A fold of a run; its command can be run on any machine that sees the workspace, and again at any time."""

    run: str
    fold: int
    arguments: tuple[str, ...]
    """What follows `kit` on the command line."""
    n_steps: int
    """By how many steps the training of the fold advances its progress."""
    world_size: int = 1
    """How many devices it takes."""

    @property
    def command(self) -> str:
        """The line to type in the workspace."""
        return shlex.join(["kit", *self.arguments])


def jobs_left(
    workspace: Workspace,
    planned: Iterable[tuple[RunPlan, Sequence[str]]],
    wanted: Mapping[str, Sequence[int]],
    init_round: int | None = None,
) -> list[Job]:
    """The folds of these runs that are not finished: the first folds of all runs, then the second ones.

    planned: the runs, each with the recipe's keys that were changed for it. wanted: the folds of each run, by its id.
    """
    found = [
        (fold, _job(plan, overrides, fold, init_round))
        for plan, overrides in planned
        for fold in folds_left(workspace, plan, wanted[plan.id])
    ]
    return [job for _, job in sorted(found, key=lambda one: one[0])]


def expect_run(expected: str, planned: Collection[str]) -> None:
    """Refuse to train any other run than the expected one: what its id is derived from is not the same here."""
    if set(planned) != {expected}:
        raise KitError(
            f"these options mean {', '.join(planned)} here: data, photos, folds, labels, weights or recipe are not"
            f" those of {expected}",
            where=f"--expect {expected}",
            todo="bring the workspace to the same state, or leave --expect out",
        )


def steps_of(plan: RunPlan) -> int:
    """By how many steps the training of a fold advances its progress."""
    return plan.recipe.epochs if isinstance(plan.recipe, Recipe) else 1


def _job(plan: RunPlan, overrides: Sequence[str], fold: int, init_round: int | None) -> Job:
    said = training_words(plan, overrides, init_round)
    arguments = (*said, "--folds", str(fold), "--expect", plan.id)
    return Job(plan.id, fold, arguments, steps_of(plan), plan.record.world_size)


def training_words(plan: RunPlan, overrides: Sequence[str], init_round: int | None = None) -> list[str]:
    """What follows `kit` on the command line that trains a run."""
    record = plan.record
    said = ["train", "--task", "+".join(record.tasks), "--recipe", record.recipe]
    for override in overrides:
        if not override.startswith("seed="):
            said += ["--set", override]
    if plan.recipe.store == "encoded" and not any(override.startswith("store=") for override in overrides):
        said += ["--set", "store=encoded"]  # by the room here; elsewhere there may be more, and the run is this one
    if record.seed:
        said += ["--set", f"seed={record.seed}"]
    if record.round:
        said += ["--round", str(record.round)]
    if record.teachers != "own_fold":
        said += ["--teachers", record.teachers]
    if init_round is not None:
        said += ["--init", str(init_round)]
    if record.all_data:
        said += ["--all-data"]
    if record.world_size > 1:
        said += ["--devices-per-fold", str(record.world_size)]
    return said
