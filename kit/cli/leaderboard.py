"""kit leaderboard"""

from __future__ import annotations

from pathlib import Path

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace, json_option
from kit.competition.workspace import Workspace

RANK = ["name", "public", "private", "oof", "expected", "odds_best", "on_test", "low", "high", "gap_z", "gap"]

plot_option = click.option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False), help="Write a picture, .png or .svg."
)


@click.group(invoke_without_command=True)
@plot_option
@csv_option
@json_option
@click.pass_context
def leaderboard(ctx: click.Context, as_csv: bool, plot: Path | None) -> None:
    """Compare submissions: OOF with its interval, public, private, and what they say together.

    gap_z is the part of public - OOF that the common shift does not explain, in standard errors; expected is the
    private score to expect; odds_best the odds of having the best one. Submissions whose OOF is not honest stand apart.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show, as_csv=as_csv, plot=plot)


@leaderboard.command()
@plot_option
@csv_option
@in_workspace
def show(workspace: Workspace, out: Output, plot: Path | None) -> None:
    """Print the table of submissions."""
    from kit.errors import KitError
    from kit.selection.leaderboard import COLUMNS, leaderboard_lines, leaderboard_sentence
    from kit.selection.standings import known_standings

    metric = workspace.metric.name
    standings, apart = known_standings(workspace, out)
    lines = leaderboard_lines(workspace, standings, apart)
    out.rows(lines, [*COLUMNS, "honest", "tainted", "selected", "apart"])
    out.result(metric=metric, plot=plot)
    if plot is not None and standings is None:
        raise KitError("there is nothing to plot without submissions that can be judged", where="--plot")
    if not lines:
        out.say("no submissions yet: make one with 'kit submit'")
        return
    for line in lines:
        if line["apart"] is not None:
            out.warn(f"{line['name']}: {line['apart']}")
    out.say(leaderboard_sentence(lines, workspace.metric))
    out.table([line for line in lines if line["honest"]], COLUMNS, rank=RANK, title=metric)
    tainted = [line for line in lines if not line["honest"]]
    out.table(tainted, COLUMNS, rank=RANK, title=f"{metric}, OOF not honest: validation labels reached these")
    for line in tainted:
        out.say(f"{line['name']}: {line['tainted'][0]}")
    if standings is not None:
        from kit.report.sketch import sketch_leaderboard

        if picture := sketch_leaderboard(standings):
            out.say(f"\n{picture}")
    if plot is not None and standings is not None:
        from kit.report.plot import plot_leaderboard

        plot_leaderboard(plot, standings)
        out.say(f"picture: {plot}")


@leaderboard.command()
@click.argument("name")
@click.option("--public", help="The host's public score, as it is written there: 0.7290 says more than 0.729.")
@click.option("--private", type=float, help="The host's private score.")
@in_workspace
def log(workspace: Workspace, out: Output, name: str, public: str | None, private: float | None) -> None:
    """Note by hand what the host scored the submission NAME."""
    from kit.selection.leaderboard import log_score

    record = log_score(workspace, name, public, private)
    known = {"public": record.public, "private": record.private}
    out.say(f"{record.name}: " + ", ".join(f"{side} {score}" for side, score in known.items() if score is not None))
    out.result(name=record.name, public=record.public, private=record.private)


@leaderboard.command()
@in_workspace
def reveal(workspace: Workspace, out: Output) -> None:
    """End a competition whose answers are at hand: score every submission on the private part too."""
    from kit.hosts.host import open_host

    lines = []
    for scored in open_host(workspace, out).end():
        out.say(f"{scored.name}: public {scored.public:.4f}, private {scored.private:.4f}")
        lines.append({"name": scored.name, "public": scored.public, "private": scored.private})
    out.rows(lines)


@leaderboard.command()
@in_workspace
def sync(workspace: Workspace, out: Output) -> None:
    """Bring the host's scores of all submissions here, also of those that were sent by hand or by a teammate."""
    from kit.hosts.host import open_host
    from kit.hosts.sync import sync as bring

    host = open_host(workspace, out)
    changes = bring(workspace.submissions_dir, host, out, metric=workspace.metric.name)
    for change in changes:
        out.say(str(change))
    standing = host.standing()
    if standing is not None:
        out.say(f"public leaderboard: rank {standing.rank} of {standing.teams} teams")
    if not changes:
        out.say("nothing new")
    out.result(changes=changes, standing=standing)
