"""kit next"""

from __future__ import annotations

import math

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@click.option(
    "--finals", type=click.IntRange(1, 10), default=2, show_default=True, help="How many may be chosen in the end."
)
@listing_options
@in_workspace
def next(workspace: Workspace, reporter: ConsoleReporter, finals: int, as_json: bool, as_csv: bool) -> None:
    """Say which unsent submission to spend the next public score on: the one that most raises the finals' best."""
    from kit.selection.next import value_of_information
    from kit.selection.standings import read_standings

    standings = read_standings(workspace)
    information = value_of_information(standings.judged(), finals)
    lines = [
        {"name": record.name, "oof": record.oof.value if record.oof else None, "gain": float(gain)}
        for record, gain in zip(standings.records, information.gains, strict=True)
        if not math.isnan(gain)
    ]
    lines.sort(key=lambda line: -float(line["gain"] or 0.0))
    if lines or as_json or as_csv:
        print_listing(lines, ["name", "oof", "gain"], title="unsent", as_json=as_json, as_csv=as_csv)
    if not (as_json or as_csv):
        say(information.reason)
