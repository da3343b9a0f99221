"""What trains here: the device, its precision, and the threads beside it."""

from __future__ import annotations

import torch

from kit.cores import usable_cores
from kit.recipes.network import Recipe


def pick_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def amp_dtype(recipe: Recipe, device: torch.device) -> torch.dtype | None:
    """The precision of autocast, None for full float32 (always on a CPU, where results must repeat)."""
    if device.type != "cuda" or not recipe.amp:
        return None
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def n_workers() -> int:
    """Threads that make batches: one is enough for two cores, more would take time from training."""
    return max(1, usable_cores() // 2)
