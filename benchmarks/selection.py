"""Which rule for choosing the final submissions loses least: `kit select` against simple rules, simulated.

python -m benchmarks.selection --worlds 24
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.simulate import Truth, World, compete
from kit.evidence.metrics import METRICS
from kit.selection.candidates import Candidates, Sizes
from kit.selection.posterior import Posterior, posterior
from kit.selection.scale import Scale
from kit.selection.select import select

Array = NDArray[np.float64]

WORLDS = {
    "honest": World(),
    "small public set": World(public_share=0.15),
    "leaky": World(leaked=0.25, tuned=0.25),
    "leaky, small public set": World(leaked=0.25, tuned=0.25, public_share=0.15),
    "half tuned": World(tuned=0.5),
    "families of five": World(families=5),
    "broken on the test": World(broken=0.15),
    "common OOF excess": World(excess=0.3),
    "near 1": World(easier=3.0),
    "tiny test set": World(n_test=200),
    "AUC, 400 people": World(metric="roc_auc", n_train=400, n_test=300),
    "log loss, 400 people": World(metric="log_loss", n_train=400, n_test=300),
}
FULL, BLIND = "posterior", "posterior, taint and tries unknown"


@dataclass(frozen=True)
class Outcome:
    """One competition: regret by rule, alone and in pairs, what the intervals cover, odds said and come true."""

    alone: dict[str, float]
    pairs: dict[str, float]
    covered: float
    odds_said: float
    was_best: bool
    seconds: float


def main() -> None:
    """Print the tables as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=24, help="competitions in each of the worlds")
    parser.add_argument("--first", type=int, default=0, help="the first seed: other competitions of the same worlds")
    parser.add_argument("--only", default="", help="the worlds whose names begin so")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    started = time.perf_counter()
    n, worlds = arguments.worlds, [name for name in WORLDS if name.startswith(arguments.only)]
    tasks = [(seed, name) for name in worlds for seed in range(arguments.first, arguments.first + n)]
    with Pool(arguments.processes, initializer=calm) as pool:
        outcomes = pool.map(play, tasks, chunksize=4)
    by_world = {name: outcomes[i * n : (i + 1) * n] for i, name in enumerate(worlds)}
    print(f"{n} competitions in each world, {time.perf_counter() - started:.0f} s on {arguments.processes} processes\n")
    for title, of in (("one pick", "alone"), ("the better of two picks", "pairs")):
        print(_regrets(f"regret x 1e-4, {title}", by_world, of), end="\n\n")
        print(_differences(f"{FULL} less the rule, x 1e-4, {title}", by_world, of), end="\n\n")
    print(_honesty(by_world), end="\n\n")
    with threadpool_limits(1):
        for size in (25, 200):
            print(f"select, {size} candidates, one core: {_seconds(size):.2f} s")


def play(task: tuple[int, str]) -> Outcome:
    """Simulate one competition and let every rule choose."""
    seed, name = task
    truth = compete(seed, WORLDS[name])
    started = time.perf_counter()
    full = believed(truth)
    chosen = select(full).picks
    seconds = time.perf_counter() - started
    blind = believed(truth, knowing=False)
    alone = {rule: [int(np.argmax(score(truth)))] for rule, score in RULES.items()}
    pairs = {f"2 best {rule}": np.argsort(-RULES[rule](truth), kind="stable")[:2].tolist() for rule in PAIRED}
    pairs["best honest OOF + public"] = alone["honest OOF"] + alone["public"]
    for rule, found, picks in ((FULL, full, chosen), (BLIND, blind, select(blind).picks)):
        alone[rule], pairs[rule] = [int(np.argmax(found.worth))], list(picks)
    private = sign_of(truth) * truth.private
    first = alone[FULL][0]
    return Outcome(
        alone={rule: float(private.max() - private[picks].max()) for rule, picks in alone.items()},
        pairs={rule: float(private.max() - private[picks].max()) for rule, picks in pairs.items()},
        covered=float(((truth.private >= full.low) & (truth.private <= full.high)).mean()),
        odds_said=float(full.odds_best[first]),
        was_best=bool(private[first] == private.max()),
        seconds=seconds,
    )


def sign_of(truth: Truth) -> int:
    """1 where higher is better, else -1."""
    return Scale.of(METRICS[truth.world.metric]).sign


def _z(scores: Array) -> Array:
    return (scores - scores.mean()) / scores.std()


def _honest(truth: Truth) -> Array:
    return np.where(truth.leaked, -np.inf, sign_of(truth) * truth.oof)


RULES: dict[str, Callable[[Truth], Array]] = {
    "public": lambda truth: sign_of(truth) * truth.public,
    "OOF": lambda truth: sign_of(truth) * truth.oof,
    "honest OOF": _honest,
    "mean z": lambda truth: sign_of(truth) * (_z(truth.oof) + _z(truth.public)),
    "pool by people": lambda truth: (
        sign_of(truth) * (truth.world.n_train * truth.oof + truth.groups_public * truth.public)
    ),
}
PAIRED = ("public", "mean z", "pool by people")


def believed(truth: Truth, *, public: Array | None = None, knowing: bool = True) -> Posterior:
    """What kit makes of the scores; knowing: it is told which OOF may be tainted, and of how many tries."""
    n, world = len(truth.oof), truth.world
    metric = METRICS[world.metric]
    candidates = Candidates.of(
        [str(i) for i in range(n)],
        oof=truth.oof,
        covariance=truth.covariance,
        public=truth.public if public is None else public,
        tainted=truth.leaked if knowing else None,
        public_tries=truth.tries if knowing else None,
        families=truth.families,
        scale=Scale.of(metric),
    )
    resolution = 0.001 if world.metric == "f1_macro" else 0.0001
    return posterior(candidates, Sizes(world.n_train, *truth.worth, resolution=resolution))


def calm() -> None:
    """One thread a process, and behind whatever else the machine does."""
    os.nice(10)
    threadpool_limits(1)


def cell(values: Array) -> str:
    """Mean (standard error) x 1e-4."""
    return f"{1e4 * values.mean():.1f} ({1e4 * values.std(ddof=1) / np.sqrt(len(values)):.1f})"


def table(title: str, columns: Sequence[str], rows: dict[str, list[str]]) -> str:
    """A table in markdown."""
    head = "| " + " | ".join([title, *columns]) + " |\n|" + "---|" * (len(columns) + 1)
    return "\n".join([head, *(f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items())])


def _of(outcomes: list[Outcome], of: str, rule: str) -> Array:
    return np.array([getattr(outcome, of)[rule] for outcome in outcomes])


def _rules(by_world: dict[str, list[Outcome]], of: str) -> list[str]:
    return list(getattr(next(iter(by_world.values()))[0], of))


def _regrets(title: str, by_world: dict[str, list[Outcome]], of: str) -> str:
    rules = _rules(by_world, of)
    rows = {name: [cell(_of(some, of, rule)) for rule in rules] for name, some in by_world.items()}
    everyone = [outcome for some in by_world.values() for outcome in some]
    rows["all"] = [cell(_of(everyone, of, rule)) for rule in rules]
    return table(title, rules, rows)


def _differences(title: str, by_world: dict[str, list[Outcome]], of: str) -> str:
    """Paired differences on the same competitions: below 0 the posterior is better; * beyond two standard errors."""
    rules = [rule for rule in _rules(by_world, of) if FULL not in rule]
    rows = {}
    for name, some in by_world.items():
        rows[name] = [_marked(_of(some, of, FULL) - _of(some, of, rule)) for rule in rules]
    return table(title, rules, rows)


def _marked(difference: Array) -> str:
    beyond = abs(difference.mean()) > 2 * difference.std(ddof=1) / np.sqrt(len(difference))
    return cell(difference) + (" *" if beyond else "")


def _honesty(by_world: dict[str, list[Outcome]]) -> str:
    rows = {}
    for name, some in by_world.items():
        covered = np.array([outcome.covered for outcome in some])
        rows[name] = [
            f"{100 * covered.mean():.1f} ({100 * covered.std(ddof=1) / np.sqrt(len(some)):.1f})",
            f"{100 * np.mean([outcome.odds_said for outcome in some]):.0f}",
            f"{100 * np.mean([outcome.was_best for outcome in some]):.0f}",
            f"{np.median([outcome.seconds for outcome in some]):.2f}",
        ]
    columns = ["90 % intervals cover, %", "odds said for the first pick, %", "it was the best, %", "seconds"]
    return table("what was said", columns, rows)


def _seconds(size: int) -> float:
    """Seconds for one selection among `size` candidates."""
    rng = np.random.default_rng(0)
    errors = rng.normal(0, 0.006, size=(300, size)) / np.sqrt(300)
    oof = 0.72 + rng.normal(0, 0.015, size)
    candidates = Candidates.of(
        [str(i) for i in range(size)],
        oof=oof,
        covariance=errors.T @ errors + 0.005**2,
        public=np.round(oof - 0.04 + rng.normal(0, 0.01, size), 3),
        tainted=np.arange(size) % 4 == 0,
        scale=Scale(0.0, 1.0),
    )
    started = time.perf_counter()
    select(posterior(candidates, Sizes(2700, 900, 900, resolution=0.001)))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
