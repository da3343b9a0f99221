"""Pictures of the data folder that are no data: copies of its photos in another size, and figures that explain it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from kit.presets.table.files.names import EXPLAINING, HEADING, says, side_of
from kit.presets.table.files.same_photos import show_the_same

FEWEST = 5
"""Photos of a folder from which on another of the same names may be a copy of it."""
MOST_FIGURES, MOST_SHARE = 10, 0.1
"""Pictures, and their share, up to which those of a folder called docs or figures explain what the others are."""
_WORDS = r"resized?|small|scaled|downscaled|downsampled|compressed|thumbs?|thumbnails?|copy"
_RESIZED = re.compile(rf"(?:[_\-. ]?(?:{_WORDS}|\d{{2,4}}(?:x\d{{2,4}})?(?:px)?))+", re.IGNORECASE)


def copies(root: Path, images: Sequence[str], given: Sequence[str]) -> dict[str, str]:
    """The folders of copies in another size, each with the folder of the photos that lies beside it: of the same names,
    called as it and resized or a size, and showing the same. Of two of which the user names one it is the other.
    """
    found: dict[str, str] = {}
    counts = _below(images)
    for copy in sorted(counts, key=lambda folder: (len(folder), folder)):
        cuts = range(len(copy) - 1, copy.rfind("/") + 1, -1)
        alike = [copy[:cut] for cut in cuts if counts.get(copy[:cut]) == counts[copy] and _RESIZED.fullmatch(copy, cut)]
        alike = [one for one in alike if not one[-1].isdigit() or copy[len(one)] in "_-. "]  # 100 is no size of 1
        if not alike or counts[copy] < FEWEST or any(_is_in(copy, one) for one in found):
            continue
        own = alike[0]
        rows = pd.DataFrame(
            [
                (image, _stem(image, folder), folder)
                for folder in (copy, own)
                for image in images
                if _is_in(image, folder)
            ],
            columns=["image", "stem", "folder"],
        )
        stems = {folder: set(some) for folder, some in rows.groupby("folder")["stem"]}
        if stems[copy] != stems[own]:
            continue
        same = show_the_same(root, rows)
        if same or (same is None and re.search(_WORDS, copy[len(own) :], re.IGNORECASE)):
            meant = any(_is_in(one, copy) for one in given)
            found |= {own: copy} if meant else {copy: own}
    return found


def _below(images: Sequence[str]) -> Counter[str]:
    """How many images lie below each folder, on any level."""
    inside = Counter(image.rpartition("/")[0] for image in images)
    found = Counter[str]()
    for folder, count in inside.items():
        while folder:
            found[folder] += count
            folder = folder.rpartition("/")[0]
    return found


def _stem(image: str, folder: str) -> str:
    return image[len(folder) + 1 :].rpartition(".")[0]


def figures(images: Sequence[str]) -> list[str]:
    """The few pictures below folders called docs, figures or notebooks, and those called logo or banner beside the
    data: none where folders of the same level may be classes, as no pattern would leave them out.
    """
    tops = {image.partition("/")[0] for image in images if "/" in image}
    explaining = {top for top in tops if says(top, EXPLAINING)}
    depth_one = {image.partition("/")[0] for image in images if image.count("/") == 1} - explaining
    some = [image for image in images if "/" in image and image.partition("/")[0] in explaining]
    if len([top for top in depth_one if side_of(f"{top}/x") is None]) > 1 or _are_many(some, images):
        some = []
    alone = [image for image in images if "/" not in image]
    named = [image for image in alone if says(PurePosixPath(image).stem, HEADING)]
    return [*some, *([] if _are_many(named, images) or len(named) < len(alone) else named)]


def _are_many(some: Sequence[str], images: Sequence[str]) -> bool:
    return len(some) > min(MOST_FIGURES, MOST_SHARE * len(images))


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def without(images: Iterable[str], folders: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """The images that lie in none of the folders and have none of the names."""
    apart, left = tuple(f"{folder}/" for folder in folders), frozenset(names)
    return tuple(image for image in images if image not in left and not image.startswith(apart))
