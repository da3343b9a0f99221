"""Face boxes that a person or another program wrote in a csv."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from kit.competition.tables import read_csv
from kit.cores import in_threads
from kit.errors import KitError, nearest
from kit.images.decode import PLAINLY, image_size
from kit.images.faces import UNSEEN, Found, Sighting
from kit.images.look import Look
from kit.reading import require_file
from kit.table_form import OURS
from kit.targets.cells import LINE

EDGES = ("left", "top", "right", "bottom")


def read_boxes(
    path: Path, data_dir: Path, images: Sequence[str], look: Look = PLAINLY, may_fail: Collection[str] = ()
) -> dict[str, Sighting]:
    """Read a csv with the columns image, left, top, right and bottom (pixels of the upright photo) for `images`.

    An image is named as in the competition, or by a file name that only one image has; one that stands on several
    lines has several faces, and one that stands on none has no face. A box that reaches over a photo's edge ends there.
    Boxes of photos that cannot be read, and need not be (may_fail), are not looked at.
    Raises KitError, with the line, for an unknown image, a box without extent and one that lies outside of the photo.
    """
    require_file(path, todo="mend --boxes")
    table = read_csv(path, OURS)
    for column in ("image", *EDGES):
        if column not in table:
            known = [name for name in table.columns if name != LINE]
            raise KitError(f"there is no column '{column}'", where=path, todo=nearest(column, known))
    found = in_threads(lambda image: _size(data_dir, image, look, may_fail), images)
    sizes = dict(zip(images, found, strict=True))
    by_name = defaultdict(list)
    for image in images:
        by_name[image.rpartition("/")[2]].append(image)
    faces: dict[str, list[Found]] = {image: [] for image in images}
    for row in table.to_dict("records"):
        where = f"{path}, line {row[LINE]}"
        image = _image(row["image"], sizes, by_name, where)
        size = sizes[image]
        if size is not None:
            faces[image].append((*_box(row, size, where), 1.0))
    return {
        image: UNSEEN if size is None else Sighting(height=size[0], width=size[1], faces=(tuple(faces[image]),))
        for image, size in sizes.items()
    }


def _size(data_dir: Path, image: str, look: Look, may_fail: Collection[str]) -> tuple[int, int] | None:
    """Height and width; None of a photo that cannot be read and need not be."""
    try:
        return image_size(data_dir / image, look)
    except KitError:
        if image in may_fail:
            return None
        raise


def _image(name: object, sizes: Mapping[str, object], by_name: dict[str, list[str]], where: str) -> str:
    if not isinstance(name, str):
        raise KitError("there is no image", where=where, todo="complete or remove that line")
    if name in sizes:
        return name
    others = by_name.get(name, [])
    if len(others) == 1:
        return others[0]
    if others:
        raise KitError(
            f"'{name}' could be {others[0]} or {others[1]}", where=where, todo="write the path below the data folder"
        )
    raise KitError(
        f"the competition has no image '{name}'",
        where=where,
        todo=f"write it like '{next(iter(sizes), 'folder/name.png')}', or its file name",
    )


def _box(row: dict[str, object], size: tuple[int, int], where: str) -> tuple[int, int, int, int]:
    edges = []
    for edge in EDGES:
        number = pd.to_numeric(row[edge], errors="coerce")
        if not math.isfinite(number):
            raise KitError(f"'{edge}' is no number: {row[edge]!r}", where=where, todo="mend that line")
        edges.append(round(number))
    left, top, right, bottom = edges
    if left >= right or top >= bottom:
        raise KitError(f"this box is empty: {tuple(edges)}", where=where, todo="it needs left < right and top < bottom")
    height, width = size
    box = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if box[0] >= box[2] or box[1] >= box[3]:
        raise KitError(
            f"this box lies outside of its photo, which is {width} wide and {height} high: {tuple(edges)}",
            where=where,
            todo="boxes are in pixels of the upright photo",
        )
    return box
