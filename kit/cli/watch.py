"""kit watch"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen there.  [a free port]")
@in_workspace
def watch(workspace: Workspace, out: Output, port: int) -> None:
    """Show a live page of the training that runs, and review pseudo labels and suggested fixes by click.

    The page is on this machine's loopback alone, and opens with the address that is printed, token and all. It reads
    the files that training writes anyway, so that it can come and go. What is accepted, rejected or relabelled becomes
    a line of reviewed.csv or fixes.csv, which `kit pseudo` and all commands read. Ctrl-C ends it.

    From another machine: ssh -L 8800:127.0.0.1:8800 HOST, with --port 8800 here.
    """
    from kit.report.watch.server import Watch, address, open_server

    site = Watch(workspace.root, out)
    server = open_server(site, port)
    url = address(site, server)
    out.answer({"url": url}, f"watching: {url}\nCtrl-C ends it")
    out.result(url=url)
    try:
        server.serve_forever()  # which returns on Ctrl-C
    finally:
        server.server_close()
    out.say("the watch has ended")
