"""`make bench-blend`: what choosing costs, and fitted weights that are truly worse.

On simulated people, photos and runs whose true scores are known from 2,000 people more: python -m benchmarks.blend
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from kit.blend.crossfit import EQUAL, Plan, cross_fit, predicted
from kit.blend.decide import ARGMAX
from kit.blend.finish import AUTO, Finished, against, finish, worth
from kit.competition.spec import TARGET, Competition
from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.evidence.joining import join_probs
from kit.evidence.metrics import Floats
from kit.folds.frozen import make_folds

N_PHOTOS, N_FRESH, N_FOLDS = 5, 2000, 5
CHOICE_WORLDS = 15
"""How many times as many worlds show what choosing costs: they are quick, and small costs need many."""
SHARES: dict[str, tuple[float, ...]] = {"gender": (0.45, 0.55), "age": (0.45, 0.48, 0.07)}
LEVELS: dict[str, tuple[float, ...]] = {"stage": (0.5, 0.2, 0.15, 0.1, 0.05)}
PERSON_SD, PHOTO_SD, OWN_SD = 0.8, 0.6, 0.6
"""Noise of the evidence that all runs see alike in a person and in a photo, and of each run's own."""


@dataclass(frozen=True)
class World:
    """Train people as a workspace, its runs' OOF per head (n_runs, n_rows, n_classes), and the same of fresh people."""

    workspace: Workspace
    stacks: list[Floats]
    fresh: Workspace
    fresh_stacks: list[Floats]

    def plan(self, n_best: int | None = None) -> Plan:
        names = tuple(self.workspace.competition.tasks)
        ids = tuple(tuple(f"run{place:02d}" for place in range(len(stack))) for stack in self.stacks)
        return Plan(self.workspace, names, EQUAL, "arithmetic", ARGMAX, fits_rule=False, best=n_best, ids=ids)

    def printed(self, finished: Finished) -> float:
        """The OOF score."""
        assert finished.crossed.joined is not None
        return _score(self.workspace, predicted(finished.plan, finished.crossed.joined))

    def true(self, finished: Finished) -> float:
        """The score of what would be submitted, on the fresh people."""
        _, joined = finished.plan.apply(finished.crossed.fit, self.fresh_stacks)
        return _score(self.fresh, predicted(finished.plan, joined))


def _score(workspace: Workspace, said: np.ndarray) -> float:
    return workspace.metric.score(workspace.truth(TARGET), said, workspace.competition.n_outputs(TARGET))


def draw_world(
    seed: int,
    n_people: int,
    metric: str,
    *,
    skills: Sequence[float],
    sure: Sequence[float],
    knows_shares: bool = True,
    shares: dict[str, tuple[float, ...]] = SHARES,
) -> World:
    """Draw people, photos and one run for each skill; `sure` times too sure of itself.

    knows_shares: whether the runs were taught the classes as they occur; otherwise as if all were as frequent.
    """
    rng = np.random.default_rng([2026, seed])
    sides = []
    for size in (n_people, N_FRESH):
        classes = {task: np.repeat(rng.choice(len(p), size, p=p), N_PHOTOS) for task, p in shares.items()}
        stacks = [_probs(classes[task], np.array(p), skills, sure, knows_shares, rng) for task, p in shares.items()]
        sides.append((_workspace(classes, shares, metric), stacks))
    (train, stacks), (fresh, fresh_stacks) = sides
    return World(train, stacks, fresh, fresh_stacks)


def _probs(
    truth: np.ndarray,
    prior: Floats,
    skills: Sequence[float],
    sure: Sequence[float],
    knows_shares: bool,
    rng: np.random.Generator,
) -> Floats:
    """What runs say, (n_runs, n_rows, n_classes): by Bayes' rule from evidence with noise, made too sure."""
    n_rows, n_classes = len(truth), len(prior)
    person = np.repeat(rng.normal(0, PERSON_SD, (n_rows // N_PHOTOS, n_classes)), N_PHOTOS, axis=0)
    shared = person + rng.normal(0, PHOTO_SD, (n_rows, n_classes))
    variance = PERSON_SD**2 + PHOTO_SD**2 + OWN_SD**2
    runs = []
    for skill, heat in zip(skills, sure, strict=True):
        evidence = skill * _kernel(n_classes)[truth] + shared + rng.normal(0, OWN_SD, (n_rows, n_classes))
        likelihood = skill / variance * (evidence @ _kernel(n_classes).T)
        logits = likelihood - skill**2 / variance / 2 * (_kernel(n_classes) ** 2).sum(axis=1)
        logits = heat * (logits + (np.log(prior) if knows_shares else 0))
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        runs.append(raised / raised.sum(axis=1, keepdims=True))
    return np.stack(runs)


def _kernel(n_classes: int) -> Floats:
    """How alike the classes look, (n_classes, n_classes): neighbours of ordered ones (five) more so."""
    if n_classes < 5:
        return np.eye(n_classes)
    level = np.arange(n_classes)
    return np.exp(-((level[:, None] - level) ** 2) / 2.0)


def _workspace(classes: dict[str, np.ndarray], shares: dict[str, tuple[float, ...]], metric: str) -> Workspace:
    """The people as a workspace that reads no file."""
    weights, weight = {}, 1
    for task, p in shares.items():
        weights[task], weight = weight, weight * len(p)
    spec = {
        "name": "simulated",
        "data": "data",
        "metric": metric,
        "train": {"table": "train.csv", "images": "{image}"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": {
            task: {"classes": [f"{task}{k}" for k in range(len(p))], "column": task} for task, p in shares.items()
        },
        "target": weights if len(weights) > 1 else None,
        "submission": {"id": "image", "label": "label"},
    }
    n_rows = len(next(iter(classes.values())))
    train = pd.DataFrame({"image": [f"{row:06d}" for row in range(n_rows)], **classes})
    train["group"] = np.arange(n_rows) // N_PHOTOS
    train[TARGET] = sum(weights[task] * labels for task, labels in classes.items())
    workspace = Workspace(Path("simulated"))
    workspace.__dict__["competition"] = Competition.model_validate(spec)
    workspace.__dict__["tables"] = Tables(train, train.iloc[:0], train, "simulated")
    workspace.__dict__["folds"] = make_folds(train, N_FOLDS, 0)
    return workspace


def told(values: Sequence[float]) -> str:
    """Mean and standard error x 1e-4."""
    return f"{1e4 * np.mean(values):+.0f} ({1e4 * np.std(values, ddof=1) / np.sqrt(len(values)):.0f})"


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def choice(n_worlds: int) -> None:
    """What the printed OOF of bestN has too much, for 20 runs that are nearly as good as one another.

    What blends of as many runs that nobody chose have too much on the average, the luck of who the train people are, is
    taken off.
    """
    print("\nPrinted OOF less the true score of what is submitted, macro F1 x 1e-4 (standard error)\n")
    row("people", "blend", "chosen by all rows, as before", "chosen by the other folds")
    row(*["---"] * 4)
    for n_people in (600, 150):
        before: dict[int, list[float]] = {1: [], 3: []}
        after: dict[int, list[float]] = {1: [], 3: []}
        for seed in range(n_worlds):
            world = draw_world(seed, n_people, "f1_macro", skills=_spread(seed, 20, 0.03), sure=[1.0] * 20)
            for n_best in before:
                luck = _luck(world, n_best)
                made = finish(world.plan(n_best), world.stacks, ARGMAX)
                printed, true = world.printed(made), world.true(made)
                in_sample = printed if made.crossed.in_sample is None else made.crossed.in_sample
                before[n_best].append(in_sample - true - luck)
                after[n_best].append(printed - true - luck)
        for n_best in before:
            row(n_people, f"best{n_best}", told(before[n_best]), told(after[n_best]))


def _luck(world: World, size: int) -> float:
    """OOF score less the true one, mean over blends of `size` runs: each run in turn, with others that are drawn."""
    table, rng = world.workspace.competition.target_table, np.random.default_rng(size)
    sets = [np.r_[run, rng.permutation(np.delete(np.arange(20), run))[: size - 1]] for run in range(20)]

    def mean(side: Workspace, stacks: Sequence[Floats]) -> float:
        joined = [join_probs([stack[some].mean(axis=0) for stack in stacks], table) for some in sets]
        return float(np.mean([_score(side, probs.argmax(axis=1)) for probs in joined]))

    return mean(world.workspace, world.stacks) - mean(world.fresh, world.fresh_stacks)


def _spread(seed: int, n_runs: int, sd: float) -> list[float]:
    return list(np.random.default_rng([seed, n_runs]).normal(1.6, sd, n_runs))


def weights(n_worlds: int) -> None:
    """Fitted weights of eight runs, judged before temperatures as they were, and finished against finished."""
    print("\nFitted weights of 8 runs against equal ones, 300 people, log loss: gain x 1e-4, positive is better\n")
    row("runs", "judged", "kept", "kept and truly worse", "true gain of what is taken (standard error)", "worst world")
    row(*["---"] * 6)
    for name, sd, heats in (
        ("alike", 0.03, (1.0, 1.0)),
        ("alike, all too sure", 0.03, (2.5, 2.5)),
        ("alike, unequally sure", 0.03, (0.7, 3.0)),
        ("unequal", 0.4, (0.7, 3.0)),
    ):
        gains: dict[str, list[float]] = {"before temperatures": [], "finished": []}
        kept: dict[str, list[bool]] = {judged: [] for judged in gains}
        coolest, hottest = np.log(heats)
        for seed in range(n_worlds):
            sure = np.exp(np.random.default_rng([seed, 8]).uniform(coolest, hottest, 8))
            world = draw_world(seed, 300, "log_loss", skills=_spread(seed, 8, sd), sure=list(sure))
            equal_plan = world.plan()
            plan = replace(equal_plan, weighing="weighted")
            unfinished = [Finished(one, cross_fit(one, world.stacks), "") for one in (equal_plan, plan)]
            equal, fitted = (finish(one, world.stacks, AUTO) for one in (equal_plan, plan))
            gain = world.true(equal) - world.true(fitted)
            for judged, pair in (("before temperatures", unfinished), ("finished", [equal, fitted])):
                taken = worth(plan.metric, against(*pair).difference)
                kept[judged].append(taken)
                gains[judged].append(gain if taken else 0.0)
        for judged, won in gains.items():
            n_kept = sum(kept[judged])
            worse = f"{sum(gain < 0 for gain in won)} of {n_kept}"
            row(name, judged, f"{n_kept} of {n_worlds}", worse, told(won), f"{1e4 * min(won):+.0f}")


def main(n_worlds: int) -> None:
    start = time.process_time()
    with threadpool_limits(1):
        choice(CHOICE_WORLDS * n_worlds)
        weights(n_worlds)
    print(f"\n{n_worlds} worlds ({CHOICE_WORLDS * n_worlds} of choice), {time.process_time() - start:.0f} CPU seconds")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
