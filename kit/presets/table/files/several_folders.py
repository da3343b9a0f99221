"""Folders that together hold the photos of one table, and copies of them in others."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from fnmatch import fnmatchcase

from kit.presets.table.files.index import Hit


def in_several_folders(hits: list[list[Hit]], enough: float) -> dict[str, str]:
    """Several folders that hold the photos of one table, each photo once: prefix -> a pattern of them all.

    Where copies of all of them lie in further folders, those have a pattern of their own.
    """
    rows_of: dict[str, set[int]] = defaultdict(set)
    for place, found in enumerate(hits):
        for hit in found:
            rows_of[hit.prefix].add(place)
    told: dict[str, str] = {}
    left = sorted(rows_of, key=lambda prefix: (-len(rows_of[prefix]), prefix))
    while left:
        chosen, covered = [], set[int]()
        for prefix in left:
            if not rows_of[prefix] & covered:
                chosen.append(prefix)
                covered |= rows_of[prefix]
        left = [prefix for prefix in left if prefix not in chosen]
        if len(covered) < enough:
            break
        general = one_pattern(sorted(chosen))
        others = [prefix for prefix in rows_of if prefix not in chosen]
        if not any(fnmatchcase(prefix, general) or general.startswith("**/") for prefix in others):
            told |= dict.fromkeys(chosen, general)
    return told


def one_pattern(prefixes: Sequence[str]) -> str:
    """A pattern of several folders, each with a / behind it."""
    parts = [prefix.rstrip("/").split("/") if prefix else [] for prefix in prefixes]
    if len({len(one) for one in parts}) == 1:
        differ = [place for place in range(len(parts[0])) if len({one[place] for one in parts}) > 1]
        if len(differ) == 1:
            names = [one[differ[0]] for one in parts]
            whole = list(parts[0])
            whole[differ[0]] = _pattern(names)
            return "/".join(whole) + "/"
    shared = posixpath.commonpath([prefix or "." for prefix in prefixes]) if all(prefixes) else ""
    return f"{shared}/**/" if shared else "**/"


def _pattern(names: Sequence[str]) -> str:
    """What names have in common at their ends, with a * between."""
    start = posixpath.commonprefix(list(names))
    end = posixpath.commonprefix([name[len(start) :][::-1] for name in names])[::-1]
    return f"{start}*{end}"
