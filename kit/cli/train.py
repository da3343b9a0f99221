"""kit train"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.console import ConsoleReporter, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.learn.seeds import RepeatScores
    from kit.pseudo.record import Teachers


@click.command()
@click.option(
    "--task",
    "tasks",
    multiple=True,
    help="Train this task (repeatable); mask+gender trains one model with a head for each. All tasks without it.",
)
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
@click.option("--seeds", "n_seeds", type=click.IntRange(1), default=1, help="Train that many runs, seed after seed.")
@click.option("--folds", help="Train only these folds, such as 0,1.")
@click.option("--round", type=click.IntRange(0), default=0, help="Train on this pseudo-label round too.")
@click.option(
    "--teachers", type=click.Choice(["own_fold", "pooled"]), default="own_fold", help="Whose labels: pooled is tainted."
)
@click.option("--init", "init_round", type=click.IntRange(0), help="Start from this recipe's run of that round.")
@click.option("--all-data", is_flag=True, help="One model on everybody, without a validation side (tainted).")
@in_workspace
def train(
    workspace: Workspace,
    reporter: ConsoleReporter,
    tasks: tuple[str, ...],
    recipe_name: str | None,
    overrides: tuple[str, ...],
    n_seeds: int,
    folds: str | None,
    round: int,
    teachers: Teachers,
    init_round: int | None,
    all_data: bool,
) -> None:
    """Train one run per task, or for tasks joined by + together: a recipe over all folds.

    A run that was interrupted goes on where it stopped; a run that is done is not trained again. With --round N the
    train side of every fold grows by that fold's own pseudo labels; the validation side stays what it is. With
    --seeds N each run is trained N times, and the seeds are scored one by one and averaged.
    """
    from kit.cli.shared import fold_numbers
    from kit.learn.seeds import plan_seeds, score_repeats
    from kit.learn.train import train_run
    from kit.recipes.load import load_recipe

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
    trained = []
    for family in families:
        runs = []
        for planned in family:
            run = train_run(workspace, planned.record, planned.recipe, fold_numbers(folds), reporter)
            missing = f", folds {', '.join(map(str, run.missing_folds))} are left" if run.missing_folds else ""
            say(f"{run.id}: {len(run.finished_folds)} of {len(run.expected_folds)} folds{missing}")
            runs.append(run)
        trained.append(runs)
    if n_seeds == 1:
        return
    for runs in trained:
        for scored in score_repeats(workspace, runs):
            _print_seeds(workspace, scored)
    everything = [run for runs in trained for run in runs]
    if all(run.complete for run in everything):
        say(f"to blend them: kit submit --blend {','.join(run.id for run in everything)}")


def _print_seeds(workspace: Workspace, scored: RepeatScores) -> None:
    metric = workspace.competition.metric
    rows = [{"run": run, metric: str(score)} for run, score in zip(scored.runs, scored.scores, strict=True)]
    rows.append({"run": "average of their probabilities", metric: str(scored.average)})
    title = f"{scored.task}: out of fold, folds {', '.join(map(str, scored.folds))}, 90 % intervals"
    print_listing(rows, list(rows[0]), title=title)
