"""kit runs"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace, json_option
from kit.competition.workspace import Workspace


@click.group(invoke_without_command=True)
@csv_option
@json_option
@click.pass_context
def runs(ctx: click.Context, as_csv: bool) -> None:
    """List the runs: what is trained, how it scores on its finished folds, what is missing."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(_listing, as_csv=as_csv)


@in_workspace
def _listing(workspace: Workspace, out: Output) -> None:
    from kit.runs.listing import COLUMNS, run_lines

    lines, metric = run_lines(workspace), workspace.metric.name
    if not lines:
        out.say("no runs yet: start one with 'kit train'")
    out.listing(lines, COLUMNS, title=f"score: {metric}, the mean of the finished folds")
    out.result(metric=metric)


@runs.command()
@click.argument("names", metavar="RUN...", nargs=-1, required=True)
@in_workspace
def rm(workspace: Workspace, out: Output, names: tuple[str, ...]) -> None:
    """Remove runs that nothing stands on, finished or interrupted; say what stands on them otherwise."""
    from kit.submissions.remove import remove_runs

    removed = remove_runs(workspace, names)
    for gone in removed:
        out.say(f"removed: {gone.run}, {gone.folds} finished folds, {gone.size / 1e6:,.1f} MB")
    out.result(removed=removed)
