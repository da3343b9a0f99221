"""Does the precision that is promised of pseudo labels come true? Simulated people, photos and teachers.

python -m benchmarks.forecast --worlds 200
"""

from __future__ import annotations

import argparse

import numpy as np
from threadpoolctl import threadpool_limits

from kit.errors import KitError
from kit.pseudo.choose import choose
from kit.pseudo.forecast import forecast
from kit.pseudo.record import PseudoSettings

PHOTOS, N_FOLDS, NAMES = 7, 5, ("frequent", "common", "rare")
SHARES = (0.5, 0.43, 0.07)
SETTINGS = {
    "balanced": PseudoSettings(),  # type: ignore[call-arg]
    "fixed .95": PseudoSettings(policy="fixed", threshold=0.95),  # type: ignore[call-arg]
    "fixed .8": PseudoSettings(policy="fixed", threshold=0.8),  # type: ignore[call-arg]
}


def main() -> None:
    """Print the table as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200, help="worlds of 200 people; larger ones get fewer")
    n_worlds = parser.parse_args().worlds
    print("| label is of | train people | policy | worlds | inside, mean of folds | inside, one fold | mean width |")
    print("|---|---|---|---|---|---|---|")
    with threadpool_limits(1):
        for kind in ("person", "photo"):
            for people in (50, 200, 1000):
                for policy, settings in SETTINGS.items():
                    n = min(n_worlds, n_worlds * 200 // people)
                    played = [play(seed, kind, people, settings) for seed in range(n)]
                    held = np.array([part for part in played if part is not None])
                    cells = [kind, people, policy, len(held), _percent(held[:, 0]), _percent(held[:, 1])]
                    print(f"| {' | '.join(map(str, cells))} | {held[:, 2].mean():.3f} |", flush=True)


def _percent(held: np.ndarray) -> str:
    """Mean and standard error over worlds of the share of classes inside; (n_worlds, n_classes)."""
    each = held.mean(axis=1)
    return f"{100 * each.mean():.1f} ± {100 * each.std(ddof=1) / np.sqrt(len(each)):.1f} %"


def play(seed: int, kind: str, people: int, settings: PseudoSettings) -> tuple[np.ndarray, ...] | None:
    """One world: whether each class's true precision lay inside, of the folds' mean and of one fold, and the width.

    None where a fold leaves a class without a label, which `kit pseudo` refuses.
    """
    truth, who, fold, oof, test_truth, tests = draw_world(seed, kind, people)
    thresholds = np.zeros_like(oof)
    taken, right = np.zeros((2, N_FOLDS, len(NAMES)))
    for k, probs in enumerate(tests):
        shares = np.bincount(truth[fold != k], minlength=len(NAMES)) / (fold != k).sum()
        try:
            chosen = choose(probs, shares, settings)
        except KitError:
            return None
        thresholds[fold == k] = chosen.thresholds
        taken[k] = np.bincount(chosen.labels, minlength=len(NAMES))
        hits = test_truth[chosen.rows] == chosen.labels
        right[k] = np.bincount(chosen.labels[hits], minlength=len(NAMES))
    lines = forecast(truth, oof, thresholds, who, NAMES, taken.mean(axis=0))
    # a class that nothing is said of promises nothing: anything lies inside
    low = np.array([0.0 if line.low is None else line.low for line in lines])
    high = np.array([1.0 if line.high is None else line.high for line in lines])
    mean, single = right.sum(axis=0) / taken.sum(axis=0), right / taken
    return (
        ((low <= mean) & (mean <= high)).astype(float),
        ((low <= single) & (single <= high)).mean(axis=0),
        high - low,
    )


def draw_world(
    seed: int, kind: str, people: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """Truth, people, folds and OOF of train rows; truth of test rows, and each fold's teacher on them.

    kind: the label is of the person, as age is, or of the photo, as a mask is. A teacher is overconfident; its errors
    come of the person, of the photo and, in part, of itself. The test people are two thirds as many.
    """
    rng = np.random.default_rng(seed)
    n_classes, n = len(NAMES), people + max(30, people * 2 // 3)
    who = np.repeat(np.arange(n), PHOTOS)
    truth = rng.choice(n_classes, n, p=SHARES)[who] if kind == "person" else np.tile([0, 0, 0, 0, 0, 1, 2], n)
    clear = np.exp(rng.normal(0, 0.4, n))[who, None]
    logits = 3 * np.eye(n_classes)[truth] * clear + rng.normal(0, 1, (n, n_classes))[who]
    logits += rng.normal(0, 1, logits.shape)
    is_train = who < people
    fold = rng.permutation(np.arange(people) % N_FOLDS)[who[is_train]]
    oof, tests = np.zeros((is_train.sum(), n_classes)), []
    for k in range(N_FOLDS):
        own = rng.normal(0, 0.7, (n, n_classes))[who] + rng.normal(0, 0.2, n_classes)
        raised = np.exp(2 * (logits + own + rng.normal(0, 0.3, logits.shape)))
        probs = raised / raised.sum(axis=1, keepdims=True)
        oof[fold == k] = probs[is_train][fold == k]
        tests.append(probs[~is_train])
    return truth[is_train], who[is_train], fold, oof, truth[~is_train], tests


if __name__ == "__main__":
    main()
