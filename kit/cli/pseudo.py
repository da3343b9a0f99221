"""kit pseudo"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from kit.cli.console import ConsoleReporter, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.pseudo.record import TaskRound, Teachers


@click.command()
@click.option("--round", type=click.IntRange(1), default=1, show_default=True, help="The round to make.")
@click.option("--from", "spec", default="all", show_default=True, help="Teachers: all, bestN, or run ids with commas.")
@click.option("--task", "tasks", multiple=True, help="Only this task (repeatable).")
@click.option(
    "--teachers",
    type=click.Choice(["own_fold", "pooled"]),
    default="own_fold",
    show_default=True,
    help="pooled: the models of all folds, which taints.",
)
@click.option("--recipe", "recipe_name", help="The recipe whose key 'pseudo' says how labels are chosen.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a setting, such as policy=fixed.")
@click.option("--force", is_flag=True, help="Replace labels that runs have eaten.")
@click.option("--show", is_flag=True, help="Write a picture per class to look at, in the round's folder.")
@in_workspace
def pseudo(
    workspace: Workspace,
    reporter: ConsoleReporter,
    round: int,
    spec: str,
    tasks: tuple[str, ...],
    teachers: Teachers,
    recipe_name: str | None,
    overrides: tuple[str, ...],
    force: bool,
    show: bool,
) -> None:
    """Label the test set for round N with the runs of round N-1, fold by fold.

    Fold k's labels are made by the fold-k models alone, so that no label of its validation people comes back to it
    through the test set. `kit train --round N` puts them into the train side of that fold.
    """
    from kit.blend.teachers import choose_teachers
    from kit.learn.features import photo_features
    from kit.pseudo.make import make_round
    from kit.pseudo.record import round_dir
    from kit.pseudo.show import write_pictures
    from kit.recipes.load import load_recipe

    name = recipe_name or workspace.competition.recipe
    settings = load_recipe(name, workspace.recipes_dir, [f"pseudo.{override}" for override in overrides]).pseudo
    runs, selected = choose_teachers(workspace, spec, round - 1, tasks, reporter)
    look = partial(photo_features, workspace, reporter=reporter)
    record = make_round(workspace, round, runs, settings, teachers, selected, look, reporter, force=force)
    for task in runs:
        _print_forecast(task, record.tasks[task], len(workspace.test), len(workspace.train))
    directory = round_dir(workspace.pseudo_dir, round, teachers)
    honesty = "tainted" if teachers == "pooled" else "fold by fold"
    say(f"round {round}: {directory.relative_to(workspace.root)}, {honesty}")
    if show:
        for path in write_pictures(workspace, record, teachers, list(runs)):
            say(f"picture: {path.relative_to(workspace.root)}")


def _print_forecast(task: str, part: TaskRound, n_test: int, n_train: int) -> None:
    rows = [
        {
            "class": line.label,
            "taken (mean per fold)": line.taken,
            "share of test": line.taken / n_test,
            "share of OOF": line.oof_share,
            "expected precision": line.precision,
            "low": line.low,
            "high": line.high,
        }
        for line in part.forecast
    ]
    print_listing(rows, list(rows[0]), title=f"{task}: {part.settings.policy}, {part.settings.labels} labels")
    if part.separability is None or part.separability_alike is None:
        say(f"{task}: whether test looks like train was not measured, for the teacher's weights are not here")
        return
    say(
        f"{task}: a classifier tells train from test photos with AUC {part.separability:.2f}, and two halves of the"
        f" train people with {part.separability_alike:.2f}: {_belief(part.separability - part.separability_alike)}"
    )


def _belief(excess: float) -> str:
    if excess < 0.05:
        return "test looks like train, so the OOF precision can be believed"
    if excess < 0.15:
        return "test differs somewhat, so expect a few points less than the OOF precision"
    return "test looks different, so the OOF precision says little of it"
