"""`make bench-eda`: seconds of `kit eda` on 20,000 photos of 384 x 512 pixels, its page with them, from nothing.

python -m benchmarks.eda_speed FOLDER [PHOTOS]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image

SIZE, PER_GROUP, TEST = (384, 512), 7, 0.2
SPEC = """name: many
data: data
train: {table: train.csv, images: "images/{image}", group: group}
test: {table: test.csv, images: "images/{image}"}
tasks:
  label: {classes: [a, b], column: label}
submission: {id: image, label: label}
"""


def draw(place: tuple[Path, int]) -> None:
    """A photo of its own: soft patches of light, and the noise of a camera."""
    folder, number = place
    rng = np.random.default_rng(number)
    patches = Image.fromarray(rng.integers(0, 256, (8, 6, 3), np.uint8)).resize(SIZE, Image.Resampling.BICUBIC)
    noise = rng.integers(-6, 7, (SIZE[1], SIZE[0], 1), np.int16)
    pixels = (np.asarray(patches, dtype=np.int16) + noise).clip(0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(folder / f"{number:05d}.jpg", quality=90)


def main(root: Path, n_photos: int = 20_000) -> None:
    shutil.rmtree(root, ignore_errors=True)
    images = root / "data/images"
    images.mkdir(parents=True)
    with Pool() as pool:
        pool.map(draw, [(images, number) for number in range(n_photos)], chunksize=100)
    n_test = round(TEST * n_photos)
    train = [f"{number:05d}.jpg,g{number // PER_GROUP},{'ab'[number % 2]}" for number in range(n_test, n_photos)]
    (root / "data/train.csv").write_text("\n".join(["image,group,label", *train]))
    (root / "data/test.csv").write_text("\n".join(["image", *(f"{number:05d}.jpg" for number in range(n_test))]))
    (root / "competition.yaml").write_text(SPEC)
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "kit", "-C", root, "eda"], check=True, capture_output=True)
    print(f"kit eda of {n_photos:,} photos of {SIZE[0]} x {SIZE[1]}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
