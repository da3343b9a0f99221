"""The columns of a table that hold boxes on photos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kit.competition.names import spelling

CORNERS = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
    ("x", "y", "w", "h"),
    ("x", "y", "width", "height"),
    ("left", "top", "width", "height"),
)
"""How columns of a box's sides are called: left, top, right and bottom, or left, top, width and height."""


def box_of(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of a box's sides, in the order of `CORNERS`; () where there are none."""
    names = {spelling(column): column for column in columns}
    if any(re.fullmatch(r"z\d*", name) for name in names):  # points in space
        return ()
    found = next((corners for corners in CORNERS if set(corners) <= set(names)), ())
    return tuple(names[name] for name in found)
