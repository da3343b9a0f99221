"""Which real rows an epoch shows, and how often: all of them, classes in balance, or one photo of each group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kit.recipes.network import Sampler


def draw_rows(
    sampler: Sampler,
    strata: np.ndarray,
    groups: np.ndarray,
    repeats: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """The rows of one epoch, in the order in which they are shown.

    all: every row once. balanced: as many rows, drawn with replacement, every class as likely. per_group: one row of
    each group. strata: (n_rows,) number of the combination of classes of each row; groups: (n_rows,) numbers;
    repeats: (n_rows,) how often a chosen row is shown, a fraction being the odds of once more.
    """
    n_rows = len(strata)
    if sampler == "balanced":
        share = 1 / np.bincount(strata)[strata]
        rows = generator.choice(n_rows, n_rows, p=share / share.sum())
    else:
        rows = generator.permutation(n_rows)
    if sampler == "per_group":
        _, first = np.unique(groups[rows], return_index=True)
        rows = rows[np.sort(first)]  # the first of a group in a random order is any of its rows
    if (repeats == 1).all():
        return rows
    times = repeats[rows]
    whole = np.floor(times).astype(int) + (generator.random(len(rows)) < times % 1)
    return generator.permutation(np.repeat(rows, whole))


def row_repeats(
    oversample: Mapping[str, Mapping[str, float]],
    labels: Mapping[str, np.ndarray],
    classes: Mapping[str, tuple[str, ...]],
) -> np.ndarray:
    """How often each row is shown, (n_rows,): the product of what `oversample` says of its classes."""
    repeats = np.ones(len(next(iter(labels.values()))))
    for task, times in oversample.items():
        if task in labels:
            by_class = np.array([times.get(name, 1.0) for name in classes[task]])
            truth = labels[task]
            # a row of several labels is shown as often as the one that wants it most
            repeats *= by_class[truth] if truth.ndim == 1 else _of_labels(truth, by_class)
    return repeats


def _of_labels(truth: np.ndarray, times: np.ndarray) -> np.ndarray:
    wanted = np.where(truth > 0, times, 0).max(axis=1)
    return np.where(wanted > 0, wanted, 1.0)
