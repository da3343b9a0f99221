"""Simulated people: how often a 90 % interval holds the score of everybody, percentiles of resamples against kit's.

python -m benchmarks.intervals [--worlds N] [--seed N] [--only WORLD] [docs/intervals.md]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from kit.evidence.scorer import Scorer

PEOPLE = {50: 1, 200: 1, 1_000: 2, 2_700: 4}
"""How many people, and what share of the worlds is drawn of them: large ones take long and say little new."""
EVERYBODY = 20_000
PHOTOS = 7
PERCENTILE_DRAWS = 400
PERCENTILE_WORLDS = 3
"""The percentile column has one world of so many: its resamples cost what the other column does not."""
AUC_PERCENTILE_PEOPLE = 200
"""Beyond, the percentile column of AUC is left out: 400 resamples of ranks in each world take minutes."""


@dataclass(frozen=True)
class World:
    """A metric on people of some classes, whose photos share how hard the person is."""

    name: str
    metric: str
    shares: tuple[float, ...]
    """Of the classes among people."""
    skill: float
    """How much the true class stands out, in the noise of one photo."""
    own: float = 1.0
    """What is the person's own of the noise; 0 where photos are no more alike than people."""
    masks: bool = False
    """Whether a person's 7 photos are of three classes each, 5, 1 and 1, so that there are three times as many."""


FLAT, SKEW = tuple(np.full(18, 1 / 18)), tuple(np.arange(1, 19) / 171)
USUAL, RARE = (0.5, 0.4, 0.1), (0.6, 0.375, 0.025)
WORLDS = (
    World("macro F1, 18 classes (3 by photo, 6 by person)", "f1_macro", (0.23, 0.22, 0.05) * 2, 3.2, masks=True),
    World("macro F1, 18 classes of people", "f1_macro", FLAT, 3.2),
    World("macro F1, 18 classes, the rarest 0.6 %", "f1_macro", SKEW, 3.2),
    World("macro F1, 3 classes", "f1_macro", USUAL, 2.2),
    World("macro F1, 3 classes, one 2.5 %", "f1_macro", RARE, 2.2),
    World("macro F1, 3 classes, one 2.5 %, near 1", "f1_macro", RARE, 3.9),
    World("balanced accuracy, 3 classes", "balanced_accuracy", USUAL, 2.2),
    World("balanced accuracy, one 2.5 %", "balanced_accuracy", RARE, 2.2),
    World("balanced accuracy, one 2.5 %, near 1", "balanced_accuracy", RARE, 3.9),
    World("log loss, 3 classes", "log_loss", USUAL, 2.2),
    World("log loss, sure and sometimes wrong", "log_loss", USUAL, 5.0),
    World("AUC, 10 % positive", "roc_auc", (0.9, 0.1), 1.2),
    World("AUC, 10 % positive, near 1", "roc_auc", (0.9, 0.1), 3.0),
    World("accuracy .953", "accuracy", USUAL, 3.9),
    World("accuracy near .9985", "accuracy", USUAL, 6.4),
    World("accuracy near .9985, photos independent", "accuracy", USUAL, 4.5, own=0.0),
    World("kappa, 3 classes", "qwk", USUAL, 2.2),
    World("kappa, one 2.5 %", "qwk", RARE, 2.2),
)


@dataclass(frozen=True)
class Line:
    """What intervals did in one world for so many people; shares of worlds."""

    world: str
    n_people: int
    true: float
    percentile: float
    percentile_width: float
    covered: float
    too_high: float
    """Worlds in which the whole interval lies above the true score."""
    width: float
    unknown: float
    """Worlds in which no interval was given."""


def everybody(world: World) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Truth (EVERYBODY * PHOTOS,) and probabilities of all people."""
    rng = np.random.default_rng(1)
    person = rng.choice(len(world.shares), EVERYBODY, p=world.shares)
    truth = np.repeat(person, PHOTOS)
    if world.masks:
        truth = np.tile([0, 0, 0, 0, 0, 1, 2], EVERYBODY) * len(world.shares) + truth
    n_classes = len(world.shares) * (3 if world.masks else 1)
    logits = np.repeat(world.own * rng.normal(size=(EVERYBODY, n_classes)), PHOTOS, axis=0)
    logits += rng.normal(size=logits.shape) + world.skill * np.eye(n_classes)[truth]
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return truth, raised / raised.sum(axis=1, keepdims=True)


def lines_of(world: World, n_worlds: int, seed: int = 0) -> Iterator[Line]:
    """Each number of people, drawn n_worlds times."""
    truth, probs = everybody(world)
    n_classes = probs.shape[1]
    predicted = probs if world.metric in ("log_loss", "roc_auc") else probs.argmax(axis=1)
    true = Scorer(world.metric, truth, np.repeat(np.arange(EVERYBODY), PHOTOS), n_classes).score(predicted).value
    rng = np.random.default_rng(seed)
    for n_people, share in PEOPLE.items():
        groups, ours, theirs = np.repeat(np.arange(n_people), PHOTOS), [], []
        for number in range(n_worlds // share):
            people = rng.choice(EVERYBODY, n_people)
            rows = (people[:, None] * PHOTOS + np.arange(PHOTOS)).ravel()
            scorer = Scorer(world.metric, truth[rows], groups, n_classes, n_replicates=PERCENTILE_DRAWS, seed=number)
            score = scorer.score(predicted[rows])
            ours.append((score.low, score.high))
            if number % PERCENTILE_WORLDS == 0 and (world.metric != "roc_auc" or n_people <= AUC_PERCENTILE_PEOPLE):
                drawn = scorer.drawn([predicted[rows]])
                theirs.append(tuple(np.nanquantile(drawn, [0.05, 0.95])))
        low, high = np.array(ours).T
        given = np.isfinite(low)
        old_low, old_high = np.array(theirs).T if theirs else (np.array([np.nan]),) * 2
        yield Line(
            world.name,
            n_people,
            true,
            float(((old_low <= true) & (true <= old_high)).mean()) if theirs else np.nan,
            float((old_high - old_low).mean()),
            float(((low <= true) & (true <= high))[given].mean()) if given.any() else np.nan,
            float((low > true)[given].mean()) if given.any() else np.nan,
            float((high - low)[given].mean()) if given.any() else np.nan,
            float(1 - given.mean()),
        )


def table(lines: list[Line]) -> str:
    """The lines as a table in markdown."""
    head = "| world | people | true score | percentile: covers, width | kit: covers, width | too high | no interval |"
    rows = [head, "|---|---|---|---|---|---|---|"]
    for line in lines:
        old = "" if np.isnan(line.percentile) else f"{line.percentile:.0%}, {line.percentile_width:.4f}"
        new = "" if np.isnan(line.covered) else f"{line.covered:.1%}, {line.width:.4f}"
        above = "" if np.isnan(line.too_high) else f"{line.too_high:.1%}"
        unknown = f"{line.unknown:.0%}" if line.unknown else ""
        rows.append(f"| {line.world} | {line.n_people:,} | {line.true:.4f} | {old} | {new} | {above} | {unknown} |")
    return "\n".join(rows)


MARK = "<!-- made by make bench-intervals -->"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", nargs="?", type=Path, help="the page whose table is written anew")
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0, help="other draws")
    parser.add_argument("--only", default="", help="the worlds whose names begin so")
    asked = parser.parse_args()
    start, lines = time.perf_counter(), []
    for world in (world for world in WORLDS if world.name.startswith(asked.only)):
        for line in lines_of(world, asked.worlds, asked.seed):
            lines.append(line)
            print(table([line]).splitlines()[-1], flush=True)
    seconds = time.perf_counter() - start
    errors = {people: 100 * np.sqrt(0.09 * share / asked.worlds) for people, share in PEOPLE.items()}
    told = (
        f"{asked.worlds} draws of 50 and of 200 people, {asked.worlds // 2} of 1,000, {asked.worlds // 4} of 2,700; a "
        f"third of them for the percentiles ({PERCENTILE_DRAWS} resamples); {seconds:.0f} s. Standard error of a "
        f"coverage of 90 %, in points: {', '.join(f'{error:.1f}' for error in errors.values())}; of the percentiles' "
        f"{np.sqrt(PERCENTILE_WORLDS):.1f} times as much."
    )
    print(told)
    if asked.page is not None:
        head = asked.page.read_text().split(MARK)[0]
        asked.page.write_text(f"{head}{MARK}\n\n{table(lines)}\n\n{told}\n")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
