"""The charts of the report, each a small function from numbers to inline SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from kit.report.pages.svg import HUES, Axis, axis, drawing, grid, line, path, tag, text

WIDTH = 480
"""Of a chart, in the units of its own drawing."""
LEGEND = 18
"""Height of a line of a legend."""


@dataclass(frozen=True)
class Mark:
    """A value with its interval; `class_` is pick, bad, mute, or nothing."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    class_: str = ""


def intervals(marks: Sequence[Mark], title: str, *, against: float | None = None) -> Markup:
    """A line for each name: its value as a dot, its interval as a bar; `against` is what all are held against."""
    left, row, top = 184, 22, 6
    bottom = top + row * len(marks)
    across = axis([against, *(end for mark in marks for end in (mark.value, mark.low, mark.high))], left, WIDTH - 62)
    parts: list[Markup] = []
    for value, words in across.ticks():
        x = across(value)
        parts += [line(x, top, x, bottom, "g"), text(x, bottom + 16, words, "middle", "m")]
    if against is not None:
        parts.append(line(across(against), top, across(against), bottom, "f"))
    for place, mark in enumerate(marks):
        y = top + row * (place + 0.5)
        parts.append(text(left - 12, y + 4, mark.name, "end", mark.class_ or None, most=24))
        if _known(mark.low) and _known(mark.high):
            parts.append(line(across(mark.low), y, across(mark.high), y, f"i {mark.class_}"))  # type: ignore[arg-type]
        if _known(mark.value):
            parts.append(tag("circle", cx=across(mark.value), cy=float(y), r=4.5, class_=f"d {mark.class_}"))
            parts.append(text(WIDTH - 4, y + 4, f"{mark.value:.4f}", "end", "n"))
    parts.append(text((left + WIDTH - 62) / 2, bottom + 34, title, "middle", "a"))
    return drawing(WIDTH, bottom + 42, title, *parts)


@dataclass(frozen=True)
class Spot:
    """A point with what is known of it in both directions."""

    name: str
    x: float
    y: float
    x_ends: tuple[float, float] | None = None
    y_ends: tuple[float, float] | None = None
    class_: str = ""
    named: bool = True


def scatter(
    spots: Sequence[Spot], x_title: str, y_title: str, along: Sequence[tuple[float, float]] = (), width: int = 2 * WIDTH
) -> Markup:
    """Points with bars for their intervals, and a dashed line through the points of `along`."""
    height = 380
    across = axis([end for spot in spots for end in (spot.x, *(spot.x_ends or ()))], 62, width - 16)
    upwards = axis([end for spot in spots for end in (spot.y, *(spot.y_ends or ()))], height - 46, 22)
    parts = grid(across, upwards, x_title, y_title)
    inside = [(across(x), upwards(y)) for x, y in along if across.low <= x <= across.high]
    parts.append(path([(x, y) for x, y in inside if upwards.end <= y <= upwards.start], "f"))
    for spot in spots:
        x, y = across(spot.x), upwards(spot.y)
        if spot.x_ends is not None:
            parts.append(line(across(spot.x_ends[0]), y, across(spot.x_ends[1]), y, f"w {spot.class_}"))
        if spot.y_ends is not None:
            parts.append(line(x, upwards(spot.y_ends[0]), x, upwards(spot.y_ends[1]), f"w {spot.class_}"))
        told = tag("title", f"{spot.name}: {spot.x:.4f}, {spot.y:.4f}")
        parts.append(
            tag("circle", told, cx=x, cy=y, r=6.0 if spot.class_ == "pick" else 4.0, class_=f"d {spot.class_}")
        )
        if spot.named:
            side = ("end", -9) if x > width - 150 else ("start", 9)
            parts.append(text(x + side[1], y - 8, spot.name, side[0], "l", most=24))
    return drawing(width, height, f"{y_title} against {x_title}", *parts)


def density(x: NDArray, y: NDArray, x_title: str, y_title: str, cells: int = 44) -> Markup:
    """Many points as a grid of cells, the darker the more of them, with the line on which both are equal."""
    height = 340
    across, upwards = axis([*_ends(x), *_ends(y)], 62, WIDTH - 16), axis([*_ends(x), *_ends(y)], height - 46, 22)
    edges = np.linspace(across.low, across.high, cells + 1)
    counts, _, _ = np.histogram2d(x, y, bins=[edges, edges])
    parts = grid(across, upwards, x_title, y_title)
    most = math.sqrt(float(counts.max()) or 1.0)
    for column, row in zip(*np.nonzero(counts), strict=True):
        left, right = across(edges[column]), across(edges[column + 1])
        bottom, top = upwards(edges[row]), upwards(edges[row + 1])
        box = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        strength = 0.15 + 0.85 * math.sqrt(float(counts[column, row])) / most
        parts.append(
            tag(
                "rect", tag("title", f"{int(counts[column, row]):,} rows"), **box, class_="c", opacity=f"{strength:.2f}"
            )
        )
    parts.append(line(across(across.low), upwards(across.low), across(across.high), upwards(across.high), "f"))
    return drawing(WIDTH, height, f"{y_title} against {x_title}", *parts)


@dataclass(frozen=True)
class Curve:
    """A line through points; `hue` is its colour, `dashed` what is not the main thing."""

    name: str
    points: Sequence[tuple[float, float]]
    hue: int = 0
    dashed: bool = False


def curves(lines: Sequence[Curve], x_title: str, y_title: str, height: int = 220, width: int = WIDTH) -> Markup:
    """Lines over one another with a legend of their names."""
    points = [point for one in lines for point in one.points]
    names = list(dict.fromkeys((one.name, one.hue) for one in lines))
    per_line = max(1, (width - 70) // 104)
    top = 26 + LEGEND * -(-len(names) // per_line)
    across = axis([x for x, _ in points], 58, width - 14, margin=0.02)
    upwards = axis([y for _, y in points], height + top - 44, top)
    parts = grid(across, upwards, x_title, y_title, whole=True)
    for place, (name, hue) in enumerate(names):
        x, y = 58 + 104 * (place % per_line), 12 + LEGEND * (place // per_line)
        parts += [line(x, y - 4, x + 16, y - 4, _of_curve(hue)), text(x + 21, y, name, "start", "l", most=13)]
    for one in lines:
        drawn = [(across(x), upwards(y)) for x, y in one.points if math.isfinite(y)]
        if len(drawn) == 1:
            parts.append(tag("circle", cx=drawn[0][0], cy=drawn[0][1], r=3.0, class_=f"d h{one.hue % HUES}"))
        else:
            parts.append(path(drawn, _of_curve(one.hue, one.dashed)))
    return drawing(width, height + top, f"{y_title} by {x_title}", *parts)


def _of_curve(hue: int, dashed: bool = False) -> str:
    return f"s h{hue % HUES}" + (" dash" if dashed else "")


def reliability(points: Sequence[tuple[float, Mark]], title: str) -> Markup:
    """How often what was said with some confidence came true, beside the line of those that mean what they say.

    points: (mean confidence, share that came true with its interval) of each bin.
    """
    height = 330
    across, upwards = Axis(0, 1, 58, WIDTH - 16), Axis(0, 1, height - 46, 22)
    parts = grid(across, upwards, title, "came true")
    parts.append(line(across(0), upwards(0), across(1), upwards(1), "f"))
    for x, mark in points:
        told = tag("title", f"{x:.3f} said, {mark.value:.3f} came true")
        if _known(mark.low) and _known(mark.high):
            parts.append(line(across(x), upwards(mark.low), across(x), upwards(mark.high), "i"))  # type: ignore[arg-type]
        parts.append(tag("circle", told, cx=across(x), cy=upwards(mark.value), r=4.5, class_="d"))
    parts.append(path([(across(x), upwards(mark.value)) for x, mark in points], "s h0"))
    return drawing(WIDTH, height, "what was said against what came true", *parts)


def matrix(values: NDArray, rows: Sequence[str], columns: Sequence[str], *, counts: bool, label: str) -> Markup:
    """A square for each cell, darker for more; of counts as a share of its row, the diagonal in another colour."""
    n, m = values.shape
    side = min(40.0, max(15.0, 470 / max(n, m)))
    left, top = 168.0, 24.0
    scale = values.sum(axis=1, keepdims=True) if counts else 1.0
    strength = np.divide(values, scale, out=np.zeros(values.shape), where=np.broadcast_to(scale, values.shape) != 0)
    size = "x" if side < 26 else None
    parts = [text(left + side * (place + 0.5), top - 6, name, "middle", "m") for place, name in enumerate(columns)]
    for row in range(n):
        y = top + side * row
        parts.append(text(left - 8, y + side / 2 + 4, rows[row], "end", size, most=26))
        for column in range(m):
            value = values[row, column]
            if not math.isfinite(value) or (counts and value == 0):
                continue
            x, share = left + side * column, float(strength[row, column])
            hue = ("ok" if row == column else "no") if counts else ("no" if share < 0 else "c")
            box = {"x": x, "y": y, "width": side - 1, "height": side - 1}
            told = f"{int(value):,}" if counts else f"{value:.2f}"
            title = tag("title", f"{rows[row]} / {columns[column]}: {told}")
            parts.append(tag("rect", title, **box, class_=hue, opacity=f"{0.08 + 0.92 * min(1.0, abs(share)):.2f}"))
            if side >= 26:
                ink = "on" if abs(share) > 0.55 else None
                parts.append(text(x + side / 2, y + side / 2 + 4, told, "middle", ink))
    width = max(float(WIDTH), left + side * m + 8)
    return drawing(width, top + side * n + 10, label, *parts)


@dataclass(frozen=True)
class Bar:
    """A row of parts that add up to the whole: (name, share, hue)."""

    name: str
    parts: Sequence[tuple[str, float, int]]


def stacked(bars: Sequence[Bar], label: str) -> Markup:
    """A bar for each name, divided by the shares of its parts."""
    left, row = 110, 26
    parts: list[Markup] = []
    for place, bar in enumerate(bars):
        y, x = 4.0 + row * place, float(left)
        parts.append(text(left - 10, y + 15, bar.name, "end", most=16))
        for name, share, hue in bar.parts:
            wide = share * (WIDTH - left - 8)
            box = {"x": x, "y": y, "width": max(wide - 1, 0.5), "height": row - 6.0}
            parts.append(tag("rect", tag("title", f"{name}: {share:.3f}"), **box, class_=f"k h{hue % HUES}", rx=2))
            if wide > 46:
                parts.append(text(x + 5, y + 14, name, "start", "on", most=int(wide / 7.2)))
            x += wide
    return drawing(WIDTH, 8 + row * len(bars), label, *parts)


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _ends(values: NDArray) -> tuple[float, float]:
    return float(values.min()), float(values.max())
