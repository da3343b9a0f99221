"""docs/competitions.md: the forty with their competition.yaml, what kit init found, their metric and their state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.competitions.play import Played
from kit.competition.spec import SPEC_NAME

PAGE = Path(__file__).parents[2] / "docs/competitions.md"
HEAD = """\
# Forty competitions

Each of these was played from its files, as they lie once they are unpacked, to the file that its host takes. The files
are drawn: 2,301 photos of 16 to 32 pixels, in exactly the layouts, with the names of files and columns, the ids and the
samples of the real ones, and with what else lies beside them; lists of classes are shortened. `make competitions` draws
and plays them all (2026-11-26, 2 CPU cores, seeded). Another one is a `Layout` in `benchmarks/competitions` and its
folder in `workspaces`.

**kit init** says how `kit init table` came to competition.yaml: alone, told the host's metric, which no file holds, or
told more. What it wrote was held against what was drawn: photos, labels, groups, ids, and the form of the file. **by
hand** means that it ended with a question, which stands below, and that competition.yaml is as shown there. A tiny
network was then trained on two folds. **kit** is its score out of fold, and **host** the score of the same predictions,
written as the file to send is, by a grader that knows nothing of kit (`benchmarks/competitions/graders.py`,
`own_scores.py`). A competition is played where both are equal to 1e-9, and where the host takes the file that `kit
submit` wrote, whose ids lead to the photos that were predicted. How high the scores are says nothing: photos are drawn.

Of {n} competitions {played} were played to the end: {alone} by `kit init table` alone or with the metric, {asked} with
more options, and {hand} with a competition.yaml that was written by hand. It was silently wrong for {wrong}.
"""


def row(played: Played) -> list[str]:
    """A competition as cells of the table."""
    scores = [("" if score is None else f"{score:.4f}") for score in (played.oof, played.graded)]
    return [played.layout.name, played.found, played.layout.metric, *scores, played.state]


def page(found: Sequence[Played]) -> str:
    """The whole page."""
    inits = [_how(played) for played in found]
    head = HEAD.format(
        n=len(found),
        played=sum(not played.stuck for played in found),
        alone=inits.count("alone"),
        asked=inits.count("options"),
        hand=inits.count("by hand"),
        wrong=sum(bool(played.wrong) for played in found) or "none",
    )
    lines = [head, "| competition | kit init | metric | kit | host | state |", "|---|---|---|---|---|---|"]
    for played in found:
        name, *cells = row(played)
        lines.append(" | ".join([f"| [{name}](#{name})", *(cell.replace("|", "\\|") for cell in cells)]) + " |")
    for played in found:
        lines += _section(played)
    return "\n".join(lines) + "\n"


def _how(played: Played) -> str:
    if played.alone:
        return "alone"
    return "by hand" if played.found == "by hand" else "options"


def _section(played: Played) -> list[str]:
    layout, files = played.layout, played.layout.files
    lines = ["", f"## {layout.name}", "", f"Metric: `{layout.metric}`. {_told(played)}", ""]
    for name in sorted(files, key=lambda name: name != SPEC_NAME):
        kind = "yaml" if name == SPEC_NAME else "python"
        lines += [*([f"`{name}`:", ""] if name != SPEC_NAME else []), f"```{kind}", files[name].rstrip(), "```", ""]
    return lines[:-1]


def _told(played: Played) -> str:
    """What kit init found by itself, and what it asked."""
    if played.found == "alone":
        return "`kit init table` finds all of it."
    asked = f" Alone it says: {played.said}." if played.said else ""
    if played.found == "by hand":
        return f"competition.yaml is written by hand.{asked}"
    return f"`kit init table {played.found}` finds all of it.{asked}"
