"""The options that say which runs are to be trained, and the runs that they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from kit.cli.shared import (
    Function,
    devices_per_fold_option,
    folds_option,
    recipe_option,
    round_option,
    seeds_option,
    set_option,
    task_option,
    teachers_option,
    to_round_option,
)
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.learn.plan import RunPlan
    from kit.pseudo.record import Teachers


def training_options(function: Function) -> Function:
    """The options that say which runs are to be trained, as `plan_training` takes them."""
    for option in reversed(
        (
            task_option("Train this task (repeatable); mask+gender is one model, a head for each. All without it."),
            recipe_option("A shipped recipe or one in recipes/; competition.yaml names the usual one."),
            set_option("Change a key of the recipe, such as optimizer.lr=1e-4."),
            seeds_option("Train that many runs, seed after seed."),
            folds_option("Train only these folds."),
            round_option(0, "Train on this pseudo-label round too."),
            teachers_option("Whose labels: pooled is tainted."),
            click.option(
                "--init", "init_round", type=click.IntRange(0), help="Start from this recipe's run of that round."
            ),
            click.option("--all-data", is_flag=True, help="One model on everybody, no validation side (tainted)."),
            devices_per_fold_option,
            to_round_option,
        )
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class Training:
    """The runs that the options mean: of each task, or of tasks joined by +, the seeds together."""

    families: list[list[RunPlan]]
    overrides: tuple[str, ...]
    plan: Callable[..., list[list[RunPlan]]]

    @property
    def planned(self) -> list[tuple[RunPlan, Sequence[str]]]:
        return [one for family in self.families for one in self.with_keys(family)]

    def with_keys(self, family: Sequence[RunPlan]) -> list[tuple[RunPlan, Sequence[str]]]:
        """The runs of a family, each with the recipe's keys that were changed for it."""
        return [(plan, self.overrides) for plan in family]

    def of_round(self, family: Sequence[RunPlan], round: int) -> list[tuple[RunPlan, Sequence[str]]]:
        """The runs of a family as they train on a round, which are told of with the others."""
        (found,) = self.plan(("+".join(family[0].record.tasks),), round=round)
        self.families.append(found)
        return self.with_keys(found)


def plan_training(
    workspace: Workspace,
    tasks: tuple[str, ...],
    recipe_name: str | None,
    overrides: tuple[str, ...],
    n_seeds: int,
    *,
    fold_numbers: list[int] | None,
    round: int,
    teachers: Teachers,
    init_round: int | None,
    all_data: bool,
    world_size: int,
    to_round: int | None,
) -> Training:
    """The runs that these options mean, those of later rounds not yet."""
    from kit.learn.seeds import plan_seeds
    from kit.recipes.load import load_recipe

    if to_round is not None:
        _check_to_round(to_round, round, fold_numbers, teachers, init_round, all_data)
    name = recipe_name or workspace.competition.recipe
    recipe = load_recipe(name, workspace.recipes_dir, overrides)

    def plan(names: Sequence[str], round: int) -> list[list[RunPlan]]:
        return [
            plan_seeds(
                workspace,
                one.split("+"),
                name,
                recipe,
                n_seeds,
                round=round,
                teachers=teachers,
                init_round=init_round,
                all_data=all_data,
                world_size=world_size,
            )
            for one in names
        ]

    return Training(plan(tasks or tuple(workspace.competition.tasks), round), overrides, plan)


def _check_to_round(
    to_round: int,
    round: int,
    fold_numbers: list[int] | None,
    teachers: Teachers,
    init_round: int | None,
    all_data: bool,
) -> None:
    if to_round <= round:
        raise click.UsageError(f"--to-round {to_round} goes on from --round {round}: name a later one")
    if fold_numbers is not None or teachers != "own_fold" or init_round is not None or all_data:
        raise click.UsageError(
            "--to-round trains all folds from the start on, each by the labels of its own fold's models: leave --folds,"
            " --teachers, --init and --all-data out"
        )
