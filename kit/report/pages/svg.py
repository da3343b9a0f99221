"""Inline SVG: tags, scales and ticks. Colours are classes: the page's style gives them, by light and by dark."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from kit.wording import visible

HUES = 8
"""Colours of lines and bars, the classes h0 to h7."""


def tag(name: str, *inside: object, **attributes: object) -> Markup:
    """An element; `class_` is class, other underscores are hyphens, None leaves an attribute out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    body = "".join(one if isinstance(one, Markup) else str(escape(visible(str(one)))) for one in inside)
    return Markup(f"<{name}{said}>{body}</{name}>" if body else f"<{name}{said}/>")


def _short(value: object) -> str:
    """A coordinate with one decimal at most: a tenth of a pixel is not seen."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else visible(str(value))


def text(x: float, y: float, words: str, anchor: str = "start", class_: str | None = None, most: int = 0) -> Markup:
    """Words at a place; with `most` the letters beyond are cut, and the whole is told on hovering."""
    if most and len(words) > most:
        inside: tuple[object, ...] = (words[: most - 1] + "…", tag("title", words))
    else:
        inside = (words,)
    return tag("text", *inside, x=float(x), y=float(y), text_anchor=anchor, class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return tag("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_)


def path(points: Iterable[tuple[float, float]], class_: str) -> Markup:
    """A line through points."""
    return tag("polyline", points=" ".join(f"{_short(float(x))},{_short(float(y))}" for x, y in points), class_=class_)


def drawing(width: float, height: float, label: str, *inside: object) -> Markup:
    """A whole picture; `label` is what is said of it to those who do not see it."""
    box = f"0 0 {width:g} {height:g}"
    return tag("svg", *inside, viewBox=box, role="img", aria_label=label, style=f"--w:{width:g}px")


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` on pixels from `start` to `end`, which may fall."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 6, *, whole: bool = False) -> list[tuple[float, str]]:
        """Round values on the axis with their words: steps of 1, 2 or 5 times a power of ten, or `whole` numbers."""
        rough = max((self.high - self.low) / max(1, most), float(whole))
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [(n * step, f"{n * step:.{places}f}") for n in range(first, last + 1)]


def axis(values: Iterable[float | None], start: float, end: float, margin: float = 0.06) -> Axis:
    """An axis that holds all finite values, with a margin on both sides as a share of their range."""
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = margin * (high - low) or max(abs(high) * 0.05, 0.01)
    return Axis(low - room, high + room, start, end)


def grid(across: Axis, upwards: Axis, x_title: str, y_title: str = "", *, whole: bool = False) -> list[Markup]:
    """The frame of a chart: lines at round values of both axes, their words, and what the axes are.

    whole: whether what goes across is counted.
    """
    parts = []
    for value, words in across.ticks(whole=whole):
        x = across(value)
        parts += [line(x, upwards.start, x, upwards.end, "g"), text(x, upwards.start + 16, words, "middle", "m")]
    for value, words in upwards.ticks(5):
        y = upwards(value)
        parts += [line(across.start, y, across.end, y, "g"), text(across.start - 6, y + 4, words, "end", "m")]
    parts.append(text((across.start + across.end) / 2, upwards.start + 34, x_title, "middle", "a"))
    if y_title:
        parts.append(text(across.start - 40, upwards.end - 10, y_title, "start", "a"))
    return parts
