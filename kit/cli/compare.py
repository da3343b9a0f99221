"""kit compare"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kit.cli.blend import blend_options, score_json
from kit.cli.console import ConsoleReporter, print_listing, say
from kit.cli.shared import in_workspace, read_ground
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.blend.weights import Mean
    from kit.competition.spec import Competition
    from kit.evidence.compare import Comparison
    from kit.submissions.compare import Comparisons, Contest


@click.command()
@click.argument("names", nargs=-1, required=True)
@blend_options
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@in_workspace
def compare(
    workspace: Workspace, reporter: ConsoleReporter, names: tuple[str, ...], mean: Mean, rule: str, as_json: bool
) -> None:
    """Compare NAMES (runs, submissions, or blends such as best3) with the first of them, out of fold.

    All are scored on the same people, drawn anew 2,000 times: the odds are the share of draws that a name wins, and
    "better" or "worse" is said only beyond 95 %. A run that was trained with several seeds stands for all of them: its
    score is the mean of theirs, and seeds are drawn with the people. Two seeds of one recipe are compared as they are.
    """
    from kit.competition.spec import TARGET
    from kit.evidence.metrics import METRICS
    from kit.submissions.compare import compare_sides, find_sides, short_names

    ground = read_ground(workspace)
    sides = find_sides(ground, names, reporter.warn, mean=mean, rule=rule)
    found = compare_sides(ground, sides)
    metric = METRICS[workspace.competition.metric]
    if as_json:
        click.echo(json.dumps(_as_json(workspace.competition, found), indent=2))
        return
    for side in sides:
        for step in side.tainted:
            reporter.warn(f"{side.name}: its OOF is not honest: {step}")
    _print_scores(workspace.competition, found)
    # the joined target is what is submitted; tasks are told of alone only where they are all there is
    told = found.contests[-1:] if found.contests[-1].task == TARGET else found.contests
    for contest in told:
        _tell(workspace.competition, found, contest)
    if found.perfect:
        rows = [
            {"name": name, **{task: str(gain) for task, gain in found.perfect[side.name].items()}}
            for name, side in zip(short_names(sides), sides, strict=True)
        ]
        title = f"where there is room: what {metric.name} would gain if one task were never wrong"
        print_listing(rows, list(rows[0]), title=title)


def _print_scores(competition: Competition, found: Comparisons) -> None:
    from kit.evidence.metrics import METRICS
    from kit.submissions.compare import short_names, signed

    metric, names = METRICS[competition.metric], short_names(found.sides)
    rows: list[dict[str, Any]] = []
    pooled = any(len(side.seeds) > 1 for side in found.sides)
    for contest in found.contests:
        for index, name in enumerate(names):
            row: dict[str, Any] = {"task": contest.task, "name": name}
            if pooled:
                row["seeds"] = len(found.sides[index].seeds)
            row[metric.name] = str(contest.scores[index])
            if index:
                comparison = contest.comparisons[index - 1]
                row |= {f"minus {names[0]}": signed(comparison.difference), "odds": odds_text(comparison)}
                row |= {"verdict": comparison.verdict}
            rows.append(row)
    lower = "" if metric.higher_is_better else " (lower is better)"
    print_listing(rows, list(rows[1]), title=f"out of fold, {metric.name}{lower}, 90 % intervals")


def _tell(competition: Competition, found: Comparisons, contest: Contest) -> None:
    from kit.submissions.compare import class_changes, same_predictions, short_names, verdict_sentence

    base, names = found.sides[0], short_names(found.sides)
    task = f"{contest.task}: " if len(found.contests) > 1 else ""
    for side, name, comparison in zip(found.sides[1:], names[1:], contest.comparisons, strict=True):
        if same_predictions(base, side, contest.task):
            say(f"{task}{name} and {names[0]} predict the very same for every photo")
            continue
        drawn_of = "people and seeds" if len(base.seeds) + len(side.seeds) > 2 else "people"
        say(f"{task}{verdict_sentence(name, names[0], comparison, drawn_of)}")
        for words, classes in class_changes(competition, contest.task, comparison).items():
            if classes:
                changes = ", ".join(f"{label} {change.value:+.4f}" for label, change in classes)
                say(f"  {words}: {changes}")


def odds_text(comparison: Comparison) -> str:
    """The odds as a table shows them."""
    return "?" if comparison.odds != comparison.odds else f"{comparison.odds:.2f}"


def _as_json(competition: Competition, found: Comparisons) -> dict[str, Any]:
    from kit.submissions.compare import class_changes

    contests: list[dict[str, Any]] = []
    for contest in found.contests:
        for side, comparison in zip(found.sides[1:], contest.comparisons, strict=True):
            changes = class_changes(competition, contest.task, comparison)
            contests.append(
                {
                    "task": contest.task,
                    "first": found.sides[0].name,
                    "side": side.name,
                    "difference": score_json(comparison.difference),
                    "odds": None if comparison.odds != comparison.odds else comparison.odds,
                    "verdict": comparison.verdict,
                    "classes": [
                        {"class": name, **score_json(change)} for some in changes.values() for name, change in some
                    ],
                }
            )
    return {
        "metric": competition.metric,
        "sides": [
            {
                "name": side.name,
                "kind": side.kind,
                "seeds": len(side.seeds),
                "honest": not side.tainted,
                "scores": {contest.task: score_json(contest.scores[index]) for contest in found.contests},
            }
            for index, side in enumerate(found.sides)
        ],
        "comparisons": contests,
        "perfect": {
            name: {task: score_json(gain) for task, gain in gains.items()} for name, gains in found.perfect.items()
        },
    }
