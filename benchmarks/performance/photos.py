"""Tiny drawn photos, more and more of them, through doctor, fold, train and submit: seconds and memory of each command.

Every command is a process of its own, as a user starts it. Memory is the most that it and its children held of their
own, looked at five times a second: pages of the cache that are mapped from the disk are the system's, which takes them
back where somebody needs the room.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.performance.page import grid

COMMANDS = {
    "fold": ["fold", "--folds", "2"],
    "doctor": ["doctor"],
    "train": ["train", "--folds", "0"],
    "train, the other fold": ["train"],
    "submit": ["submit"],
}
TEST = 0.3
"""The share of the photos without a label."""
SIDE = 16
SPEC = """name: many
data: data
metric: accuracy
host: manual
recipe: tiny
train:
  table: train.csv
  images: images/{image}
test:
  table: test.csv
  images: images/{image}
tasks:
  kind:
    classes: [light, dark]
    column: label
submission: {sample: sample_submission.csv, id: image, label: label}
"""
RECIPE = """# Tiny, for many photos.
model: test_resnet
pretrained: false
size: 16
augment: none
epochs: 1
batch_size: 512
"""


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="photos")
    parser.add_argument("--photos", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--folder", type=Path, help="where photos are drawn; they are removed at the end")
    options = parser.parse_args(arguments)
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    counts = sorted(set(options.photos))
    found: dict[tuple[str, int], tuple[float, float]] = {}
    for count in counts:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            draw(Path(folder), count)
            for name, command in COMMANDS.items():
                took, held = found[name, count] = ran(Path(folder), command)
                print(f"{count:,} photos, kit {name}: {took:.1f} s, {held:.2f} GB", flush=True)
    rows = []
    for name in COMMANDS:
        cells = [f"{found[name, count][0]:.1f} s, {found[name, count][1]:.2f} GB" for count in counts]
        slopes = [
            math.log(found[name, more][0] / found[name, fewer][0]) / math.log(more / fewer)
            for fewer, more in itertools.pairwise(counts)
        ]
        rows.append([f"kit {name}", *cells, *(f"{slope:.2f}" for slope in slopes[-1:])])
    header = ["command", *(f"{count:,} photos" for count in counts)]
    if len(counts) > 1:
        header.append(f"slope from {counts[-2]:,} (1: linear)")
    return grid(header, rows)


def draw(root: Path, count: int) -> None:
    """A workspace of so many photos of 16 x 16 pixels, each its own; light ones and dark ones."""
    (root / "data" / "images").mkdir(parents=True)
    (root / "recipes").mkdir()
    (root / "competition.yaml").write_text(SPEC)
    (root / "recipes" / "tiny.yaml").write_text(RECIPE)
    generator, names, labels = np.random.default_rng(0), [], []
    for first in range(0, count, 10_000):
        some = min(10_000, count - first)
        dark = generator.integers(0, 2, some)
        pixels = generator.integers(0, 128, (some, SIDE, SIDE, 3), np.uint8) + 128 * (1 - dark[:, None, None, None])
        for place, image in enumerate(pixels.astype(np.uint8)):
            names.append(f"{first + place:07}.bmp")
            Image.fromarray(image).save(root / "data" / "images" / names[-1])
        labels += [("light", "dark")[one] for one in dark]
    n_test = round(TEST * count)
    for table, rows in (("train", range(n_test, count)), ("test", range(n_test))):
        lines = [f"{names[row]},{labels[row]}" if table == "train" else names[row] for row in rows]
        (root / "data" / f"{table}.csv").write_text("\n".join(["image,label" if table == "train" else "image", *lines]))
    sample = ["image,label", *(f"{name},light" for name in names[:n_test])]
    (root / "data" / "sample_submission.csv").write_text("\n".join(sample))


def ran(root: Path, command: list[str]) -> tuple[float, float]:
    """Seconds of a command, and the most memory in GB that its process and its children held of their own."""
    started = time.perf_counter()
    line = [sys.executable, "-m", "kit", "-C", str(root), *command]
    with open(os.devnull, "w") as nowhere:
        silent = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)]
        pid = os.posix_spawn(sys.executable, line, os.environ, file_actions=silent)
    most = 0.0
    while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
        most = max(most, own_memory(pid))
        time.sleep(0.2)
    assert os.waitstatus_to_exitcode(ended[1]) in (0, 1), command
    return time.perf_counter() - started, most


def own_memory(pid: int) -> float:
    """GB that are a process's own and its children's, as Linux counts them."""
    process = Path("/proc", str(pid))
    try:
        lines = process.joinpath("status").read_text().splitlines()
        children = [int(word) for path in process.glob("task/*/children") for word in path.read_text().split()]
    except OSError:  # it has ended
        return 0.0
    own = sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
    return own / 2**20 + sum(map(own_memory, children))
