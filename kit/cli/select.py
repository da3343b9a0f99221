"""kit select"""

from __future__ import annotations

import click

from kit.cli.console import Output
from kit.cli.shared import finals_option, in_workspace
from kit.cli.words import tell_apart
from kit.competition.workspace import Workspace

RANK = ["pick", "name", "expected", "public", "oof", "private", "odds_best", "honest", "low", "high"]


@click.command()
@finals_option("How many may be chosen.")
@click.option("--explain", "explained", is_flag=True, help="Show the pieces that every expectation is made of.")
@in_workspace
def select(workspace: Workspace, out: Output, finals: int, explained: bool) -> None:
    """Choose the final submissions: the set whose best is expected to score highest in private, and why.

    Weighs OOF against public scores by the luck in each, expects the same shift from OOF to test for all, and trusts
    an OOF less where validation labels reached it.
    """
    from kit.selection.lines import by_expectation, final_lines
    from kit.selection.select import explain
    from kit.selection.select import select as choose
    from kit.selection.standings import read_standings

    metric, standings = workspace.metric.name, read_standings(workspace)
    tell_apart(out, standings)
    judged = standings.judged()
    chosen = choose(judged, finals, eligible=standings.eligible)
    sent = standings.sent if standings.sent_alone else standings.eligible
    unsent = [standings.records[index].name for index in choose(judged, finals).picks if not sent[index]]
    lines = final_lines(standings, judged, chosen)
    hidden = {"private"} if all(line["private"] is None for line in lines) else set()
    for place, reason in enumerate(chosen.reasons, start=1):
        out.say(f"{place}. {reason}")
    out.say(chosen.sureness)
    columns = [key for key in lines[0] if key not in hidden]
    out.table(lines, columns, rank=RANK, title=f"private {metric} to expect, 90 % interval")
    if unsent:
        out.say(f"Only what was sent can be final; worth sending: {', '.join(unsent)} ('kit next' says which first).")
    pieces = {standings.records[index].name: explain(judged, index) for index in by_expectation(judged)}
    if explained:
        for name, sentences in pieces.items():
            out.say(f"\n{name}")
            for sentence in sentences:
                out.say(f"  {sentence}")
    out.result(
        metric=metric,
        candidates=lines,
        apart=standings.apart,
        picks=[standings.records[index].name for index in chosen.picks],
        reasons=chosen.reasons,
        sureness=chosen.sureness,
        worth_sending=unsent,
        explained=pieces if explained else None,
    )
