"""Features of a fold's backbone: what it sees in a photo, before its head."""

from __future__ import annotations

import numpy as np
import torch

from kit.errors import KitError
from kit.learn.network.checkpoint import load_into, load_weights
from kit.learn.network.model import TaskModel, build_model
from kit.learn.network.predict import to_pixels
from kit.recipes.load import run_recipe
from kit.recipes.network import Recipe
from kit.runs.store import Run
from kit.targets.kinds import KINDS


def load_model(run: Run, fold: int, channels: int = 3) -> TaskModel:
    """A finished fold's model for photos of so many channels."""
    recipe = run_recipe(run)
    if not isinstance(recipe, Recipe):
        raise KitError("this run's classic learner keeps no network", where=run.id)
    recipe = recipe.model_copy(update={"pretrained": False, "weights": None})
    n_classes = {task: len(names) for task, names in run.record.classes.items()}
    activations = {task: KINDS[kind].activation for task, kind in run.record.kinds.items()}
    shapes = run.fold_record(fold).heads
    model = build_model(recipe, n_classes, 0, shapes, channels=channels, activations=activations)
    path = run.fold_dir(fold) / "weights.safetensors"
    load_into(model, load_weights(path), path)
    return model


def backbone_features(
    model: TaskModel, array: np.ndarray, rows: np.ndarray, batch_size: int, *, flip: bool = False
) -> np.ndarray:
    """(len(rows), n_features) float32: the pooled features of array[rows], or of their mirror images."""
    device = next(model.parameters()).device
    model.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(rows), batch_size):
            pixels = (to_pixels(array[rows[start : start + batch_size]], device) - model.mean) / model.std
            pixels = pixels.flip(3) if flip else pixels
            maps = model.backbone.forward_features(pixels)  # type: ignore[operator]
            parts.append(model.backbone.forward_head(maps, pre_logits=True).float().cpu().numpy())  # type: ignore[operator]
    return np.concatenate(parts)
