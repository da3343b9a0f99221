"""Losses on logits and soft targets; every one takes row weights and the class counts of the train rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from kit.learn.network.ranks import over_ranks
from kit.targets.base import Activation

Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""(logits (n, C), targets (n, C) that sum to one, weights (n,), counts (C,) of the real train rows) -> scalar."""

BETA = 0.999
"""Of the effective number: how much another row of a class still adds (Cui et al. 2019)."""

GAMMA = 2.0
"""Of the focal loss: how much rows that are known already fade (Lin et al. 2017)."""


SMOOTHING = 0.1
"""Of label smoothing: the share of a target that is spread over all classes."""


def cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    return row_mean(-(targets * F.log_softmax(logits, dim=1)).sum(dim=1), weights)


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
    return row_mean(-(targets * (1 - log_probs.exp()) ** GAMMA * log_probs).sum(dim=1), weights)


def soft_f1(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """One less macro F1 with probabilities in the place of decisions, over the classes that the batch has."""
    return _soft_f1(logits.softmax(dim=1), targets, weights)


LOSSES: dict[str, Loss] = {
    "ce": cross_entropy,
    "ls": smoothed,
    "weighted": inverse_frequency,
    "effective": effective_number,
    "focal": focal,
    "f1": soft_f1,
}


def binary(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """Cross-entropy of every label by itself, their mean."""
    return row_mean(_binary(logits, targets).mean(dim=1), weights)


def binary_smoothed(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """The same with a share of every target that is spread over yes and no."""
    return binary(logits, targets * (1 - SMOOTHING) + SMOOTHING / 2, weights, counts)


def binary_weighted(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """The same in which the rows with a label weigh as much together as those without it."""
    return _sided(logits, targets, weights, counts, counts.clamp_min(1))


def binary_effective(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """The same in which rows with and without a label weigh the inverse of their effective number."""
    effective = (1 - BETA ** counts.clamp_min(1).double()) / (1 - BETA)
    return _sided(logits, targets, weights, counts, effective)


def binary_focal(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """The same in which what is known already fades (Lin et al. 2017)."""
    probs = logits.sigmoid()
    missed = targets * (1 - probs) + (1 - targets) * probs
    return row_mean((missed**GAMMA * _binary(logits, targets)).mean(dim=1), weights)


def binary_soft_f1(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """One less macro F1 with probabilities in the place of decisions, over the labels that the batch has."""
    return _soft_f1(logits.sigmoid(), targets, weights)


def squared(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    return row_mean(((logits - targets) ** 2).mean(dim=1), weights)


def absolute(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    return row_mean((logits - targets).abs().mean(dim=1), weights)


def huber(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor) -> Tensor:
    """Squared up to one standard deviation of the train side, absolute beyond (Huber 1964)."""
    return row_mean(F.huber_loss(logits, targets, reduction="none").mean(dim=1), weights)


LABEL_LOSSES: dict[str, Loss] = {
    "ce": binary,
    "ls": binary_smoothed,
    "weighted": binary_weighted,
    "effective": binary_effective,
    "focal": binary_focal,
    "f1": binary_soft_f1,
}
"""Those of labels, whose `counts` are (2, L): the rows with and without each."""

NUMBER_LOSSES: dict[str, Loss] = {"squared": squared, "absolute": absolute, "huber": huber}
"""Those of numbers, on the scale of the fold's train side."""

OF: dict[Activation, tuple[dict[str, Loss], str]] = {
    "softmax": (LOSSES, "ce"),
    "sigmoid": (LABEL_LOSSES, "ce"),
    "identity": (NUMBER_LOSSES, "squared"),
}
"""The losses that tasks can have, and the one of a task for which a recipe names none."""


def total_loss(
    mixture: Mapping[str, float],
    logits: Tensor,
    targets: Tensor,
    weights: Tensor,
    counts: Tensor,
    activation: Activation = "softmax",
) -> Tensor:
    """The weighted sum of those of the named losses that are for such a task; logits are taken to float32 first."""
    logits = logits.float()
    known, usual = OF[activation]
    own = {name: weight for name, weight in mixture.items() if name in known} or {usual: 1.0}
    losses = {name: known[name](logits, targets, weights, counts) for name in own}
    if list(own.values()) == [1.0]:
        return next(iter(losses.values()))
    return torch.stack([weight * losses[name] for name, weight in own.items()]).sum()


def _binary(logits: Tensor, targets: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="none")


def _sided(logits: Tensor, targets: Tensor, weights: Tensor, counts: Tensor, sizes: Tensor) -> Tensor:
    """Binary cross-entropy in which the two sides (2, L) of each label weigh the inverse of their sizes."""
    sides = torch.stack([_class_weights(sizes[:, label], counts[:, label]) for label in range(counts.shape[1])], dim=1)
    with_it, without = sides.to(targets.dtype)
    each = _binary(logits, targets) * (targets * with_it + (1 - targets) * without)
    return row_mean(each.mean(dim=1), weights)


def _soft_f1(probs: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    rows = weights[:, None]
    truth = over_ranks((rows * targets).sum(dim=0))
    right, said = over_ranks((rows * targets * probs).sum(dim=0)), over_ranks((rows * probs).sum(dim=0))
    f1 = 2 * right / (truth + said).clamp_min(1e-12)
    present = truth > 0
    return torch.where(present, 1 - f1, 0).sum() / present.sum().clamp_min(1)


def row_mean(per_row: Tensor, weights: Tensor) -> Tensor:
    """The weighted mean over the rows of a batch, those of other ranks too."""
    return over_ranks((weights * per_row).sum()) / over_ranks(weights.sum()).clamp_min(1e-12)


def _class_weights(sizes: Tensor, counts: Tensor) -> Tensor:
    """(C,) weights in proportion to 1 / sizes, whose mean over the train rows is one: the loss keeps its scale."""
    raw = 1 / sizes
    return raw * counts.sum() / (raw * counts).sum().clamp_min(1e-12)
