"""Folds against scikit-learn's StratifiedGroupKFold: the ratio of their times and the balance of both, and kit alone
where scikit-learn takes a minute.

Both on one core: python -m benchmarks.folds
"""

from __future__ import annotations

import time

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from kit.folds.deal import deal, imbalance
from kit.targets.counted import Counted

N_FOLDS, SEED = 5, 0
BOTH, ALONE = 20_000, 200_000


def photos(n_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Seven photos a person in three states, 5:1:1, people in six uneven classes: 18 classes."""
    rng = np.random.default_rng(SEED)
    person = rng.choice(6, n_groups, p=np.outer([0.386, 0.614], [0.474, 0.454, 0.072]).ravel())
    classes = (np.array([0, 0, 0, 0, 0, 1, 2]) * 6 + person[:, None]).ravel()
    return shuffled(classes, np.repeat(np.arange(n_groups), 7))


def skewed(n_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Groups of 1 to 300 rows, each row of any of 18 uneven classes."""
    rng = np.random.default_rng(SEED)
    group = np.repeat(np.arange(n_groups), np.minimum(1 + rng.pareto(1.2, n_groups) * 3, 300).astype(int))
    return shuffled(rng.choice(18, len(group), p=rng.dirichlet(np.full(18, 0.7))), group)


def shuffled(classes: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.random.default_rng(SEED).permutation(len(classes))
    return classes[order], np.array([f"{g:06d}" for g in group[order]], dtype=object)


def dealt(classes: np.ndarray, groups: np.ndarray) -> tuple[float, np.ndarray]:
    """The shortest of three times in CPU seconds (other work on the machine does not count), and the folds."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        folds = deal(classes, groups, N_FOLDS, SEED)
        seconds.append(time.process_time() - start)
    return min(seconds), folds


def dealt_by_sklearn(classes: np.ndarray, groups: np.ndarray) -> tuple[float, np.ndarray]:
    start = time.process_time()
    folds = np.empty(len(classes), dtype=np.int64)
    for fold, (_, valid) in enumerate(StratifiedGroupKFold(N_FOLDS).split(classes, classes, groups)):
        folds[valid] = fold
    return time.process_time() - start, folds


def line(name: str, seconds: float, classes: np.ndarray, groups: np.ndarray, folds: np.ndarray) -> str:
    excess, squares = imbalance(classes, groups, folds, N_FOLDS)
    names = tuple(map(str, range(int(classes.max()) + 1)))
    rows = Counted.of_codes(classes, names).by_fold(folds).to_numpy()
    spread = np.ptp(rows, axis=1)
    return (
        f"  {name:<12} {seconds:7.2f} CPU s   beyond one group {excess:.2f}   squares {squares:.2e}"
        f"   folds differ by {spread[:-1].max()} rows in a class, {spread[-1]} in all"
    )


def main() -> None:
    for table in (photos, skewed):
        classes, groups = table(BOTH)
        print(f"{table.__name__}: {BOTH:,} groups, {len(classes):,} rows")
        kit_seconds, folds = dealt(classes, groups)
        print(line("kit", kit_seconds, classes, groups, folds))
        sklearn_seconds, folds = dealt_by_sklearn(classes, groups)
        print(line("scikit-learn", sklearn_seconds, classes, groups, folds))
        print(f"  kit is {sklearn_seconds / kit_seconds:.0f} times as fast")
        classes, groups = table(ALONE)
        print(f"{table.__name__}: {ALONE:,} groups, {len(classes):,} rows")
        kit_seconds, folds = dealt(classes, groups)
        print(line("kit", kit_seconds, classes, groups, folds))


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
