"""The one inference pass."""

from __future__ import annotations

import numpy as np
import torch

from kit.learn.model import TaskModel


def to_pixels(batch: np.ndarray, device: torch.device) -> torch.Tensor:
    """(n, H, W, 3) uint8 -> (n, 3, H, W) float32 on the device, channels last in memory."""
    pixels = torch.from_numpy(np.ascontiguousarray(batch))
    if device.type == "cuda":
        pixels = pixels.pin_memory()  # a copy from other memory makes the CPU wait for it
    moved = pixels.to(device, non_blocking=True)
    return moved.permute(0, 3, 1, 2).float()


def predict(
    model: TaskModel,
    array: np.ndarray,
    rows: np.ndarray,
    batch_size: int,
    *,
    flip: bool = False,
    amp_dtype: torch.dtype | None = None,
) -> dict[str, np.ndarray]:
    """Probabilities (len(rows), C) float32 of every task for array[rows]; with `flip` the mean over mirror images."""
    device = next(model.parameters()).device
    model.eval()
    parts: dict[str, list[np.ndarray]] = {task: [] for task in model.n_classes}
    with torch.inference_mode():
        for start in range(0, len(rows), batch_size):
            pixels = to_pixels(array[rows[start : start + batch_size]], device)
            views = [pixels, pixels.flip(3)] if flip else [pixels]
            sums: dict[str, torch.Tensor] = {}
            for view in views:
                with torch.autocast(device.type, dtype=amp_dtype, enabled=amp_dtype is not None):
                    logits = model(view)
                for task, values in logits.items():
                    probs = values.float().softmax(dim=1) / len(views)
                    sums[task] = sums[task] + probs if task in sums else probs
            for task, probs in sums.items():
                parts[task].append(probs.cpu().numpy())
    empty = {task: np.zeros((0, n), dtype=np.float32) for task, n in model.n_classes.items()}
    return {task: np.concatenate(part) if part else empty[task] for task, part in parts.items()}
