"""kit next"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, finals_option, in_workspace
from kit.cli.words import tell_apart
from kit.competition.workspace import Workspace


@click.command()
@finals_option("How many may be chosen in the end.")
@csv_option
@in_workspace
def next(workspace: Workspace, out: Output, finals: int) -> None:
    """Say which unsent submission to spend the next public score on: the one that most raises the finals' best."""
    from kit.selection.lines import unsent_lines
    from kit.selection.next import value_of_information
    from kit.selection.standings import read_standings

    standings = read_standings(workspace)
    tell_apart(out, standings)
    information = value_of_information(standings.judged(), finals)
    out.listing(unsent_lines(standings, information), ["name", "oof", "gain"], title="unsent")
    out.say(information.reason)
    best = None if information.best is None else standings.records[information.best].name
    out.result(best=best, reason=information.reason, apart=standings.apart)
