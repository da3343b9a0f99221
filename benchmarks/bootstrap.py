"""The bootstrap of macro F1 against a loop over scikit-learn: the ratio of their times, and that they agree.

Both on one core: python -m benchmarks.bootstrap
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

from kit.evidence.bootstrap import resamples
from kit.evidence.metrics import METRICS
from kit.evidence.scorer import Scorer

N_GROUPS, PHOTOS, N_CLASSES = 2700, 7, 18
N_REPLICATES = 10_000
LOOPED = 100
"""Replicates that the loop really runs; its time for all of them is this one's, scaled."""
SEED = 0


def simulated(n_candidates: int) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Truth, the candidates' predictions and groups, (n_rows,) each."""
    rng = np.random.default_rng(SEED)
    groups = np.repeat(np.arange(N_GROUPS), PHOTOS)
    truth = rng.integers(0, N_CLASSES, len(groups))
    wrong = [rng.random(len(groups)) < 0.25 for _ in range(n_candidates)]
    return truth, [np.where(w, rng.integers(0, N_CLASSES, len(groups)), truth) for w in wrong], groups


def best_of(n_times: int, work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """The shortest of some runs in seconds, and the result."""
    seconds = []
    for _ in range(n_times):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def sklearn_loop(truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The first LOOPED replicates, each as the rows that were drawn scored by scikit-learn."""
    rows_of = np.split(np.arange(len(truth)), np.flatnonzero(np.diff(groups)) + 1)
    scores = []
    for weights in next(resamples(N_GROUPS, N_REPLICATES, SEED))[:LOOPED]:
        rows = np.concatenate([rows_of[g] for g in np.repeat(np.arange(N_GROUPS), weights)])
        scores.append(f1_score(truth[rows], predicted[rows], average="macro", zero_division=0))
    return np.array(scores)


def main() -> None:
    truth, candidates, groups = simulated(20)
    first = candidates[0]

    def drawn(some: list[np.ndarray]) -> np.ndarray:
        # a new scorer each time: drawing the resamples is part of the work
        return Scorer("f1_macro", truth, groups, N_CLASSES, n_replicates=N_REPLICATES, seed=SEED).drawn(some)

    fast, scores = best_of(3, lambda: drawn([first]))
    fast20, scores20 = best_of(3, lambda: drawn(candidates))
    looped, loop_scores = best_of(1, lambda: sklearn_loop(truth, first, groups))
    slow = looped * N_REPLICATES / LOOPED
    jackknife, by_jackknife = best_of(3, lambda: Scorer("f1_macro", truth, groups, N_CLASSES).covariance(candidates))
    judged, _ = best_of(3, lambda: np.array(Scorer("f1_macro", truth, groups, N_CLASSES).score(first).low))
    by_draws, _ = best_of(3, lambda: Scorer("f1_macro", truth, groups, N_CLASSES).drawn([first]))
    theirs = f1_score(truth, first, average="macro", zero_division=0)
    point = abs(METRICS["f1_macro"].score(truth, first, N_CLASSES) - theirs)
    replicate = np.abs(scores[:LOOPED, 0] - loop_scores).max()
    spread = np.sqrt(np.diag(by_jackknife)) / scores20.std(axis=0) - 1

    print(f"{len(truth):,} rows, {N_GROUPS:,} groups, {N_CLASSES} classes, {N_REPLICATES:,} replicates of macro F1")
    print(f"kit, 1 candidate       {fast:8.2f} s")
    print(f"kit, 20 candidates     {fast20:8.2f} s")
    print(f"scikit-learn loop      {slow:8.2f} s   extrapolated from {LOOPED} replicates in {looped:.2f} s")
    print(f"ratio                  {slow / fast:8.0f} x")
    print(f"point estimate differs by {point:.1e}, the {LOOPED} looped replicates by at most {replicate:.1e}")
    print(f"20 x 20 covariance by jackknife {jackknife * 1000:.0f} ms; its sd within {np.abs(spread).max():.1%}")
    print(
        f"a score's interval {judged * 1000:.0f} ms without a draw, {by_draws * 1000:.0f} ms by its resamples: "
        f"{by_draws / judged:.0f} x"
    )
    if point > 1e-12 or replicate > 1e-12:
        raise SystemExit("kit and scikit-learn disagree by more than 1e-12")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
