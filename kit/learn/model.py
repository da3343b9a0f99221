"""Models: any timm backbone with one head of logits per task."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import timm
import torch
from torch import Tensor, nn

from kit.errors import KitError, nearest
from kit.learn.pretrained import hub_file, load_backbone, no_pretrained, weights_file
from kit.learn.recipe import Recipe


class TaskModel(nn.Module):
    """A timm model whose last layer holds the logits of all tasks side by side."""

    mean: Tensor
    std: Tensor

    def __init__(self, backbone: nn.Module, n_classes: Mapping[str, int]) -> None:
        super().__init__()
        self.backbone = backbone
        self.n_classes = dict(n_classes)
        config: Any = backbone.pretrained_cfg
        self.register_buffer("mean", torch.tensor(config["mean"]).view(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("std", torch.tensor(config["std"]).view(1, 3, 1, 1) * 255, persistent=False)

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        """Logits (n, C) of every task for pixels (n, 3, H, W) in 0 to 255."""
        logits = self.backbone((pixels - self.mean) / self.std)
        return dict(zip(self.n_classes, logits.split(list(self.n_classes.values()), dim=1), strict=True))


def build_model(recipe: Recipe, n_classes: Mapping[str, int], seed: int) -> TaskModel:
    """Create the recipe's model with fresh heads, from `seed`."""
    if not timm.is_model(recipe.model):
        raise KitError(f"timm has no model '{recipe.model}'", todo=nearest(recipe.model, timm.list_models()))
    torch.manual_seed(seed)
    pretrained = recipe.pretrained and recipe.weights is None
    options: dict[str, Any] = {
        "num_classes": sum(n_classes.values()),
        "drop_rate": recipe.drop_rate,
        "pretrained": pretrained,
    }
    if pretrained and (file := hub_file(recipe.model)):
        options["pretrained_cfg_overlay"] = {"file": str(file)}
    try:
        try:
            # vision transformers are built for one image size; convolutional networks take any
            backbone = timm.create_model(recipe.model, img_size=recipe.size, **options)
        except TypeError:
            torch.manual_seed(seed)
            backbone = timm.create_model(recipe.model, **options)
    except (OSError, RuntimeError) as error:
        if not pretrained:
            raise
        raise no_pretrained(recipe.model, type(error).__name__) from error
    if recipe.weights is not None:
        load_backbone(backbone, weights_file(recipe.weights, recipe.model, Path()))
    return TaskModel(backbone, n_classes).to(memory_format=torch.channels_last)


def count_parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
