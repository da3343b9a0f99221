"""kit pseudo"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import (
    classes_option,
    devices_option,
    in_workspace,
    ray_option,
    recipe_option,
    round_option,
    set_option,
    task_option,
    teachers_option,
)
from kit.cli.words import MOST_ROWS
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.fleet.ray_start import Cluster
    from kit.pseudo.record import TaskRound, Teachers


@click.command()
@round_option(1, "The round to make.")
@click.option(
    "--from",
    "spec",
    default="all",
    show_default=True,
    help="Teachers: all or bestN of round N-1, or run ids of any earlier rounds.",
)
@task_option("Only this task (repeatable).")
@teachers_option("pooled: the models of all folds, which taints.")
@recipe_option("The recipe whose key 'pseudo' says how labels are chosen.")
@set_option("Change a setting, such as policy=fixed.")
@click.option(
    "--reviewed",
    is_flag=True,
    help="Make this round anew as reviewed.csv decides; teachers and settings stay.",
)
@click.option("--force", is_flag=True, help="Replace labels that runs have eaten.")
@click.option("--show", is_flag=True, help="Write a picture per class to look at, in the round's folder.")
@classes_option
@devices_option
@ray_option
@in_workspace
def pseudo(
    workspace: Workspace,
    out: Output,
    round: int,
    spec: str,
    tasks: tuple[str, ...],
    teachers: Teachers,
    recipe_name: str | None,
    overrides: tuple[str, ...],
    reviewed: bool,
    force: bool,
    show: bool,
    all_classes: bool,
    devices: str | None,
    ray: Cluster | None,
) -> None:
    """Label the test set for round N with runs of earlier rounds, fold by fold.

    Fold k's labels are made by the fold-k models alone, so that no label of its validation people comes back to it
    through the test set. `kit train --round N` puts them into the train side of that fold. What a person decided of
    single photos, in `kit watch` or by hand in reviewed.csv, is heeded, and stands on the round's record. With
    --devices or --ray the teachers' folds that are left are trained first, side by side, and no other run's.
    """
    from kit.blend.teachers import choose_teachers
    from kit.fleet.teachers import finish_teachers
    from kit.learn.features import photo_features
    from kit.pseudo.make import heed_reviews, make_round
    from kit.pseudo.record import round_dir
    from kit.pseudo.show import write_pictures
    from kit.recipes.load import load_recipe

    if reviewed:
        if devices is not None or ray is not None:
            raise click.UsageError("--reviewed trains nothing: leave --devices and --ray out")
        if spec != "all" or tasks or recipe_name or overrides:
            raise click.UsageError("--reviewed keeps the teachers and settings of the round: leave the others out")
        record = heed_reviews(workspace, round, teachers, out, force=force)
        made = list(record.tasks)
    else:
        name = recipe_name or workspace.competition.recipe
        settings = load_recipe(name, workspace.recipes_dir, [f"pseudo.{override}" for override in overrides]).pseudo
        if devices is not None or ray is not None:
            finish_teachers(workspace, spec, round - 1, tasks, devices, ray, out)
        runs, selected = choose_teachers(workspace, spec, round - 1, tasks, out)
        look = partial(photo_features, workspace, reporter=out)
        record = make_round(workspace, round, runs, settings, teachers, selected, look, out, force=force)
        made = list(runs)
    for task in made:
        _tell_forecast(out, task, record.tasks[task], len(workspace.test), all_classes)
    directory = round_dir(workspace.pseudo_dir, round, teachers)
    tainted = teachers == "pooled"
    out.say(f"round {round}: {directory.relative_to(workspace.root)}, {'tainted' if tainted else 'fold by fold'}")
    pictures = write_pictures(workspace, record, teachers, made) if show else []
    for path in pictures:
        out.say(f"picture: {path.relative_to(workspace.root)}")
    out.result(
        round=round,
        teachers=teachers,
        tainted=tainted,
        path=directory,
        record=directory / "round.json",
        tasks={task: _content(directory, record.tasks[task]) for task in made},
        pictures=pictures,
    )


def _tell_forecast(out: Output, task: str, part: TaskRound, n_test: int, all_classes: bool) -> None:
    from kit.pseudo.reviewed import decisions_sentence
    from kit.pseudo.separability import separability_sentence

    rows: list[dict[str, Any]] = [
        {
            "class": line.label,
            "taken": line.taken,
            "precision": line.precision,
            "low": line.low,
            "high": line.high,
            "of test": line.taken / n_test,
            "of OOF": line.oof_share,
        }
        for line in part.forecast
    ]
    taken = sum(file.rows for file in part.files) / len(part.files)
    by = "" if rows else ", by their weight"
    out.say(f"{task}: {taken:g} of {n_test} test rows (mean per fold) are labelled{by}")
    if rows:
        title = f"{task}: {part.settings.policy}, {part.settings.labels} labels; taken: the mean over folds"
        if len(rows) > MOST_ROWS and not all_classes:
            rows = sorted(rows, key=lambda row: (row["precision"] is None, row["precision"]))[:MOST_ROWS]
            title += f"; the {MOST_ROWS} least precise of {len(part.forecast):,} classes (--classes all)"
        out.table(rows, title=title)
    if part.reviewed:
        out.say(f"{task}: {decisions_sentence(part.reviewed)}")
    if part.caveat is not None:
        out.warn(f"{task}: {part.caveat}")
    said = separability_sentence(part.separability, part.separability_alike, part.separability_sd, part.separability_by)
    out.say(f"{task}: {said}")


def _content(directory: Path, part: TaskRound) -> dict[str, Any]:
    """A task's labels as JSON has them."""
    return {
        "settings": part.settings,
        "runs": part.runs,
        "files": [{"fold": file.fold, "path": directory / file.name, "rows": file.rows} for file in part.files],
        "forecast": part.forecast,
        "caveat": part.caveat,
        "separability": part.separability,
        "separability_alike": part.separability_alike,
        "separability_sd": part.separability_sd,
        "separability_by": part.separability_by,
        "duplicates": part.duplicates,
        "reviewed": part.reviewed,
    }
