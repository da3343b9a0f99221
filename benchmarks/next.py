"""What following `kit next` for five submissions is worth against sending in the order of OOF, simulated.

python -m benchmarks.next --worlds 20
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import Pool

import numpy as np
from numpy.typing import NDArray

from benchmarks.selection import WORLDS, believed, calm, cell, sign_of, table
from benchmarks.simulate import Truth, compete
from kit.selection.next import value_of_information
from kit.selection.select import best_set

Array = NDArray[np.float64]

SENDS = 5
PLAYED = ("honest", "leaky", "families of five", "broken on the test", "log loss, 400 people")


def main() -> None:
    """Print the table as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=20, help="competitions in each of the worlds")
    parser.add_argument("--first", type=int, default=0, help="the first seed: other competitions of the same worlds")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    started = time.perf_counter()
    n = arguments.worlds
    tasks = [(seed, name) for name in PLAYED for seed in range(arguments.first, arguments.first + n)]
    with Pool(arguments.processes, initializer=calm) as pool:
        played = np.array(pool.map(play, tasks, chunksize=2)).reshape(len(PLAYED), n, 2, 2)
    print(f"{n} competitions in each world, {time.perf_counter() - started:.0f} s on {arguments.processes} processes\n")
    rows = {}
    for name, regrets in zip(PLAYED, played, strict=True):
        followed, by_oof = regrets[:, 0], regrets[:, 1]
        gain = by_oof - followed
        rows[name] = [cell(column[:, k]) for k in (0, 1) for column in (by_oof, followed, gain)]
    columns = [f"{what}, {picks}" for picks in ("one pick", "two") for what in ("by OOF", "kit next", "gain")]
    print(table("regret x 1e-4", columns, rows))


def play(task: tuple[int, str]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Regret of one pick and of two among the sent, after five sends by `kit next` and by OOF."""
    seed, name = task
    truth = compete(seed, WORLDS[name])
    by_oof = np.argsort(-sign_of(truth) * truth.oof, kind="stable")[:SENDS].tolist()
    return _regret(truth, _followed(truth)), _regret(truth, by_oof)


def _followed(truth: Truth) -> list[int]:
    sent: list[int] = []
    while len(sent) < SENDS:
        plan = value_of_information(believed(truth, public=_known(truth, sent)), 2).best
        if plan is None:
            break
        sent.append(plan)
    return sent


def _known(truth: Truth, sent: list[int]) -> Array:
    public = np.full(len(truth.public), np.nan)
    public[sent] = truth.public[sent]
    return public


def _regret(truth: Truth, sent: list[int]) -> tuple[float, float]:
    """What the best of all loses to one pick, and to two, chosen by the posterior among the sent."""
    found = believed(truth, public=_known(truth, sent))
    private = sign_of(truth) * truth.private
    one, two = (
        [sent[i] for i in best_set(found.worth[sent], found.covariance[np.ix_(sent, sent)], n)[0]] for n in (1, 2)
    )
    return float(private.max() - private[one].max()), float(private.max() - private[two].max())


if __name__ == "__main__":
    main()
