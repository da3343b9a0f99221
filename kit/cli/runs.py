"""kit runs"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.competition.workspace import Workspace


@click.command()
@csv_option
@in_workspace
def runs(workspace: Workspace, out: Output) -> None:
    """List the runs: what is trained, how it scores on its finished folds, what is missing."""
    from kit.runs.listing import COLUMNS, run_lines

    lines, metric = run_lines(workspace), workspace.competition.metric
    if not lines:
        out.say("no runs yet: start one with 'kit train'")
    out.listing(lines, COLUMNS, title=f"score: {metric}, the mean of the finished folds")
    out.result(metric=metric)
