"""The part of a new photo that a recipe of crops looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.crops import Crops, chosen_box, median_shares, read_crops
from kit.images.decode import decode, image_size
from kit.images.faces import Detector, Sighting, find_faces, load_detector
from kit.images.look import Look, to_look_at
from kit.images.region import Box


@dataclass(frozen=True)
class FaceBoxes:
    """What `kit crop` was told, for photos that it has not seen."""

    name: str | None
    """The detector; None where the boxes came from a csv."""
    package: str | None
    threshold: float
    margin: float
    known: Callable[[Path], Box | None]
    """The box that a photo has already."""
    shares: Callable[[], tuple[float, float]]
    """The share of a photo's height and width that a box takes where there is no face."""
    look: Look
    warn: Callable[[str], None]

    def of(self, photo: Path) -> Box:
        """The face's box, of several faces that of the one nearest the centre, of none a centred box."""
        box = self.known(photo)
        return chosen_box(self._sighted(photo), self.threshold, self.shares) if box is None else box

    def all_of(self, photo: Path) -> list[Box]:
        """The boxes of all faces, from the left."""
        return sorted(face[:4] for face in self._sighted(photo).surer_than(self.threshold))

    def _sighted(self, photo: Path) -> Sighting:
        return find_faces(to_look_at(decode(photo, look=self.look)), self._detector)

    @cached_property
    def _detector(self) -> Detector:
        if self.name is None:
            raise KitError(
                "its face boxes came from a csv: nothing here finds those of other photos",
                where="runs/crops.csv",
                todo="make boxes with 'kit crop --detector yunet', and train on them",
            )
        detector, package = load_detector(self.name)
        if package != self.package:
            self.warn(f"faces are found by {package}; the boxes it was trained on are of {self.package}")
        return detector


def workspace_boxes(workspace: Workspace, look: Look) -> FaceBoxes:
    """Those of runs/crops.csv; a photo of the data folder keeps the box that it has there."""
    crops, data_dir = read_crops(workspace.crops_path), workspace.data_dir.resolve()

    def known(photo: Path) -> Box | None:
        photo = photo.resolve()
        return crops.boxes.get(photo.relative_to(data_dir).as_posix()) if photo.is_relative_to(data_dir) else None

    return FaceBoxes(
        name=crops.record.detector,
        package=crops.record.package,
        threshold=crops.record.threshold or 0.0,
        margin=crops.record.margin,
        known=known,
        shares=lambda: box_shares(crops, workspace.data_dir, look),
        look=look,
        warn=workspace.warn_once,
    )


def box_shares(crops: Crops, data_dir: Path, look: Look) -> tuple[float, float]:
    """The median shares of the boxes of faces, as `kit crop` reckoned them."""
    faces = crops.table[crops.table["source"] != "centre"]
    sizes = {image: image_size(data_dir / image, look) for image in faces["image"]}
    return median_shares({image: crops.boxes[image] for image in faces["image"]}, sizes)
