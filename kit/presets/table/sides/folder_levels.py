"""Folders on two levels: which level is of the classes, and whether the other is of people or things."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kit.presets import yaml_text
from kit.presets.table.asking import Findings
from kit.presets.table.files.folder_words import HOLDING
from kit.presets.table.files.folders import ClassFolders
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.look_folders import LOOKS
from kit.presets.table.files.names import DIVIDING, LONG_ID, SHOWN, SYNSET, says, side_of
from kit.presets.table.files.patterns import WHO_PLACE, literal, rows_of_pattern

FEWEST_PEOPLE = 5
_NUMBER = re.compile(r"\d+[^\W\d_]?(?![^\W_])|(?<![^\W_])[xX]\d+")
"""A number within a name, with a unit behind it or an x in front: 100x, x40."""
COUNTED = re.compile(r"\d|[^\W_][_\-. ][^\W\d_]$")
"""A name that counts, by a number, or by a letter behind a word: sample_a."""
CODE = re.compile(r"(?=.*\d.*\d)(?=[^a-z]*[a-z])[0-9a-f]{6,}", re.IGNORECASE)
"""A name that a machine gave."""
CODED = re.compile(r"(?=.*[^\W\d_])(?=.*\d).*")
"""A name of letters and digits."""
KIND_OF = re.compile(r"(?:class|type|kind|category|grade|level|stage|character|letter)[_\-. ]?\d+", re.IGNORECASE)
"""A numbered class of what the folder above says: character01 of an alphabet."""
MOST_TOLD = 4
"""Folders of classes that lie together of which is told."""
ABOVE = 3
"""Folders below each class, on the average, that are of things of it."""


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
    told = bool(shown) and (set(shown) <= set(inside)) != (set(shown) <= set(counts))
    own = _own_numbers(inside) and not told
    if _things(inside) or (_above(set(inside), counts, shown) and not own):
        return replace(place, pattern=f"{literal(start)}{{label}}/*/*", column="label")
    if _people(inside, counts):
        return replace(place, pattern=f"{literal(start)}{WHO_PLACE}/*/*")
    return place


def unsure_levels(
    photos: PhotoIndex, place: ClassFolders, shown: Collection[str] = ()
) -> tuple[dict[str, ClassFolders], str] | None:
    """Both ways to take a place of two levels of words, and what lies on them, where the lower ones are fewer and stand
    below several upper ones each, as sources of photos do below classes, and classes below people, or are letters
    there, as grades are, or are called by letters and numbers below words, as people and species are; None elsewhere.
    shown: the sample's answers.
    """
    start = f"{place.holder}/" if place.holder else ""
    if place.depth != 2 or place.pattern != f"{literal(start)}*/*/*":
        return None
    below = [folder[len(start) :].split("/") for folder in photos.holders if folder.startswith(start)]
    if {len(parts) for parts in below} != {2}:
        return None
    outer, inner = ({parts[level] for parts in below} for level in (0, 1))
    times = Counter(parts[1] for parts in below)
    shared, alone = min(times.values()) > 1, max(times.values()) == 1
    counted = any(COUNTED.search(name) for name in outer | inner)
    held: dict[str, set[str]] = defaultdict(set)
    for upper_name, name in below:
        held[upper_name].add(name)
    numbered = _own_numbers(held)
    graded = all(len(name) == 1 and name.isalpha() for name in inner) and min(map(len, outer)) > 1
    fewer = shared and not counted and len(inner) >= 2 and (len(inner) <= len(outer) / 2 or graded)
    coded = alone and _are_coded(outer, inner) and not set(shown) & (outer | inner)
    if not (numbered or fewer or coded) or any(says(name, DIVIDING) for name in outer):
        return None
    upper = replace(place, pattern=f"{literal(start)}{{label}}/*/*", column="label")
    told = "; ".join(f"{len(names)} such as {', '.join(sorted(names)[:3])}" for names in (outer, inner))
    told += f"; or those of one alone: --train '{start}{min(outer)}'" if numbered else ""
    return {upper.pattern: upper, f"{literal(start)}*/{{label}}/*": place}, told


def tell_levels(rows: pd.DataFrame, pattern: str, findings: Findings) -> None:
    """Tell of the folders above those of the classes, which may be the classes. rows: the photos of the pattern."""
    parts = pattern.split("/")
    if parts[-2:-1] == ["**"] and "folder" in rows:
        _tell_deeper(rows, len(parts) - 2, findings)
    level = parts.index("{label}") if "{label}" in parts else len(parts) - 2
    for spot in [spot for spot in range(level) if parts[spot] == "*" and "**" not in parts[:level]]:
        outer = {image.split("/")[spot] for image in rows["image"]}
        if len(outer) < 2 or any(side_of(f"{name}/x") or says(name, DIVIDING) for name in outer):
            continue
        path = "/".join(
            "{label}" if place == spot else "*" if place == level else part for place, part in enumerate(parts)
        )
        findings.check.append(
            f"the classes are the lower folders of two levels; the {len(outer)} above them, such as"
            f" {', '.join(sorted(outer)[:3])}, only hold them: --image '{path}' where they are the classes"
        )


def _tell_deeper(rows: pd.DataFrame, level: int, findings: Findings) -> None:
    """Tell of folders of classes that hold several others, which may be one class. level: how deep the first classes
    lie.
    """
    deeper: dict[str, set[str]] = defaultdict(set)
    for image in rows["image"]:
        above = image.split("/")[level:-2]
        if above:
            deeper["/".join(above)].add(image.split("/")[-2])
    many = {folder: names for folder, names in deeper.items() if len(names) > 1 and side_of(f"{folder}/x") is None}
    for folder, names in sorted(many.items())[:MOST_TOLD]:
        some = sorted(names)[:3]
        merged = ", ".join(f"{yaml_text(name)}: {yaml_text(folder.rpartition('/')[2])}" for name in some)
        findings.check.append(
            f"{len(names)} of the classes lie together in {folder}/, such as {', '.join(some)}: where they are one,"
            f" 'values: {{{merged}, ...}}' under the task makes it of them"
        )


def tell_numbers(classes: Sequence[str], findings: Findings) -> None:
    """Tell of classes that differ in a number alone, where all others come with the same numbers: of things that were
    taken in several ways, 100x Normal and 400x Normal.
    """
    held: dict[str, set[str]] = defaultdict(set)
    for name in classes:
        held[_NUMBER.sub("#", name)].add(" ".join(_NUMBER.findall(name)))
    if len(held) < 2 or len(set(map(frozenset, held.values()))) > 1 or "" in held[min(held)] or len(classes) < 4:
        return
    first, second = [name for name in classes if _NUMBER.sub("#", name) == min(held)][:2]
    findings.check.append(
        f"'{first}' and '{second}' differ in a number alone, and so do the other {len(classes) - 2} classes: if that"
        f" only says how photos were taken, 'values: {{{first!r}: NAME, {second!r}: NAME, ...}}' under the task makes"
        f" {len(held)} classes of them"
    )


def of_sources(
    photos: PhotoIndex, names: Sequence[str], places: Mapping[str, ClassFolders], findings: Findings
) -> ClassFolders | None:
    """Places as one that have the same classes and differ in one folder of their paths, as what photos were taken by
    or where they come from; None for others, and for looks of the same photos.
    """
    paths = [places[name].pattern.split("/") for name in names]
    differ = [spot for spot, some in enumerate(zip(*paths, strict=False)) if len(set(some)) > 1]
    if len(names) < 2 or len({len(path) for path in paths}) > 1 or len(differ) != 1:
        return None
    sources = [path[differ[0]] for path in paths]
    words = (*DIVIDING, *LOOKS, *HOLDING, *SHOWN)
    called = any(says(one, words) or "*" in one or COUNTED.search(one) for one in sources)
    rows = {name: rows_of_pattern(photos, places[name].pattern) for name in names}
    counts = Counter(one for name in names for one in set(rows[name][places[name].column]))
    whole = "/".join("*" if spot == differ[0] else part for spot, part in enumerate(paths[0]))
    inside = {image for some in rows.values() for image in some["image"]}
    if called or min(counts.values()) < 2 or set(rows_of_pattern(photos, whole)["image"]) != inside:
        return None
    told = ", ".join(f"{name}/ ({len(rows[name]):,} photos)" for name in names)
    findings.check.append(f"{told} have the same classes, and all train; --train '{names[0]}' for one of them")
    return replace(places[names[0]], holder="/".join(paths[0][: differ[0]]), pattern=whole)


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


def _are_coded(outer: Collection[str], inner: Collection[str]) -> bool:
    """Whether upper folders are called by words, and all lower ones by letters and numbers, and are many."""
    words = not any(re.search(r"\d", name) for name in outer) and not all(map(SYNSET.fullmatch, inner))
    return words and len(inner) >= ABOVE * len(outer) and all(map(CODED.fullmatch, inner))


def _own_numbers(held: Mapping[str, Collection[str]]) -> bool:
    """Whether below words lie a few small numbers each, of which not all have the same and some have some: the classes
    of each are its own, as 0 and 1 of one organ are not those of another; or numbers behind a word for classes.
    """
    every = [name for names in held.values() for name in names]
    if all(KIND_OF.fullmatch(name) for name in every):
        return True
    numbers = all(name.isdigit() and len(name) < 3 for name in every)
    words = not any(outer.isdigit() for outer in held) and all(len(names) > 1 for names in held.values())
    again = sum(map(len, held.values())) > len(set[str]().union(*held.values()))
    return numbers and words and again and len(set(map(frozenset, held.values()))) > 1


def _things(inside: Mapping[str, Collection[str]]) -> bool:
    """Whether each lower folder is called as the one above it and a number, with more around them, as a thing or film
    of its class: apple/apple_1, Archery/v_Archery_g01_c01.
    """
    counted = all(
        re.search(rf"{re.escape(outer)}.*\d|\d.*{re.escape(outer)}", name, re.IGNORECASE)
        for outer, names in inside.items()
        for name in names
    )
    return counted and not any(says(outer, DIVIDING) or re.fullmatch(r"\d+", outer) for outer in inside)


def _people(inside: Mapping[str, Collection[str]], inner: Counter[str]) -> bool:
    """Whether the upper folders are called by numbers and have the same classes below them: each is of a person.

    Where they are no more than the classes, all of them have all classes, and numbers are written as ids are, 00 to 04.
    """
    numbered = all(re.search(r"\d", who) and not says(who, DIVIDING) for who in inside)
    shared = all(count > 1 for count in inner.values())
    ids = any(re.search(r"[^\W\d]|^0\d", who) for who in inside) and len({len(who) for who in inside}) == 1
    fewer = len(inner) < len(inside) or (ids and all(count == len(inside) for count in inner.values()))
    return numbered and shared and fewer and len(inside) >= FEWEST_PEOPLE


def _above(outer: Collection[str], inner: Counter[str], shown: Collection[str]) -> bool:
    """Whether the upper folders are the classes: the sample shows them, or they are words, and those below are called
    by codes, or by numbers that are the same in several or long ones.
    """
    if shown and (set(shown) <= set(outer)) != (set(shown) <= set(inner)):
        return set(shown) <= set(outer)
    alone = len(inner) == sum(inner.values()) >= ABOVE * len(outer)
    if alone and all(map(CODE.fullmatch, inner)) and not any(CODE.fullmatch(name) or name.isdigit() for name in outer):
        return True
    if any(re.search(r"\d", name) for name in outer) or not all(COUNTED.search(name) for name in inner):
        return False
    if all(map(SYNSET.fullmatch, inner)):
        return False
    shared = sum(count > 1 for count in inner.values()) > len(inner) / 2
    return shared or all(map(LONG_ID.fullmatch, inner))
