"""Where the team stands: the submissions, public against OOF, and which to trust in the end."""

from __future__ import annotations

import numpy as np

from kit.report.pages.blocks import Block, Figure, Folded, Section, Table, Words
from kit.report.pages.charts import Mark, Spot, intervals, scatter
from kit.report.pages.material import Material
from kit.selection.candidates import public_luck
from kit.selection.leaderboard import COLUMNS, leaderboard_lines, leaderboard_sentence
from kit.selection.lines import by_expectation, final_lines
from kit.selection.select import explain, select
from kit.selection.standings import Standings

N_FINALS = 2
MOST_MARKS = 40
"""Submissions in a chart, the best expected; the table behind it has all."""
MOST_EXPLAINED = 10
HALF_WIDTH = 1.645
"""Standard errors of half a 90 % interval."""


def finals(material: Material) -> Section | None:
    """The picks with their reasons, and what every submission is expected to score."""
    standings, judged = material.standings, material.judged
    if standings is None or judged is None:
        return None
    chosen = select(judged, N_FINALS, eligible=standings.eligible)
    lines = final_lines(standings, judged, chosen)
    metric = material.workspace.metric.name
    marks = [
        Mark(
            str(line["name"]),
            line["expected"],
            line["low"],
            line["high"],
            "bad" if line["honest"] == "no" else "pick" if line["pick"] else "mute",
        )
        for line in lines[:MOST_MARKS]
    ]
    blocks: list[Block] = [
        Words(chosen.reasons, listed=True),
        Figure(
            "private score to expect",
            intervals(marks, f"private {metric}, 90 % interval"),
            Table.of(lines),
            "In bold the picks; red: labels of the validation side reached its models, and its OOF counts for less.",
        ),
        Folded(
            "how it is reckoned",
            [
                Words(explain(judged, index), title=standings.records[index].name)
                for index in by_expectation(judged)[:MOST_EXPLAINED]
            ],
        ),
    ]
    picks = " and ".join(standings.records[index].name for index in chosen.picks)
    return Section("finals", "Final picks", f"{picks}. {chosen.sureness}", blocks)


def leaderboard(material: Material) -> Section | None:
    """Every submission: OOF, public, private, what is expected; and public against OOF as a picture."""
    if not material.submissions:
        return None
    workspace = material.workspace
    lines = leaderboard_lines(workspace, material.standings, material.apart)
    blocks: list[Block] = []
    if material.standings is not None and (picture := _against_public(material, material.standings)) is not None:
        blocks.append(picture)
    table = [{**line, "honest": "yes" if line["honest"] else "no"} for line in lines]
    blocks.append(Table.of(table, [*COLUMNS, "honest", "apart"]))
    leaks = [f"{line['name']}: {line['tainted'][0]}" for line in lines if line["tainted"]]
    if leaks:
        blocks.append(Words(leaks, title="OOF not honest"))
    return Section("leaderboard", "Leaderboard", leaderboard_sentence(lines, workspace.metric), blocks)


def _against_public(material: Material, standings: Standings) -> Figure | None:
    judged = material.judged
    assert judged is not None
    both = [i for i, record in enumerate(standings.records) if record.oof is not None and record.public is not None]
    if not both:
        return None
    picks = select(judged, N_FINALS, eligible=standings.eligible).picks
    luck = public_luck(standings.candidates, standings.sizes)
    spots, rows = [], []
    for index in both:
        record = standings.records[index]
        oof, public = record.oof, record.public
        assert oof is not None and public is not None
        ends = None if oof.low is None or oof.high is None else (oof.low, oof.high)
        reach = HALF_WIDTH * float(luck[index])
        kind = "bad" if record.tainted else "pick" if index in picks else "mute"
        named = len(both) <= 12 or index in picks
        spots.append(Spot(record.name, oof.value, public, ends, (public - reach, public + reach), kind, named))
        rows.append(
            {
                "name": record.name,
                "oof": oof.value,
                "low": oof.low,
                "high": oof.high,
                "public": public,
                "public low": public - reach,
                "public high": public + reach,
            }
        )
    values = [end for spot in spots for end in (spot.x, *(spot.x_ends or ()))]
    along = np.linspace(min(values), max(values), 60)
    line = list(zip(along.tolist(), np.asarray(judged.foretold(along)).tolist(), strict=True))
    svg = scatter(spots, "OOF, 90 % interval", "public, 90 % interval of its luck", line)
    note = f"Dashed: OOF {judged.shift:+.4f}, the step from OOF to the test set that fits all. Large dots: the picks."
    return Figure("public against OOF", svg, Table.of(rows), note)
