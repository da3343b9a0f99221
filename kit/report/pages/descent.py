"""The lineage as a drawing: runs, the labels that they made, the runs that ate them, and what was submitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from kit.report.pages.svg import drawing, tag, text

WIDE, HIGH, ACROSS, DOWN = 196, 26, 252, 36
"""Width and height of a box, and the steps from one to the next."""
LANE = 0.5
"""Height of a lane, as a share of a box's step."""


@dataclass(frozen=True)
class Node:
    """A box of the drawing; `layer` is its column, `class_` clean, bad, open or made."""

    id: str
    name: str
    layer: int
    class_: str
    told: str = ""


def descent(nodes: Sequence[Node], edges: Sequence[tuple[str, str]]) -> Markup:
    """Boxes in columns from left to right, with a line from each to what was made of it.

    A line that passes a column has a lane of its own there, which all lines from the same box share.
    """
    layers = sorted({node.layer for node in nodes})
    column_of = {node.id: layers.index(node.layer) for node in nodes}
    edges = [(start, end) for start, end in edges if column_of[start] < column_of[end]]
    lanes = {(start, c): f"{start}@{c}" for start, end in edges for c in range(column_of[start] + 1, column_of[end])}
    routes = [
        [start, *(lanes[start, c] for c in range(column_of[start] + 1, column_of[end])), end] for start, end in edges
    ]
    steps = list(dict.fromkeys(step for route in routes for step in pairwise(route)))
    parents: defaultdict[str, list[str]] = defaultdict(list)
    for start, end in steps:
        parents[end].append(start)
    columns = [[node.id for node in nodes if column_of[node.id] == column] for column in range(len(layers))]
    for (_, column), lane in lanes.items():
        columns[column].append(lane)
    passing = set(lanes.values())
    heights = [sum(LANE if item in passing else 1 for item in items) for items in columns]
    rows: dict[str, float] = {}
    for items, height in zip(columns, heights, strict=True):

        def middle(item: str) -> float:
            """Where what it comes of lies, so that few lines cross."""
            known = [rows[parent] for parent in parents[item] if parent in rows]
            return sum(known) / len(known) if known else 0.0

        below = (max(heights) - height) / 2
        for item in sorted(items, key=middle):
            rows[item] = below + (LANE - 1) / 2 if item in passing else below
            below += LANE if item in passing else 1
    where = {item: (column, rows[item]) for column, items in enumerate(columns) for item in items}
    lines = [_line(where[start], where[end]) for start, end in steps]
    lines += [_along(*where[lane]) for lane in passing]
    boxes = [_box(node, *where[node.id]) for node in nodes]
    width = ACROSS * (len(layers) - 1) + WIDE + 8
    return drawing(width, DOWN * max(heights) + 8, "what was made of what", *lines, *boxes)


def _along(column: int, row: float) -> Markup:
    """The lane of a line that passes a column."""
    x, y = _corner(column, row)
    return tag("path", d=f"M{x:.0f} {y + HIGH / 2:.0f}h{WIDE}", class_="e")


def _corner(column: int, row: float) -> tuple[float, float]:
    return 4.0 + column * ACROSS, 4.0 + row * DOWN


def _line(start: tuple[int, float], end: tuple[int, float]) -> Markup:
    (x1, y1), (x2, y2) = _corner(*start), _corner(*end)
    x1, y1, y2 = x1 + WIDE, y1 + HIGH / 2, y2 + HIGH / 2
    bend = max(24.0, (x2 - x1) / 2)
    return tag(
        "path", d=f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}", class_="e"
    )


def _box(node: Node, column: int, row: float) -> Markup:
    x, y = _corner(column, row)
    told = tag("title", node.told or node.name)
    box = tag("rect", x=x, y=y, width=WIDE, height=HIGH, rx=6, class_=f"o {node.class_}")
    return tag("g", told, box, text(x + 10, y + HIGH / 2 + 4, node.name, "start", "l", most=26))
