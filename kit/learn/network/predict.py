"""The one inference pass."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import numpy as np
import torch

from kit.images.rows import PixelRows
from kit.learn.network.memory import free_memory, is_out_of_memory, pinned
from kit.learn.network.model import TaskModel
from kit.targets.base import Activation

SMALLEST_BATCH = 16
"""Photos that a CPU predicts at a time, at least: from so many on products of matrices sum each photo's alike."""


def sigmoid(values: torch.Tensor) -> torch.Tensor:
    """Of each value (n, C) by itself, wherever it stands: torch.sigmoid rounds the last few of a batch in another way.

    A CPU's vectors leave these to a loop over single numbers; rows of a softmax are rounded alike.
    """
    return torch.softmax(torch.stack([values, torch.zeros_like(values)], dim=-1), dim=-1)[..., 0]


ACTIVATIONS: dict[Activation, Callable[[torch.Tensor], torch.Tensor]] = {
    "softmax": partial(torch.softmax, dim=1),
    "sigmoid": sigmoid,
    "identity": torch.Tensor.float,
}
"""From what a head gives to predictions."""


def to_pixels(batch: np.ndarray, device: torch.device) -> torch.Tensor:
    """(n, H, W, channels) uint8 -> (n, channels, H, W) float32 on the device, channels last in memory."""
    return moved(pinned(batch) if device.type == "cuda" else torch.from_numpy(np.ascontiguousarray(batch)), device)


def moved(pixels: torch.Tensor, device: torch.device) -> torch.Tensor:
    """As `to_pixels`, of a tensor, which is pinned where the device is a GPU."""
    return pixels.to(device, non_blocking=True).permute(0, 3, 1, 2).float()


def filled_up(batch: np.ndarray, device: torch.device) -> np.ndarray:
    """A batch of (n, ...) with black photos behind it where it is small and a CPU predicts it.

    There products of few rows sum in another order: what is said of a photo would depend on how many are beside it.
    """
    if device.type != "cpu" or len(batch) >= SMALLEST_BATCH:
        return batch
    return np.concatenate([batch, np.zeros((SMALLEST_BATCH - len(batch), *batch.shape[1:]), batch.dtype)])


def predict(
    model: TaskModel,
    array: PixelRows,
    rows: np.ndarray,
    batch_size: int,
    *,
    flip: bool = False,
    amp_dtype: torch.dtype | None = None,
) -> dict[str, np.ndarray]:
    """Predictions (len(rows), C) float32 of every task for array[rows]; with `flip` the mean over mirror images.

    The next batch is read while the model looks at one. A batch that does not fit into memory is halved.
    """
    model.eval()
    parts: dict[str, list[np.ndarray]] = {
        task: [np.zeros((0, n), dtype=np.float32)] for task, n in model.n_classes.items()
    }
    start, fill = 0, True
    coming: Future[np.ndarray] | None = None
    with torch.inference_mode(), ThreadPoolExecutor(1) as reader:
        while start < len(rows):
            chosen = rows[start : start + batch_size]
            pixels = array[chosen] if coming is None else coming.result()
            following = rows[start + len(chosen) :][:batch_size]
            coming = reader.submit(array.__getitem__, following) if len(following) else None
            try:
                probs = _batch_probs(model, pixels, flip, amp_dtype, fill=fill)
            except RuntimeError as error:
                if not is_out_of_memory(error) or (batch_size == 1 and not fill):
                    raise
                fill, batch_size, coming = False, max(1, min(batch_size, len(chosen)) // 2), None
                free_memory()
                continue
            start += len(chosen)
            for task, part in probs.items():
                parts[task].append(part.cpu().numpy())
    return {task: np.concatenate(part) for task, part in parts.items()}


def _batch_probs(
    model: TaskModel, batch: np.ndarray, flip: bool, amp_dtype: torch.dtype | None, *, fill: bool
) -> dict[str, torch.Tensor]:
    device = next(model.parameters()).device
    pixels = to_pixels(batch, device)
    views = [pixels, pixels.flip(3)] if flip else [pixels]
    n_views, in_one = len(views), fill and device.type == "cpu" and len(batch) < SMALLEST_BATCH
    if in_one:  # the mirror images fill up the batch
        black = pixels.new_zeros(max(0, SMALLEST_BATCH - n_views * len(batch)), *pixels.shape[1:])
        views = [torch.cat([*views, black]).contiguous(memory_format=torch.channels_last)]
    sums: dict[str, torch.Tensor] = {}
    for view in views:
        with torch.autocast(device.type, dtype=amp_dtype, enabled=amp_dtype is not None):
            outputs = model.outputs(view)
        for task, values in model.logits(outputs).items():
            probs = ACTIVATIONS[model.activations[task]](values.float()) / n_views
            for part in probs[: n_views * len(batch)].split(len(batch)) if in_one else [probs]:
                sums[task] = sums[task] + part if task in sums else part
    return sums
