"""Masks and other looks that lie among the photos of a class, one beside its photo: left out by the pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from pathlib import PurePosixPath

import pandas as pd

from kit.errors import KitError
from kit.presets.table.asking import Findings
from kit.presets.table.names import NOT_MEANT

MOST = 6
"""Files of one photo, of which one is it and the others are looks of it."""
_LAST = re.compile(r"(.+)([_\-. ])([^\W\d_]+)")
_STARTS = re.compile("|".join(NOT_MEANT), re.IGNORECASE)
_LOOK = re.compile(rf"(.+?)[_\-. ](?:{'|'.join((*NOT_MEANT, 'gt', 'groundtruth'))})(?:[_\-. ]?\d+)?", re.IGNORECASE)


def without_looks(pattern: str, rows: pd.DataFrame, where: object, findings: Findings) -> str:
    """The pattern of photos that leads to no mask of one of them; KitError where no pattern tells them apart.

    rows: the photos that the pattern leads to, with `image`. A look is called as its photo, with such a word behind.
    """
    names = {image: PurePosixPath(image) for image in rows["image"]}
    stems = {str(path.parent / path.stem) for path in names.values()}
    found = {image: _LOOK.fullmatch(path.stem) for image, path in names.items()}
    looks = {image for image, match in found.items() if match and str(names[image].parent / match[1]) in stems}
    if not looks and pattern.endswith("/*") and (better := _by_last_word(pattern, names.values(), findings)):
        return better
    if not looks or not pattern.endswith("*"):
        return pattern
    told = f"{len(looks):,} of {len(rows):,} are masks or other looks of the photo beside them, such as '{min(looks)}'"
    photos = set(names) - looks
    endings, others = ({names[image].suffix.lower() for image in some} for some in (photos, looks))
    letters, last = ({names[image].stem[-1] for image in some} for some in (looks, photos))
    if len(endings) == 1 and not endings & others:
        better = f"{pattern}{endings.pop()}"
    elif not letters & last and not letters & set("[]!-^*?"):
        better = f"{pattern}[!{''.join(sorted(letters))}].*"
    else:
        raise KitError(told, where=where, todo="move them into a folder of their own, beside that of all classes")
    findings.check.append(f"{told}: '{better}' leaves them out")
    return better


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
