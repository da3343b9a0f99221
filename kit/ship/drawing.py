"""Photos with what was said of them written on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kit.images.decode import decode
from kit.images.look import Look, to_look_at
from kit.images.region import Box
from kit.images.sheet import save_image

_BOX, _PAPER, _INK = (60, 220, 90), (20, 20, 20), (255, 255, 255)
SMALLEST = 320
"""Pixels of the longer side: a smaller photo is enlarged, so that what is said can be read."""


def drawn(photo: Path, look: Look, answers: Sequence[Mapping[str, Any]], boxes: Sequence[Box | None]) -> np.ndarray:
    """(height, width, 3) uint8: the photo, its faces' boxes, and a line for each task beside each.

    answers: for each box, or for the whole photo, what was said by the task's name.
    """
    picture = Image.fromarray(to_look_at(decode(photo, look=look)))
    scale = max(1, -(-SMALLEST // max(picture.size)))
    picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.BILINEAR)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=max(12, picture.width // 32))
    for answer, box in zip(answers, boxes, strict=True):
        left, top = 0, 0
        if box is not None:
            left, top = box[0] * scale, box[1] * scale
            pen.rectangle([edge * scale for edge in box], outline=_BOX, width=max(2, picture.width // 250))
        text = "\n".join(f"{task}: {said}" for task, said in answer.items())
        size = pen.multiline_textbbox((0, 0), text, font=font)
        left = max(0, min(left, picture.width - int(size[2]) - 8))
        pen.rectangle([left, top, left + size[2] + 8, top + size[3] + 8], fill=_PAPER)
        pen.multiline_text((left + 4, top + 4), text, _INK, font=font)
    return np.array(picture)


def picture_paths(folder: Path, photos: Sequence[Path]) -> dict[Path, Path]:
    """Where each photo's picture goes: its own name, numbered where several photos have it, on any disk."""
    taken, found = set[str](), {}
    for photo in photos:
        name = next(name for name in _numbered(photo.stem) if name.casefold() not in taken)
        taken.add(name.casefold())
        found[photo] = folder / f"{name}.png"
    return found


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


def write_drawings(
    folder: Path, look: Look, photos: Sequence[Path], rows: Sequence[Mapping[str, Any]], boxes: Sequence[Box | None]
) -> list[Path]:
    """Write a picture for each photo into `folder`; photos, rows and boxes: those of each answer."""
    paths = picture_paths(folder, list(dict.fromkeys(photos)))
    for photo, path in paths.items():
        mine = [place for place, other in enumerate(photos) if other == photo]
        save_image(path, drawn(photo, look, [rows[place] for place in mine], [boxes[place] for place in mine]))
    return list(paths.values())
