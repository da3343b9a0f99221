"""kit doctor"""

from __future__ import annotations

from dataclasses import asdict

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, stdout
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

SHOWN = 4
"""Places of one finding that are printed."""
STYLES = {"ok": "green", "note": "yellow", "wrong": "bold red"}


@click.command()
@click.option("--fast", is_flag=True, help="Do not decode the photos, and trust the image caches.")
@listing_options
@in_workspace
def doctor(workspace: Workspace, reporter: ConsoleReporter, fast: bool, as_json: bool, as_csv: bool) -> int:
    """Look for what is wrong: the machine, the tables, the photos, the folds and the records.

    Exits with 1 when something is wrong.
    """
    from kit.report.doctor import examine

    findings = examine(workspace, reporter, fast=fast)
    if as_json or as_csv:
        rows = [asdict(finding) for finding in findings]
        print_listing(rows, ["level", "what", "where", "todo"], as_json=as_json, as_csv=as_csv)
    else:
        _print_screen(findings)
    return int(any(finding.level == "wrong" for finding in findings))


def _print_screen(findings: list) -> None:
    from rich.table import Table
    from rich.text import Text

    from kit.report.finding import grouped

    table = Table.grid(padding=(0, 1))
    for group in grouped(findings):
        text = Text(group.what)
        if group.todo:
            text.append(f"; {group.todo}", style="dim")
        if len(group.places) == 1:
            text.append(f"  {group.places[0]}", style="cyan")
        else:
            for where in group.places[:SHOWN]:
                text.append(f"\n  {where}", style="cyan")
            if len(group.places) > SHOWN:
                text.append(f"\n  and {len(group.places) - SHOWN:,} more ('kit doctor --json' lists them)", style="dim")
        table.add_row(Text(group.level, style=STYLES[group.level]), text)
    counts = {level: sum(finding.level == level for finding in findings) for level in STYLES}
    table.add_row("", "")
    table.add_row(Text("sum"), Text(f"{counts['wrong']} wrong, {counts['note']} to note, {counts['ok']} fine"))
    stdout().print(table)
