"""Masks and other looks that lie among the photos of a class, one beside its photo: left out by the pattern."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

import pandas as pd

from kit.errors import KitError
from kit.presets.table.asking import Findings
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import NOT_MEANT
from kit.presets.table.found.side import Side
from kit.presets.table.sides.images_of import images_of
from kit.targets.cells import LINE

MOST = 6
"""Files of one photo, of which one is it and the others are looks of it."""
NEARLY = 0.9
"""The share of the photos that have another look beside them, called as they are and a word."""
_LAST = re.compile(r"(.+)([_\-. ])([^\W\d_]+)")
_ENDS = re.compile(r"(.*\d(?=[^\W_])|.*[^_\-. ](?=[_\-. ]))([_\-. ]?[^\W\d_]{1,12})")
_STARTS = re.compile("|".join(NOT_MEANT), re.IGNORECASE)
_BEFORE = re.compile(rf"(?:{'|'.join(NOT_MEANT)})[_\-. ]?(.+)", re.IGNORECASE)
_BEFORE_NUMBERS, _BEHIND_NUMBERS = re.compile(r"^\D*(?=\d)"), re.compile(r"(?<=\d)\D*$")
_LOOK = re.compile(rf"(.+?)[_\-. ](?:{'|'.join((*NOT_MEANT, 'gt', 'groundtruth'))})(?:[_\-. ]?\d+)?", re.IGNORECASE)


def without_looks(pattern: str, rows: pd.DataFrame, where: object, findings: Findings) -> str:
    """The pattern of photos that leads to no mask of one of them; KitError where no pattern tells them apart.

    rows: the photos that the pattern leads to, with `image`. A look is called as its photo, with such a word behind.
    """
    names = {image: PurePosixPath(image) for image in rows["image"]}
    stems = {str(path.parent / path.stem) for path in names.values()}
    if first := _by_a_beginning(pattern, names, stems, findings):
        return first
    if plain := _by_endings(pattern, names, findings):
        return plain
    found = {image: _LOOK.fullmatch(path.stem) for image, path in names.items()}
    looks = {image for image, match in found.items() if match and str(names[image].parent / match[1]) in stems}
    if not looks:
        looks = _by_an_end(names)
    if not looks and pattern.endswith("/*") and (better := _by_last_word(pattern, names.values(), findings)):
        return better
    if not looks or not pattern.endswith("*"):
        return pattern
    told = _told(looks, names)
    photos = set(names) - looks
    endings, others = ({names[image].suffix.lower() for image in some} for some in (photos, looks))
    letters, last = ({names[image].stem[-1] for image in some} for some in (looks, photos))
    suffixes, inner = {path.suffix for path in names.values()}, any("." in path.stem for path in names.values())
    if len(endings) == 1 and not endings & others:
        better = f"{pattern}{endings.pop()}"
    elif not letters & last and not letters & set("[]!-^*?") and (len(suffixes) == 1 or not inner):
        better = f"{pattern}[!{''.join(sorted(letters))}]{suffixes.pop() if inner else '.*'}"
    else:
        raise KitError(told, where=where, todo="move them into a folder of their own, beside that of all classes")
    findings.check.append(f"{told}: '{better}' leaves them out")
    return better


def called_as_train(facts: Facts, test: Side | None, train: Side, findings: Findings) -> Side | None:
    """The test photos that are called as train photos are, where those beside these that no row leads to, such as
    masks, have other letters before or behind their numbers: img_0001 and mask_0001.
    """
    if test is None or train.table is None or not test.images.endswith("/*"):
        return test
    mine = images_of(facts, train)
    folders = {image.rpartition("/")[0] for image in mine}
    left = {image for image in facts.photos.images if image.rpartition("/")[0] in folders and image not in mine}
    for letters, told in ((_BEFORE_NUMBERS, "{}[0-9]*"), (_BEHIND_NUMBERS, "*[0-9]{}.*")):
        own, others, ahead = ({_letters(image, letters) for image in some} for some in (mine, left, test.rows["image"]))
        if len(own) != 1 or own & others or not own < ahead or not ahead - own <= others:
            continue
        better = test.images[:-1] + told.format(min(own))
        rows = test.rows[[_letters(image, letters) in own for image in test.rows["image"]]].reset_index(drop=True)
        findings.check.append(
            f"{len(test.rows) - len(rows):,} of {len(test.rows):,} photos of the test folder are called as those that"
            f" no train row leads to: '{better}' leaves them out"
        )
        return replace(test, images=better, rows=rows.assign(**{LINE: range(1, len(rows) + 1)}))
    return test


def _letters(image: str, where: re.Pattern[str]) -> str:
    match = where.search(PurePosixPath(image).stem)
    return match[0] if match else ""


def _by_a_beginning(
    pattern: str, names: Mapping[str, PurePosixPath], stems: Collection[str], findings: Findings
) -> str | None:
    """The pattern of the photos beside which looks have such a word before their name: 001 and mask_001."""
    found = {image: _BEFORE.fullmatch(path.stem) for image, path in names.items()}
    looks = {image for image, match in found.items() if match and str(names[image].parent / match[1]) in stems}
    photos = set(names) - looks
    letters, first = ({names[image].stem[0] for image in some} for some in (looks, photos))
    if not looks or not pattern.endswith("/*") or letters & first or letters & set("[]!-^*?"):
        return None
    better = f"{pattern[:-1]}[!{''.join(sorted(letters))}]*"
    findings.check.append(f"{_told(looks, names)}: '{better}' leaves them out")
    return better


def _by_endings(pattern: str, names: Mapping[str, PurePosixPath], findings: Findings) -> str | None:
    """The pattern of the photos in JPEG, where nearly each has a file of its name in another format beside it, as masks
    are.
    """
    by_stem: dict[str, set[str]] = defaultdict(set)
    for path in names.values():
        by_stem[str(path.parent / path.stem)].add(path.suffix)
    pairs = Counter(tuple(sorted(endings)) for endings in by_stem.values())
    endings, times = pairs.most_common(1)[0]
    jpeg = [ending for ending in endings if ending.lower() in (".jpg", ".jpeg")]
    if len(endings) != 2 or len(jpeg) != 1 or times < NEARLY * len(by_stem) or not pattern.endswith("/*"):
        return None
    if {ending for some in pairs for ending in some} != set(endings):
        return None
    better, other = f"{pattern}{jpeg[0]}", next(ending for ending in endings if ending not in jpeg)
    findings.check.append(
        f"{times:,} photos in {jpeg[0]} have a file of their name in {other} beside them, a mask or a copy: '{better}'"
        " leaves these out"
    )
    return better


def _told(looks: Collection[str], names: Collection[str]) -> str:
    return f"{len(looks):,} of {len(names):,} are masks or other looks of the photo beside them, such as '{min(looks)}'"


def _by_an_end(names: Mapping[str, PurePosixPath]) -> set[str]:
    """The photos whose names have the same few letters behind that of another, where nearly each of the others has one:
    001.bmp and 001-d.bmp.
    """
    stems = {str(path.parent / path.stem) for path in names.values()}
    by_end: dict[str, set[str]] = defaultdict(set)
    for image, path in names.items():
        match = _ENDS.fullmatch(path.stem)
        if match and str(path.parent / match[1]) in stems:
            by_end[match[2].lower()].add(image)
    photos = len(names) - sum(map(len, by_end.values()))
    return set[str]().union(*(images for images in by_end.values() if len(images) >= NEARLY * max(photos, 1)))


def _by_last_word(pattern: str, names: Collection[PurePosixPath], findings: Findings) -> str | None:
    """The pattern of the photos whose names differ from those of looks in their last word alone: 1_crop, 1_depthcrop.

    None where there are no such looks, or where what is left is called in several ways.
    """
    found = [_LAST.fullmatch(path.stem) for path in names]
    parts = [
        (str(path.parent / match[1]), match[2], match[3]) for path, match in zip(names, found, strict=True) if match
    ]
    last = sorted({word for _, _, word in parts})
    marks = {mark for _, mark, _ in parts}
    photos = [word for word in last if not _STARTS.match(word)]
    counts = Counter(photo for photo, _, _ in parts)
    whole = len(parts) == len(names) and 2 <= len(last) <= MOST and min(counts.values()) >= 2
    if not whole or len(photos) != 1 or len(marks) != 1:
        return None
    better = f"{pattern}{min(marks)}{photos[0]}.*"
    told = " and ".join(word for word in last if word not in photos)
    count = sum(word not in photos for _, _, word in parts)
    findings.left_out.append(
        f"{count:,} of {len(names):,} photos, whose names end in {told}: other looks of those in {photos[0]},"
        f" which '{better}' leads to"
    )
    return better


def are_other_looks(names: Collection[str], ids: Collection[str]) -> bool:
    """Whether names of photos are the ids that are asked for with one and the same word behind each: a_rgn, of a."""
    stems, asked = ({PurePosixPath(name).stem for name in some} for some in (names, ids))
    found = [re.fullmatch(r"(.+?)([_\-][^\W\d_]+)", stem) for stem in stems]
    return len({match and match[2] for match in found}) == 1 and all(match and match[1] in asked for match in found)
