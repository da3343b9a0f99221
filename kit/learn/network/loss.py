"""Losses on logits and soft targets; every one takes row weights and the class counts of the train rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""(logits (n, C), targets (n, C) that sum to one, weights (n,), counts (C,) of the real train rows) -> scalar."""

BETA = 0.999
"""Of the effective number: how much another row of a class still adds (Cui et al. 2019)."""

GAMMA = 2.0
"""Of the focal loss: how much rows that are known already fade (Lin et al. 2017)."""


SMOOTHING = 0.1
"""Of label smoothing: the share of a target that is spread over all classes."""


def cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    return _row_mean(-(targets * F.log_softmax(logits, dim=1)).sum(dim=1), weights)


def smoothed(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy in which a share of every target is spread over all classes (Szegedy et al. 2016)."""
    return cross_entropy(logits, targets * (1 - SMOOTHING) + SMOOTHING / targets.shape[1], weights, counts)


def inverse_frequency(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy in which every class weighs the inverse of its count."""
    return cross_entropy(logits, targets * _class_weights(counts.clamp_min(1), counts), weights, counts)


def effective_number(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy in which every class weighs the inverse of its effective number (1 - beta^n) / (1 - beta)."""
    effective = (1 - BETA ** counts.clamp_min(1).double()) / (1 - BETA)
    return cross_entropy(logits, targets * _class_weights(effective, counts).to(targets.dtype), weights, counts)


def focal(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy in which every class's part is multiplied by (1 - p)^gamma (Lin et al. 2017)."""
    log_probs = F.log_softmax(logits, dim=1)
    return _row_mean(-(targets * (1 - log_probs.exp()) ** GAMMA * log_probs).sum(dim=1), weights)


def soft_f1(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """One less macro F1 with probabilities in the place of decisions, over the classes that the batch has."""
    probs, rows = logits.softmax(dim=1), weights[:, None]
    truth = (rows * targets).sum(dim=0)
    f1 = 2 * (rows * targets * probs).sum(dim=0) / (truth + (rows * probs).sum(dim=0)).clamp_min(1e-12)
    present = truth > 0
    return torch.where(present, 1 - f1, 0).sum() / present.sum().clamp_min(1)


LOSSES: dict[str, Loss] = {
    "ce": cross_entropy,
    "ls": smoothed,
    "weighted": inverse_frequency,
    "effective": effective_number,
    "focal": focal,
    "f1": soft_f1,
}


def total_loss(
    mixture: Mapping[str, float], logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor
) -> Tensor:
    """The weighted sum of the named losses of one task; logits are taken to float32 first."""
    logits = logits.float()
    losses = [weight * LOSSES[name](logits, targets, weights, counts) for name, weight in mixture.items()]
    return torch.stack(losses).sum()


def _row_mean(per_row: Tensor, weights: Tensor) -> Tensor:
    return (weights * per_row).sum() / weights.sum().clamp_min(1e-12)


def _class_weights(sizes: Tensor, counts: Tensor) -> Tensor:
    """(C,) weights in proportion to 1 / sizes, whose mean over the train rows is one: the loss keeps its scale."""
    raw = 1 / sizes
    return raw * counts.sum() / (raw * counts).sum().clamp_min(1e-12)
