"""What averaging the fold models of real learners gains on real digits, and what is foretold of it.

300 noisy digits in five folds to learn from, 1,497 to be right on: python -m benchmarks.averaging
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from kit.blend.averaging import averaging_gain
from kit.evidence.metrics import METRICS, Metric
from kit.evidence.scorer import Scorer

N_TRAIN, N_FOLDS = 300, 5
LEARNERS: dict[str, Callable[[int], Any]] = {
    "neural network": lambda seed: MLPClassifier((32,), max_iter=60, random_state=seed),
    "logistic regression": lambda seed: LogisticRegression(max_iter=200, random_state=seed),
    "decision tree": lambda seed: DecisionTreeClassifier(max_depth=12, min_samples_leaf=2, random_state=seed),
}


def world(seed: int, noise: float, learner: Callable[[int], Any], metric: Metric) -> tuple[float, ...]:
    """OOF, the score of one fold's model and of the average of all, and the gain that is foretold."""
    rng = np.random.default_rng(seed)
    pictures, digits = load_digits(return_X_y=True)
    pictures = pictures / 16 + rng.normal(0, noise, pictures.shape)
    order, fold = rng.permutation(len(digits)), rng.permutation(N_TRAIN) % N_FOLDS
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    oof, said = np.zeros((N_TRAIN, 10)), []
    for k in range(N_FOLDS):
        model = learner(10 * seed + k).fit(pictures[train][fold != k], digits[train][fold != k])
        oof[fold == k] = model.predict_proba(pictures[train][fold == k])
        said.append(model.predict_proba(pictures[test]))
    average, alone = np.mean(said, axis=0), [metric.of_outputs(one, "class") for one in said]
    score = Scorer(metric, digits[train], np.arange(N_TRAIN), 10).score(metric.of_outputs(oof, "class"))
    gain = averaging_gain(metric, average, metric.of_outputs(average, "class"), alone, score)
    assert gain is not None  # None where fold models disagree more than the OOF score allows: not these
    one = np.mean([metric.score(digits[test], each, 10) for each in alone])
    return (
        score.value,
        float(one),
        metric.score(digits[test], metric.of_outputs(average, "class"), 10),
        gain.value,
        gain.sd,
    )


def main(n_worlds: int) -> None:
    warnings.filterwarnings("ignore", module="sklearn")
    head = ("metric", "learner", "noise", "OOF", "one model", "average", "gain", "foretold", "error (se)", "told se")
    print(f"\n| {' | '.join(head)} |\n|" + " --- |" * len(head))
    for name in ("f1_macro", "log_loss"):
        for learner, make in LEARNERS.items():
            for noise in (0.3, 0.8):
                rows = np.array([world(seed, noise, make, METRICS[name]) for seed in range(n_worlds)])
                oof, one, average, foretold, sd = rows.mean(axis=0)
                error = rows[:, 3] - (rows[:, 2] - rows[:, 1])
                cells = [name, learner, noise, *(f"{value:.3f}" for value in (oof, one, average))]
                cells += [f"{average - one:+.3f}", f"{foretold:+.3f}"]
                cells += [f"{error.mean():+.3f} ({error.std(ddof=1) / np.sqrt(n_worlds):.3f})", f"{sd:.3f}"]
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
