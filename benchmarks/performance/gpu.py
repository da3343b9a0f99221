"""Training on a GPU from the raw cache, against the bare loop that is fed one batch of random numbers which lies there.

Both have the recipe's model, optimizer, clipping and precision (bfloat16), and take turns on one card, whose CPU others
may share. What is counted is the median of the epochs behind each first, with their checkpoints; in the first cuDNN
tries its ways and networks are compiled.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks.performance.page import grid
from kit.evidence.metrics import METRICS
from kit.learn.examples import Examples, make_examples
from kit.learn.job import FoldJob
from kit.learn.network.device import amp_dtype, n_workers
from kit.learn.network.fit import build_optimizer, fit
from kit.learn.network.loss import total_loss
from kit.learn.network.model import TaskModel, build_model
from kit.learn.network.trainer import changes_by_thread
from kit.recipes.network import Optimizer, Recipe
from kit.reporter import Epoch, Reporter
from kit.targets.base import BaseTask
from kit.targets.classes import ClassTask, one_hot

NETWORKS: dict[str, tuple[int, int, int]] = {"resnet18": (224, 128, 200), "efficientnet_b4": (380, 48, 100)}
"""The side of its photos, photos of a batch, batches of an epoch."""
FUSED = Optimizer(fused=True)  # type: ignore[call-arg]
WAYS: dict[str, dict[str, Any]] = {
    "no augmentation": {"augment": "none"},
    "base, on the GPU": {"augment": "base", "augment_on": "device"},
    "strong, on the GPU": {"augment": "strong", "augment_on": "device"},
    "base, by the CPU": {"augment": "base"},
    "strong, by the CPU": {"augment": "strong"},
    "base, on the GPU, fused": {"augment": "base", "augment_on": "device", "optimizer": FUSED},
    "base, on the GPU, compiled": {"augment": "base", "augment_on": "device", "compile": True},
}
N_CLASSES = 18
ALL: dict[str, BaseTask] = {"all": ClassTask(classes=tuple(map(str, range(N_CLASSES))), column="class")}  # type: ignore[call-arg]


class Seconds(NamedTuple):
    """Of whole epochs."""

    bare: list[float]
    kit: list[float]


class Clock(Reporter):
    """When each epoch ended."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        self.ends.append(time.perf_counter())


def table(arguments: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="gpu")
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS))
    parser.add_argument("--ways", nargs="+", default=list(WAYS))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2, help="of random numbers and the cache, in turn")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        raise SystemExit("there is no CUDA device here")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.networks:
            side, batch, steps = NETWORKS[name]
            examples = drawn(Path(folder) / f"{name}.npy", side, batch * steps)
            plain = Recipe(model=name, pretrained=False, size=(side, side), epochs=options.epochs, batch_size=batch)  # type: ignore[call-arg]
            for way in options.ways:
                recipe, seconds = plain.model_copy(update=WAYS[way]), Seconds([], [])
                for _ in range(options.rounds):
                    seconds.bare.extend(from_memory(recipe))
                    seconds.kit.extend(from_cache(recipe, examples))
                bare, kit = (examples.n_real / statistics.median(found) for found in (seconds.bare, seconds.kit))
                network = f"{name} at {side} px, batches of {batch}"
                rows.append([network, way, f"{bare:.0f}", f"{kit:.0f}", f"{kit / bare:.2f}"])
                print(rows[-1], seconds, flush=True)
    card = f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {n_workers()} threads that make batches."
    heads = ["network", "way", "photos a second of random numbers", "of the cache", "ratio"]
    return [*grid(heads, rows), "", card]


def drawn(path: Path, side: int, n_photos: int) -> Examples:
    """A cache of noise, mapped from disk."""
    generator = np.random.default_rng(0)
    content = np.lib.format.open_memmap(path, "w+", np.uint8, (n_photos, side, side, 3))  # type: ignore[no-untyped-call]
    few = generator.integers(0, 256, (64, side, side, 3), np.uint8)
    for start in range(0, n_photos, 64):
        content[start : start + 64] = few[: n_photos - start]
    content.flush()
    cache, rows = np.load(path, mmap_mode="r"), np.arange(n_photos)
    return make_examples((cache, cache[:0]), rows, {"all": one_hot(rows % N_CLASSES, N_CLASSES)}, rows)


def from_cache(recipe: Recipe, examples: Examples) -> list[float]:
    """The seconds of each epoch but the first, as the product trains."""
    torch.cuda.empty_cache()
    clock, folder = Clock(), tempfile.TemporaryDirectory()
    with folder as place, Reporter().progress("", recipe.epochs) as progress, changes_by_thread(recipe, 3) as augments:
        job = FoldJob("gpu", 0, 0, {"all": METRICS["f1_macro"]}, ALL, {}, examples, None, None, Path(place))
        fit(_model(recipe), recipe, job, augments, reporter=clock, progress=progress)
    return list(np.diff(clock.ends))


def from_memory(recipe: Recipe) -> list[float]:
    """The same of the bare loop."""
    torch.cuda.empty_cache()
    device, steps = torch.device("cuda"), NETWORKS[recipe.model][2]
    model = _model(recipe)
    model.train_everything()
    if recipe.compile:
        model.compile_training()
    optimizer, dtype = build_optimizer(model, recipe.optimizer), amp_dtype(recipe, device)
    pixels = torch.rand(recipe.batch_size, 3, *recipe.size, device=device).to(memory_format=torch.channels_last) * 255
    targets = torch.eye(N_CLASSES, device=device)[torch.arange(recipe.batch_size, device=device) % N_CLASSES]
    weights, counts = torch.ones(recipe.batch_size, device=device), targets.sum(dim=0)
    torch.backends.cudnn.benchmark = True
    ends = []
    for _ in range(recipe.epochs):
        for _ in range(steps):
            with torch.autocast("cuda", dtype=dtype, enabled=dtype is not None):
                outputs = model.outputs(pixels)
            optimizer.zero_grad(set_to_none=True)
            total_loss({"ce": 1.0}, outputs["all"], targets, weights, counts).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        torch.cuda.synchronize()
        ends.append(time.perf_counter())
    return list(np.diff(ends))


def _model(recipe: Recipe) -> TaskModel:
    return build_model(recipe, {"all": N_CLASSES}, 0).to("cuda")
