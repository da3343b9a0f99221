"""Labels that are parts of the photos' names, such as the 1 and the 2 of 26_1_2_20170109.jpg."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kit.competition.tables.photo_rows import path_expression
from kit.competition.templates import PLACE
from kit.errors import KitError, one_line
from kit.presets.table.asking import Findings
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import side_of
from kit.presets.table.files.nothing import what_helps
from kit.presets.table.files.patterns import rows_of_images
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.sides.folder_shapes import shapes

MARKS = ("_", "-", " ", ".")
MOST_PARTS = 9
MOST_CLASSES = 50
FEWEST_COUNTED = 5
"""Photos of a class, in the mean, from which on numbers behind its own count them."""
FEWEST = 4
"""Photos of a class whose name is told by itself."""
SURE = 0.9
"""The share of the photos whose names have equally many parts."""


def is_of_parts(facts: Facts, image: str) -> bool:
    """Whether the {names} of a path are no table's columns, and photos are called like it: they name its parts."""
    names = list(dict.fromkeys(PLACE.findall(image)))
    if not names or any(set(names) & set(table.columns) for table in facts.tables):
        return False
    expression = re.compile(path_expression(image, names), re.IGNORECASE)
    return any(map(expression.fullmatch, facts.photos.images))


def side_of_parts(facts: Facts, image: str) -> Side:
    """The photos that a path with {name} for parts of it leads to, with a column for each name."""
    names = list(dict.fromkeys(PLACE.findall(image)))
    expression = re.compile(path_expression(image, names), re.IGNORECASE)
    found = [(photo, match) for photo in facts.photos.images if (match := expression.fullmatch(photo))]
    if not found:
        raise KitError(f"no photo is called like '{image}'", where=facts.root, todo="mend --image")
    rows = rows_of_images([photo for photo, _ in found])
    rows = rows.assign(**{name: [match[f"g{place}"] for _, match in found] for place, name in enumerate(names)})
    return Side(None, image, rows, "", "given by --image", of_folder="")


def counted_side(facts: Facts, sample: Sample | None) -> Side | None:
    """Photos called by the number of their class and one that counts the photos of it, 3_17, where the sample's answers
    are such classes.
    """
    shown = {cell for answer in sample.answers for cell in sample.shown(answer)} if sample is not None else set()
    for folder in sorted(facts.photos.meant, key=lambda one: (side_of(f"{one}/x") != "train", one)):
        names = [posixpath.basename(image) for image in facts.photos.inside[folder]]
        found = [re.fullmatch(r"(\d+)([_\- ])(\d+)\.\w+", name) for name in names]
        parts = [match.groups() for match in found if match]
        if side_of(f"{folder}/x") in ("test", "valid") or not parts or len(parts) < len(names):
            continue
        by_class: dict[str, list[int]] = defaultdict(list)
        for name, _, number in parts:
            by_class[name].append(int(number))
        counts = all(max(some) - min(some) < len(some) == len(set(some)) for some in by_class.values())
        fewer = len(by_class) < max(map(len, by_class.values())) or len(by_class) <= len(parts) / 10
        if counts and fewer and len(by_class) >= 2 and shown and shown <= set(by_class):
            path = posixpath.join(folder, f"{{label}}{parts[0][1]}*")
            side = side_of_parts(facts, path)
            return replace(side, why_images="names begin with the number of the class, as the sample's answers do")
    return None


def label_in_names(facts: Facts, findings: Findings, sample: Sample | None = None) -> Side | None:
    """The photos with the one part of their names that repeats as labels do, or that the sample's answers are made of;
    KitError where several parts do.
    """
    holders = [folder for folder in facts.photos.meant if side_of(f"{folder}/x") not in ("test", "valid")]
    if not holders:
        return None
    folder = max(holders, key=lambda one: (facts.photos.holders[one], one))
    if 2 * facts.photos.holders[folder] < sum(facts.photos.holders[one] for one in holders) and shapes(facts.photos):
        return None  # the folders may be classes
    images = facts.photos.inside[folder]
    stems = [posixpath.splitext(posixpath.basename(image))[0] for image in images]
    for mark in MARKS:
        count, times = Counter(stem.count(mark) + 1 for stem in stems).most_common(1)[0]
        if not 2 <= count <= MOST_PARTS or times < SURE * len(stems):
            continue
        columns = list(zip(*(stem.split(mark) for stem in stems if stem.count(mark) + 1 == count), strict=True))
        few = [place for place in range(count) if _may_be_asked(columns[place])]
        if not few:
            continue
        counted = count == 2 and _counts(columns[0], columns[1])
        if counted or (len(few) == 1 and _is_label(columns, few[0])):
            few = few[:1]
            only, last = few[0], few[0] == count - 1
            path = posixpath.join(folder, mark.join([*"*" * only, "{label}" + ".*" * last, *"*" * (count - only - 1)]))
            shown = f"part {only + 1} of names such as {one_line(images[0], most=80)}"
            why = "whose photos the other part counts" if counted else "which alone repeats"
            findings.check.append(
                f"the label is {_told(Counter(columns[only]))}, {shown}, {why}; --train TABLE for another"
            )
            return replace(side_of_parts(facts, path), why_images="the one part of the photos' names that repeats")
        if (asked_for := _shown(facts, folder, mark, columns, sample)) is not None:
            return asked_for
        if facts.sidecars:  # which may say it
            return None
        _refuse_rows_alone(facts, columns, images[0], posixpath.join(folder, mark.join("{}" for _ in columns)))
        asked = min(few, key=lambda place: (not _listed(columns[place]), place))
        told = "; ".join(f"part{place + 1} {_told(Counter(columns[place]))}" for place in few)
        parts = [f"{{part{place + 1}}}" for place in range(few[-1] + 1)]
        path = posixpath.join(folder, mark.join(parts) + (f"{mark}*" * (count - few[-1] - 1) or ".*"))
        raise KitError(
            f"there is no table of photos, but their names, such as {one_line(images[0], most=80)}, are made of {count}"
            f" parts: {told}",
            where=facts.root,
            todo=f"{what_helps(facts)}say which is asked for, such as --image '{path}' --label 'part{asked + 1}'"
            f"{_or_table(columns, few)}",
        )
    return None


def _shown(
    facts: Facts, folder: str, mark: str, columns: Sequence[Sequence[str]], sample: Sample | None
) -> Side | None:
    """The photos with the first parts of their names as labels, one or more, where all that the sample shows are such,
    and these are few; None elsewhere.
    """
    shown = {cell for answer in sample.answers for cell in sample.shown(answer)} if sample is not None else set()
    counts = {cell.count(mark) + 1 for cell in shown}
    if len(counts) != 1 or (size := counts.pop()) >= len(columns):
        return None
    found = Counter(mark.join(parts) for parts in zip(*columns[:size], strict=True))
    if not shown <= set(found) or not 2 <= len(found) <= min(MOST_CLASSES, len(columns[0]) / FEWEST):
        return None
    side = side_of_parts(facts, posixpath.join(folder, f"{{label}}{mark}" + mark.join("*" * (len(columns) - size))))
    if set(side.rows["label"]) != set(found):
        return None
    return replace(side, why_images="names begin with the label, as the sample's answers say it")


def _counts(classes: Sequence[str], numbers: Sequence[str]) -> bool:
    """Whether the second of two numbers counts the photos of the first, of which there are few: 3_17."""
    if not all(map(str.isdigit, (*classes, *numbers))):
        return False
    by_class: dict[str, list[int]] = defaultdict(list)
    for name, number in zip(classes, numbers, strict=True):
        by_class[name].append(int(number))
    counted = all(max(some) - min(some) < len(some) == len(set(some)) for some in by_class.values())
    return counted and 2 <= len(by_class) <= MOST_CLASSES and len(classes) >= FEWEST_COUNTED * len(by_class)


def _listed(words: Sequence[str]) -> bool:
    """Whether a part is a list of 0 and 1, one for each of several labels: [1, 0, 0]."""
    return all(re.fullmatch(r"\[[01](?:[, ]+[01])+\]", word) for word in words)


def _or_table(columns: Sequence[Sequence[str]], few: Sequence[int]) -> str:
    """What helps where a part is such a list, of which kit makes classes of its own."""
    listed = [place + 1 for place in few if _listed(columns[place])]
    if not listed:
        return ""
    many = columns[listed[0] - 1][0].count("1") + columns[listed[0] - 1][0].count("0")
    return (
        f" --kind class for each list as a class; or, as part{listed[0]} says {many} labels of a photo, make a table of"
        f" the photos' names with {many} columns of 0 and 1, and name it with --train"
    )


def _refuse_rows_alone(facts: Facts, columns: Sequence[Sequence[str]], first: str, path: str) -> None:
    """KitError where a table names no photo, and has as many rows as a part of the photos' names has values: what a row
    is of may be its place.
    """
    for table in facts.tables:
        places = [place for place, words in enumerate(columns) if len(set(words)) == len(table.rows) >= FEWEST]
        if not places or facts.leads(table):
            continue
        parts = ["*"] * len(columns)
        parts[places[0]] = "{id}"
        shown = sorted(set(columns[places[0]]), key=lambda word: (len(word), word))
        raise KitError(
            f"no column names a photo; it has {len(table.rows):,} rows, and part {places[0] + 1} of the photos' names,"
            f" such as {one_line(first, most=80)}, as many values: {', '.join(shown[:3])}, ...",
            where=facts.root / table.name,
            todo="if its rows stand in their order, put a first column 'id' with these values into it, a header too,"
            f" and name it with --train '{table.name}' --image '{path.format(*parts)}' --label COLUMN",
        )


def _is_label(columns: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a part has few words, and each other part one or another in each name."""
    few = Counter(columns[place])
    others = [len(set(words)) for spot, words in enumerate(columns) if spot != place]
    whole = len(columns[0])
    counted = len(few) > MOST_PARTS and all(re.fullmatch(r"[^\W\d]*\d+", word) for word in few)  # people, or how many
    repeats = len(few) <= MOST_CLASSES and min(few.values()) >= FEWEST and not counted
    return repeats and {1, whole} >= set(others) and whole in others


def _may_be_asked(words: tuple[str, ...]) -> bool:
    """Whether a part has few values, or is a short number."""
    short = all(word.isdigit() and len(word) <= 3 for word in words)
    return 2 <= len(set(words)) <= len(words) * (0.9 if short else 0.5)


def _told(values: Counter[str]) -> str:
    """The most common values."""
    shown = sorted(value for value, _ in values.most_common(5))
    return ", ".join(shown) + (f" and {len(values) - 5:,} more" if len(values) > 5 else "")
