"""MixUp, CutMix and half CutMix: training images made of two, with soft labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kit.recipes.network import MixSpec

if TYPE_CHECKING:
    from torch import Tensor


def mix(
    batch: Tensor, targets: dict[str, Tensor], spec: MixSpec, rng: np.random.Generator
) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
    """Mix each image of a batch with another one of it; returns batch, targets and the weight of each row's loss.

    batch: (n, channels, height, width) float
    targets: per task (n, n_classes) probabilities; a mixed row gets both images' labels by their share of its pixels
    weights: per task (n,); 0 where a mixed row must not teach a task that is not in `spec.tasks` (its old label is no
        longer true and its mixed one may be invisible), 1 elsewhere. A batch that no task wants mixed stays as it is.
    """
    import torch

    n = len(batch)
    weights = {task: torch.ones(n, device=batch.device) for task in targets}
    mixed_tasks = _mixed_tasks(spec, targets)
    if not mixed_tasks or rng.random() >= spec.p:
        return batch, targets, weights
    partner = torch.from_numpy(rng.permutation(n)).to(batch.device, non_blocking=True)
    batch, share = _mix_images(batch, batch[partner], spec, rng)
    touched = (partner != torch.arange(n, device=batch.device)) & (share < 1)
    for task in targets:
        if task not in mixed_tasks:
            weights[task][touched] = 0
    mixed = {
        task: share * target + (1 - share) * target[partner] if task in mixed_tasks else target
        for task, target in targets.items()
    }
    return batch, mixed, weights


def _mixed_tasks(spec: MixSpec, targets: dict[str, Tensor]) -> set[str]:
    """The targets to mix; those of a task's bins, TASK/bins, go with the task."""
    if spec.tasks is None:
        return set(targets) if spec.method == "mixup" else set()
    return {name for name in targets if name.partition("/")[0] in spec.tasks}


def _mix_images(batch: Tensor, other: Tensor, spec: MixSpec, rng: np.random.Generator) -> tuple[Tensor, float]:
    """Return the mixed images and the share of each that is its own."""
    if spec.method == "mixup":
        share = float(rng.beta(spec.alpha, spec.alpha))
        return batch * share + other * (1 - share), share
    height, width = batch.shape[-2:]
    if spec.method == "half_cutmix":
        top, bottom, left, right = 0, height, width // 2, width
    else:
        top, bottom, left, right = _box(height, width, 1 - float(rng.beta(spec.alpha, spec.alpha)), rng)
    batch = batch.clone()
    batch[..., top:bottom, left:right] = other[..., top:bottom, left:right]
    return batch, 1 - (bottom - top) * (right - left) / (height * width)


def _box(height: int, width: int, area: float, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A rectangle of about `area` of the image around a uniform centre, cut off at the edges."""
    rows, columns = round(height * area**0.5), round(width * area**0.5)
    top, left = int(rng.integers(height)) - rows // 2, int(rng.integers(width)) - columns // 2
    return max(top, 0), min(top + rows, height), max(left, 0), min(left + columns, width)
