"""kit ablate"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kit.cli.blend import score_json
from kit.cli.compare import odds_text
from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.evidence.compare import Comparison
    from kit.learn.ablation.ablate import Ablation


@click.command()
@click.option(
    "--vary",
    "varied",
    multiple=True,
    required=True,
    metavar="KEY=VALUE,VALUE",
    help="Values of a key of the recipe, as YAML (repeatable): loss=ce,focal or size=[64,48],[96,72].",
)
@click.option(
    "--task", "tasks", multiple=True, help="Vary this task's model (repeatable, mask+gender is one). All without it."
)
@click.option("--recipe", "recipe_name", help="The base: a recipe's name; competition.yaml names the usual one.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a key of the base.")
@click.option("--folds", help="Train and compare on these folds alone, such as 0,1.")
@click.option("--seeds", "n_seeds", type=click.IntRange(1), default=1, help="Train each variant with that many seeds.")
@listing_options
@in_workspace
def ablate(
    workspace: Workspace,
    reporter: ConsoleReporter,
    varied: tuple[str, ...],
    tasks: tuple[str, ...],
    recipe_name: str | None,
    overrides: tuple[str, ...],
    folds: str | None,
    n_seeds: int,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Train a recipe and every combination of the varied values, and say what helped and what hurt.

    Each is compared with the base, the recipe as it is with --set, on the same people of the same folds. All are runs
    like any other: an interrupted ablation goes on where it stopped, and kit compare and kit submit know them.
    """
    from kit.cli.shared import fold_numbers
    from kit.learn.ablation.ablate import ablate as run_ablation

    found = run_ablation(
        workspace,
        recipe_name or workspace.competition.recipe,
        overrides,
        varied,
        reporter,
        tasks=tasks,
        fold_numbers=fold_numbers(folds),
        n_seeds=n_seeds,
    )
    metric = workspace.competition.metric
    if as_json:
        click.echo(json.dumps({"metric": metric, "tables": [_as_json(table) for table in found]}, indent=2))
    elif as_csv:
        lines = [line for table in found for line in _lines(table)]
        print_listing(lines, list(lines[0]), as_csv=True)
    else:
        for table in found:
            _print(metric, table, reporter)
    failed = {f"{table.task}, {name}": why for table in found for name, why in table.failed.items()}
    for name, why in failed.items():
        reporter.warn(f"{name} is left out, as it could not be trained: {why}")
    return 1 if failed else 0


def _print(metric: str, table: Ablation, reporter: ConsoleReporter) -> None:
    from kit.submissions.compare import signed

    rows = []
    for line in table.lines:
        row = {"variant": line.name, metric: str(line.score), "minus base": "", "odds": "", "verdict": ""}
        if line.comparison is not None:
            row |= {"minus base": signed(line.comparison.difference), "odds": odds_text(line.comparison)}
            row |= {"verdict": line.comparison.verdict}
        rows.append(row | {"minutes": f"{line.minutes:.1f}", "run": line.run})
        for step in line.tainted:
            reporter.warn(f"{line.name}: its OOF is not honest: {step}")
        if line.selected:
            reporter.warn(f"{line.name}: validation labels chose its {', '.join(line.selected)}, which flatters it")
    seeds = f", mean of {table.n_seeds} seeds" if table.n_seeds > 1 else ""
    title = f"{table.task}: out of fold, folds {', '.join(map(str, table.folds))}{seeds}, 90 % intervals"
    print_listing(rows, list(rows[0]), title=title)
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
        print_listing(effects, list(effects[0]), title=f"{table.task}: each value, mean over the other keys' settings")
    for words, items in table.verdicts().items():
        say(f"{words}: {'; '.join(f'{name} ({signed(c.difference)})' for name, c in items) or 'nothing'}")
    n = table.n_against_base
    if n > 1:
        say(
            f"luck: if none of the {n} variants differed from the base, {table.lucky:.2g} of them would on average be"
            " called better all the same; the best of several looks better than it is"
        )
    if table.n_seeds == 1:
        say("one seed each: the intervals cover other people, not other seeds; --seeds 3 covers both")


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


def _as_json(table: Ablation) -> dict[str, Any]:
    return {
        "task": table.task,
        "folds": list(table.folds),
        "seeds": table.n_seeds,
        "variants": [
            {
                "name": line.name,
                "run": line.run,
                "score": score_json(line.score),
                "minus_base": None if line.comparison is None else _comparison_json(line.comparison),
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
                **_comparison_json(effect.comparison),
            }
            for effect in table.effects
        ],
        **{words: [name for name, _ in items] for words, items in table.verdicts().items()},
        "better_by_luck": table.lucky,
        "failed": dict(table.failed),
    }


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    odds = None if comparison.odds != comparison.odds else comparison.odds
    return {"difference": score_json(comparison.difference), "odds": odds, "verdict": comparison.verdict}
