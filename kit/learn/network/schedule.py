"""The learning rate as a pure function of the step, so that a resumed run needs no scheduler state."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kit.recipes.network import Schedule


def rate_factor(schedule: Schedule, step: int, n_steps: int, epoch: int, train_losses: Sequence[float]) -> float:
    """The multiple of the base learning rate at `step` of `n_steps`; `train_losses` are those of the epochs before."""
    n_warmup = round(schedule.warmup * n_steps)
    if step < n_warmup:
        return (step + 1) / (n_warmup + 1)
    progress = (step - n_warmup) / max(1, n_steps - n_warmup)
    if schedule.name == "cosine":
        return 0.5 * (1 + math.cos(math.pi * progress))
    if schedule.name == "step":
        return schedule.gamma ** (epoch // schedule.step_epochs)
    if schedule.name == "onecycle":
        # Smith & Topin 2018: up over the first 30 % from a 25th, then down to nearly nothing
        if progress < 0.3:
            return 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * progress / 0.3))
        return 0.5 * (1 + math.cos(math.pi * (progress - 0.3) / 0.7))
    if schedule.name == "plateau":
        return schedule.gamma ** _plateaus(train_losses, schedule.patience)
    return 1.0


def _plateaus(train_losses: Sequence[float], patience: int) -> int:
    """How often the training loss went `patience` epochs without a new low."""
    best, waited, plateaus = math.inf, 0, 0
    for loss in train_losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited >= patience:
            plateaus, waited = plateaus + 1, 0
    return plateaus
