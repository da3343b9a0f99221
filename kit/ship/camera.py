"""Frames of a camera, or of a film, answered one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.errors import KitError
from kit.reading import require_file
from kit.reporter import Reporter
from kit.ship.answers import answered, rows_of, short_rows
from kit.ship.predictor import Engine, Predictor, Subject
from kit.ship.shipped import Shipped


@dataclass(frozen=True)
class Frame:
    """What is said of one frame: a row for each face where the models look at faces, otherwise one."""

    number: int
    path: Path
    """The frame as a picture file, which is gone when the next one comes."""
    subjects: tuple[Subject, ...]
    rows: list[dict[str, Any]]
    short: list[dict[str, Any]]


def answered_frames(shipped: Shipped, source: str, engine: Engine = "torch") -> Iterator[Frame]:
    """Answers to the frames of a camera's number, or of a film's file, until it ends; the models stay in memory.

    A frame becomes a file without loss, and is decoded as any photo is.
    """
    import cv2

    predictor = Predictor(shipped, Reporter(), keeps_models=True, engine=engine)
    competition = shipped.workspace.competition
    with _opened(source) as capture, tempfile.TemporaryDirectory(prefix="kit-camera-") as folder:
        number = 0
        while True:
            there, pixels = capture.read()
            if not there:
                break
            number += 1
            path = Path(folder) / f"frame-{number:06d}.bmp"
            cv2.imwrite(str(path), pixels)
            if shipped.looks_at_faces:
                boxes = shipped.boxes.all_of(path)
                subjects = [Subject(f"frame {number}, face {face}", path, box) for face, box in enumerate(boxes, 1)]
            else:
                subjects = [Subject(f"frame {number}", path)]
            said = predictor(subjects)
            if said.unreadable:
                raise next(iter(said.unreadable.values()))
            rows: list[dict[str, Any]] = []
            short: list[dict[str, Any]] = []
            if said.subjects:
                predictions = answered(shipped, said)
                rows, short = rows_of(competition, said, predictions), short_rows(competition, said, predictions)
            yield Frame(number, path, said.subjects, rows, short)
            path.unlink()
        if number == 0:
            raise KitError("it shows nothing", where=_named(source))


@contextmanager
def _opened(source: str) -> Iterator[Any]:
    import cv2

    if not source.isdigit():
        require_file(Path(source))
    capture = cv2.VideoCapture(int(source) if source.isdigit() else source)
    try:
        if not capture.isOpened():
            raise KitError("it cannot be opened", where=_named(source), todo="name another camera, such as --camera 0")
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # of a camera the newest frame, not one that waited
        yield capture
    finally:
        capture.release()


def _named(source: str) -> str:
    return f"camera {source}" if source.isdigit() else source
