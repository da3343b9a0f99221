"""kit doctor"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.competition.workspace import Workspace
from kit.wording import visible

if TYPE_CHECKING:
    from kit.report.finding import Finding

SHOWN = 4
"""Places of one finding that are printed."""
STYLES = {"ok": "green", "note": "yellow", "wrong": "bold red"}


@click.command()
@click.option("--fast", is_flag=True, help="Do not decode the photos, and trust the image caches.")
@click.option("--git", is_flag=True, help="First add the lines that .gitignore and .gitattributes lack.")
@csv_option
@in_workspace
def doctor(workspace: Workspace, out: Output, fast: bool, git: bool) -> None:
    """Look for what is wrong: the machine, the tables, the photos, the folds and the records.

    Exits with 1 when something is wrong.
    """
    from kit.competition.git_files import write_git_files
    from kit.errors import CheckFailed
    from kit.report.doctor import examine

    if git:
        for name, lines in write_git_files(workspace.root, workspace.competition).items():
            out.info(f"{name}: {len(lines)} lines are new")
    findings = examine(workspace, out, fast=fast)
    counts = {level: sum(finding.level == level for finding in findings) for level in STYLES}
    _show(out, findings, counts)
    out.rows([asdict(finding) for finding in findings], ["level", "what", "where", "todo"])
    out.result(counts=counts)
    if counts["wrong"]:
        raise CheckFailed(f"{counts['wrong']} of {len(findings)} findings are wrong", where=workspace.root)


def _show(out: Output, findings: list[Finding], counts: dict[str, int]) -> None:
    from rich.table import Table
    from rich.text import Text

    from kit.report.finding import grouped

    out.say(f"{counts['wrong']} wrong, {counts['note']} to note, {counts['ok']} fine")
    table = Table.grid(padding=(0, 1))
    for group in grouped(findings):
        text = Text(visible(group.what))
        if group.todo:
            text.append(f"; {visible(group.todo)}", style="dim")
        if len(group.places) == 1:
            text.append(f"  {visible(group.places[0])}", style="cyan")
        else:
            for where in group.places[:SHOWN]:
                text.append(f"\n  {visible(where)}", style="cyan")
            if len(group.places) > SHOWN:
                text.append(f"\n  and {len(group.places) - SHOWN:,} more ('kit doctor --json' lists them)", style="dim")
        table.add_row(Text(group.level, style=STYLES[group.level]), text)
    out.show(table)
