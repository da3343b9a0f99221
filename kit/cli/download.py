"""kit download"""

from __future__ import annotations

import click

from kit.cli.console import ConsoleReporter, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@in_workspace
def download(workspace: Workspace, reporter: ConsoleReporter) -> None:
    """Bring the competition's files from its host into the data folder.

    A download that was cut goes on where it stopped; files that are here already are not brought again.
    """
    from kit.hosts.download import download as bring
    from kit.hosts.host import open_host

    competition = workspace.competition
    host = open_host(workspace, reporter)
    new = bring(host, workspace.data_dir, reporter)
    say(f"{len(new)} files are new in {competition.data}" if new else f"{competition.data} has every file already")
