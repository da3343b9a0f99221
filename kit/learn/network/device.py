"""What trains here: the device, its precision, and the threads beside it."""

from __future__ import annotations

import torch

from kit.cores import usable_cores
from kit.errors import KitError
from kit.learn.ranks import ranks_here
from kit.recipes.network import Recipe


def pick_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def amp_dtype(recipe: Recipe, device: torch.device) -> torch.dtype | None:
    """The precision of autocast, None for full float32.

    Without the recipe's key `precision` that is float32 on a CPU, where results repeat, and on a GPU what `amp` says.
    """
    if recipe.precision == "auto":
        raise KitError("which precision was quicker is not written down: precision.json is missing", where="precision")
    if recipe.precision == "fp32" or (recipe.precision is None and (device.type != "cuda" or not recipe.amp)):
        return None
    if device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.float16  # older cards have no such units, and torch would compute it in float32
    return torch.bfloat16


def n_workers() -> int:
    """Threads that make batches: one is enough for two cores, which ranks share, more would take time from training."""
    return max(1, usable_cores() // (2 * ranks_here().size))


def step_threads() -> int:
    """Threads of the CPU that share a step of training, and wait for the slowest of them: 1 on a GPU."""
    return torch.get_num_threads() if pick_device().type == "cpu" else 1
