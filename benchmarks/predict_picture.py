"""Ten photos of the demo's test set and a film of its people, answered by the demo's newest submission, as a picture.

python -m benchmarks.predict_picture demo docs/predict.jpg
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

import kit
from kit.images.decode import decode
from kit.images.sheet import contact_sheet, save_image
from kit.reporter import Reporter
from kit.ship.answers import answered, short_rows
from kit.ship.camera import answered_frames
from kit.ship.drawing import drawn
from kit.ship.predictor import Predictor, Subject
from kit.ship.shipped import Shipped, ship

PHOTOS, FRAMES, SIDE = 10, 5, 200


def main(demo: Path, path: Path) -> None:
    workspace = kit.open(demo)
    shipped = ship(workspace, None, Reporter())
    photos = [workspace.data_dir / image for image in workspace.test["image"][:PHOTOS]]
    said = Predictor(shipped, Reporter())([Subject(photo.name, photo) for photo in photos])
    rows = short_rows(workspace.competition, said, answered(shipped, said))
    pictures = [_picture(photo, shipped, row) for photo, row in zip(photos, rows, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.avi"
        _write_film(film, photos[:FRAMES])
        for frame in answered_frames(shipped, str(film)):
            pictures.append(_picture(frame.path, shipped, frame.short[0]))
            print(", ".join(map(str, frame.short[0].values())))
    save_image(path, contact_sheet(pictures, columns=5))
    print(f"{path}: {PHOTOS} photos and {FRAMES} frames of a film, answered by {shipped.name}")


def _picture(photo: Path, shipped: Shipped, row: dict[str, object]) -> np.ndarray:
    told = {task: answer for task, answer in row.items() if task not in ("photo", "target")}
    picture = Image.fromarray(drawn(photo, shipped.look, [told], [None]))
    picture.thumbnail((SIDE, SIDE))
    return np.array(picture)


def _write_film(path: Path, photos: list[Path]) -> None:
    pictures = [decode(photo) for photo in photos]
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5.0, (width, height))
    for picture in pictures:
        writer.write(cv2.cvtColor(cv2.resize(picture, (width, height)), cv2.COLOR_RGB2BGR))
    writer.release()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
