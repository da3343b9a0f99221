"""kit score"""

from __future__ import annotations

from typing import Any

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace


@click.command()
@click.argument("runs", nargs=-1)
@listing_options
@in_workspace
def score(workspace: Workspace, reporter: ConsoleReporter, runs: tuple[str, ...], as_json: bool, as_csv: bool) -> None:
    """Score RUNS (all complete ones without it) out of fold, then the best of each task joined into the target.

    Every score is followed by its 90 % interval, from a bootstrap over groups.
    """
    from kit.blend.blend import make_blend
    from kit.blend.decide import ARGMAX
    from kit.blend.members import blendable_runs, complete_runs, task_candidates
    from kit.errors import KitError
    from kit.runs.scoring import oof_report

    competition = workspace.competition
    named = complete_runs(workspace, ",".join(runs)) if runs else []
    candidates = task_candidates(workspace, named or blendable_runs(workspace, reporter))
    candidates = {task: [item for item in items if item.oof is not None] for task, items in candidates.items()}
    lines: list[dict[str, Any]] = []
    reports = {}
    for task, items in candidates.items():
        for item in items:
            assert item.oof is not None
            report = reports[task, item.run.id] = oof_report(workspace, task, item.oof)
            lines.append(_line(task, item.run.id, report) | {"honest": "no" if item.tainted else "yes"})
            for step in item.tainted:
                reporter.warn(f"{item.run.id}: its OOF is not honest: {step}")
    if not lines:
        raise KitError("no run is complete yet", where=workspace.runs_dir, todo="run 'kit train'")
    # named runs are joined all together, otherwise the best of each task
    chosen = {task: items if named else items[:1] for task, items in candidates.items() if items}
    missing = [task for task in competition.tasks if task not in chosen]
    joinable = chosen if not missing else {task: items for task, items in chosen.items() if task == TARGET}
    joined = None
    if joinable:
        blend = make_blend(workspace, joinable, rule=ARGMAX)
        assert blend.oof is not None  # runs without OOF were left out above
        joined = oof_report(workspace, TARGET, blend.oof)
    if joined is not None and competition.target is not None:
        tainted = any(item.tainted for items in joinable.values() for item in items)
        lines.append(_line(TARGET, "joined", joined) | {"honest": "no" if tainted else "yes"})
    columns = list(dict.fromkeys(column for line in lines for column in line))
    print_listing(lines, columns, title=f"out of fold, {competition.metric}", as_json=as_json, as_csv=as_csv)
    if as_json or as_csv:
        return
    for task in candidates:
        if candidates[task] and competition.target is not None:
            best = candidates[task][0].run.id
            _print_classes(f"{task}: {best}", reports[task, best].classes)
    if joined is None:
        say(f"not joined: no complete run of {', '.join(missing)}")
        return
    _print_classes("joined target", joined.classes)
    names = competition.target_classes
    rows = [
        {"true": f"{index} {name}", **{str(column): int(count) or None for column, count in enumerate(counts)}}
        for index, (name, counts) in enumerate(zip(names, joined.confusion, strict=True))
    ]
    print_listing(rows, list(rows[0]), title="confusion: true class by row, predicted class by column")
    say(f"joined target: {competition.metric} {joined.score}, accuracy {joined.accuracy}")


def _line(task: str, run: str, report: Any) -> dict[str, Any]:
    line = {"task": task, "run": run, "score": report.score.value, "low": report.score.low, "high": report.score.high}
    line |= {"accuracy": report.accuracy.value}
    return line | {f"fold{fold}": value for fold, value in enumerate(report.folds)}


def _print_classes(title: str, classes: Any) -> None:
    print_listing(classes.to_dict("records"), list(classes.columns), title=title)
