"""kit next"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, finals_option, in_workspace
from kit.cli.words import tell_apart
from kit.competition.workspace import Workspace


@click.command()
@finals_option("How many may be chosen in the end.")
@click.option("-k", "--left", type=click.IntRange(0), default=1, show_default=True, help="Submissions left today.")
@click.option("--days", type=click.IntRange(1), default=1, show_default=True, help="Days left, today among them.")
@csv_option
@in_workspace
def next(workspace: Workspace, out: Output, finals: int, left: int, days: int) -> None:
    """Say what to send next: the unsent submissions that add most to the finals, which are chosen among sent ones."""
    from kit.selection.lines import unsent_lines
    from kit.selection.next import value_of_information
    from kit.selection.standings import read_standings

    standings = read_standings(workspace)
    tell_apart(out, standings)
    information = value_of_information(standings.judged(), finals, left=left, days=days, sent=standings.sent)
    out.say(information.reason)
    out.listing(unsent_lines(standings, information), ["name", "oof", "gain", "send"], title="unsent")
    named = [[standings.records[index].name for index in plan] for plan in (information.today, information.later)]
    best = named[0][0] if named[0] else None
    out.result(best=best, today=named[0], later=named[1], reason=information.reason, apart=standings.apart)
