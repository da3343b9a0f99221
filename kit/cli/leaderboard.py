"""kit leaderboard"""

from __future__ import annotations

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.group(invoke_without_command=True)
@listing_options
@click.pass_context
def leaderboard(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """Compare submissions: OOF with its interval, public, private, and the gap between public and OOF."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(show, as_json=as_json, as_csv=as_csv)


@leaderboard.command()
@listing_options
@in_workspace
def show(workspace: Workspace, reporter: ConsoleReporter, as_json: bool, as_csv: bool) -> None:
    """Print the table of submissions."""
    from kit.submissions.leaderboard import COLUMNS, leaderboard_lines

    lines = leaderboard_lines(workspace)
    if not lines and not (as_json or as_csv):
        say("no submissions yet: make one with 'kit submit'")
        return
    print_listing(lines, COLUMNS, title=workspace.competition.metric, as_json=as_json, as_csv=as_csv)


@leaderboard.command()
@click.argument("name")
@click.option("--public", type=float, help="The host's public score.")
@click.option("--private", type=float, help="The host's private score.")
@in_workspace
def log(
    workspace: Workspace, reporter: ConsoleReporter, name: str, public: float | None, private: float | None
) -> None:
    """Note by hand what the host scored the submission NAME."""
    from kit.submissions.leaderboard import log_score

    record = log_score(workspace, name, public, private)
    say(f"{record.name}: public {record.public}, private {record.private}")


@leaderboard.command()
@in_workspace
def reveal(workspace: Workspace, reporter: ConsoleReporter) -> None:
    """End a competition whose answers are at hand: score every submission on the private part too."""
    from kit.submissions.answers import score_against_answers
    from kit.submissions.record import read_submissions

    for record in read_submissions(workspace.submissions_dir):
        scored = score_against_answers(workspace, record, ended=True)
        say(f"{scored.name}: public {scored.public:.4f}, private {scored.private:.4f}")
