"""Folders on two levels: which level is of the classes, and whether the other is of people or things."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from kit.presets.table.files.folders import HOLDING, ClassFolders
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.look_folders import LOOKS
from kit.presets.table.files.names import SHOWN, TEST, TRAIN, VALID, says, side_of
from kit.presets.table.files.patterns import WHO_PLACE, literal

FEWEST_PEOPLE = 5
_PARTS = (*TRAIN, *VALID, *TEST, "part", "batch", "fold", "set", "split", "dir", "folder", "chunk", "shard", "round")
"""Words of numbered folders that only divide the photos."""
COUNTED = re.compile(r"\d|[^\W_][_\-. ][^\W\d_]$")
"""A name that counts, by a number, or by a letter behind a word: sample_a."""
LONG_ID = re.compile(r"(?=.*[^\W\d])(?=.*\d{4}).*")
"""A name of letters and of four digits or more, as of a person or a slide."""


def with_levels(photos: PhotoIndex, place: ClassFolders, shown: Collection[str]) -> ClassFolders:
    """A place of two levels as its folders are called: with {who} above the classes, or {label} where people or clips
    lie below these; as it is where the lower level is of the classes alone. shown: the sample's answers.
    """
    start = f"{place.holder}/" if place.holder else ""
    if place.depth != 2 or place.pattern != f"{literal(start)}*/*/*":
        return place
    inside: dict[str, set[str]] = defaultdict(set)
    for folder in photos.holders:
        if folder.startswith(start) and folder[len(start) :].count("/") == 1:
            outer, _, name = folder[len(start) :].partition("/")
            inside[outer].add(name)
    counts = Counter(name for names in inside.values() for name in names)
    if _things(inside) or _above(set(inside), counts, shown):
        return replace(place, pattern=f"{literal(start)}{{label}}/*/*", column="label")
    if _people(inside, counts):
        return replace(place, pattern=f"{literal(start)}{WHO_PLACE}/*/*")
    return place


def unsure_levels(photos: PhotoIndex, place: ClassFolders) -> tuple[dict[str, ClassFolders], str] | None:
    """Both ways to take a place of two levels of words, and what lies on them, where the lower ones are fewer and stand
    below several upper ones each, as sources of photos do below classes, and classes below people; None elsewhere.
    """
    start = f"{place.holder}/" if place.holder else ""
    if place.depth != 2 or place.pattern != f"{literal(start)}*/*/*":
        return None
    below = [folder[len(start) :].split("/") for folder in photos.holders if folder.startswith(start)]
    if {len(parts) for parts in below} != {2}:
        return None
    outer, inner = ({parts[level] for parts in below} for level in (0, 1))
    shared = min(Counter(parts[1] for parts in below).values()) > 1
    counted = any(COUNTED.search(name) for name in outer | inner)
    if not shared or counted or not 2 <= len(inner) <= len(outer) / 2 or any(says(name, _PARTS) for name in outer):
        return None
    upper = replace(place, pattern=f"{literal(start)}{{label}}/*/*", column="label")
    told = "; ".join(f"{len(names)} such as {', '.join(sorted(names)[:3])}" for names in (outer, inner))
    return {upper.pattern: upper, f"{literal(start)}*/{{label}}/*": place}, told


def beside_leaves(photos: PhotoIndex, place: ClassFolders) -> tuple[dict[str, ClassFolders], str] | None:
    """The ways to take a place beside which a folder of many photos lies, as live/ beside spoof/latex/: that folder and
    the place as two classes, all that hold photos, or the place alone; None elsewhere.
    """
    above, _, name = place.holder.rpartition("/")
    beside = {one: count for one, count in photos.meant.items() if one.rpartition("/")[0] == above and one}
    leaves = [one.rpartition("/")[2] for one in beside]
    inside = sum(count for one, count in photos.meant.items() if one.startswith(f"{place.holder}/"))
    other = any(side_of(f"{one}/x") or says(one, (*HOLDING, *LOOKS, *SHOWN, "all")) for one in (*leaves, name))
    parts = len({re.sub(r"\d+", "#", one) for one in (*leaves, name)}) == 1  # Attachment 1, Attachment 2
    if place.depth != 1 or not name or not leaves or other or parts or sum(beside.values()) < inside / FEWEST_PEOPLE:
        return None
    start = literal(f"{above}/" if above else "")
    upper = ClassFolders(above, f"{start}{{label}}/**/*", 2, "label")
    lower = ClassFolders(above, f"{start}**/*", 2)
    lowest = sorted(one.rpartition("/")[2] for one in photos.meant if one.startswith(f"{place.holder}/"))
    told = "; ".join(", ".join(some) for some in (sorted([*leaves, name]), [*leaves, *lowest][:4], lowest[:3]))
    return {upper.pattern: upper, lower.pattern: lower, f"{literal(place.holder)}/{{label}}/*": place}, told


def _things(inside: Mapping[str, Collection[str]]) -> bool:
    """Whether each lower folder is called as the one above it and a number, as a thing of its class: apple/apple_1."""
    counted = all(
        re.fullmatch(rf"{re.escape(outer)}[_\-. ]?\d+", name, re.IGNORECASE)
        for outer, names in inside.items()
        for name in names
    )
    return counted and not any(says(outer, _PARTS) or re.fullmatch(r"\d+", outer) for outer in inside)


def _people(inside: Mapping[str, Collection[str]], inner: Counter[str]) -> bool:
    """Whether the upper folders are called by numbers and have the same classes below them: each is of a person.

    Where they are no more than the classes, all of them have all classes, and numbers are written as ids are, 00 to 04.
    """
    numbered = all(re.search(r"\d", who) and not says(who, _PARTS) for who in inside)
    shared = all(count > 1 for count in inner.values())
    ids = any(re.search(r"[^\W\d]|^0\d", who) for who in inside) and len({len(who) for who in inside}) == 1
    fewer = len(inner) < len(inside) or (ids and all(count == len(inside) for count in inner.values()))
    return numbered and shared and fewer and len(inside) >= FEWEST_PEOPLE


def _above(outer: Collection[str], inner: Counter[str], shown: Collection[str]) -> bool:
    """Whether the upper folders are the classes: the sample shows them, or they are words, and those below are called
    by numbers, the same in several or long ones.
    """
    if shown and (set(shown) <= set(outer)) != (set(shown) <= set(inner)):
        return set(shown) <= set(outer)
    if any(re.search(r"\d", name) for name in outer) or not all(COUNTED.search(name) for name in inner):
        return False
    shared = sum(count > 1 for count in inner.values()) > len(inner) / 2
    return shared or all(map(LONG_ID.fullmatch, inner))
