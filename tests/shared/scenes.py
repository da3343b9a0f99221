"""Drawn scenes that differ from one another, copies of them as photos are copied, and a competition of them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from kit.competition.workspace import Workspace

SIZE = (96, 72)
CONTENT = {
    "name": "scenes",
    "data": "data",
    "recipe": "tiny",
    "train": {"table": "train.csv", "images": "{image}", "group": "place"},
    "test": {"table": "test.csv", "images": "{image}"},
    "tasks": {"kind": {"classes": ["town", "field"], "column": "kind"}},
    "submission": {"id": "image"},
}


def scene(rng: np.random.Generator, blur: float = 0.6) -> Image.Image:
    """Rectangles and discs of any colour, and some noise."""
    picture = Image.new("RGB", SIZE, tuple(int(one) for one in rng.integers(60, 200, 3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        left, top = (int(rng.integers(-10, length)) for length in SIZE)
        box = (left, top, left + int(rng.integers(6, 40)), top + int(rng.integers(6, 40)))
        (pen.ellipse if rng.random() < 0.5 else pen.rectangle)(
            box, fill=tuple(int(one) for one in rng.integers(0, 256, 3))
        )
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(blur)), dtype=float) + rng.normal(
        0, 3, (*SIZE[::-1], 3)
    )
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def packed(photo: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=50)
    return Image.open(buffer).convert("RGB")


COPIES = {
    "packed": packed,
    "resized": lambda photo: photo.resize((64, 48), Image.Resampling.BILINEAR),
    "cropped": lambda photo: photo.crop((1, 3, 92, 71)),
    "flipped": lambda photo: photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "brightened": lambda photo: ImageEnhance.Brightness(photo).enhance(1.3),
}


def scenes(root: Path, train: list[Image.Image], test: list[Image.Image], each: int = 1) -> Workspace:
    """A competition of photos, `each` of a place one after another; half of the places are towns."""
    (root / "data").mkdir(parents=True)
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir()
    names = {
        side: [f"{side}{number:03d}.png" for number in range(len(photos))]
        for side, photos in (("a", train), ("z", test))
    }
    for side, photos in (("a", train), ("z", test)):
        for name, photo in zip(names[side], photos, strict=True):
            photo.save(root / "data" / name)
    places = [f"p{number // each:03d}" for number in range(len(train))]
    kinds = ["town" if int(place[1:]) % 2 else "field" for place in places]
    pd.DataFrame({"image": names["a"], "place": places, "kind": kinds}).to_csv(root / "data/train.csv", index=False)
    pd.DataFrame({"image": names["z"]}).to_csv(root / "data/test.csv", index=False)
    (root / "competition.yaml").write_text(yaml.safe_dump(CONTENT, sort_keys=False))
    return Workspace(root)
