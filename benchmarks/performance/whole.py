"""Whole folds beside the bare loop: a fold of five epochs by `kit`, its cache built, against as many steps on noise.

kit's fold is trained by `kit train`, held-out photos looked at after every epoch, checkpoints and records written. The
bare loop has one batch of random tensors that lies ready, the same network and loss, and torch's AdamW in float32: what
it does not do is read, augment, measure and write. Each is a process of its own, and counts from where its libraries
are loaded. In each round all ways train after the bare loop, and ratios are taken round by round.

About how much kit's ways could reach, if reading, augmenting and writing took no time at all, is a third bare loop: it
uses freed memory again, fuses its optimizer, and predicts as many batches as kit's looks at held-out photos have.

Behind it what feeding a network costs: the core's time that a photo takes in each shipped pipeline, and in a step.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.peers.job import Job
from benchmarks.peers.photos import drawn, prepared
from benchmarks.performance.page import grid
from benchmarks.performance.shared import environment
from benchmarks.throughput import bare_loop
from kit.competition.workspace import Workspace
from kit.images.augment import build_augment, load_pipelines
from kit.learn.network.memory import keep_freed_memory
from kit.runs.record import FoldRecord
from kit.runs.store import all_runs

WAYS = {"float32": [], "fused": ["optimizer.fused=true"], "bfloat16, fused": ["precision=bf16", "optimizer.fused=true"]}
MODELS = {"mobilenetv3_small_100": 3, "resnet18": 1, "vit_tiny_patch16_224": 1}
"""How many times as many rounds a network gets: short ones feel more of what else a machine does."""
EPOCHS, BATCH = 5, 32


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="whole")
    parser.add_argument("--photos", type=int, default=1000, help="drawn, a fifth of them held out")
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    options = parser.parse_args(arguments)
    rows, n_train = [], 0
    for model in options.models:
        with tempfile.TemporaryDirectory() as folder:
            train = trainer(Path(folder), model, options.side, options.photos)
            n_train = train([], 1, 0).n_train  # and the cache is there
            n_held, n_rounds = options.photos - n_train, MODELS.get(model, 1) * options.rounds
            rows.append(row(model, options.side, n_train, n_held, train, n_rounds))
        print(rows[-1], flush=True)
    header = [
        f"folds of {EPOCHS} epochs, {n_train} photos at {options.side} px",
        "random tensors, photos a second",
        "the same, freed memory used again",
        "and fused, with looks",
        *(f"kit, {way}" for way in WAYS),
        "waited for photos",
    ]
    return [*grid(header, rows), "", *augmentation(options.side)]


def row(model: str, side: int, n_train: int, n_held: int, train: Callable[..., FoldRecord], rounds: int) -> list[str]:
    """A model's speed by the bare loop, what kit's ways reach of it, and for how long float32 waited for photos."""
    steps, bare, kept, bound, waits = EPOCHS * round(n_train / BATCH), [], [], [], []
    looks = EPOCHS * round(n_held / (2 * BATCH))
    ratios: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(rounds):
        bare.append(by_itself(model, side, steps))
        kept.append(by_itself(model, side, steps, "--keep") / bare[-1])
        bound.append(by_itself(model, side, steps, "--keep", "--fused", f"--looks={looks}") / bare[-1])
        for way, keys in WAYS.items():
            record = train(keys, EPOCHS, 1 + number)
            ratios[way].append(EPOCHS * n_train / record.seconds / bare[-1])
            if way == "float32":
                waits.append((record.waited or 0.0) / record.seconds)
        print(f"{model}, round {number + 1}: {bare[-1]:.1f}, {kept[-1]:.2f}, {bound[-1]:.2f}, {ratios}", flush=True)
    cells = [
        f"{statistics.median(found):.2f} ({min(found):.2f} to {max(found):.2f})" for found in (bound, *ratios.values())
    ]
    return [
        model,
        f"{statistics.median(bare):.0f}",
        f"{statistics.median(kept):.2f}",
        *cells,
        f"{statistics.median(waits):.1%}",
    ]


def by_itself(model: str, side: int, steps: int, *ways: str) -> float:
    """Photos a second of the bare loop in a process of its own, as a user's script would be; `ways` as kit does."""
    command = [sys.executable, "-m", "benchmarks.performance.whole", model, str(side), str(steps), *ways]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """The bare loop that `by_itself` asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("side", type=int)
    parser.add_argument("steps", type=int)
    parser.add_argument("--keep", action="store_true", help="freed memory is used again")
    parser.add_argument("--fused", action="store_true")
    parser.add_argument("--looks", type=int, default=0, help="batches that it predicts")
    asked = parser.parse_args()
    if asked.keep:
        keep_freed_memory()
    print(bare_loop(asked.model, asked.side, BATCH, asked.steps, fused=asked.fused, looks=asked.looks))


def trainer(root: Path, model: str, side: int, n_photos: int) -> Callable[[list[str], int, int], FoldRecord]:
    """Trains fold 0 by these keys of the recipe, for so many epochs, with a seed."""
    job = Job(model, (side, side))
    prepared(root, drawn(root, n_photos, 384), job, pretrained=False)

    def train(keys: list[str], epochs: int, seed: int) -> FoldRecord:
        for run in all_runs(Workspace(root)):
            shutil.rmtree(run.path)
        settings = [f"--set={key}" for key in (*keys, f"epochs={epochs}", f"seed={seed}")]
        command = [sys.executable, "-m", "kit", "-C", str(root), "train", "--folds=0", *settings]
        subprocess.run(command, env=environment(), capture_output=True, check=True)
        (run,) = all_runs(Workspace(root))
        return run.fold_record(0)

    return train


def augmentation(side: int, n_photos: int = 256) -> list[str]:
    """What each shipped pipeline takes of a core for a photo, in ms, beside a step's share of a photo."""
    photos = np.random.default_rng(0).integers(0, 256, (n_photos, side, side, 3), np.uint8)
    took = {}
    for name in load_pipelines():
        augment = build_augment(name, (side, side))
        augment(photos[:8], 0, 0)
        began = time.thread_time()
        augment(photos, 1, 0)
        took[name] = 1000 * (time.thread_time() - began) / n_photos
    steps = {}
    for model in MODELS:
        bare_loop(model, side, BATCH, 3)
        began = _core_seconds()
        bare_loop(model, side, BATCH, 6)
        steps[model] = 1000 * (_core_seconds() - began) / (6 * BATCH)
    header = [f"ms of a core for a photo of {side} px", *took, *(f"step of {model}" for model in MODELS)]
    return grid(header, [["", *(f"{each:.2f}" for each in took.values()), *(f"{each:.1f}" for each in steps.values())]])


def _core_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
