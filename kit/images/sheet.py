"""Pictures of pictures: contact sheets with captions, for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kit.errors import KitError, nearest
from kit.files import atomic_path

_GAP = 4
_PAPER, _INK = (255, 255, 255), (20, 20, 20)
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def contact_sheet(images: Sequence[np.ndarray], captions: Sequence[str] = (), columns: int = 8) -> np.ndarray:
    """Lay (h, w, 3) uint8 images, of equal or different sizes, out in a grid: (height, width, 3) uint8.

    Cells are as large as the largest image; a caption stands under its image, cut to the cell's width.
    """
    if not images:
        raise KitError("there are no images to show")
    if captions and len(captions) != len(images):
        raise KitError(f"{len(captions)} captions do not fit {len(images)} images")
    columns = max(1, min(columns, len(images)))
    rows = -(-len(images) // columns)
    cell_height, cell_width = (max(image.shape[axis] for image in images) for axis in (0, 1))
    font = ImageFont.load_default()
    line = int(font.getbbox("Äg")[3]) + 2 if captions else 0
    step_y, step_x = cell_height + line + _GAP, cell_width + _GAP
    sheet = Image.new("RGB", (columns * step_x + _GAP, rows * step_y + _GAP), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, image in enumerate(images):
        top, left = _GAP + number // columns * step_y, _GAP + number % columns * step_x
        middle = (left + (cell_width - image.shape[1]) // 2, top + (cell_height - image.shape[0]) // 2)
        sheet.paste(Image.fromarray(image), middle)
        if captions:
            pen.text((left, top + cell_height), _cut(captions[number], cell_width, pen, font), _INK, font=font)
    return np.array(sheet)


def _cut(text: str, width: int, pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    if pen.textlength(text, font=font) <= width:
        return text
    while text and pen.textlength(text + "…", font=font) > width:
        text = text[:-1]
    return text + "…"


def image_format(path: Path) -> str:
    """The format that a path's suffix asks for: PNG, JPEG or WEBP; another suffix is an error."""
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise KitError(f"images cannot be written as '{path.suffix}'", where=path, todo=nearest(path.suffix, _FORMATS))
    return kind


def save_image(path: Path, image: np.ndarray) -> None:
    """Write an (height, width, 3) uint8 image as PNG, JPEG or WebP (by the suffix), whole or not at all."""
    kind = image_format(Path(path))
    with atomic_path(path) as temporary:
        Image.fromarray(image).save(temporary, format=kind, quality=95)
