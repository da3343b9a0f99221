"""A contact sheet of crops: what will be cut from each photo, the doubtful ones first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

from kit.images.crops import Crops
from kit.images.decode import PLAINLY, decode
from kit.images.look import Look, to_look_at
from kit.images.region import Region
from kit.images.sheet import contact_sheet, save_image

PHOTOS = 48
COLUMNS = 8
SIDE = 160
"""The longer side of a photo in the sheet, in pixels."""

_MOST = {"centre": 24, "nearest": 12, "face": PHOTOS}
_BOX, _ELLIPSE = (60, 220, 90), (255, 210, 60)
_DIM = 0.35


def write_sheet(crops: Crops, data_dir: Path, path: Path, look: Look = PLAINLY) -> int:
    """Draw up to 48 photos: first those without a face, then those with several, then others; returns how many.

    What will be cut away is dark; the box is green, and the ellipse that `background: ellipse` keeps is yellow.
    """
    rows = _chosen(crops.table[~crops.table["image"].isin(crops.unseen)]).to_dict("records")
    regions = crops.regions([row["image"] for row in rows])
    pictures = [_picture(data_dir / row["image"], regions[row["image"]], look) for row in rows]
    save_image(path, contact_sheet(pictures, [_caption(row) for row in rows], COLUMNS))
    return len(rows)


def _chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of each kind, evenly spread over the photos of that kind."""
    parts: list[pd.DataFrame] = []
    for source, most in _MOST.items():
        rows = table[table["source"] == source]
        count = min(len(rows), most, PHOTOS - sum(map(len, parts)))
        parts.append(rows.iloc[np.linspace(0, len(rows) - 1, count).round().astype(int)])
    return pd.concat(parts)


def _caption(row: dict) -> str:
    told = {"centre": "no face: centre", "nearest": f"{row['faces']} faces: nearest", "face": "face"}[row["source"]]
    return f"{told} · {_short(row['image'].split('/'))}"


def _short(parts: Sequence[str]) -> str:
    return "/".join(part if part is parts[-1] else part[:8] for part in parts[-2:])


def _picture(path: Path, region: Region, look: Look) -> np.ndarray:
    pixels = to_look_at(decode(path, look=look))
    height, width = pixels.shape[:2]
    left, top, right, bottom = region.cut(width, height)
    shown = (pixels * _DIM).astype(np.uint8)
    shown[top:bottom, left:right] = pixels[top:bottom, left:right]
    scale = SIDE / max(height, width)
    picture = Image.fromarray(shown).resize((max(1, round(width * scale)), max(1, round(height * scale))))
    pen = ImageDraw.Draw(picture)
    pen.ellipse([edge * scale for edge in region.ellipse], outline=_ELLIPSE)
    pen.rectangle([edge * scale for edge in region.box], outline=_BOX)
    return np.array(picture)
