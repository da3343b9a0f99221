"""kit compare"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import blend_options, in_workspace
from kit.cli.words import comparison_content, odds_text
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.blend.weights import Mean
    from kit.submissions.compare import Comparisons, TaskComparison


@click.command()
@click.argument("names", nargs=-1, required=True)
@blend_options
@in_workspace
def compare(workspace: Workspace, out: Output, names: tuple[str, ...], mean: Mean, rule: str) -> None:
    """Compare NAMES (runs, submissions, or blends such as best3) with the first of them, out of fold.

    All are scored on the same people, drawn anew 2,000 times: the odds are the share of draws that a name wins, and
    "better" or "worse" is said only beyond 95 %. A run that was trained with several seeds stands for all of them: its
    score is the mean of theirs, and seeds are drawn with the people. Two seeds of one recipe are compared as they are.
    """
    from kit.competition.spec import TARGET
    from kit.submissions.compare import compare_entries, find_entries, short_names

    entries = find_entries(workspace, names, out, mean=mean, rule=rule)
    found = compare_entries(workspace, entries)
    metric = workspace.metric
    out.result(**_content(workspace, found))
    for entry in entries:
        for step in entry.tainted:
            out.warn(f"{entry.name}: its OOF is not honest: {step}")
    # the joined target is what is submitted; tasks are told of alone only where they are all there is
    told = found.by_task[-1:] if found.by_task[-1].task == TARGET else found.by_task
    for found_task in told:
        _tell(out, workspace, found, found_task)
    _tell_scores(out, workspace, found)
    if found.perfect:
        rows = [
            {"name": name, **{task: str(gain) for task, gain in found.perfect[entry.name].items()}}
            for name, entry in zip(short_names(entries), entries, strict=True)
        ]
        title = f"where there is room: what {metric.name} would gain if one task were never wrong"
        out.table(rows, title=title)


def _tell_scores(out: Output, workspace: Workspace, found: Comparisons) -> None:
    from kit.submissions.compare import short_names, signed

    metric, names = workspace.metric, short_names(found.entries)
    rows: list[dict[str, Any]] = []
    separate = workspace.competition.separate
    pooled = any(len(entry.seeds) > 1 for entry in found.entries)
    for found_task in found.by_task:
        for index, name in enumerate(names):
            row: dict[str, Any] = {"task": found_task.task, "name": name}
            if separate:
                row["metric"] = workspace.metric_of(found_task.task).name
            if pooled:
                row["seeds"] = len(found.entries[index].seeds)
            row["score" if separate else metric.name] = str(found_task.scores[index])
            if index:
                comparison = found_task.comparisons[index - 1]
                row |= {f"minus {names[0]}": signed(comparison.difference), "odds": odds_text(comparison)}
                row |= {"verdict": comparison.verdict}
            rows.append(row)
    lower = "" if metric.higher_is_better else " (lower is better)"
    out.table(rows, title=f"out of fold, {metric.name}{lower}, 90 % intervals")


def _tell(out: Output, workspace: Workspace, found: Comparisons, found_task: TaskComparison) -> None:
    from kit.submissions.compare import class_changes, same_predictions, short_names, verdict_sentence

    base, names = found.entries[0], short_names(found.entries)
    task = f"{found_task.task}: " if len(found.by_task) > 1 else ""
    for entry, name, comparison in zip(found.entries[1:], names[1:], found_task.comparisons, strict=True):
        if same_predictions(workspace.metric_of(found_task.task), base, entry, found_task.task):
            out.say(f"{task}{name} and {names[0]} predict the very same for every train photo")
            continue
        drawn_of = "people and seeds" if len(base.seeds) + len(entry.seeds) > 2 else "people"
        out.say(f"{task}{verdict_sentence(name, names[0], comparison, drawn_of)}")
        for words, classes in class_changes(workspace, found_task.task, comparison).items():
            if classes:
                changes = ", ".join(f"{label} {change.value:+.4f}" for label, change in classes)
                out.say(f"  {words}: {changes}")


def _content(workspace: Workspace, found: Comparisons) -> dict[str, Any]:
    """A comparison of entries as JSON has it."""
    from kit.submissions.compare import class_changes

    by_task: list[dict[str, Any]] = []
    for found_task in found.by_task:
        for entry, comparison in zip(found.entries[1:], found_task.comparisons, strict=True):
            changes = class_changes(workspace, found_task.task, comparison)
            by_task.append(
                {
                    "task": found_task.task,
                    "first": found.entries[0].name,
                    "entry": entry.name,
                    **comparison_content(comparison),
                    "classes": [
                        {"class": name, "difference": change} for some in changes.values() for name, change in some
                    ],
                }
            )
    return {
        "metric": workspace.metric.name,
        "entries": [
            {
                "name": entry.name,
                "kind": entry.kind,
                "seeds": len(entry.seeds),
                "honest": not entry.tainted,
                "scores": {found_task.task: found_task.scores[index] for found_task in found.by_task},
            }
            for index, entry in enumerate(found.entries)
        ],
        "comparisons": by_task,
        "perfect": found.perfect,
    }
