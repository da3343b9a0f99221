"""kit jobs"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace, vary_option
from kit.cli.training import plan_training, training_options
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.pseudo.record import Teachers


@click.command()
@training_options
@vary_option(required=False)
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
    to_round: int | None,
    varied: tuple[str, ...],
) -> None:
    """Print what `kit train` with these options has left to do: a line a fold, for a queue such as Slurm's.

    Each line can be run on any machine that sees the workspace, in any order, and again when it was cut off; kit train
    itself, with the same options, then finds everything done and scores it, as kit ablate does with --vary. With
    --to-round each line has a number, and says which others it waits for.
    """
    from kit.fleet.graph import draw, draw_round
    from kit.learn.ablation.grid import make_grid
    from kit.learn.ablation.planned import plan_grid, runs_of
    from kit.learn.train import wanted_folds

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
    if to_round is None:
        planned = training.planned
        if varied:
            if round or init_round is not None or all_data:
                raise click.UsageError("--vary lists what kit ablate trains: leave --round, --init and --all-data out")
            name = recipe_name or workspace.competition.recipe
            grid = make_grid(name, workspace.recipes_dir, overrides, varied)
            planned = runs_of(plan_grid(workspace, grid, name, overrides, tasks, n_seeds, world_size))
        wanted = {plan.id: wanted_folds(plan.record, fold_numbers) for plan, _ in planned}
        nodes = draw(workspace, planned, wanted, init_round)
    elif varied:
        raise click.UsageError("a grid goes on to no later round: leave --vary or --to-round out")
    elif to_round > round + 1:
        raise click.UsageError(f"the runs of round {round + 1} have no ids before its labels are made: list it first")
    else:
        families = [(training.with_keys(one), partial(training.of_round, one)) for one in tuple(training.families)]
        nodes = draw_round(workspace, families)
    for node in nodes:
        if to_round is not None:
            after = f", after {' '.join(map(str, node.after))}" if node.after else ""
            out.say(f"# {node.number}: {node.name}{after}")
        out.say(node.command)
    rows = [
        {"job": node.number, "run": node.run, "fold": node.fold, "after": list(node.after), "command": node.command}
        for node in nodes
    ]
    out.rows(rows, ["job", "run", "fold", "after", "command"])
