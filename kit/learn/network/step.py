"""One step of training: a batch's loss and gradients, in as many parts as memory wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from kit.errors import KitError, one_line
from kit.learn.network.loss import total_loss
from kit.learn.network.memory import free_memory, is_out_of_memory
from kit.learn.network.model import TaskModel
from kit.learn.network.ranks import add_gradients
from kit.learn.ranks import ranks_here
from kit.recipes.network import Recipe
from kit.reporter import Reporter


@dataclass
class Step:
    """Learns from one batch at a time."""

    model: TaskModel
    recipe: Recipe
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    counts: Mapping[str, Tensor]
    """The class counts (C,) of each task's real train rows; of labels (2, L), the rows with and without each."""
    dtype: torch.dtype | None
    """The precision of autocast, None for none."""
    reporter: Reporter
    name: str
    """Of the model that learns, for what is told."""
    parts: int = 1
    """In how many parts a batch is taken; doubled when one does not fit into memory."""

    def __call__(self, pixels: Tensor, targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> Tensor:
        """Change the weights by one batch; returns its loss."""
        loss = self._gradients(pixels, targets, weights)
        add_gradients(self.model.parameters())
        if self.recipe.clip is not None:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip, foreach=True)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss

    def _gradients(self, pixels: Tensor, targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> Tensor:
        """Add up the gradients of the batch's parts: those of the whole, but for batch statistics and soft F1."""
        n_rows = len(pixels)
        while True:
            self.optimizer.zero_grad(set_to_none=True)
            try:
                if self.parts == 1:
                    loss = self._loss(pixels, targets, weights)
                    self.scaler.scale(loss).backward()
                    return loss.detach()
                total = torch.zeros((), device=pixels.device)
                for part in np.array_split(np.arange(n_rows), self.parts):
                    rows = slice(int(part[0]), int(part[-1]) + 1)
                    loss = self._loss(
                        pixels[rows],
                        {task: values[rows] for task, values in targets.items()},
                        {task: values[rows] for task, values in weights.items()},
                    )
                    share = loss * (len(part) / n_rows)
                    self.scaler.scale(share).backward()
                    total += share.detach()
                return total
            except RuntimeError as error:
                if self.recipe.compile and type(error).__module__.startswith(("torch._dynamo.", "torch._inductor.")):
                    raise KitError(
                        f"torch cannot compile it here ({one_line(error, most=200)})",
                        where=self.recipe.model,
                        todo="leave compile out, or give the machine a C++ compiler, and a GPU Triton",
                    ) from error
                if not is_out_of_memory(error):
                    raise
                alone = ranks_here().size == 1  # ranks step together, and one cannot take its share otherwise
                if not alone or n_rows < 4 * self.parts:  # batch normalisation wants two rows or more
                    raise KitError(
                        f"there is no memory for {-(-n_rows // self.parts)} photos at a time",
                        where=self.recipe.model,
                        todo="take a smaller model, or photos, such as --set size=128",
                    ) from error
            free_memory()
            self.parts *= 2
            self.reporter.warn(
                f"{self.name}: out of memory: batches of {n_rows} are taken in {self.parts} parts from here,"
                " gradients added up"
            )

    def _loss(self, pixels: Tensor, targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> Tensor:
        with torch.autocast(pixels.device.type, dtype=self.dtype, enabled=self.dtype is not None):
            outputs = self.model.outputs(pixels)
        losses = []
        for task, head in self.model.head_of.items():
            activation = self.model.activations[task]
            class_loss = partial(total_loss, self.recipe.loss, counts=self.counts[task], activation=activation)
            losses.append(head.loss(outputs[task], task, targets, weights, class_loss))
        return torch.stack(losses).mean() if len(losses) > 1 else losses[0]
