"""What a fold's model is shown: rows of the image caches with soft targets and weights, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Examples:
    """Rows to learn from; the first `n_real` carry real labels, the others pseudo labels.

    `arrays` are (n_images, H, W, 3) uint8; row i is arrays[source[i]][row[i]]. `targets` has, for each task,
    (n_rows, n_classes) float32 that sum to one; `weights` has, for each task, (n_rows,) float32, 0 where a row says
    nothing of the task.
    """

    arrays: tuple[np.ndarray, ...]
    source: np.ndarray
    row: np.ndarray
    targets: Mapping[str, np.ndarray]
    weights: Mapping[str, np.ndarray]
    n_real: int

    def pixels(self, chosen: np.ndarray) -> np.ndarray:
        """(len(chosen), H, W, 3) uint8, copied out of the caches."""
        if len(self.arrays) == 1:
            return self.arrays[0][self.row[chosen]]
        return np.stack([self.arrays[self.source[i]][self.row[i]] for i in chosen])


@dataclass(frozen=True)
class Batch:
    pixels: np.ndarray
    targets: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]


def one_hot(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """(n_rows, n_classes) float32."""
    return np.eye(n_classes, dtype=np.float32)[labels]


def epoch_plan(n_real: int, n_pseudo: int, batch_size: int, pseudo_share: float, seed: int) -> list[np.ndarray]:
    """The rows of each batch of one epoch: every real row once, and pseudo rows up to their share of each batch.

    Batches are of nearly equal size, so that none is left with a single row.
    """
    generator = np.random.default_rng(seed)
    real = generator.permutation(n_real)
    allowed = min(n_pseudo, int(n_real * pseudo_share / (1 - pseudo_share)))
    pseudo = n_real + generator.permutation(n_pseudo)[:allowed]
    n_batches = max(1, round((len(real) + len(pseudo)) / batch_size))
    parts = zip(np.array_split(real, n_batches), np.array_split(pseudo, n_batches), strict=True)
    return [np.concatenate(part) for part in parts]


def batches(
    examples: Examples,
    plan: Sequence[np.ndarray],
    augment: Callable[[np.ndarray, int], np.ndarray],
    seeds: Sequence[int],
    workers: int,
) -> Iterator[Batch]:
    """Make the batches of a plan in order, some ahead of their use, in `workers` threads."""

    def make(chosen: np.ndarray, seed: int) -> Batch:
        return Batch(
            augment(examples.pixels(chosen), seed),
            {task: targets[chosen] for task, targets in examples.targets.items()},
            {task: weights[chosen] for task, weights in examples.weights.items()},
        )

    with ThreadPoolExecutor(max_workers=workers) as pool:
        ahead: list[Future[Batch]] = []
        try:
            for chosen, seed in zip(plan, seeds, strict=True):
                ahead.append(pool.submit(make, chosen, seed))
                if len(ahead) > 2 * workers:
                    yield ahead.pop(0).result()
            while ahead:
                yield ahead.pop(0).result()
        finally:
            for future in ahead:
                future.cancel()
