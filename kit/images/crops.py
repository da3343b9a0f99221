"""One face box for every photo, kept in runs/crops.csv: made once, the same for everybody in the team."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import behind_link, fingerprint, read_record, rename, write_record, write_text
from kit.images.boxes import read_boxes
from kit.images.faces import Sighting, search
from kit.images.look import open_look
from kit.images.region import Background, Box, Region
from kit.reporter import Reporter
from kit.schema import Frozen
from kit.table_file import Column, read_csv_table

COLUMNS = ("image", "left", "top", "right", "bottom", "faces", "source")
DETECTOR, THRESHOLD, MARGIN = "yunet", 0.5, 0.3
NO_FACE_SHARE = 0.5
"""The share of a photo's height and width that a box takes where no photo at all has a face."""

UNSEEN_BOX: Box = (0, 0, 1, 1)
"""Stands where there is a row for a photo that could not be read."""

_TODO = "restore it from git, or make it anew with 'kit crop --detector NAME' or 'kit crop --boxes FILE.csv'"


class CropRecord(Frozen):
    """How runs/crops.csv came about, and what is left around each box when it is cut."""

    kind: Literal["crops"] = "crops"
    detector: str | None
    """None where the boxes came from a csv."""
    package: str | None
    """The detector's package and version."""
    threshold: float | None
    """The least confidence of a face."""
    margin: float = Field(ge=0, le=2)
    """The share of the box's width and height that is added on each side."""
    photos: str
    """Fingerprint of the photos' names and contents."""
    face: int
    """Photos with one face."""
    nearest: int
    """Photos with several faces, where the one nearest the photo's centre was taken."""
    centre: int
    """Photos without a face, where a centred box of the others' median size was taken."""
    table: str
    """Fingerprint of runs/crops.csv."""


@dataclass(frozen=True)
class Crops:
    """`table` has the columns of runs/crops.csv, a row for each photo, sorted by image."""

    table: pd.DataFrame
    record: CropRecord

    @property
    def fingerprint(self) -> str:
        """The sha256 of what decides on the pixels: the boxes and the margin."""
        return fingerprint([sorted(self.boxes.items()), self.record.margin])

    @cached_property
    def unseen(self) -> frozenset[str]:
        """Photos that could not be read, where that is allowed: their box is no one's."""
        return frozenset(image for image, box in self.boxes.items() if box == UNSEEN_BOX)

    @cached_property
    def boxes(self) -> dict[str, Box]:
        edges = self.table[["left", "top", "right", "bottom"]].itertuples(index=False, name=None)
        return dict(zip(self.table["image"], edges, strict=True))

    def regions(self, images: Iterable[str], background: Background = "keep") -> dict[str, Region]:
        """The part of each image to cut out; one without a box is an error that names it."""
        images = list(images)
        without = [image for image in images if image not in self.boxes]
        if without:
            raise KitError(
                f"{len(without)} of {len(images)} photos have no box, such as '{without[0]}'",
                where="runs/crops.csv",
                todo="run 'kit crop'",
            )
        return {image: Region(self.boxes[image], self.record.margin, background) for image in images}


def read_crops(path: Path) -> Crops:
    """Read runs/crops.csv and its record; what was changed or damaged is refused by name."""
    if not path.exists():
        raise KitError("there are no face boxes yet", where=path, todo="run 'kit crop' first")
    if not path.with_suffix(".json").exists():
        raise KitError("the record of these boxes, crops.json, is not beside them", where=path, todo=_TODO)
    record = read_record(path.with_suffix(".json"), CropRecord, together=[path])
    table = _read_table(path)
    if _fingerprint(table) != record.table and _next(path).exists():
        table = _read_table(_next(path))  # who wrote it was killed before it had its name
    if _fingerprint(table) != record.table:
        raise KitError("these boxes are not those that its record names", where=path, todo=_TODO)
    return Crops(table, record)


def _read_table(path: Path) -> pd.DataFrame:
    numbers = [Column(name, "whole", low=0, high=2**31) for name in (*COLUMNS[1:5], "faces")]
    columns = [Column("image", unique=True), *numbers, Column("source")]
    return read_csv_table(path, columns, todo=_TODO, together=[path.with_name("crops.json")])


def _next(path: Path) -> Path:
    """Where new boxes lie until their record, which decides, is written; beside the file that a link leads to."""
    real = behind_link(path)
    return real.with_name(f".{real.name}.next")


def _write(path: Path, crops: Crops) -> None:
    """Replace boxes and record so that at every moment the record's boxes are there."""
    buffer = io.StringIO()
    crops.table.to_csv(buffer, index=False, lineterminator="\n")
    write_text(_next(path), buffer.getvalue())
    try:
        write_record(path.with_suffix(".json"), crops.record)
    except KitError:  # the boxes of before are still the record's
        _next(path).unlink(missing_ok=True)
        raise
    rename(_next(path), behind_link(path))


def make_crops(
    workspace: Workspace,
    images: Sequence[str],
    *,
    detector: str | None = None,
    threshold: float | None = None,
    margin: float | None = None,
    boxes: Path | None = None,
    reporter: Reporter | None = None,
) -> tuple[Crops, bool]:
    """Find a box for each of `images` and write runs/crops.csv and .json; returns them, and whether they are new.

    The boxes are those of a detector, or of a csv. What is not given stays as the record has it, and boxes of the same
    photos are then kept as they are, whatever version of the detector is installed here.
    """
    if boxes is not None and (detector is not None or threshold is not None):
        raise KitError("boxes come from a csv or from a detector", where="--boxes", todo="leave one of them out")
    with claimed(workspace.crops_path, reporter):
        return _make_crops(workspace, images, detector, threshold, margin, boxes, reporter or Reporter())


def _make_crops(
    workspace: Workspace,
    images: Sequence[str],
    detector: str | None,
    threshold: float | None,
    margin: float | None,
    boxes: Path | None,
    reporter: Reporter,
) -> tuple[Crops, bool]:
    path = workspace.crops_path
    before = _before(path, replaced=boxes is not None or detector is not None)
    old = before.record if before is not None else None
    if threshold is not None and detector is None:
        detector = (old.detector if old is not None else None) or DETECTOR
    if margin is None:
        margin = old.margin if old is not None else MARGIN
    photos = workspace.pixels.fingerprint or ""
    test = workspace.competition.test
    may_fail = frozenset(workspace.test["image"] if test is not None and test.unreadable is not None else ())
    same = old is not None and (photos, detector or old.detector, threshold or old.threshold) == (
        old.photos,
        old.detector,
        old.threshold,
    )
    if before is not None and same and boxes is None:
        crops = Crops(before.table, before.record.model_copy(update={"margin": margin}))
    elif boxes is not None:
        found = read_boxes(boxes, workspace.data_dir, images, open_look(workspace, reporter), may_fail)
        crops = _crops(found, photos, margin, None, None, None)
    elif old is not None and old.detector is None and detector is None:
        raise KitError(
            "these boxes came from a csv, and the photos are no longer the same",
            where=path,
            todo="give a csv with --boxes, or a detector with --detector",
        )
    else:
        name = detector or (old.detector if old is not None else None) or DETECTOR
        threshold = threshold or (old.threshold if old is not None else None) or THRESHOLD
        look = open_look(workspace, reporter)
        found, package = search(workspace.cache_dir, workspace.data_dir, images, name, reporter, look, may_fail)
        crops = _crops({image: found[image] for image in images}, photos, margin, name, package, threshold)
    if before is not None and crops.record == old and not _next(path).exists():
        return before, False
    _write(path, crops)
    return crops, True


def _before(path: Path, *, replaced: bool) -> Crops | None:
    """The crops that are there; damaged ones are an error only where something of them would be kept."""
    if not path.exists():
        return None
    try:
        return read_crops(path)
    except KitError:
        if replaced:
            return None
        raise


def _crops(
    found: Mapping[str, Sighting],
    photos: str,
    margin: float,
    detector: str | None,
    package: str | None,
    threshold: float | None,
) -> Crops:
    table = choose_boxes(found, threshold or 0)
    counts = table["source"].value_counts()
    record = CropRecord(
        detector=detector,
        package=package,
        threshold=threshold,
        margin=margin,
        photos=photos,
        face=int(counts.get("face", 0)),
        nearest=int(counts.get("nearest", 0)),
        centre=int(counts.get("centre", 0)),
        table=_fingerprint(table),
    )
    return Crops(table, record)


def choose_boxes(sightings: Mapping[str, Sighting], threshold: float) -> pd.DataFrame:
    """One box a photo: the face, of several the one nearest the photo's centre, of none a centred box.

    A centred box has the median size of the chosen ones, as shares of their photos' heights and widths.
    """
    faces = {image: sighting.surer_than(threshold) for image, sighting in sightings.items()}
    chosen = {image: _nearest(found, sightings[image]) for image, found in faces.items() if found}
    shares = median_shares(chosen, {image: (seen.height, seen.width) for image, seen in sightings.items()})
    rows = []
    for image in sorted(sightings):
        count, box = len(faces[image]), chosen_box(sightings[image], threshold, lambda: shares)
        rows.append((image, *box, count, ("centre", "face", "nearest")[min(count, 2)]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def median_shares(chosen: Mapping[str, Box], sizes: Mapping[str, tuple[int, int]]) -> tuple[float, float]:
    """The median share of their photos' heights and widths that boxes take; sizes: (height, width) of each photo."""
    shares = [
        ((bottom - top) / sizes[image][0], (right - left) / sizes[image][1])
        for image, (left, top, right, bottom) in chosen.items()
    ]
    down, across = np.median(shares, axis=0) if shares else (NO_FACE_SHARE, NO_FACE_SHARE)
    return float(down), float(across)


def chosen_box(photo: Sighting, threshold: float, shares: Callable[[], tuple[float, float]]) -> Box:
    """The box of one photo, as `choose_boxes` has it; shares: how large a centred box is."""
    faces = photo.surer_than(threshold)
    return _nearest(faces, photo) if faces else _centred(photo, *shares())


def _nearest(faces: Sequence[tuple[int, int, int, int, float]], photo: Sighting) -> Box:
    def distance(face: tuple[int, int, int, int, float]) -> float:
        return (face[0] + face[2] - photo.width) ** 2 + (face[1] + face[3] - photo.height) ** 2

    return min(faces, key=distance)[:4]


def _centred(photo: Sighting, down: float, across: float) -> Box:
    height, width = max(1, round(photo.height * down)), max(1, round(photo.width * across))
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    return left, top, left + width, top + height


def _fingerprint(table: pd.DataFrame) -> str:
    return fingerprint([[str(value) for value in row] for row in table.itertuples(index=False, name=None)])
