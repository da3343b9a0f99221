"""Which rule for choosing the final submissions loses least: `kit select` against simple rules, simulated.

python -m benchmarks.selection --worlds 500
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.simulate import N_TEST, N_TRAIN, Truth, compete
from kit.selection.candidates import Candidates, Sizes
from kit.selection.posterior import Posterior, posterior
from kit.selection.select import best_set, select

Array = NDArray[np.float64]

WORLDS = {
    "honest 50 %": (0.5, False),
    "leaky 50 %": (0.5, True),
    "honest 15 %": (0.15, False),
    "leaky 15 %": (0.15, True),
}
SINGLES = ("best public", "best OOF", "best honest OOF", "mean of z-scores")
PAIRS = ("pair: 2 best public", "pair: best OOF + public", "pair: 2 best mean z")
FULL, FULL_PAIR = "posterior", "pair: posterior"


@dataclass(frozen=True)
class Outcome:
    """One competition: regret by rule, share of private scores inside their 90 % interval, odds said and come true."""

    regrets: dict[str, float]
    covered: float
    odds_said: float
    was_best: bool
    seconds: float


def main() -> None:
    """Print the tables as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=500, help="competitions in each of the four worlds")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    started = time.perf_counter()
    tasks = [(seed, *world) for world in WORLDS.values() for seed in range(arguments.worlds)]
    with Pool(arguments.processes, initializer=_calm) as pool:
        outcomes = pool.map(play, tasks, chunksize=4)
    n = arguments.worlds
    by_world = {name: outcomes[i * n : (i + 1) * n] for i, name in enumerate(WORLDS)}
    print(f"{n} competitions in each world, {time.perf_counter() - started:.0f} s on {arguments.processes} processes\n")
    print(_regret_table(by_world), end="\n\n")
    print(_difference_table(by_world), end="\n\n")
    print(_honesty_table(by_world), end="\n\n")
    with threadpool_limits(1):
        for size in (25, 200):
            print(f"select, {size} candidates, one core: {_seconds(size):.2f} s")


def play(task: tuple[int, float, bool]) -> Outcome:
    """Simulate one competition and let every rule choose."""
    truth = compete(*task)
    private = truth.private
    started = time.perf_counter()
    full = _posterior(truth, truth.leaked, truth.tries)
    chosen = select(full).picks
    seconds = time.perf_counter() - started
    picks = {name: [int(np.argmax(rule(truth)))] for name, rule in RULES.items()}
    for name, rule in (("pair: 2 best public", "best public"), ("pair: 2 best mean z", "mean of z-scores")):
        picks[name] = np.argsort(-RULES[rule](truth), kind="stable")[:2].tolist()
    picks["pair: best OOF + public"] = picks["best OOF"] + picks["best public"]
    variants = {
        "": full,
        ", tries unknown": _posterior(truth, truth.leaked, None),
        ", taint and tries unknown": _posterior(truth, None, None),
    }
    for label, belief in variants.items():
        picks[f"{FULL}{label}"] = [int(np.argmax(belief.mean))]
        picks[f"{FULL_PAIR}{label}"] = list(best_set(belief.mean, belief.covariance, 2)[0])
    assert tuple(picks[FULL_PAIR]) == chosen
    regrets = {name: float(private.max() - private[list(choice)].max()) for name, choice in picks.items()}
    first = picks[FULL][0]
    return Outcome(
        regrets=regrets,
        covered=float(((private >= full.low) & (private <= full.high)).mean()),
        odds_said=float(full.odds_best[first]),
        was_best=bool(private[first] == private.max()),
        seconds=seconds,
    )


def _z(scores: Array) -> Array:
    return (scores - scores.mean()) / scores.std()


RULES: dict[str, Callable[[Truth], Array]] = {
    "best public": lambda truth: truth.public,
    "best OOF": lambda truth: truth.oof,
    "best honest OOF": lambda truth: np.where(truth.leaked, -np.inf, truth.oof),
    "mean of z-scores": lambda truth: _z(truth.oof) + _z(truth.public),
}


def _posterior(truth: Truth, tainted: NDArray[np.bool_] | None, tries: NDArray[np.int64] | None) -> Posterior:
    candidates = Candidates.of(
        [str(i) for i in range(len(truth.oof))],
        oof=truth.oof,
        covariance=truth.covariance,
        public=truth.public,
        tainted=tainted,
        public_tries=tries,
    )
    return posterior(candidates, Sizes(N_TRAIN, truth.groups_public, N_TEST - truth.groups_public, resolution=0.001))


def _calm() -> None:
    os.nice(10)
    threadpool_limits(1)


def _cell(values: Array) -> str:
    return f"{1e4 * values.mean():.1f} ({1e4 * values.std(ddof=1) / np.sqrt(len(values)):.1f})"


def _row(name: str, columns: list[Array]) -> str:
    mean = 1e4 * np.mean([column.mean() for column in columns])
    error = 1e4 * np.sqrt(sum(column.var(ddof=1) / len(column) for column in columns)) / len(columns)
    return f"| {name} | " + " | ".join(map(_cell, columns)) + f" | {mean:.1f} ({error:.1f}) |"


def _header(title: str, last: str = "mean") -> str:
    titles = [title, *WORLDS, last]
    return "| " + " | ".join(titles) + " |\n|" + "---|" * len(titles)


def _regrets(by_world: dict[str, list[Outcome]], rule: str) -> list[Array]:
    return [np.array([outcome.regrets[rule] for outcome in outcomes]) for outcomes in by_world.values()]


def _regret_table(by_world: dict[str, list[Outcome]]) -> str:
    rules = list(next(iter(by_world.values()))[0].regrets)
    rules.sort(key=lambda name: (name.startswith("pair"), FULL in name))
    lines = [_row(rule, _regrets(by_world, rule)) for rule in rules]
    return "\n".join([_header("regret x 1e-4 (standard error)"), *lines])


def _difference_table(by_world: dict[str, list[Outcome]]) -> str:
    """Paired differences: above 0 where the posterior is worse."""
    lines = []
    for rules, full in ((SINGLES, FULL), (PAIRS, FULL_PAIR)):
        ours = _regrets(by_world, full)
        for rule in rules:
            columns = [mine - other for mine, other in zip(ours, _regrets(by_world, rule), strict=True)]
            lines.append(_row(f"{full} - {rule.removeprefix('pair: ')}", columns))
    return "\n".join([_header("paired difference x 1e-4 (standard error)"), *lines])


def _honesty_table(by_world: dict[str, list[Outcome]]) -> str:
    rows: dict[str, Callable[[Outcome], float]] = {
        "90 % intervals that cover the private score, %": lambda outcome: 100 * outcome.covered,
        "odds of being best as said for the first pick, %": lambda outcome: 100 * outcome.odds_said,
        "first pick was the best, %": lambda outcome: 100 * outcome.was_best,
        "seconds for one selection": lambda outcome: outcome.seconds,
    }
    lines = []
    for name, value in rows.items():
        means = [float(np.mean([value(outcome) for outcome in outcomes])) for outcomes in by_world.values()]
        digits = 3 if "seconds" in name else 1
        lines.append(f"| {name} | " + " | ".join(f"{mean:.{digits}f}" for mean in [*means, np.mean(means)]) + " |")
    return "\n".join([_header("what was said"), *lines])


def _seconds(size: int) -> float:
    rng = np.random.default_rng(0)
    errors = rng.normal(0, 0.004, size=(400, size)) / 20
    oof = 0.72 + rng.normal(0, 0.015, size)
    candidates = Candidates.of(
        [str(i) for i in range(size)],
        oof=oof,
        covariance=errors.T @ errors + 0.005**2,
        public=np.round(oof - 0.04 + rng.normal(0, 0.01, size), 3),
        tainted=np.arange(size) % 4 == 0,
    )
    started = time.perf_counter()
    select(posterior(candidates, Sizes(2700, 900, 900, resolution=0.001)))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
