"""How fast a recipe's model trains here, in float32 and in half precision."""

from __future__ import annotations

import time
from collections.abc import Mapping

import torch

from kit.learn.network.compute import quicken
from kit.learn.network.device import amp_dtype, pick_device
from kit.learn.network.model import build_model
from kit.recipes.network import Recipe

STEPS = 3
"""Steps that are timed in each precision, in turn, after one that is not."""
MOST = 16
"""Photos of a step on a CPU."""


def training_speeds(recipe: Recipe, n_outputs: Mapping[str, int], channels: int) -> tuple[str, dict[str, float]]:
    """The device, and photos a second of its quickest step there in each precision: forward and backward, on noise.

    n_outputs: of each task. What the heads and the losses add is the same in both, and left out.
    """
    device = pick_device()
    plain = recipe.model_copy(update={"pretrained": False, "weights": None, "heads": {}})
    model = build_model(plain, n_outputs, 0, channels=channels).to(device)
    model.train_everything()
    if device.type == "cpu":
        quicken(model)
    n_photos = min(recipe.batch_size, MOST) if device.type == "cpu" else recipe.batch_size
    noise = torch.rand(n_photos, channels, *recipe.size, generator=torch.Generator().manual_seed(0)) * 255
    pixels = noise.to(device, memory_format=torch.channels_last)
    dtypes = {name: amp_dtype(recipe.model_copy(update={"precision": name}), device) for name in ("fp32", "bf16")}
    seconds: dict[str, list[float]] = {name: [] for name in dtypes}
    for _ in range(1 + STEPS):
        for name, dtype in dtypes.items():
            started = time.perf_counter()
            model.zero_grad(set_to_none=True)
            with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
                outputs = model.outputs(pixels)
            torch.stack([values.float().square().mean() for values in outputs.values()]).sum().backward()
            if device.type == "cuda":
                torch.cuda.synchronize()
            seconds[name].append(time.perf_counter() - started)
    return str(device), {name: round(n_photos / min(each[1:]), 2) for name, each in seconds.items()}
