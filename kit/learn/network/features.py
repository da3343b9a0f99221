"""Features of a fold's backbone: what it sees in a photo, before its head."""

from __future__ import annotations

import numpy as np
import torch

from kit.images.rows import PixelRows
from kit.learn.network.model import TaskModel
from kit.learn.network.predict import filled_up, to_pixels


def backbone_features(
    model: TaskModel, array: PixelRows, rows: np.ndarray, batch_size: int, *, flip: bool = False
) -> np.ndarray:
    """(len(rows), n_features) float32: the pooled features of array[rows], or of their mirror images."""
    device = next(model.parameters()).device
    model.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(rows), batch_size):
            batch = array[rows[start : start + batch_size]]
            pixels = model.normalised(to_pixels(filled_up(batch, device), device))
            pixels = pixels.flip(3) if flip else pixels
            maps = model.backbone.forward_features(pixels)  # type: ignore[operator]
            pooled = model.backbone.forward_head(maps, pre_logits=True)[: len(batch)]  # type: ignore[operator]
            parts.append(pooled.float().cpu().numpy())
    return np.concatenate(parts)
