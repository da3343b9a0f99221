"""Batches of examples, made ahead of their use."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
import torch
from torch import Tensor

from kit.evidence.top import Outputs, TopProbs
from kit.images.changes import Change, Drawing
from kit.images.drawn_apart import DrawnApart
from kit.learn.examples import Examples
from kit.learn.network.memory import pinned
from kit.learn.ranks import ALONE, Ranks

Augment = Callable[[np.ndarray, int, int], np.ndarray]
"""(photos, the batch's seed, the place in the batch of the first of them) -> photos, as `kit.images.augment` has it."""
Draws = Drawing | DrawnApart


@dataclass(frozen=True)
class Batch:
    pixels: Tensor
    """(n, height, width, channels) uint8."""
    targets: dict[str, Tensor]
    weights: dict[str, Tensor]
    changes: tuple[Change, ...]
    """What is still to be done to the pixels, on the device."""
    augmented: float = 0.0
    """Seconds of a core that augmentation took so far."""


@dataclass
class Feeding:
    """What it cost to feed a network."""

    waited: float = 0.0
    """Seconds in which it waited for a batch."""
    augmented: float = 0.0
    """Seconds of a core that augmentation took."""


def epoch_plan(
    real: np.ndarray,
    n_real: int,
    n_pseudo: int,
    batch_size: int,
    pseudo_share: float,
    generator: np.random.Generator,
) -> list[np.ndarray]:
    """The rows of each batch of one epoch: the `real` rows in their order, and pseudo rows up to their share of each.

    Pseudo rows stand behind the `n_real` real ones. Batches are of nearly equal size, so that none is left with a
    single row.
    """
    allowed = min(n_pseudo, int(len(real) * pseudo_share / (1 - pseudo_share)))
    pseudo = n_real + generator.permutation(n_pseudo)[:allowed]
    n_batches = max(1, round((len(real) + len(pseudo)) / batch_size))
    parts = zip(np.array_split(real, n_batches), np.array_split(pseudo, n_batches), strict=True)
    return [np.concatenate(part) for part in parts]


def _laid_out(targets: Outputs) -> np.ndarray:
    return targets.dense(np.float32) if isinstance(targets, TopProbs) else np.asarray(targets)


def batches(
    examples: Examples,
    plan: Sequence[np.ndarray],
    augments: Sequence[Augment | Draws],
    seeds: Sequence[int],
    feeding: Feeding,
    ranks: Ranks = ALONE,
    pin: bool = False,
) -> Generator[Batch, None, None]:
    """Make the batches of a plan in order, some ahead of their use, in one thread for each of the equal `augments`.

    What they cost is added to `feeding`. Of several ranks each makes its slice of every batch: the rows that one
    process would make of it. Pinned tensors are copied to a GPU while it works.
    """
    workers = len(augments)
    free: SimpleQueue[Augment | Draws] = SimpleQueue()
    for augment in augments:
        free.put(augment)

    def tensor(values: np.ndarray) -> Tensor:
        return pinned(values) if pin else torch.from_numpy(np.ascontiguousarray(values))

    def make(batch: np.ndarray, seed: int) -> Batch:
        own = ranks.part(len(batch))
        chosen = batch[own]
        augment = free.get()
        pixels = examples.pixels(chosen)
        changes: tuple[Change, ...] = ()
        began = time.thread_time()
        try:
            if isinstance(augment, Draws):
                changes = augment(pixels.shape, seed, own.start)
            else:
                pixels = augment(pixels, seed, own.start)
        finally:
            free.put(augment)
        augmented = time.thread_time() - began
        return Batch(
            tensor(pixels),
            {task: tensor(_laid_out(targets[chosen])) for task, targets in examples.targets.items()},
            {task: tensor(weights[chosen]) for task, weights in examples.weights.items()},
            changes,
            augmented,
        )

    def made(ahead: list[Future[Batch]]) -> Batch:
        began = time.perf_counter()
        batch = ahead.pop(0).result()
        feeding.waited += time.perf_counter() - began
        feeding.augmented += batch.augmented
        return batch

    with ThreadPoolExecutor(max_workers=workers) as pool:
        ahead: list[Future[Batch]] = []
        try:
            for chosen, seed in zip(plan, seeds, strict=True):
                ahead.append(pool.submit(make, chosen, seed))
                if len(ahead) > 2 * workers:
                    yield made(ahead)
            while ahead:
                yield made(ahead)
        finally:
            for future in ahead:
                future.cancel()
