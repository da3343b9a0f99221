"""A host that kit cannot talk to: a person uploads the csv and writes its score down."""

from __future__ import annotations

from kit.competition.workspace import Workspace
from kit.hosts.host import Host
from kit.reporter import Reporter


class ManualHost(Host):
    """It can do nothing by itself."""

    name = "manual"
    instead = "upload the csv by hand and write its score down with `kit leaderboard log`, or set host: kaggle"


def open_host(workspace: Workspace, reporter: Reporter) -> ManualHost:
    return ManualHost()
