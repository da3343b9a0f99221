"""kit score"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.cli.words import MOST_ROWS, oof_sentence, print_worst, tell_expected
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.blend.scored import Scored
    from kit.runs.scoring import OofReport


@click.command()
@click.argument("runs", nargs=-1)
@csv_option
@in_workspace
def score(workspace: Workspace, out: Output, runs: tuple[str, ...]) -> None:
    """Score RUNS (all complete ones without it) out of fold, then the best of each task joined into the target.

    The best run of a task is chosen for each fold by the other folds, so that the joined score does not flatter.
    Every score is followed by its 90 % interval, from a bootstrap over groups.
    """
    from kit.blend.scored import score_runs

    competition = workspace.competition
    scored = score_runs(workspace, runs, out)
    for item in scored.runs:
        for step in item.tainted:
            out.warn(f"{item.run}: its OOF is not honest: {step}")
    # one task is its own target
    joined = scored.joined if competition.target is not None else None
    lines = [_line(item) for item in (*scored.runs, joined) if item is not None]
    out.listing(lines, title=f"out of fold, {workspace.metric.name}")
    out.result(metric=workspace.metric.name, missing=scored.missing)
    if competition.target is not None:
        for task, best in scored.best().items():
            print_worst(out, f"{task}: {best.run}", best.report.errors)
    if scored.joined is None:
        out.say(f"not joined: no complete run of {', '.join(scored.missing)}")
        return
    report = scored.joined.report
    print_worst(out, "joined target", report.errors)
    _print_confusion(out, report, competition.target_classes)
    in_sample = scored.joined.in_sample
    sentence = oof_sentence(workspace.metric.name, str(report.score), in_sample)
    accuracy = "" if report.accuracy is None else f", accuracy {report.accuracy}"
    out.say(f"joined target: {sentence}{accuracy}")
    tell_expected(out, report.score.value, scored.joined.gain)
    errors = report.errors.to_dict("records")
    joined_content = {"score": report.score, "in_sample": in_sample, "accuracy": report.accuracy, "classes": errors}
    out.result(joined=joined_content)
    if report.confusion is not None:
        out.result(confusion={"classes": competition.target_classes, "rows": report.confusion})


def _line(item: Scored) -> dict[str, Any]:
    report = item.report
    line: dict[str, Any] = {"task": item.task, "run": item.run}
    line |= {"score": report.score.value, "low": report.score.low, "high": report.score.high}
    line |= {"accuracy": None if report.accuracy is None else report.accuracy.value}
    line |= {f"fold{fold}": value for fold, value in enumerate(report.folds)}
    return line | {"honest": "no" if item.tainted else "yes"}


def _print_confusion(out: Output, report: OofReport, names: Sequence[str]) -> None:
    """The table of classes, where they are few enough to be read."""
    if report.confusion is None or len(names) > MOST_ROWS:
        return
    rows = [
        {"true": f"{index} {name}", **{str(column): int(count) or None for column, count in enumerate(counts)}}
        for index, (name, counts) in enumerate(zip(names, report.confusion, strict=True))
    ]
    out.table(rows, title="confusion: true class by row, predicted class by column")
