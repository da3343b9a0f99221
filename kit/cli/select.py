"""kit select"""

from __future__ import annotations

import json

import click

from kit.cli.console import ConsoleReporter, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace


@click.command()
@click.option("--finals", type=click.IntRange(1, 10), default=2, show_default=True, help="How many may be chosen.")
@click.option("--explain", "explained", is_flag=True, help="Show the pieces that every expectation is made of.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@in_workspace
def select(workspace: Workspace, reporter: ConsoleReporter, finals: int, explained: bool, as_json: bool) -> None:
    """Choose the final submissions: the set whose best is expected to score highest in private, and why.

    Weighs OOF against public scores by the luck in each, expects the same shift from OOF to test for all, and trusts
    an OOF less where validation labels reached it.
    """
    from kit.selection.select import explain
    from kit.selection.select import select as choose
    from kit.selection.standings import read_standings

    standings = read_standings(workspace)
    judged = standings.judged()
    chosen = choose(judged, finals)
    order = sorted(range(len(standings.records)), key=lambda index: -judged.mean[index])
    lines = []
    for index in order:
        record = standings.records[index]
        ends = sorted(standings.sign * float(end[index]) for end in (judged.low, judged.high))
        lines.append(
            {
                "pick": chosen.picks.index(index) + 1 if index in chosen.picks else None,
                "name": record.name,
                "oof": record.oof.value if record.oof else None,
                "public": record.public,
                "expected": standings.sign * float(judged.mean[index]),
                "low": ends[0],
                "high": ends[1],
                "odds_best": float(judged.odds_best[index]),
                "honest": "no" if record.tainted else "yes",
                "private": record.private,
            }
        )
    if all(line["private"] is None for line in lines):
        lines = [{key: value for key, value in line.items() if key != "private"} for line in lines]
    if as_json:
        content = {"candidates": lines, "picks": [standings.records[index].name for index in chosen.picks]}
        click.echo(json.dumps({**content, "reasons": chosen.reasons, "sureness": chosen.sureness}, indent=2))
        return
    print_listing(lines, list(lines[0]), title=f"private {workspace.competition.metric} to expect, 90 % interval")
    for place, reason in enumerate(chosen.reasons, start=1):
        say(f"{place}. {reason}")
    say(chosen.sureness)
    if explained:
        for index in order:
            say(f"\n{standings.records[index].name}")
            for piece in explain(judged, index):
                say(f"  {piece}")
