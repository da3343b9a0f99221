"""Losses on logits and soft targets; every one takes row weights."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(logits (n, C), targets (n, C) that sum to one, weights (n,)) -> scalar."""


def cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    per_row = -(targets * F.log_softmax(logits, dim=1)).sum(dim=1)
    return (weights * per_row).sum() / weights.sum().clamp_min(1e-12)


LOSSES: dict[str, Loss] = {"ce": cross_entropy}


def total_loss(
    mixture: dict[str, float], logits: Tensor, targets: Tensor, weights: Tensor, label_smoothing: float
) -> Tensor:
    """The weighted sum of the named losses of one task; logits are taken to float32 first."""
    if label_smoothing:
        targets = targets * (1 - label_smoothing) + label_smoothing / targets.shape[1]
    logits = logits.float()
    losses = [weight * LOSSES[name](logits, targets, weights) for name, weight in mixture.items()]
    return torch.stack(losses).sum()
