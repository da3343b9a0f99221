"""kit blend"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import ConsoleReporter, Function, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace
from kit.reporter import Reporter

if TYPE_CHECKING:
    from kit.blend.blend import Blend
    from kit.blend.weights import Mean
    from kit.evidence.bootstrap import Score


def blend_options(function: Function) -> Function:
    """The options --mean and --rule of every command that makes blends."""
    function = click.option(
        "--rule",
        type=click.Choice(["auto", "argmax", "expected-f1", "offsets"]),
        default="auto",
        show_default=True,
        help="How probabilities become one class; auto takes what the cross-fitted OOF score supports.",
    )(function)
    return click.option(
        "--mean",
        type=click.Choice(["arithmetic", "geometric"]),
        default="arithmetic",
        show_default=True,
        help="How a task's runs are averaged.",
    )(function)


@click.command()
@click.argument("spec")
@blend_options
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@in_workspace
def blend(workspace: Workspace, reporter: ConsoleReporter, spec: str, mean: Mean, rule: str, as_json: bool) -> None:
    """Show what the blend SPEC would be and score; nothing is written.

    SPEC is bestN, all, weighted, greedy, or run ids joined by commas. What is fitted on OOF rows (weights,
    temperatures, the decision rule) is scored by fold on people that it was not fitted on.
    """
    from kit.blend.blend import spec_blend
    from kit.blend.members import honest_candidates, is_blend_spec
    from kit.submissions.compare import blend_entry, compare_entries, verdict_sentence

    ids_only = "," in spec or not is_blend_spec(spec)
    pool = honest_candidates(workspace, Reporter() if ids_only else reporter)
    made = spec_blend(workspace, spec, reporter, mean=mean, rule=rule, pool=pool)
    score = made.score()
    against = None
    if score is not None and spec != "best1" and any(pool.values()):
        best1 = spec_blend(workspace, "best1", reporter, mean=mean, rule=rule, pool=pool)
        entries = [blend_entry(workspace, name, one) for name, one in (("best1", best1), (spec, made))]
        against = compare_entries(workspace, entries).by_task[-1].comparisons[0]
    if as_json:
        content = {
            "spec": spec,
            "mean": made.mean,
            "members": {task: [{"run": run, "weight": w} for run, w in items] for task, items in made.members.items()},
            "weighing": made.weighing,
            "why_weights": made.why_weights,
            "rule": made.rule,
            "why_rule": made.why_rule,
            "metric": workspace.competition.metric,
            "oof": score_json(score) if score is not None else None,
            "in_sample": made.in_sample,
            "against_best1": None
            if against is None
            else {"difference": score_json(against.difference), "odds": against.odds, "verdict": against.verdict},
            "tainted": list(made.tainted),
            "selected": list(made.selected),
        }
        click.echo(json.dumps(content, indent=2))
        return
    print_blend(made)
    warn_tainted(reporter, made.tainted)
    metric = workspace.competition.metric
    if score is None:
        say("no OOF score: a member was trained on everybody, so that only the host can score this blend")
        return
    say(oof_sentence(metric, str(score), made.in_sample))
    if against is not None:
        say(verdict_sentence("the blend", "best1", against))


def print_blend(made: Blend) -> None:
    """The members of a blend with their weights and own scores, and why they are weighed and decided on so."""
    alone = {(task, item.run.id): item.score for task, items in made.chosen.items() for item in items}
    rows: list[dict[str, Any]] = [
        {"task": task, "run": run, "weight": f"{weight:.3f}", "OOF alone": alone[task, run]}
        for task, items in made.members.items()
        for run, weight in items
    ]
    print_listing(rows, list(rows[0]), title=f"members, {made.mean} mean")
    say(f"weights: {made.why_weights}")
    say(f"rule: {made.why_rule}")


def oof_sentence(metric: str, score: str, in_sample: float | None) -> str:
    """The OOF score as it may be told, and the flattering one beside it where something was fitted."""
    if in_sample is None:
        return f"OOF {metric} {score}"
    return f"OOF {metric} {score}, cross-fitted (in-sample, which flatters: {in_sample:.4f})"


def warn_tainted(reporter: ConsoleReporter, tainted: tuple[str, ...]) -> None:
    if tainted:
        more = f" (and {len(tainted) - 1} more steps)" if len(tainted) > 1 else ""
        reporter.warn(f"the OOF of this blend is not honest and cannot be trusted: {tainted[0]}{more}")


def score_json(score: Score) -> dict[str, float | None]:
    """A score with its interval, for JSON; what is not known is null."""
    known = score.has_interval
    return {"value": score.value, "low": score.low if known else None, "high": score.high if known else None}
