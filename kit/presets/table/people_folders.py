"""Folders that say who is on a photo, whose photos' names have the labels among their parts: asked, never taken."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from kit.errors import KitError, one_line
from kit.presets.table.group import FEWEST
from kit.presets.table.side import Side

MARKS = ("_", "-")
MOST_VALUES = 12
"""Values of a part of names that may be the label."""
SHARED = 2
"""Folders in which the values of such a part stand at least."""
NOTES = (".txt", ".md", ".pdf", ".docx")
"""Files that may say what the parts are."""


def refuse_parts(train: Side, where: Path) -> None:
    """KitError where the folders are called by numbers behind one word, the names of their photos begin as they are
    called, and two parts of these names or more have a few values that stand in several folders.
    """
    folders = sorted(train.rows[train.of_folder].dropna().unique())
    called = {match[1] if (match := re.fullmatch(r"([^\W\d]+?)[_\-]?\d+", name)) else "" for name in folders}
    if len(folders) < FEWEST or len(called) != 1 or "" in called or train.images.count("*") != 2:
        return
    for mark in MARKS:
        parts = [stem.split(mark) for stem in train.rows["stem"]]
        count = len(parts[0])
        if count < 4 or any(len(one) != count for one in parts):
            continue
        if any(one[0] != folder for one, folder in zip(parts, train.rows[train.of_folder], strict=True)):
            continue
        few = [place for place in range(1, count) if _may_be_label([one[place] for one in parts], train)]
        if len(few) < 2:
            continue
        told = "; ".join(f"part{place + 1} {', '.join(sorted({one[place] for one in parts})[:5])}" for place in few)
        first = str(train.rows["image"].iloc[0])
        path = train.images.rpartition("/")[0] + "/" + mark.join(f"{{part{place + 1}}}" for place in range(count))
        raise KitError(
            f"the {len(folders)} folders, such as {folders[0]}, are called like people or things, and the names of"
            f" their photos, such as {one_line(first, most=80)}, have {count} parts, of which some may be the label:"
            f" {told}{_noted(where)}",
            where=where,
            todo=f"say which is asked for, such as --image '{path}.*' --label part{few[0] + 1} --group part1; or"
            f" --label {train.of_folder}, if who it is is asked",
        )


def _may_be_label(values: list[str], train: Side) -> bool:
    """Whether a part has a few values, each of which stands in several folders."""
    seen = defaultdict[str, set[str]](set)
    for value, folder in zip(values, train.rows[train.of_folder], strict=True):
        seen[value].add(folder)
    counts = Counter(values)
    return 2 <= len(counts) <= MOST_VALUES and all(len(folders) >= SHARED for folders in seen.values())


def _noted(where: Path) -> str:
    """The notes that lie beside the folders."""
    beside = Path(str(where).partition("*")[0])
    notes = sorted(path.name for path in beside.glob("*") if path.suffix.lower() in NOTES) if beside.is_dir() else []
    return f" ({', '.join(notes[:3])} may say what they are)" if notes else ""
