"""kit jobs"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.cli.train import plan_training, training_options
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.pseudo.record import Teachers


@click.command()
@training_options
@csv_option
@in_workspace
def jobs(
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
) -> None:
    """Print what `kit train` with these options has left to do: a line a fold, for a queue such as Slurm's.

    Each line can be run on any machine that sees the workspace, in any order, and again when it was cut off; kit train
    itself, with the same options, then finds everything done and scores it.
    """
    from kit.fleet.jobs import jobs_left
    from kit.learn.train import wanted_folds

    families = plan_training(
        workspace,
        tasks,
        recipe_name,
        overrides,
        n_seeds,
        round=round,
        teachers=teachers,
        init_round=init_round,
        all_data=all_data,
        world_size=world_size,
    )
    plans = [plan for family in families for plan in family]
    wanted = {plan.id: wanted_folds(plan.record, fold_numbers) for plan in plans}
    left = jobs_left(workspace, [(plan, overrides) for plan in plans], wanted, init_round)
    for job in left:
        out.say(job.command)
    out.rows([{"run": job.run, "fold": job.fold, "command": job.command} for job in left], ["run", "fold", "command"])
