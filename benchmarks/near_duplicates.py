"""`make bench-duplicates`: which near-duplicates are found, by kind; false pairs among different photos; seconds.

python -m benchmarks.near_duplicates FOLDER [--people 1430] [--photos 20000]
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from kit.images.cache import open_cache
from kit.images.near_duplicates import SIDE, find_near_duplicates
from kit.presets.demo.draw import draw_demo

COPIES = 300
"""Photos of which a copy of each kind is made."""


def _packed(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=50)
    return Image.open(buffer).convert("RGB")


def _resized(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    return photo.resize((photo.width * 2 // 3, photo.height * 2 // 3), Image.Resampling.BILINEAR)


def _cropped(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    width, height = round(photo.width * 0.95), round(photo.height * 0.95)
    left, top = int(rng.integers(0, photo.width - width + 1)), int(rng.integers(0, photo.height - height + 1))
    return photo.crop((left, top, left + width, top + height))


def _flipped(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    return photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _brightened(photo: Image.Image, rng: np.random.Generator) -> Image.Image:
    return ImageEnhance.Brightness(photo).enhance(1.3)


KINDS: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "JPEG again, quality 50": _packed,
    "resized to 2/3": _resized,
    "cropped by 5 %": _cropped,
    "flipped": _flipped,
    "brightened by 30 %": _brightened,
}


def main() -> None:
    """Print both tables as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1429, help="7 different photos of each are drawn")
    parser.add_argument("--photos", type=int, default=20000, help="how many are looked through against the clock")
    options = parser.parse_args()
    data = options.folder / "data"
    draw_demo(data, people=options.people, test_people=6)
    images = sorted(path.relative_to(data).as_posix() for path in (data / "train/images").glob("*/[!.]*"))
    people = np.array([image.split("/")[2] for image in images])
    made = _copies(data, images)
    print("| kind | copies | found |")
    print("|---|---|---|")
    known = [image for image, _ in next(iter(made.values()))]
    began = time.monotonic()
    cached = open_cache(options.folder / "cache", data, images, (SIDE, SIDE))
    small = cached.array[cached.rows(images)]
    decoding = (time.monotonic() - began) / len(images)
    for kind, pairs in made.items():
        copies = open_cache(options.folder / "cache", data, [copy for _, copy in pairs], (SIDE, SIDE))
        with_copies = np.concatenate([small, copies.array[copies.rows(copy for _, copy in pairs)]])
        place = {image: row for row, image in enumerate(images)}
        found = {(pair.first, pair.second) for pair in find_near_duplicates(with_copies)}
        hits = sum((place[image], len(images) + row) in found for row, (image, _) in enumerate(pairs))
        print(f"| {kind} | {len(known)} | {hits / len(known):.1%} |", flush=True)
    told = find_near_duplicates(small)
    false = sum(people[pair.first] != people[pair.second] for pair in told)
    print(f"\n{len(images):,} photos of {options.people:,} people: {false} pairs of different people,", end=" ")
    print(f"{len(told) - false} of one person's", flush=True)
    many = np.concatenate([small] * (-(-options.photos // len(small))))[: options.photos].copy()
    many += np.random.default_rng(0).integers(0, 2, many.shape, dtype=np.uint8)  # so that bytes differ
    began, cpu = time.monotonic(), time.process_time()
    find_near_duplicates(many)
    spent = f"{time.monotonic() - began:.0f} s, {time.process_time() - cpu:.0f} s of CPU"
    print(f"decoding: {1000 * decoding:.1f} ms a photo; comparing {len(many):,} photos: {spent}")


def _copies(data: Path, images: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Of each kind the images and their copies, drawn once."""
    rng = np.random.default_rng(0)
    chosen = sorted(rng.permutation(len(images))[:COPIES])
    made: dict[str, list[tuple[str, str]]] = {}
    for number, (kind, change) in enumerate(KINDS.items()):
        made[kind] = []
        for place in chosen:
            copy = f"copies/{number}/{place}.png"
            photo = Image.open(data / images[place]).convert("RGB")
            (data / copy).parent.mkdir(parents=True, exist_ok=True)
            change(photo, rng).save(data / copy)
            made[kind].append((images[place], copy))
    return made


if __name__ == "__main__":
    main()
