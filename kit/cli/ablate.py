"""kit ablate"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import (
    csv_option,
    devices_option,
    devices_per_fold_option,
    folds_option,
    in_workspace,
    ray_option,
    recipe_option,
    seeds_option,
    set_option,
    task_option,
    track_option,
    vary_option,
)
from kit.cli.words import comparison_content, intervals_title, odds_text
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.fleet.ray_start import Cluster
    from kit.learn.ablation.ablate import Ablation


@click.command()
@vary_option(required=True)
@task_option("Vary this task's model (repeatable, mask+gender is one). All without it.")
@recipe_option("The base: a recipe's name; competition.yaml names the usual one.")
@set_option("Change a key of the base.")
@folds_option("Train and compare on these folds alone.")
@seeds_option("Train each variant with that many seeds.")
@devices_per_fold_option
@devices_option
@ray_option
@track_option
@csv_option
@in_workspace
def ablate(
    workspace: Workspace,
    out: Output,
    varied: tuple[str, ...],
    tasks: tuple[str, ...],
    recipe_name: str | None,
    overrides: tuple[str, ...],
    fold_numbers: list[int] | None,
    n_seeds: int,
    world_size: int,
    devices: str | None,
    ray: Cluster | None,
    trackers: tuple[str, ...],
) -> None:
    """Train a recipe and every combination of the varied values, and say what helped and what hurt.

    Each is compared with the base, the recipe as it is with --set, on the same people of the same folds. All are runs
    like any other: an interrupted ablation goes on where it stopped, and kit compare and kit submit know them.
    """
    from kit.errors import CheckFailed
    from kit.fleet.workers import at_once
    from kit.learn.ablation.ablate import ablate as run_ablation
    from kit.report.trackers import tracked

    with tracked(workspace, trackers, out) as reporter:
        found = run_ablation(
            workspace,
            recipe_name or workspace.competition.recipe,
            overrides,
            varied,
            reporter,
            tasks=tasks,
            fold_numbers=fold_numbers,
            n_seeds=n_seeds,
            world_size=world_size,
            side_by_side=partial(at_once, workspace, devices, ray, reporter),
        )
    metric = workspace.metric.name
    for table in found:
        _tell(out, workspace.metric_of(table.task).name, table)
    out.rows([line for table in found for line in _lines(table)])
    out.result(metric=metric, tables=[_content(table) for table in found])
    failed = {f"{table.task}, {name}": why for table in found for name, why in table.failed.items()}
    for name, why in failed.items():
        out.warn(f"{name} is left out, as it could not be trained: {why}")
    if failed:
        raise CheckFailed(f"{len(failed)} variants could not be trained", where=", ".join(failed))


def _tell(out: Output, metric: str, table: Ablation) -> None:
    from kit.submissions.compare import signed

    for words, items in table.verdicts().items():
        told = "; ".join(f"{name} ({signed(c.difference)})" for name, c in items) or "nothing"
        out.say(f"{table.task}, {words}: {told}")
    rows = []
    for line in table.lines:
        row = {"variant": line.name, metric: str(line.score), "minus base": "", "odds": "", "verdict": ""}
        if line.comparison is not None:
            row |= {"minus base": signed(line.comparison.difference), "odds": odds_text(line.comparison)}
            row |= {"verdict": line.comparison.verdict}
        rows.append(row | {"minutes": f"{line.minutes:.1f}", "run": line.run})
        for step in line.tainted:
            out.warn(f"{line.name}: its OOF is not honest: {step}")
        if line.selected:
            out.warn(f"{line.name}: validation labels chose its {', '.join(line.selected)}, which flatters it")
    seeds = f", mean of {table.n_seeds} seeds" if table.n_seeds > 1 else ""
    out.table(rows, title=intervals_title(table.task, table.folds, seeds))
    if table.effects:
        effects = [
            {
                "value": f"{effect.key}={effect.value}",
                "against": effect.against,
                "settings": effect.n_pairs,
                "difference": signed(effect.comparison.difference),
                "odds": odds_text(effect.comparison),
                "verdict": effect.comparison.verdict,
            }
            for effect in table.effects
        ]
        out.table(effects, title=f"{table.task}: each value, mean over the other keys' settings")
    n = table.n_against_base
    if n > 1:
        out.say(
            f"luck: if none of the {n} variants differed from the base, {table.lucky:.2g} of them would on average be"
            " called better all the same; the best of several looks better than it is"
        )
    if table.n_seeds == 1:
        out.say("one seed each: the intervals cover other people, not other seeds; --seeds 3 covers both")


def _lines(table: Ablation) -> list[dict[str, Any]]:
    lines = []
    for line in table.lines:
        row: dict[str, Any] = {"task": table.task, "variant": line.name, "run": line.run, "seeds": table.n_seeds}
        row |= {"score": line.score.value, "low": line.score.low, "high": line.score.high}
        row |= dict.fromkeys(("difference", "difference_low", "difference_high", "odds", "verdict"))
        if line.comparison is not None:
            change = line.comparison.difference
            row |= {"difference": change.value, "difference_low": change.low, "difference_high": change.high}
            row |= {"odds": line.comparison.odds, "verdict": line.comparison.verdict}
        lines.append(row | {"minutes": line.minutes, "honest": "no" if line.tainted else "yes"})
    return lines


def _content(table: Ablation) -> dict[str, Any]:
    """A table as JSON has it."""
    return {
        "task": table.task,
        "folds": list(table.folds),
        "seeds": table.n_seeds,
        "variants": [
            {
                "name": line.name,
                "run": line.run,
                "score": line.score,
                "minus_base": None if line.comparison is None else comparison_content(line.comparison),
                "minutes": line.minutes,
                "selected": list(line.selected),
                "honest": not line.tainted,
            }
            for line in table.lines
        ],
        "effects": [
            {
                "key": effect.key,
                "value": effect.value,
                "against": effect.against,
                "settings": effect.n_pairs,
                **comparison_content(effect.comparison),
            }
            for effect in table.effects
        ],
        **{words: [name for name, _ in items] for words, items in table.verdicts().items()},
        "better_by_luck": table.lucky,
        "failed": dict(table.failed),
    }
