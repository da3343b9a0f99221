"""Memory and speed of the image cache: building it must need no more memory than a few batches, at any data set size.

Usage: python benchmarks/cache_memory.py [--images 1000 4000] [--side 128]
Each size runs in its own process, which reports its peak resident memory above what the imports took (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kit.images.cache import open_cache
from kit.images.decode import decode

BATCH = 32


def draw_photos(folder: Path, count: int) -> None:
    """`count` names of 20 different 512 x 384 JPEGs."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for i in range(min(count, 20)):
        coarse = Image.fromarray(rng.integers(0, 256, (16, 12, 3), dtype=np.uint8))
        coarse.resize((384, 512), Image.Resampling.BICUBIC).save(folder / f"{i:06}.jpg", quality=90)
    for i in range(20, count):
        os.link(folder / f"{i % 20:06}.jpg", folder / f"{i:06}.jpg")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def private_mb() -> float:
    """Memory that only ending the process gives back; mapped file pages, which the kernel drops at need, are not."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def measure(folder: Path, side: int) -> dict[str, float]:
    """Build the cache of a folder, then read one shuffled epoch from it."""
    keys = sorted(path.name for path in folder.iterdir())
    decode(folder / keys[0], (side, side))
    with tempfile.TemporaryDirectory(dir=folder.parent) as directory:
        before, start = peak_mb(), time.perf_counter()
        cache = open_cache(Path(directory), folder, keys, (side, side))
        build = time.perf_counter() - start
        build_mb = peak_mb() - before
        before = private_mb()
        order = np.random.default_rng(0).permutation(len(keys))
        start, read_mb = time.perf_counter(), 0.0
        for first in range(0, len(keys), BATCH):
            cache.array[order[first : first + BATCH]].sum()
            read_mb = max(read_mb, private_mb() - before)
        epoch = time.perf_counter() - start
    return {
        "cache_mb": len(keys) * side * side * 3 / 2**20,
        "build_mb": build_mb,
        "read_mb": read_mb,
        "build_rate": len(keys) / build,
        "read_rate": len(keys) / epoch,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, nargs="+", default=[1000, 4000])
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.side)))
        return
    batch_mb = BATCH * options.side**2 * 3 / 2**20
    print(f"one batch of {BATCH} at {options.side} px is {batch_mb:.1f} MB of uint8")
    print(" images  cache MB  build: peak MB  batches  img/s   epoch: private MB  img/s")
    peaks = []
    for count in options.images:
        with tempfile.TemporaryDirectory() as top:
            folder = Path(top, "photos")
            folder.mkdir()
            draw_photos(folder, count)
            command = [sys.executable, __file__, "--measure", str(folder), "--side", str(options.side)]
            row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        peaks.append(row["build_mb"])
        print(
            f"{count:7,}{row['cache_mb']:10.1f}{row['build_mb']:16.1f}{row['build_mb'] / batch_mb:9.1f}"
            f"{row['build_rate']:7.0f}{row['read_mb']:20.1f}{row['read_rate']:7.0f}"
        )
    print(
        f"{options.images[-1] / options.images[0]:.0f} times the images take "
        f"{peaks[-1] / peaks[0]:.2f} times the memory to build"
    )


if __name__ == "__main__":
    main()
