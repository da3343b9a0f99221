"""kit score"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import classes_option, csv_option, in_workspace
from kit.cli.words import oof_sentence, print_worst, tell_expected
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.blend.scored import RunScores, Scored
    from kit.runs.scoring import OofReport

RANK = ["task", "run", "score", "low", "high", "honest", "accuracy"]
MOST_CELLS = 10
"""Classes up to which all are set against all; beyond, the most confused pairs are told."""
N_PAIRS = 10


@click.command()
@click.argument("runs", nargs=-1)
@classes_option
@csv_option
@in_workspace
def score(workspace: Workspace, out: Output, runs: tuple[str, ...], all_classes: bool) -> None:
    """Score RUNS (all complete ones without it) out of fold, then the best of each task joined into the target.

    The best run of a task is chosen for each fold by the other folds, so that the joined score does not flatter.
    Every score is followed by its 90 % interval over other groups: from the score without each of them in turn.
    """
    from kit.blend.scored import score_runs

    competition = workspace.competition
    scored = score_runs(workspace, runs, out)
    for item in scored.runs:
        for step in item.tainted:
            out.warn(f"{item.run}: its OOF is not honest: {step}")
    headline = _headline(workspace, scored)
    out.say(headline)
    # one task is its own target
    joined = scored.joined if competition.target is not None else None
    lines = [_line(item) for item in (*scored.runs, joined) if item is not None]
    out.listing(lines, rank=RANK, title=f"out of fold, {workspace.metric.name}")
    out.result(metric=workspace.metric.name, missing=scored.missing)
    best = scored.best()
    out.result(tasks={task: _content(item, competition.outputs(task)) for task, item in best.items()})
    if competition.target is not None:
        for task, item in best.items():
            print_worst(out, f"{task}: {item.run}", item.report.errors, all_classes=all_classes)
            if scored.joined is None or scored.joined.report.confusion is None:  # which would tell it of all at once
                _print_confusion(out, item.report, competition.outputs(task), f"{task}: ")
    if scored.joined is None:
        return
    report = scored.joined.report
    print_worst(out, "joined target", report.errors, all_classes=all_classes)
    _print_confusion(out, report, competition.target_classes, "")
    tell_expected(out, report.score.value, scored.joined.gain)
    out.say(headline)
    errors = report.errors.to_dict("records")
    in_sample = scored.joined.in_sample
    joined_content = {"score": report.score, "in_sample": in_sample, "accuracy": report.accuracy, "classes": errors}
    out.result(joined=joined_content)
    if report.confusion is not None:
        out.result(confusion={"classes": competition.target_classes, "rows": report.confusion})


def _headline(workspace: Workspace, scored: RunScores) -> str:
    """What all of it comes to."""
    if scored.joined is None:
        return f"not joined: no complete run of {', '.join(scored.missing)}"
    report = scored.joined.report
    sentence = oof_sentence(workspace.metric.name, report.score, scored.joined.in_sample)
    accuracy = "" if report.accuracy is None else f", accuracy {report.accuracy}"
    return f"joined target: {sentence}{accuracy}{_decided(workspace)}"


def _decided(workspace: Workspace) -> str:
    """By what the answers are decided here, where what is submitted has a rule that suits the metric better."""
    from kit.blend.decide import RULES_OF, learnt_by, suited
    from kit.blend.finish import PLAIN_WORDS
    from kit.competition.spec import TARGET

    metric = workspace.metric
    if workspace.competition.separate or not metric.decides:
        return ""
    kind = workspace.competition.task(TARGET).kind
    fitting = (suited(metric, kind), learnt_by(metric, kind))
    better = next((rule for rule in fitting if rule in RULES_OF[kind][1:]), None)
    return "" if better is None else f", decided by {PLAIN_WORDS[kind]}; 'kit blend' and 'kit submit' try {better}"


def _line(item: Scored) -> dict[str, Any]:
    report = item.report
    line: dict[str, Any] = {"task": item.task, "run": item.run}
    line |= {"score": report.score.value, "low": report.score.low, "high": report.score.high}
    line |= {"accuracy": None if report.accuracy is None else report.accuracy.value}
    line |= {f"fold{fold}": value for fold, value in enumerate(report.folds)}
    return line | {"honest": "no" if item.tainted else "yes"}


def _content(item: Scored, names: Sequence[str]) -> dict[str, Any]:
    """The best run of a task as JSON has it."""
    report = item.report
    confusion = None if report.confusion is None else {"classes": names, "rows": report.confusion}
    return {
        "run": item.run,
        "score": report.score,
        "accuracy": report.accuracy,
        "classes": report.errors.to_dict("records"),
        "confusion": confusion,
    }


def _print_confusion(out: Output, report: OofReport, names: Sequence[str], of: str) -> None:
    """All classes against all, or of many the pairs that are confused most."""
    from kit.runs.errors import confused_pairs

    if report.confusion is None:
        return
    if len(names) > MOST_CELLS:
        pairs = [
            {"true": names[true], "said": names[said], "rows": rows, "of the true": f"{share:.1%}"}
            for true, said, rows in confused_pairs(report.confusion, N_PAIRS)
            for share in [rows / int(report.confusion[true].sum())]
        ]
        out.table(pairs, title=f"{of}the {len(pairs)} most confused pairs")
        return
    rows = [
        {"true": f"{index} {name}", **{str(column): int(count) or None for column, count in enumerate(counts)}}
        for index, (name, counts) in enumerate(zip(names, report.confusion, strict=True))
    ]
    out.table(rows, title=f"{of}confusion, true class by row, predicted class by column")
