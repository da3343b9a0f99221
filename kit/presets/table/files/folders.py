"""Labels that no table holds: in the names of folders, on one level or more, or in the names of files."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kit.presets.table.files.folder_words import HOLDING, differs_in_side, is_side, names_more, only_holds
from kit.presets.table.files.index import PhotoIndex
from kit.presets.table.files.lettered import is_even, registers
from kit.presets.table.files.look_folders import LOOKS, PLAIN
from kit.presets.table.files.names import ENLARGED, IDS, NOT_MEANT, says, side_of, words
from kit.presets.table.files.patterns import literal

MOST_NAMED = 50
"""Classes that the names of files may have."""


RANGE = re.compile(r"\d+ ?(?:-|_|to) ?\d+")
"""Folders that divide photos by their numbers."""


@dataclass(frozen=True)
class ClassFolders:
    """Folders of which each is a class: the pattern of their photos, and the folder that holds them all."""

    holder: str
    pattern: str
    depth: int
    """How many folders of a photo's path are below the holder."""
    column: str = "folder"
    """What the class is a column of: the folder that a photo lies in, or a {place} of the pattern."""


@lru_cache(maxsize=2)
def class_folders(photos: PhotoIndex) -> tuple[ClassFolders, ...]:
    """Where two or more folders of photos lie side by side, and no photo beside them; those of the test side left out.

    Folders of the same depth in several such places under one, such as train/Birds/123, are one place.
    """
    ranged = _ranged(photos.meant)
    holders = Counter({one: count for one, count in photos.meant.items() if not one.startswith(tuple(ranged))})
    inside: dict[str, list[str]] = defaultdict(list)
    for folder in holders:
        if folder:
            inside[posixpath.dirname(folder)].append(posixpath.basename(folder))
    places = list(ranged.values())
    looks = [
        frozenset(names)
        for names in inside.values()
        if all(says(word, (*HOLDING, *LOOKS)) for name in names for word in words(name) or [name])
    ]
    alike = {
        names for names in looks if looks.count(names) >= 2 and any(says(one, (*HOLDING, *PLAIN)) for one in names)
    }
    for place, names in sorted(inside.items()):
        if frozenset(names) in alike or all(map(ENLARGED.fullmatch, names)):  # images and masks of each class
            continue
        sides = {name: side_of(f"{name}/x") for name in names if is_side(name) or differs_in_side(name, names)}
        if set(sides.values()) == {"train"} and len(names) - len(sides) >= 2:
            sides = {}  # a train among cars and ships
        if len(sides) == len(names) >= 2 and set(sides.values()) == {"train"} and all(map(names_more, names)):
            sides = {}  # training_real and training_fake
        more = [name for name in sides if sides[name] == "train" and names_more(name)]
        if len(more) == len(names) - list(sides.values()).count("test") >= 2:
            sides = {name: side for name, side in sides.items() if side == "test"}  # train_real, train_fake and test
        held = [name for name in names if only_holds(name)] if len(names) - len(sides) > 3 else []
        held = held if len(held) == 1 else []  # whole photos beside the classes of their parts
        classes = [name for name in names if name not in (*sides, *held)]
        if len(classes) >= 2 and place not in holders and side_of(place) not in ("test", "valid"):
            masks = [posixpath.basename(one) for one in photos.holders - holders if posixpath.dirname(one) == place]
            pattern = _without(classes, [*sides, *held, *masks])
            if pattern is None and not sides:
                pattern = _without_ends(classes, [*held, *masks])
            if pattern is not None:
                places.append(ClassFolders(place, posixpath.join(literal(place), pattern, "*"), 1))
    for top in (top for top, folders in registers(photos.holders).items() if is_even(folders)):
        places = [place for place in places if not f"{place.holder}/".startswith(f"{top}/" if top else "")]
        places.append(ClassFolders(top, posixpath.join(literal(top), "*", "*", "*"), 2))
    places += _named_twice(holders, list(photos.holders - holders))
    return tuple(_of_several_depths(_joined(places, photos.holders), photos) or _above(holders) or _some_held(holders))


def folders_below(photos: PhotoIndex, holder: str) -> ClassFolders | None:
    """The place of the folders of photos in one that somebody has named; None where there are not two, or photos of its
    own.
    """
    below = [one[len(holder) + 1 :] for one in photos.meant if one.startswith(f"{holder}/")]
    if len(below) < 2 or holder in photos.meant or any("/" in one for one in below):
        return None
    return ClassFolders(holder, posixpath.join(literal(holder), "*", "*"), 1)


def _ranged(holders: Collection[str]) -> dict[str, ClassFolders]:
    """Classes of which some have their photos in folders of ranges, BLA/0001-1000: the folder of the classes, with a /
    at the end -> their place.
    """
    tops = {posixpath.dirname(posixpath.dirname(one)) for one in holders if RANGE.fullmatch(posixpath.basename(one))}
    found = {}
    for top in sorted(filter(None, tops)):
        below = [one[len(top) + 1 :].split("/") for one in holders if one.startswith(f"{top}/")]
        fit = all(len(parts) == 1 or (len(parts) == 2 and RANGE.fullmatch(parts[1])) for parts in below)
        if fit and len({parts[0] for parts in below}) >= 2 and side_of(f"{top}/x") not in ("test", "valid"):
            found[f"{top}/"] = ClassFolders(top, posixpath.join(literal(top), "{label}", "**", "*"), 2, "label")
    return found


def _some_held(holders: Counter[str]) -> list[ClassFolders]:
    """Classes of which some have their photos in a folder that only holds them: phone/JPEGImages/*, none/*."""
    inside: dict[str, list[list[str]]] = defaultdict(list)
    for folder in holders:
        parts = folder.split("/")
        above = parts[:-2] if len(parts) > 2 and only_holds(parts[-1]) else parts[:-1]
        inside["/".join(above)].append(parts[len(above) :])
    places = []
    for top, below in sorted(inside.items()):
        names = {parts[0] for parts in below}
        uneven = len({len(parts) for parts in below}) == 2 and len(names) == len(below) >= 2
        sides = side_of(f"{top}/x") in ("test", "valid") or any(map(is_side, names))
        if top and uneven and not sides and all(parts[0] not in holders or len(parts) == 1 for parts in below):
            places.append(ClassFolders(top, posixpath.join(literal(top), "{label}", "**", "*"), 2, "label"))
    return places


def _named_twice(holders: Counter[str], masks: Sequence[str]) -> list[ClassFolders]:
    """Classes whose photos lie in a folder called as the one above it, as archives are unpacked: cat/cat, dog/dog."""
    inside: dict[str, list[str]] = defaultdict(list)
    for folder in holders:
        parent = posixpath.dirname(folder)
        if parent:
            inside[posixpath.dirname(parent)].append(folder)
    places = []
    for place, folders in sorted(inside.items()):
        called = [one.lower().rsplit("/", 2)[-2:] for one in folders]
        twice = all(outer == inner for outer, inner in called)
        twice = twice and not any(one.startswith(f"{folder}/") for folder in folders for one in holders)
        sides = any(is_side(posixpath.basename(one)) for one in folders) or side_of(f"{place}/x") in ("test", "valid")
        if twice and not sides and len(folders) >= 2:
            rest = [one for one in masks if posixpath.dirname(posixpath.dirname(one)) == place]
            last = _without_ends(folders, rest)
            if last is not None:
                places.append(ClassFolders(place, posixpath.join(literal(place), "*", last, "*"), 2))
    return places


def _of_several_depths(places: list[ClassFolders], photos: PhotoIndex) -> list[ClassFolders]:
    """Places of which one lies below another become one: good/, bad/scratch/ and bad/other/oil/ are three classes."""
    holders = photos.meant
    places = _without_parts(places, holders)
    for outer in places:
        inner = [place for place in places if place.holder.startswith(f"{outer.holder}/" if outer.holder else "")]
        top = posixpath.dirname(outer.holder)
        below = [folder for folder in photos.holders if folder.startswith(f"{top}/" if top else "")]
        names = [posixpath.basename(folder) for folder in below]
        sides = any(side_of(f"{folder[len(top) :]}/x") for folder in below)
        if (
            inner
            and outer.holder
            and len(set(names)) == len(names)
            and top not in holders
            and not sides
            and holders.keys() >= set(below)
        ):
            rest = [place for place in places if not place.holder.startswith(top)]
            return [
                *rest,
                ClassFolders(top, posixpath.join(literal(top), "**", "*"), len({one.count("/") for one in below})),
            ]
    return places


def _without_parts(places: Sequence[ClassFolders], holders: Collection[str]) -> list[ClassFolders]:
    """The places without those whose folders are called by a word and a number as another place beside them is, and so
    are no classes: Attachment 1/, and Attachment 2/apple/.
    """
    called, inner = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for folder, names in [*((one, called) for one in holders), *((place.holder, inner) for place in places)]:
        parent, _, name = folder.rpartition("/")
        names[parent].add(re.sub(r"\d+", "#", name))
    return [
        place
        for place in places
        if len(called[place.holder]) != 1
        or "#" not in min(called[place.holder])
        or not called[place.holder] & inner[place.holder]
    ]


def _above(holders: Counter[str]) -> list[ClassFolders]:
    """Classes a level above the photos' folders, which are all called alike: train/cat/images, train/dog/images."""
    inside: dict[tuple[str, str], set[str]] = defaultdict(set)
    spelt: dict[str, set[str]] = defaultdict(set)
    for folder in holders:
        parent, _, last = folder.rpartition("/")
        place, _, name = parent.rpartition("/")
        if parent and not is_side(name):
            inside[place, last.lower()].add(name)
            spelt[last.lower()].add(last)
    places: dict[str, ClassFolders] = {}
    order = {word: rank for rank, word in enumerate(PLAIN)}
    plainest = sorted(inside, key=lambda one: min((order.get(word, len(order)) for word in words(one[1])), default=0))
    for place, last in plainest:
        called, names = says(last, NOT_MEANT) or side_of(f"{last}/x") in ("test", "valid"), inside[place, last]
        if not called and len(names) >= 2 and place not in places and side_of(f"{place}/x") not in ("test", "valid"):
            pattern = posixpath.join(literal(place), "{label}", _in_any_case(spelt[last]), "*")
            places[place] = ClassFolders(place, pattern, 2, "label")
    return list(places.values())


def _in_any_case(names: Collection[str]) -> str:
    """A pattern of names that differ in capital letters alone."""
    letters = zip(*map(literal, sorted(names)), strict=True)
    return "".join(one[0] if len(set(one)) == 1 else f"[{''.join(sorted(set(one)))}]" for one in letters)


def _joined(places: list[ClassFolders], holders: Collection[str]) -> list[ClassFolders]:
    """Places that lie side by side under one folder become one place a level deeper, wherever they do."""
    above: dict[str, list[ClassFolders]] = defaultdict(list)
    for place in places:
        if place.holder:
            above[posixpath.dirname(place.holder)].append(place)
    inside = Counter(map(posixpath.dirname, holders))
    two_below = Counter(posixpath.dirname(posixpath.dirname(one)) for one in holders if "/" in one)
    joined, gone = [], set()
    for folder, some in above.items():
        names = [posixpath.basename(place.holder) for place in some]
        whole = two_below[folder] == sum(inside[place.holder] for place in some)
        whole = whole or _all_seen(folder, some, holders) or _two_levels(folder, holders)
        if (
            len(some) >= 2
            and whole
            and not any(map(is_side, names))
            and all(one.pattern.endswith("/*/*") for one in some)
        ):
            joined.append(ClassFolders(folder, posixpath.join(literal(folder), "*", "*", "*"), 2))
            gone |= {place.holder for place in some}
    return [*(place for place in places if place.holder not in gone), *joined]


def _all_seen(folder: str, places: Sequence[ClassFolders], holders: Collection[str]) -> bool:
    """Whether what lies two levels below a folder beside places, alone in its own, is called as what lies in these."""
    below = {one: posixpath.basename(one) for one in holders if posixpath.dirname(posixpath.dirname(one)) == folder}
    inside = {place.holder for place in places}
    seen = {name for one, name in below.items() if posixpath.dirname(one) in inside}
    return bool(folder) and set(below.values()) == seen


def _two_levels(folder: str, holders: Collection[str]) -> bool:
    """Whether all folders of photos below one lie on its second level, each called otherwise."""
    below = [one[len(folder) + 1 :].split("/") for one in holders if one.startswith(f"{folder}/")]
    names = [parts[-1] for parts in below]
    return bool(folder) and all(len(parts) == 2 for parts in below) and len(set(names)) == len(names)


def _without(classes: Sequence[str], sides: Sequence[str]) -> str | None:
    """A pattern of the class folders that leaves out the others beside them; None where their letters allow none."""
    if not sides:
        return "*"
    first = posixpath.commonprefix(list(classes))
    if first and not any(name.startswith(first) for name in sides):
        return f"{literal(first)}*"
    for place in range(min(len(name) for name in (*classes, *sides))):
        letters = {name[place] for name in classes}
        if not letters & ({name[place] for name in sides} | set("[]!-*?")):
            return f"{'?' * place}[{''.join(sorted(letters))}]*"
    return None


def _without_ends(classes: Sequence[str], others: Sequence[str]) -> str | None:
    """A pattern of folders that leaves out those that end in other letters; None where their letters allow none."""
    letters = {name[-1] for name in others}
    if letters & {name[-1] for name in classes} or letters & set("[]!-^*?"):
        return None
    return f"*[!{''.join(sorted(letters))}]" if letters else "*"


def named_classes(stems: Sequence[str]) -> dict[str, str]:
    """Classes that the names of photos begin with, such as cat.0 and dog_17: pattern of the file's name -> class.

    {} where they are not 2 to 50 words that many photos each begin with.
    """
    behind = rf"([._\- ]*)\(?\d+\)?|([._\- ])(?:{IDS.pattern})"
    found = [re.fullmatch(rf"([^\W\d_](?:[^\W\d]*[^\W\d_])?)(?:{behind})", stem) for stem in stems]
    words = Counter((match[1], (match[2] or match[3] or "")[:1]) for match in found if match)
    names = Counter(match[1] for match in found if match)
    enough = 2 <= len(names) <= min(MOST_NAMED, len(stems) / 3) and min(names.values()) >= 2
    if len(names) != len(words) or not enough or sum(names.values()) < len(stems) or any(map(is_side, names)):
        return {}
    # the longer name first: of two patterns that fit the first counts
    order = sorted(words, key=lambda word: (-len(word[0]), word))
    return {f"{name}{mark or '[0-9]'}*": name for name, mark in order}
