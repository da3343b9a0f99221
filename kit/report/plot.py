"""The leaderboard as a picture: public against OOF."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kit.errors import KitError
from kit.files import atomic_path
from kit.selection.candidates import public_luck
from kit.selection.select import select
from kit.selection.standings import Standings

SUFFIXES = (".png", ".svg")


def plot_leaderboard(path: Path, standings: Standings) -> None:
    """Write public against OOF scores with 90 % intervals, the diagonal moved by the fitted shift, the picks marked."""
    if path.suffix.lower() not in SUFFIXES:
        raise KitError(f"a picture is {' or '.join(SUFFIXES)}, not '{path.suffix}'", where="--plot")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "kit"
    judged = standings.judged()
    picks = select(judged, 2, eligible=standings.eligible).picks if len(standings.records) > 1 else (0,)
    both = [
        index for index, record in enumerate(standings.records) if record.oof is not None and record.public is not None
    ]
    if not both:
        raise KitError("no submission has both an OOF and a public score yet", where="--plot")
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.add_subplot()
    public_sd = public_luck(standings.candidates, standings.sizes)
    for index in both:
        record = standings.records[index]
        assert record.oof is not None and record.public is not None
        colour = "tab:red" if record.tainted else "tab:blue" if index in picks else "0.5"
        low, high = record.oof.low or record.oof.value, record.oof.high or record.oof.value
        axes.errorbar(
            record.oof.value,
            record.public,
            xerr=[[record.oof.value - low], [high - record.oof.value]],
            yerr=1.645 * public_sd[index],
            fmt="*" if index in picks else "o",
            markersize=12 if index in picks else 5,
            color=colour,
            elinewidth=0.6,
            alpha=0.9,
        )
        axes.annotate(record.name, (record.oof.value, record.public), (5, 4), textcoords="offset points", fontsize=7)
    along = np.linspace(*axes.get_xlim(), 100)
    axes.plot(along, judged.foretold(along), linestyle="--", color="0.3", linewidth=0.8)
    axes.set_title(f"dashed: OOF moved by the shift to the test set, {judged.shift:+.4f}; stars: the picks", fontsize=9)
    axes.set_xlabel("OOF, 90 % interval (red: not honest)")
    axes.set_ylabel("public, 90 % interval of its luck")
    kind = path.suffix.lower()[1:]
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
