"""Training from the warm cache beside the same model fed random tensors from memory: python -m benchmarks.throughput"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import timm.optim
import torch

from kit.evidence.metrics import METRICS
from kit.images.augment import build_augment
from kit.learn.examples import make_examples
from kit.learn.job import FoldJob
from kit.learn.network.device import n_workers, pick_device
from kit.learn.network.fit import fit
from kit.learn.network.loss import total_loss
from kit.learn.network.model import build_model
from kit.recipes.network import Recipe
from kit.reporter import Reporter
from kit.targets.base import BaseTask
from kit.targets.classes import ClassTask, one_hot

N_IMAGES, SIZE, BATCH, ROUNDS = 1280, 128, 32, 5
ALL: dict[str, BaseTask] = {"all": ClassTask(classes=tuple(map(str, range(18))), column="class")}  # type: ignore[call-arg]
METRIC = {"all": METRICS["f1_macro"]}
RECIPE = Recipe(
    model="mobilenetv3_small_100",
    pretrained=False,
    size=(SIZE, SIZE),
    epochs=1,
    batch_size=BATCH,  # type: ignore[call-arg]
)


def main() -> None:
    device, generator = pick_device(), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "cache.npy", generator.integers(0, 256, (N_IMAGES, SIZE, SIZE, 3), np.uint8))
        cache = np.load(Path(folder) / "cache.npy", mmap_mode="r")
        labels = generator.integers(0, 18, N_IMAGES)
        examples = make_examples(
            (cache, cache[:0]), np.arange(N_IMAGES), {"all": one_hot(labels, 18)}, np.arange(N_IMAGES)
        )
        augments = [build_augment("base", RECIPE.size) for _ in range(n_workers())]

        def from_cache(number: int) -> float:
            model, place = build_model(RECIPE, {"all": 18}, 0).to(device), Path(folder) / str(number)
            place.mkdir()
            with Reporter().progress("", 1) as progress:
                started = time.perf_counter()
                fit(
                    model,
                    RECIPE,
                    FoldJob("benchmark", number, 0, METRIC, ALL, {}, examples, None, None, place),
                    augments,
                    reporter=Reporter(),
                    progress=progress,
                )
                return N_IMAGES / (time.perf_counter() - started)

        bare_loop(RECIPE.model, SIZE, BATCH, 3)
        ratios = []
        for number in range(ROUNDS):
            ours, floor = from_cache(number), bare_loop(RECIPE.model, SIZE, BATCH, N_IMAGES // BATCH)
            ratios.append(ours / floor)
            print(f"warm cache {ours:7.1f} images/s, random tensors {floor:7.1f}, ratio {ratios[-1]:.3f}", flush=True)
        print(f"median ratio {statistics.median(ratios):.3f} (target 0.90)")


def bare_loop(name: str, side: int, batch: int, steps: int, *, fused: bool = False, looks: int = 0) -> float:
    """Photos a second of the bare loop, from its network on: AdamW, clipping, cross entropy, one batch lying ready.

    looks: how many batches it predicts behind the steps, twice as large, in inference mode.
    """
    device, started = pick_device(), time.perf_counter()
    recipe = RECIPE.model_copy(update={"model": name, "size": (side, side)})
    model = build_model(recipe, {"all": 18}, 0).to(device).train()
    optimizer = timm.optim.create_optimizer_v2(model, opt="adamw", lr=1e-3, weight_decay=0.05, fused=fused)
    pixels = torch.rand(batch, 3, side, side, device=device).to(memory_format=torch.channels_last) * 255
    targets = torch.eye(18, device=device)[torch.arange(batch, device=device) % 18]
    weights, counts = torch.ones(batch, device=device), targets.sum(dim=0)
    for _ in range(steps):
        loss = total_loss({"ce": 1.0}, model(pixels)["all"], targets, weights, counts)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    if looks:
        held_out = torch.cat([pixels, pixels]).contiguous(memory_format=torch.channels_last)
        model.eval()
        with torch.inference_mode():
            for _ in range(looks):
                loss = model(held_out)["all"].softmax(dim=1).sum()
    loss.item()
    return steps * batch / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
