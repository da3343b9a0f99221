"""Names that differ by what a host puts before or behind all of them: cat and cat_prob, X4 and X4_mean."""

from __future__ import annotations

import re
from collections.abc import Sequence


def by_affix(longer: Sequence[str], shorter: Sequence[str]) -> dict[str, str] | None:
    """For each short name the long one that is it with more before or behind, the same for all, whatever the case of
    letters; None where some have none, or several.
    """
    ways = all_by_affix(longer, shorter)
    return ways[0] if len(ways) == 1 else None


def all_by_affix(longer: Sequence[str], shorter: Sequence[str]) -> list[dict[str, str]]:
    """The same, each way in which all short names stand in long ones."""
    known = {name.casefold(): name for name in longer}
    short = [name.casefold() for name in shorter]
    if len(set(short)) < max(2, len(shorter)) or len(known) < len(longer):
        return []
    return [
        {name: known[f"{before}{name.casefold()}{behind}"] for name in shorter}
        for before, behind in _affixes(list(known), short[0])
        if {f"{before}{name}{behind}" for name in short} <= set(known)
    ]


def _affixes(longer: Sequence[str], name: str) -> list[tuple[str, str]]:
    """What stands before and behind a name in the long ones, as words of their own; never nothing."""
    found = []
    for one in longer:
        before, there, behind = one.partition(name)
        whole = re.fullmatch(r"(.*[\W_])?", before) and re.fullmatch(r"([\W_].*)?", behind)
        if there and whole and (before or behind):
            found.append((before, behind))
    return found
