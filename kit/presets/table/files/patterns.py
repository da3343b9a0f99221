"""Patterns of photos' paths, and the photos that fit one as rows of a table."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

import pandas as pd

from kit.competition.tables.listing import small_ending
from kit.presets.table.files.index import PhotoIndex
from kit.targets.cells import LINE

WHO_PLACE = "{who}"
"""The place of a pattern that says who is on a photo."""


def literal(folder: str) -> str:
    """A folder as a pattern that leads to it alone, where its name has brackets or stars."""
    return re.sub(r"[*?\[]", r"[\g<0>]", folder)


def rows_of_pattern(photos: PhotoIndex, pattern: str) -> pd.DataFrame:
    """The photos that fit a pattern, whatever the case of their ending, as rows of a table with the columns that kit
    gives every photo.
    """
    regex = re.compile(_regex(_with_small_ending(pattern)))
    rows = rows_of_images([image for image in photos.images if regex.fullmatch(_with_small_ending(image))])
    for place in ("{label}", WHO_PLACE):
        if place in pattern:
            spot = pattern.split("/").index(place)
            rows[place.strip("{}")] = [image.split("/")[spot].strip() for image in rows["image"]]
    return rows


def _with_small_ending(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return folder + slash + small_ending(name)


def looks_alike(rows: pd.DataFrame) -> bool:
    """Whether each folder holds the same names: counters that begin anew, or other looks of the same photos."""
    by_folder = rows.groupby("folder")["stem"].agg(frozenset)
    return len(by_folder) >= 2 and len(set(by_folder)) == 1


def rows_of_images(images: Sequence[str]) -> pd.DataFrame:
    """Photos as rows of a table with the columns that kit gives every photo."""
    rows = pd.DataFrame({"image": images})
    names = rows["image"].str.rpartition("/")[2] if images else pd.Series(dtype=object)
    rows["file"] = names
    rows["stem"] = [posixpath.splitext(name)[0] for name in names]
    rows["folder"] = [image.split("/")[-2].strip() if "/" in image else None for image in images]
    return rows.assign(**{LINE: range(1, len(rows) + 1)})


def _regex(pattern: str) -> str:
    """A pattern of paths as a regular expression."""
    parts = re.split(r"(\*\*/|\*|\?|\[[^\]]*\])", pattern.replace("{label}", "*").replace(WHO_PLACE, "*"))
    told = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return "".join(
        told.get(part, part.replace("[[", r"[\[").replace("[!", "[^") if part.startswith("[") else re.escape(part))
        for part in parts
    )
