"""kit leaderboard"""

from __future__ import annotations

from pathlib import Path

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace, known_standings
from kit.competition.workspace import Workspace


@click.group(invoke_without_command=True)
@listing_options
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture, .png or .svg.")
@click.pass_context
def leaderboard(ctx: click.Context, as_json: bool, as_csv: bool, plot: Path | None) -> None:
    """Compare submissions: OOF with its interval, public, private, and what they say together.

    gap_z is the part of public - OOF that the common shift does not explain, in standard errors; expected is the
    private score to expect; odds_best the odds of having the best one. Submissions whose OOF is not honest stand apart.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show, as_json=as_json, as_csv=as_csv, plot=plot)


@leaderboard.command()
@listing_options
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture, .png or .svg.")
@in_workspace
def show(workspace: Workspace, reporter: ConsoleReporter, as_json: bool, as_csv: bool, plot: Path | None) -> None:
    """Print the table of submissions."""
    from kit.selection.leaderboard import COLUMNS, leaderboard_lines

    standings = known_standings(workspace, reporter)
    lines = leaderboard_lines(workspace, standings)
    if not lines and not (as_json or as_csv):
        say("no submissions yet: make one with 'kit submit'")
        return
    if as_json or as_csv:
        print_listing(lines, [*COLUMNS, "honest", "tainted", "selected"], as_json=as_json, as_csv=as_csv)
        return
    metric = workspace.competition.metric
    print_listing([line for line in lines if line["honest"]], COLUMNS, title=metric)
    tainted = [line for line in lines if not line["honest"]]
    if tainted:
        print_listing(tainted, COLUMNS, title=f"{metric}, OOF not honest: validation labels reached these")
        for line in tainted:
            say(f"{line['name']}: {line['tainted'][0]}")
    if standings is not None:
        from kit.report.sketch import sketch_leaderboard

        picture = sketch_leaderboard(standings)
        if picture is not None:
            say(f"\n{picture}")
    if plot is not None:
        if standings is None:
            raise click.UsageError("there is nothing to plot without the data")
        from kit.report.plot import plot_leaderboard

        plot_leaderboard(plot, standings)
        say(f"picture: {plot}")


@leaderboard.command()
@click.argument("name")
@click.option("--public", type=float, help="The host's public score.")
@click.option("--private", type=float, help="The host's private score.")
@in_workspace
def log(
    workspace: Workspace, reporter: ConsoleReporter, name: str, public: float | None, private: float | None
) -> None:
    """Note by hand what the host scored the submission NAME."""
    from kit.selection.leaderboard import log_score

    record = log_score(workspace, name, public, private)
    say(f"{record.name}: public {record.public}, private {record.private}")


@leaderboard.command()
@in_workspace
def reveal(workspace: Workspace, reporter: ConsoleReporter) -> None:
    """End a competition whose answers are at hand: score every submission on the private part too."""
    from kit.hosts.host import open_host

    for scored in open_host(workspace, reporter).end():
        say(f"{scored.name}: public {scored.public:.4f}, private {scored.private:.4f}")


@leaderboard.command()
@in_workspace
def sync(workspace: Workspace, reporter: ConsoleReporter) -> None:
    """Bring the host's scores of all submissions here, also of those that were sent by hand or by a teammate."""
    from kit.hosts.host import open_host
    from kit.hosts.sync import sync as bring

    host = open_host(workspace, reporter)
    changes = bring(workspace.submissions_dir, host, reporter, metric=workspace.competition.metric)
    for change in changes:
        say(str(change))
    standing = host.standing()
    if standing is not None:
        say(f"public leaderboard: rank {standing.rank} of {standing.teams} teams")
    if not changes:
        say("nothing new")
