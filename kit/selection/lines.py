"""The candidates at a glance: what to choose in the end, and what to send next."""

from __future__ import annotations

import math
from typing import Any

from kit.selection.next import Information
from kit.selection.posterior import Posterior
from kit.selection.select import Selection
from kit.selection.standings import Standings


def final_lines(standings: Standings, judged: Posterior, chosen: Selection) -> list[dict[str, Any]]:
    """A line per submission, the best expected private score first; `pick` is its place among the finals."""
    lines = []
    for index in by_expectation(judged):
        record = standings.records[index]
        lines.append(
            {
                "pick": chosen.picks.index(index) + 1 if index in chosen.picks else None,
                "name": record.name,
                "oof": record.oof.value if record.oof else None,
                "public": record.public,
                "expected": float(judged.mean[index]),
                "low": float(judged.low[index]),
                "high": float(judged.high[index]),
                "odds_best": float(judged.odds_best[index]),
                "honest": "no" if record.tainted else "yes",
                "private": record.private,
            }
        )
    return lines


def by_expectation(judged: Posterior) -> list[int]:
    """The candidates' positions, the best expected private score first."""
    return sorted(range(len(judged.mean)), key=lambda index: -judged.worth[index])


def unsent_lines(standings: Standings, information: Information) -> list[dict[str, Any]]:
    """A line per unsent submission, the one worth most to send first; `send` says when: its place today, or "later"."""
    when: dict[int, int | str] = {index: place for place, index in enumerate(information.today, start=1)}
    when |= dict.fromkeys(information.later, "later")
    lines = [
        {
            "name": record.name,
            "oof": record.oof.value if record.oof else None,
            "gain": float(information.gains[index]),
            "send": when.get(index),
        }
        for index, record in enumerate(standings.records)
        if not math.isnan(information.gains[index])
    ]
    return sorted(lines, key=lambda line: -float(line["gain"] or 0.0))
