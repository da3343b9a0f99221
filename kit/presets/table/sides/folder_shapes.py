"""Paths of photos by the shape of their folders, of which one level may be the class: told where nothing says it."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence

from kit.presets.table.files.folder_words import is_side
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.look_folders import IMAGES, OTHER_LOOKS
from kit.presets.table.files.names import says, side_of
from kit.presets.table.files.patterns import literal

MOST = 2
"""Shapes that are told."""
FEWEST = 2
"""Photos of a class at least, and classes."""


def deep_levels(photos: PhotoIndex, holders: Sequence[str]) -> tuple[list[str], str] | None:
    """Paths with {label} for each level of folders below the common one of several, and what lies on it, where these
    differ on two levels or more, as benign/adenosis/ and malignant/ductal/ do; None elsewhere.
    """
    if len(holders) < 2:
        return None
    split, root = [one.split("/") for one in holders], posixpath.commonpath(holders)
    even = len(set(map(len, split))) == 1
    if root in holders or (even and sum(len(set(names)) > 1 for names in zip(*split, strict=True)) < 2):
        return None
    below = [
        one[len(root) :].strip("/").split("/") for one in photos.meant if one.startswith(f"{root}/" if root else "")
    ]
    if len({len(parts) for parts in below}) > 1:
        return None
    names = [sorted(set(level)) for level in zip(*below, strict=True)]
    paths, told = [], []
    for place, words in enumerate(names):
        if 2 <= len(words) <= len(below) / FEWEST:
            parts = ["{label}" if spot == place else "*" for spot in range(len(names))]
            paths.append(posixpath.join(literal(root), *parts, "*"))
            told.append(f"{len(words)} such as {', '.join(words[:3])}")
    return (paths, "; ".join(told)) if len(paths) > 1 else None


def shapes(photos: PhotoIndex) -> list[str]:
    """Paths with {label} for the last level of folders that differs, and how many photos each has; the most first."""
    by_depth: dict[int, list[list[str]]] = defaultdict(list)
    for folder in photos.meant if len(photos.meant) > 1 else photos.holders:
        if folder and side_of(f"{folder}/x") not in ("test", "valid"):
            by_depth[folder.count("/")].append(folder.split("/"))
    found = []
    for folders in by_depth.values():
        levels = [sorted(set(names)) for names in zip(*folders, strict=True)]
        differ = [place for place, names in enumerate(levels) if len(names) > 1]
        if not differ:
            continue
        label, counts = differ[-1], defaultdict[str, int](int)
        for parts in folders:
            counts[parts[label]] += photos.holders["/".join(parts)]
        looks = all(says(name, (*IMAGES, *OTHER_LOOKS)) for name in counts)
        sides = any(map(is_side, counts))
        if len(counts) < FEWEST or min(counts.values()) < FEWEST or looks or sides:
            continue
        told = ["*" if place in differ else literal(names[0]) for place, names in enumerate(levels)]
        told[label] = "{label}"
        found.append((sum(counts.values()), "/".join((*told, "*"))))
    return [f"--image '{path}' --label label ({count:,} photos)" for count, path in sorted(found, reverse=True)[:MOST]]
