"""Small pictures for the terminal: public against OOF, and learning curves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kit.selection.scale import Scale
from kit.selection.select import select
from kit.selection.standings import Standings

WIDTH, HEIGHT = 56, 12
BLOCKS = "▁▂▃▄▅▆▇█"
MOST_BLOCKS = 24
"""Letters of a learning curve; of more epochs the ones between are left out."""


def sketch_leaderboard(standings: Standings, n_finals: int = 2) -> str | None:
    """Public (upwards) against OOF (to the right): * the picks, o the others, x those whose OOF is not honest.

    Dots mark OOF plus the fitted shift. None where fewer than two submissions have both scores.
    """
    both = [i for i, record in enumerate(standings.records) if record.oof is not None and record.public is not None]
    if len(both) < 2:
        return None
    judged = standings.judged()
    picks = select(judged, n_finals, eligible=standings.eligible).picks
    oof = standings.candidates.oof[both]
    public = standings.candidates.public[both]
    scale = standings.candidates.scale
    across, upwards = _ends(oof, scale), _ends(np.concatenate([public, judged.foretold(oof)]), scale)
    canvas = [[" "] * WIDTH for _ in range(HEIGHT)]

    def put(x: float, y: float, mark: str) -> None:
        column = round((x - across[0]) / (across[1] - across[0]) * (WIDTH - 1))
        row = round((y - upwards[0]) / (upwards[1] - upwards[0]) * (HEIGHT - 1))
        if 0 <= row < HEIGHT:
            canvas[HEIGHT - 1 - row][column] = mark

    for x in np.linspace(*across, WIDTH):
        put(float(x), float(judged.foretold(x)), ".")
    for place, i in enumerate(both):
        mark = "x" if standings.records[i].tainted else "*" if i in picks else "o"
        put(float(oof[place]), float(public[place]), mark)
    lines = ["public".rjust(8)]
    for row, cells in enumerate(canvas):
        label = {0: f"{upwards[1]:.4f}", HEIGHT - 1: f"{upwards[0]:.4f}"}.get(row, "")
        lines.append(f"{label:>8} |{''.join(cells)}")
    lines.append(" " * 9 + "+" + "-" * WIDTH)
    lines.append(" " * 10 + f"{across[0]:.4f}" + f"{across[1]:.4f} OOF".rjust(WIDTH - 6))
    lines.append(" " * 10 + "* picks   o others   x OOF not honest")
    lines.append(" " * 10 + f". OOF moved by the shift to the test set, {judged.shift:+.4f}")
    return "\n".join(lines)


def sparkline(values: Sequence[float | None]) -> str:
    """A curve in one line, the highest value as a full block; empty where nothing is known."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if len(known) > MOST_BLOCKS:
        known = [known[round(place)] for place in np.linspace(0, len(known) - 1, MOST_BLOCKS)]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = high - low or 1.0
    return "".join(BLOCKS[round((value - low) / span * (len(BLOCKS) - 1))] for value in known)


def _ends(values: np.ndarray, scale: Scale) -> tuple[float, float]:
    """A little beyond the values, and never beyond the range of the metric."""
    low, high = float(values.min()), float(values.max())
    margin = max(0.1 * (high - low), 1e-4)
    return max(low - margin, scale.low), min(high + margin, scale.high)
