"""`make bench-shift`: planted shifts of twelve kinds in five sizes, found or missed, and false alarms of clean sets.

Drawn people of seven photos each; nobody is on both sides. python -m benchmarks.shift FOLDER [--clean 50]
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from PIL import Image, ImageEnhance, ImageFilter

from kit.images.decode import PLAINLY
from kit.images.facts import facts_of
from kit.images.near_duplicates import SIDE, find_near_duplicates
from kit.presets.demo.draw import draw_demo
from kit.report.shift import TWINS, Property, fact_shifts, pixel_shift
from kit.reporter import Reporter

PEOPLE, TRAIN, TEST = 300, 120, 60
Change = Callable[[Image.Image, float, np.random.Generator], Image.Image]


def _cast(photo: Image.Image, size: float, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(photo, dtype=float) + size * np.array([1.0, 0.0, -1.0])
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _noisy(photo: Image.Image, size: float, rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(photo, dtype=float)
    return Image.fromarray((pixels + rng.normal(0, size, pixels.shape)).clip(0, 255).astype(np.uint8))


def _grey(photo: Image.Image, size: float, rng: np.random.Generator) -> Image.Image:
    return ImageEnhance.Color(photo).enhance(1 - size)


def _wider(photo: Image.Image, size: float, rng: np.random.Generator) -> Image.Image:
    cut = round(photo.height * size / 2)
    return photo.crop((0, cut, photo.width, photo.height - cut))


CHANGES: dict[str, tuple[tuple[float, ...], Change]] = {
    "grey (less colour)": ((0.1, 0.2, 0.4, 0.7, 1.0), _grey),
    "colour cast (levels)": ((2, 4, 8, 16, 32), _cast),
    "brightness (times)": (
        (0.95, 0.9, 0.8, 0.7, 0.5),
        lambda photo, size, _: ImageEnhance.Brightness(photo).enhance(size),
    ),
    "contrast (times)": ((0.95, 0.9, 0.8, 0.7, 0.5), lambda photo, size, _: ImageEnhance.Contrast(photo).enhance(size)),
    "blur (pixels)": ((0.3, 0.4, 0.5, 0.8, 1.5), lambda photo, size, _: photo.filter(ImageFilter.GaussianBlur(size))),
    "noise (levels)": ((1, 2, 4, 8, 16), _noisy),
    "size (times)": (
        (0.98, 0.95, 0.9, 0.75, 0.5),
        lambda photo, size, _: photo.resize((round(photo.width * size), round(photo.height * size))),
    ),
    "aspect (height cut)": ((0.02, 0.04, 0.08, 0.15, 0.3), _wider),
}
"""Every test photo is changed by one of five sizes, and saved as it was."""
SHARES = (0.02, 0.05, 0.1, 0.25, 1.0)
QUALITIES = (90, 85, 80, 60, 30)
IN_FILES = ("quality (JPEG)", "codec (share)", "EXIF (share)")


def main() -> None:
    """Print the table as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clean", type=int, default=50)
    options = parser.parse_args()
    data = options.folder / "data"
    draw_demo(data, people=PEOPLE, test_people=6)
    images = sorted(path.relative_to(data).as_posix() for path in (data / "train/images").glob("*/[!.]*"))
    began = time.monotonic()
    pool = Pool(data, images)
    print(f"{len(images):,} photos of {96} x 128: {1000 * (time.monotonic() - began) / len(images):.1f} ms a photo\n")
    print("| planted | size: the alarms that it raises |", flush=True)
    print("|---|---|")
    for kind, (sizes, change) in CHANGES.items():
        _tell(kind, sizes, [pool.planted(kind, size, change) for size in sizes])
    for kind, sizes in zip(IN_FILES, (QUALITIES, SHARES, SHARES), strict=True):
        _tell(kind, sizes, [pool.saved(kind, size) for size in sizes])
    shares = (0.0025, 0.005, 0.01, 0.05, 0.2)
    found = [pool.copied(share) for share in shares]
    told = "; ".join(
        f"{share:.2%}: {'near-duplicates' if one >= TWINS else '-'}" for share, one in zip(shares, found, strict=True)
    )
    print(f"| near-duplicates (share) | {told} |")
    alarms = [pool.alarms(seed) for seed in range(options.clean)]
    names = [name for some in alarms for name in some]
    print(f"\n{options.clean} clean sets: {sum(map(bool, alarms))} with an alarm ({', '.join(names) or 'none'})")


def _tell(kind: str, sizes: Sequence[float], found: Sequence[Sequence[str]]) -> None:
    told = "; ".join(f"{size:g}: {', '.join(some[:3]) or '-'}" for size, some in zip(sizes, found, strict=True))
    print(f"| {kind} | {told} |", flush=True)


class Pool:
    """Drawn people of whom some are train and some are test, as a seed says; facts and small photos are read once."""

    def __init__(self, data: Path, images: list[str]) -> None:
        self.data, self.images = data, images
        self.facts = facts_of(data, images, PLAINLY, Reporter())
        self.small = np.stack([_small(Image.open(data / image)) for image in images])
        self.people = np.array([image.split("/")[2] for image in images], dtype=object)

    def sides(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """The rows of train and of test."""
        names = np.random.default_rng(seed).permutation(np.unique(self.people.astype(str)))
        return tuple(
            np.flatnonzero(np.isin(self.people, some)) for some in (names[:TRAIN], names[TRAIN : TRAIN + TEST])
        )  # type: ignore[return-value]

    def alarms(self, seed: int, test: pd.DataFrame | None = None, small: np.ndarray | None = None) -> list[str]:
        """The alarms of a set; test, small: facts and small photos of changed test photos."""
        train, plain = self.sides(seed)
        tested = self.facts.iloc[plain] if test is None else test
        facts = pd.concat([self.facts.iloc[train], tested], ignore_index=True)
        is_test = np.arange(len(facts)) >= len(train)
        found: list[Property] = fact_shifts(facts, is_test, self.people[train], None)
        photos = np.concatenate([self.small[train], self.small[plain] if small is None else small])
        rows = np.arange(len(photos))
        found.append(pixel_shift(facts["image"].to_numpy(), is_test, photos, rows, self.people[train]))
        return [one.name for one in sorted(found, key=lambda one: -one.distance) if one.alarm]

    def planted(self, kind: str, size: float, change: Change) -> list[str]:
        rng = np.random.default_rng(0)
        return self._changed(kind, lambda photo, _: (change(photo, size, rng), None, {}))

    def saved(self, kind: str, size: float) -> list[str]:
        rng, exif = np.random.default_rng(0), Image.Exif()
        exif[271], exif[272] = "Maker", "Model"

        def saving(photo: Image.Image, suffix: str) -> tuple[Image.Image, str | None, dict[str, object]]:
            if kind.startswith("quality"):
                return photo, ".jpg", {"quality": int(size)}
            if rng.random() >= size:
                return photo, None, {}
            return (photo, ".webp", {}) if kind.startswith("codec") else (photo, None, {"exif": exif})

        return self._changed(kind, saving)

    def _changed(
        self, kind: str, change: Callable[[Image.Image, str], tuple[Image.Image, str | None, dict[str, object]]]
    ) -> list[str]:
        _, test = self.sides(1000)
        names, small = [], []
        folder = self.data / "changed"
        folder.mkdir(exist_ok=True)
        for row in test:
            path = self.data / self.images[row]
            photo, suffix, how = change(Image.open(path).convert("RGB"), path.suffix)
            buffer, suffix = io.BytesIO(), suffix or path.suffix
            form = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}[suffix.lower()]
            photo.save(buffer, form, **{**({"quality": 92} if form == "JPEG" else {}), **how})
            name = f"changed/{row}{suffix}"
            (self.data / name).write_bytes(buffer.getvalue())
            names.append(name)
            small.append(_small(Image.open(buffer)))
        return self.alarms(1000, facts_of(self.data, names, PLAINLY, Reporter()), np.stack(small))

    def copied(self, share: float) -> float:
        """The share of test photos with a twin in train, where so many are copies, packed again."""
        train, test = self.sides(1000)
        small, rng = self.small[test].copy(), np.random.default_rng(0)
        for place in rng.permutation(len(test))[: round(share * len(test))]:
            buffer = io.BytesIO()
            Image.open(self.data / self.images[train[rng.integers(len(train))]]).convert("RGB").save(
                buffer, "JPEG", quality=70
            )
            small[place] = _small(Image.open(buffer))
        pairs = find_near_duplicates(np.concatenate([self.small[train], small]))
        n = len(train)
        return len({pair.second for pair in pairs if pair.first < n <= pair.second}) / len(test)


def _small(photo: Image.Image) -> np.ndarray:
    return cv2.resize(np.asarray(photo.convert("RGB")), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


if __name__ == "__main__":
    main()
