"""kit report"""

from __future__ import annotations

from pathlib import Path

import click

from kit.cli.console import Output
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write it there.  [report.html]")
@in_workspace
def report(workspace: Workspace, out: Output, path: Path | None) -> None:
    """Write the report: all that is known of the competition as one HTML file that opens from disk.

    Final picks and why, the leaderboard, runs, errors class by class and photo by photo, learning curves, what was
    tried, pseudo labels, blends and lineage; each only where there is something to show. The file holds its photos and
    charts and asks for nothing from outside, so that it can be sent to whoever may see the photos.
    """
    from kit.report.pages.page import NAME, write_report

    place = workspace.root / NAME if path is None else path
    sections = write_report(workspace, place, out)
    size = place.stat().st_size
    shown = place.relative_to(workspace.root) if place.is_relative_to(workspace.root) else place
    out.say(f"report: {shown} ({size / 1e6:.1f} MB): {', '.join(sections)}")
    out.result(path=place, size=size, sections=sections)
