"""kit runs"""

from __future__ import annotations

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@listing_options
@in_workspace
def runs(workspace: Workspace, reporter: ConsoleReporter, as_json: bool, as_csv: bool) -> None:
    """List the runs: what is trained, how it scores on its finished folds, what is missing."""
    from kit.runs.listing import run_lines

    lines = run_lines(workspace)
    if not lines and not (as_json or as_csv):
        say("no runs yet: start one with 'kit train'")
        return
    columns = ["run", "task", "recipe", "round", "folds", "missing", "score", "selected", "minutes", "device"]
    print_listing(lines, columns, title=workspace.competition.metric, as_json=as_json, as_csv=as_csv)
