"""The photos that a side's rows lead to, and those that no side leads to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from kit.competition.templates import filled, folders_and_last
from kit.presets.table.files.facts import Facts
from kit.presets.table.found.side import Side


def images_of(facts: Facts, side: Side) -> set[str]:
    """The photos that a side's rows lead to, as far as their columns' cells name them."""
    if side.table is None:
        return set(side.rows["image"])
    if "*" not in side.images and side.photo_columns:
        paths = set(filled(side.images, side.rows.dropna(subset=side.photo_columns), facts.root))
        if paths and paths <= set(facts.photos.images):
            return paths
    if side.column is None:
        folder = re.split(r"[{*]", side.images)[0]
        return {image for image in facts.photos.images if image.startswith(folder)}
    cells = side.rows[side.column].dropna().unique()
    folder = side.lead.folder if side.lead else ""
    if side.lead is not None and (side.lead.many or side.lead.bands):
        return {image for image in facts.photos.images if image.startswith(f"{folder}/" if folder else "")}
    last = folders_and_last(side.images)[1]
    if "*" not in last.rpartition(".")[0] and not re.fullmatch(r"{[^{}\[\]:]+}(\.[\w*]+)?", last):  # more than a cell
        known = side.rows.dropna(subset=side.photo_columns)
        cells = np.unique([path.rpartition("/")[2] for path in filled(side.images, known, facts.root)])
    found = {hit.image for cell in cells for hit in facts.photos.hits(cell)}
    inside = _within(side.images)
    return {image for image in found if inside.match(image)}


def _within(template: str) -> re.Pattern[str]:
    """What the paths of photos begin with that lie in the folders of a template."""
    told = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "{": ".*"}
    before, last = folders_and_last(template)
    folder = template[: len(template) - len(last)] if before else ""
    parts = re.split(r"(\*\*/|\*|{[^{}]*})", folder)
    return re.compile("".join(told.get("{" if part.startswith("{") else part, re.escape(part)) for part in parts))


def left_folders(facts: Facts, sides: Sequence[Side]) -> Counter[str]:
    """The folders of photos that no side leads to, and how many."""
    known = {image for side in sides for image in images_of(facts, side)}
    return Counter(image.rpartition("/")[0] for image in facts.photos.images if image not in known)
