"""How names and values are written for people, in a terminal and on a page."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

OBEYED = ("\n", "\u200c", "\u200d")
"""A new line, and the joiners that letters of some scripts need."""


def visible(text: str) -> str:
    """A text whose control characters are shown and not obeyed: no name moves a cursor or colours a terminal."""
    if text.isprintable():
        return text
    return "".join(letter if not _controls(letter) else letter.encode("unicode_escape").decode() for letter in text)


def _controls(letter: str) -> bool:
    """Whether it is of the Unicode categories of controls, formats, surrogates and separators of lines."""
    return letter not in OBEYED and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def cell(value: Any) -> str:
    """A value as a table shows it: scores with four digits, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return "" if value != value else f"{value:.4f}"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    return visible(str(value))


def counted(n: int, noun: str) -> str:
    """A number with its noun: 1 group, 1,200 groups."""
    return f"{n:,} {noun}" + ("" if n == 1 else "s")
