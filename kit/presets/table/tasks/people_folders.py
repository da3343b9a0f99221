"""Folders that may be no classes, since names or other folders may say them: asked, never taken."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kit.errors import KitError, one_line
from kit.presets.table.files.names import SYNSET
from kit.presets.table.files.patterns import literal
from kit.presets.table.found.group import FEWEST
from kit.presets.table.found.side import Side

MARKS = ("_", "-")
MOST_VALUES = 12
"""Values of a part of names that may be the label."""
SHARED = 2
"""Folders in which the values of such a part stand at least."""
COUNTED = 2
"""How far beyond their count numbers go that count people, of whom some are not there."""
MOST_LABELS = 50
"""Values of such a part, at most."""
MANY = 12
"""Folders that are things, and no classes, where all hold files of the same few endings."""
FEWEST_IDS, YEARS = 1000, range(1800, 2101)
"""The least number that nobody is asked for, unless it is a year."""
MOSTLY = 0.9
"""The share of the photos in one folder, from which on the others may be no class."""
_DAY = re.compile(r"(?:19|20)\d\d([_\-.]?)(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01]))?")
"""A folder of a day or a month."""
_TAKEN_BY = re.compile(
    r"(?:cam|camera|sensor|device|phone|site|station|plot|session|batch|day|week|round|run)[_\-]?\d+"
)
"""A folder of who or what took its photos, where, or when: by such a word and a number."""
_FIRST_WORD = re.compile(r"([^\W\d_]{2,})([_\-])")
"""The word that a name begins with, and the mark behind it."""
_LONG = re.compile(r"\d{6}")
"""Digits of a date or an id, which is no label."""
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


def refuse_same_ends(train: Side, where: Path) -> None:
    """KitError where the names of photos begin as their folders are called, which are no words, and go on with the same
    letters in each: AF01/AF01ANS.JPG and BM12/BM12ANS.JPG; these may be what is asked. So are those that go on with the
    same numbers in each of many, as bands do.
    """
    folders, rows = train.rows[train.of_folder], train.rows
    count = folders.nunique()
    if count < FEWEST or not all(re.search(r"\d", name) for name in folders.unique()):
        return
    if all(map(SYNSET.fullmatch, folders.unique())):
        return
    within = [stem.startswith(folder) for stem, folder in zip(rows["stem"], folders, strict=True)]
    ends = pd.Series([stem[len(folder) :] for stem, folder in zip(rows["stem"], folders, strict=True)])
    by_folder = ends.groupby(folders.to_numpy()).agg(frozenset)
    same = by_folder.nunique() == 1 and len(by_folder.iloc[0]) > 1 and count >= MANY  # as bands of a place are called
    spoken = same or all(re.fullmatch(r"[_\-]?[^\W\d_]{2,}", end) for end in ends)
    if not all(within) or not spoken or ends.nunique() < 2 or ends.value_counts().median() < count / 2:
        return
    shown = ", ".join(sorted(ends.unique())[:5])
    raise KitError(
        f"the {count} folders, such as {folders.iloc[0]}, are called like people or things, and the names of their"
        f" photos, such as {rows['file'].iloc[0]}, go on alike in each: {shown}{_noted(where)}",
        where=where,
        todo="if that says what is asked, make a table of the photos and their labels, and name it with --train; if who"
        f" it is is asked, --label {train.of_folder}",
    )


def refuse_told_twice(train: Side, where: Path) -> None:
    """KitError where the names of photos are made of numbers, of which one says the folder too and another has a few
    values in every folder: the folders may be conditions, and that other the label.
    """
    folders, parts = train.rows[train.of_folder], [stem.split("_") for stem in train.rows["stem"]]
    count = len(parts[0])
    if folders.nunique() < 3 or count < 4 or any(len(one) != count or not all(map(str.isdigit, one)) for one in parts):
        return
    columns = [pd.Series(list(column)) for column in zip(*parts, strict=True)]
    by_folder = [column.groupby(folders.to_numpy()).agg(frozenset) for column in columns]
    told = any(all(len(some) == 1 for some in sets) and sets.nunique() > 1 for sets in by_folder)
    every = [frozenset(column) for column in columns]
    few = [
        place
        for place, sets in enumerate(by_folder)
        if 2 <= len(every[place]) <= MOST_LABELS and all(2 * len(some) > len(every[place]) for some in sets)
    ]
    if told and few:
        first, path = str(train.rows["file"].iloc[0]), train.images.rpartition("/")[0]
        names = "_".join("{label}" if place == few[0] else "*" for place in range(count))
        values = ", ".join(sorted(every[few[0]])[:5])
        raise KitError(
            f"the names of the photos, such as {first}, say their folder too, and part {few[0] + 1} of them has the"
            f" same values in every folder: {values}",
            where=where,
            todo=f"say which is asked: --image '{path}/{names}.*' --label label, or --label {train.of_folder}",
        )


def refuse_taken(train: Side, where: Path) -> None:
    """KitError where the folders are called by days or months, or by what took their photos (cam1), which are no
    classes; the words that their photos' names begin with, in several folders each, may be.
    """
    folders = train.rows[train.of_folder]
    names = sorted(folders.unique())
    if not any(all(kind.fullmatch(name.lower()) for name in names) for kind in (_DAY, _TAKEN_BY)):
        return
    found = [_FIRST_WORD.match(stem) for stem in train.rows["stem"]]
    first, words = str(train.rows["file"].iloc[0]), [match[1] if match else "" for match in found]
    ends = {
        re.sub(r"[^_\-]+", "*", stem[match.end(1) :]) if match else ""
        for stem, match in zip(train.rows["stem"], found, strict=True)
    }
    told, way = "", "make a table of the photos and their labels, and name it with --train"
    if "" not in ends and _may_be_label(words, train):
        told = f", and the names of their photos, such as {first}, begin with {', '.join(sorted(set(words))[:5])}"
        if len(ends) == 1:  # a pattern takes as much as it can for the label
            path = f"{train.images.rpartition('/')[0]}/{{label}}{min(ends)}"
            way = f"--image '{path}' --label label, if these are what is asked; or {way}"
    raise KitError(
        f"the {len(names)} folders, such as {names[0]}, say when or by what their photos were taken, and may be no"
        f" classes{told}",
        where=where,
        todo=f"{way}; or --label {train.of_folder}, if the folders are the classes",
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


def refuse_numbers(train: Side, where: Path) -> None:
    """KitError where the folders above those of the classes are numbers that count nobody, or letters, and have the
    same folders below them: 15, 18, 21 may be ages or years, 0 to 9 digits, and what is asked.
    """
    match = re.fullmatch(r"((?:[^*{]*/)?)(?:\*|{who})/\*/\*", train.images)
    if train.table is not None or match is None:
        return
    levels = train.rows["image"].str.split("/", expand=False).str[-3:-1].str.join("/").unique()
    pairs = pd.DataFrame([level.split("/") for level in levels], columns=["upper", "lower"])
    upper = sorted(pairs["upper"].unique(), key=lambda name: (len(name), name))
    if pairs.groupby("lower")["upper"].nunique().min() < 2 or not (_are_numbers(upper) or _are_letters(upper)):
        return
    if "who" not in train.rows and all(name.isdigit() and int(name) in YEARS for name in upper):
        return  # fewer than the classes, and when they were taken
    lower = sorted(pairs["lower"].unique())
    kind = ", with --kind number if it says how much" if _are_numbers(upper) else ""
    raise KitError(
        f"the upper folders, such as {', '.join(upper[:3])}, may be what is asked, as may the lower ones, such as"
        f" {', '.join(lower[:3])}",
        where=Path(str(where).partition("{")[0].partition("*")[0]),
        todo=f"say which: --image '{match[1]}{{upper}}/{{lower}}/*' --label upper{kind}; the same with --label lower;"
        f" or --label {train.of_folder}, where the upper ones say who is on a photo or only divide them",
    )


def _are_letters(names: Sequence[str]) -> bool:
    return len(names) >= 3 and all(len(name) == 1 and name.isalpha() for name in names)


def _are_numbers(names: Sequence[str]) -> bool:
    """Whether names are numbers without zeros in front that count nobody, from 1 on, and are no ids."""
    if not all(re.fullmatch(r"[1-9]\d*|0", name) for name in names):
        return False
    numbers = sorted(map(int, names))
    counted = numbers[0] == 1 and numbers[-1] <= COUNTED * len(numbers)
    return not counted and all(number < FEWEST_IDS or number in YEARS for number in numbers)


def refuse_unlike(train: Side, where: Path) -> None:
    """KitError where nearly all photos lie in one folder and their names have parts that may be the label, and the few
    others are called otherwise: the folders may be no classes. They lie in folders of their name, or a part is a digit.
    """
    counts = train.rows[train.of_folder].value_counts()
    most = counts.index[0]
    if counts.iloc[0] < MOSTLY * len(train.rows):
        return
    mine, rest = (
        train.rows[some] for some in (train.rows[train.of_folder] == most, train.rows[train.of_folder] != most)
    )
    for mark in ("__", *MARKS):
        parts = [stem.split(mark) for stem in mine["stem"]]
        count = len(parts[0])
        if (
            count < 2
            or any(len(one) != count for one in parts)
            or any(len(one.split(mark)) == count for one in rest["stem"])
        ):
            continue
        values = [Counter(column) for column in zip(*parts, strict=True)]
        again = [place for place in range(count) if 2 <= len(values[place]) <= len(mine) / 2]
        few = [
            place for place in again if len(values[place]) <= MOST_VALUES and not all(map(_LONG.search, values[place]))
        ]
        within = all(re.search(r"(?:^|/)([^/]+)/\1/[^/]+$", image) for image in train.rows["image"])
        if not few or not (within or all(len(value) == 1 and value.isdigit() for value in values[few[0]])):
            continue
        told = "; ".join(f"part{place + 1} {', '.join(sorted(values[place])[:5])}" for place in few)
        folder = str(mine["image"].iloc[0]).rpartition("/")[0]
        names = [f"{{part{place + 1}}}" if place in again else "*" for place in range(count)]
        path = f"{literal(folder)}/{mark.join(names)}.*".removesuffix("*.*") + "*" * (names[-1] == "*")
        group = next((f" --group part{place + 1}" for place in again if place not in few), "")
        raise KitError(
            f"{len(mine):,} of {len(train.rows):,} photos lie in {folder}/, and their names, such as"
            f" {one_line(mine['file'].iloc[0], most=80)}, have parts that may be the label: {told}; the others, such as"
            f" {one_line(rest['image'].iloc[0], most=80)}, are called otherwise",
            where=where,
            todo=f"say what is asked for, such as --image '{path}' --label part{few[0] + 1}{group}; or --label"
            f" {train.of_folder}, if the folders are the classes",
        )
