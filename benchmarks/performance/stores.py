"""The three stores of decoded photos: what they take, how fast they are built, opened and read in random order.

JPEG and WebP are set side by side behind them. The photos are drawn JPEGs of 512 x 384 with the detail of faces rather
than of noise; what real ones take as JPEG differs.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.performance.encodings import encodings_table
from benchmarks.performance.page import grid
from kit.images.cache import open_cache
from kit.images.store import Store

STORES = {
    "raw": Store(),
    "encoded, quality 90": Store("encoded", 90),
    "encoded, quality 75": Store("encoded", 75),
    "none": Store("none"),
}
BATCH = 32
ENCODED = 28
"""Drawn photos by which encodings are compared."""


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="stores")
    parser.add_argument("--photos", type=int, default=1_500)
    parser.add_argument("--side", type=int, default=224)
    options = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        photos = Path(folder, "photos")
        draw(photos, options.photos)
        for name, store in STORES.items():
            rows.append([name, *(f"{figure:,.1f}" for figure in measured(Path(folder), photos, options.side, store))])
        encodings = encodings_table(sorted(photos.iterdir())[:ENCODED], options.side)
    header = [f"{options.photos:,} photos at {options.side} px", "kB a photo", "built, photos a second"]
    return [*grid([*header, "opened again, ms", "read, photos a second"], rows), "", *encodings]


def draw(folder: Path, count: int) -> None:
    """Portraits of the demo's drawn people, as it writes them; as many as wanted, of which some hundred differ."""
    from kit.presets.demo.draw import draw_demo

    drawn = folder.with_name("demo")
    draw_demo(drawn, people=20, test_people=6, size=384)
    found = sorted(drawn.rglob("*.jpg"))
    folder.mkdir()
    for number in range(count):
        shutil.copyfile(found[number % len(found)], folder / f"{number:06}.jpg")


def measured(folder: Path, photos: Path, side: int, store: Store) -> tuple[float, float, float, float]:
    keys = [path.name for path in sorted(photos.iterdir())]
    started = time.perf_counter()
    open_cache(folder / "cache", photos, keys, (side, side), store=store)
    built = time.perf_counter() - started
    started = time.perf_counter()
    cache = open_cache(folder / "cache", photos, keys, (side, side), store=store)
    opened = time.perf_counter() - started
    order = np.random.default_rng(0).permutation(len(keys))
    started = time.perf_counter()
    for first in range(0, len(keys), BATCH):
        cache.array[order[first : first + BATCH]].sum()
    read = time.perf_counter() - started
    return cache.path.stat().st_size / len(keys) / 1e3, len(keys) / built, 1e3 * opened, len(keys) / read
