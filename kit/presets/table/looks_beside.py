"""Masks and other looks that lie among the photos of a class, one beside its photo: left out by the pattern."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pandas as pd

from kit.errors import KitError
from kit.presets.table.asking import Findings
from kit.presets.table.names import NOT_MEANT

_LOOK = re.compile(rf"(.+?)[_\-. ](?:{'|'.join((*NOT_MEANT, 'gt', 'groundtruth'))})(?:[_\-. ]?\d+)?", re.IGNORECASE)


def without_looks(pattern: str, rows: pd.DataFrame, where: object, findings: Findings) -> str:
    """The pattern of photos that leads to no mask of one of them; KitError where no pattern tells them apart.

    rows: the photos that the pattern leads to, with `image`. A look is called as its photo, with such a word behind.
    """
    names = {image: PurePosixPath(image) for image in rows["image"]}
    stems = {str(path.parent / path.stem) for path in names.values()}
    found = {image: _LOOK.fullmatch(path.stem) for image, path in names.items()}
    looks = {image for image, match in found.items() if match and str(names[image].parent / match[1]) in stems}
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
