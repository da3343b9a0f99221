"""kit train"""

from __future__ import annotations

import click

from kit.cli.console import ConsoleReporter, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@click.option("--task", "tasks", multiple=True, help="Train this task (repeatable); all tasks without it.")
@click.option(
    "--recipe", "recipe_name", help="A shipped recipe or one in recipes/; competition.yaml names the usual one."
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a key of the recipe, such as optimizer.lr=1e-4.",
)
@click.option("--folds", help="Train only these folds, such as 0,1.")
@in_workspace
def train(
    workspace: Workspace,
    reporter: ConsoleReporter,
    tasks: tuple[str, ...],
    recipe_name: str | None,
    overrides: tuple[str, ...],
    folds: str | None,
) -> None:
    """Train one run per task: a recipe over all folds.

    A run that was interrupted goes on where it stopped; a run that is done is not trained again.
    """
    from kit.cli.shared import fold_numbers, read_ground
    from kit.learn.recipe import load_recipe
    from kit.learn.train import plan_run, train_run

    ground = read_ground(workspace)
    name = recipe_name or workspace.competition.recipe
    recipe = load_recipe(name, workspace.recipes_dir, overrides)
    for task in tasks or tuple(workspace.competition.tasks):
        record = plan_run(ground, [task], name, recipe)
        run = train_run(ground, record, recipe, fold_numbers(folds), reporter)
        missing = f", folds {', '.join(map(str, run.missing_folds))} are left" if run.missing_folds else ""
        say(f"{run.id}: {len(run.finished_folds)} of {record.n_folds} folds{missing}")
