"""kit download"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@in_workspace
def download(workspace: Workspace, out: Output) -> None:
    """Bring the competition's files from its host into the data folder.

    A download that was cut goes on where it stopped; files that are here already are not brought again.
    """
    from kit.hosts.download import download as bring
    from kit.hosts.host import open_host

    competition = workspace.competition
    host = open_host(workspace, out)
    new = bring(host, workspace.data_dir, out)
    out.say(f"{len(new)} files are new in {competition.data}" if new else f"{competition.data} has every file already")
    out.result(data=workspace.data_dir, new=[workspace.data_dir / name for name in new])
