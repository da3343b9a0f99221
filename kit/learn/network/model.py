"""Models: any timm backbone with one head of logits per task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from kit.errors import KitError, nearest
from kit.learn.network.head import Given, Head, build_head
from kit.learn.network.pretrained import hub_file, load_backbone, no_pretrained
from kit.learn.network.zoo import timm
from kit.recipes.network import Recipe
from kit.runs.record import Shape
from kit.targets.base import Activation


class TaskModel(nn.Module):
    """A timm model whose last layer holds the outputs for the heads of all tasks side by side."""

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        backbone: nn.Module,
        n_classes: Mapping[str, int],
        heads: Mapping[str, Head],
        channels: int = 3,
        activations: Mapping[str, Activation] | None = None,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.n_classes = dict(n_classes)
        self.activations: dict[str, Activation] = {task: (activations or {}).get(task, "softmax") for task in n_classes}
        self.heads = nn.ModuleList([cast(nn.Module, heads[task]) for task in n_classes])
        self._compiled: Any = None
        config: Any = backbone.pretrained_cfg
        for name in ("mean", "std"):
            levels = torch.tensor(_of_channels(config[name], channels)).view(1, channels, 1, 1)
            self.register_buffer(name, levels * 255, persistent=False)

    @property
    def head_of(self) -> dict[str, Head]:
        return {task: cast(Head, head) for task, head in zip(self.n_classes, self.heads, strict=True)}

    def normalised(self, pixels: Tensor) -> Tensor:
        """Pixels (n, channels, H, W) in 0 to 255 as the backbone was trained on them.

        By a row of means and widths, as long as a photo's rows: where channels are last, torch would take one pixel at
        a time, ten times as long, by one of each channel.
        """
        row = (1, pixels.shape[1], 1, pixels.shape[3])
        mean, std = (
            values.expand(row).contiguous(memory_format=torch.channels_last) for values in (self.mean, self.std)
        )
        return (pixels - mean) / std

    def outputs(self, pixels: Tensor) -> dict[str, Tensor]:
        """What comes to the head of every task, (n, n_outputs), for pixels (n, channels, H, W) in 0 to 255."""
        backbone = self.backbone if self._compiled is None or not self.training else self._compiled
        together = backbone(self.normalised(pixels))
        sizes = [head.n_outputs for head in self.head_of.values()]
        return dict(zip(self.n_classes, together.split(sizes, dim=1), strict=True))

    def logits(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What the activation of every task makes predictions of, (n, C): logits of classes, say."""
        found: dict[str, Tensor] = {}
        # a head that is given another task comes after it
        for task, head in sorted(self.head_of.items(), key=lambda item: isinstance(item[1], Given)):
            found[task] = head(outputs[task], found)
        return {task: found[task] for task in self.n_classes}

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        return self.logits(self.outputs(pixels))

    def train_only_heads(self) -> None:
        """Hold the backbone still, its running statistics too: only the last layer and the heads learn on."""
        self.backbone.eval().requires_grad_(False)
        for layer in _last_layers(self.backbone):
            layer.train().requires_grad_(True)

    def train_everything(self) -> None:
        self.train().requires_grad_(True)

    def compile_training(self) -> None:
        """Train by a compiled backbone from here; it has the same weights, and predictions are made without it."""
        # a function, which is no layer: the names of the weights stay as they are
        compiled: Any = torch.compile(self.backbone, dynamic=False)
        self._compiled = compiled.__call__


def _last_layers(backbone: nn.Module) -> tuple[nn.Module, ...]:
    last = backbone.get_classifier()  # type: ignore[operator]
    return last if isinstance(last, tuple) else (last,)


def check_model(name: str) -> None:
    """Refuse a name that timm does not know."""
    if not timm.is_model(name):
        raise KitError(f"timm has no model '{name}'", todo=nearest(name, timm.list_models()))


def build_model(
    recipe: Recipe,
    n_classes: Mapping[str, int],
    seed: int,
    shapes: Mapping[str, Shape] | None = None,
    weights: Path | None = None,
    channels: int = 3,
    activations: Mapping[str, Activation] | None = None,
) -> TaskModel:
    """Create the recipe's model with fresh heads, from `seed`.

    n_classes: the outputs of each task. shapes: the bins of heads that learn any, and the scales of numbers. weights:
    the file to start from, instead of published weights. channels: of the photos; timm folds the first layer's weights
    for 3 channels into as many. activations: of tasks where it is not softmax.
    """
    check_model(recipe.model)
    torch.manual_seed(seed)
    pretrained = recipe.pretrained and weights is None
    heads = {task: build_head(task, recipe.heads, n_classes, shapes or {}) for task in n_classes}
    options: dict[str, Any] = {
        "num_classes": sum(head.n_outputs for head in heads.values()),
        "drop_rate": recipe.drop_rate,
        "pretrained": pretrained,
        "in_chans": channels,
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
    if weights is not None:
        load_backbone(backbone, weights)
    return TaskModel(backbone, n_classes, heads, channels, activations).to(memory_format=torch.channels_last)


def _of_channels(levels: Sequence[float], channels: int) -> list[float]:
    """A mean or deviation for each channel from those of red, green and blue, in turn; of grey their mean."""
    if channels == 1:
        return [sum(levels) / len(levels)]
    return [levels[channel % len(levels)] for channel in range(channels)]


def count_parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
