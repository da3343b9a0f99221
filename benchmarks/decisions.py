"""`make bench-decisions`: what each decision rule gains over the plain answer, cross-fitted, and truly.

On simulated people whose true scores are known from 2,000 people more:
python -m benchmarks.decisions [WORLDS [classes | labels | numbers | middles ...]]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

from benchmarks.blend import LEVELS, N_FOLDS, N_FRESH, N_PHOTOS, SHARES, World, draw_world, row, told
from kit.blend.decide import ARGMAX, BALANCED, CUTS, EXPECTED_F1, EXPECTED_KAPPA, OFFSETS, ROUNDED, THRESHOLDS
from kit.blend.finish import AUTO, finish
from kit.blend.mean import Way, blend_probs
from kit.competition.spec import TARGET, Competition
from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.evidence.metrics import Floats
from kit.folds.frozen import make_folds

N_PEOPLE, FEW_PEOPLE, N_RUNS = 600, 15, 4
LABEL_SHARES = (0.4, 0.3, 0.2, 0.1, 0.05, 0.02)
SURE = {"calibrated": 1.0, "too sure": 2.5}
Draw = Callable[..., World]


def workspace_of(task: Mapping[str, Any], truth: np.ndarray, metric: str) -> Workspace:
    """People with N_PHOTOS photos each, of whom one task is asked, as a workspace that reads no file."""
    spec = {
        "name": "simulated",
        "data": "data",
        "metric": metric,
        "train": {"table": "train.csv", "images": "{image}"},
        "test": {"table": "test.csv", "images": "{image}"},
        "tasks": {"asked": task},
        "submission": {"id": "image"},
    }
    competition = Competition.model_validate(spec)
    strata = competition.tasks["asked"].strata(truth)
    train = pd.DataFrame({"image": [f"{place:06d}" for place in range(len(truth))], "asked": strata, TARGET: strata})
    train["group"] = np.arange(len(truth)) // N_PHOTOS
    workspace = Workspace(Path("simulated"))
    workspace.__dict__["competition"] = competition
    workspace.__dict__["tables"] = Tables(train, train.iloc[:0], train, "simulated", truths={"asked": truth})
    workspace.__dict__["folds"] = make_folds(train, N_FOLDS, 0)
    return workspace


def draw_labels(seed: int, n_people: int, metric: str, *, sure: float, knows_shares: bool = True) -> World:
    """Six labels, the rarest of one photo in fifty; what runs say by Bayes' rule from evidence with noise."""
    rng = np.random.default_rng([2027, seed])
    prior, sides = np.array(LABEL_SHARES), []
    task = {"kind": "labels", "classes": [f"label{k}" for k in range(len(prior))]}
    for size in (n_people, N_FRESH):
        truth = (rng.random((size * N_PHOTOS, len(prior))) < prior).astype(np.int8)
        person = np.repeat(rng.normal(0, 0.6, (size, len(prior))), N_PHOTOS, axis=0)
        shared = person + rng.normal(0, 0.6, truth.shape)
        runs = []
        for skill in rng.normal(1.6, 0.1, N_RUNS):
            evidence = skill * truth + shared + rng.normal(0, 0.5, truth.shape)
            logits = skill * (evidence - skill / 2) / (0.6**2 + 0.6**2 + 0.5**2)
            runs.append(expit(sure * (logits + (logit(prior) if knows_shares else 0))))
        sides.append((workspace_of(task, truth, metric), [np.stack(runs)]))
    return World(*sides[0], *sides[1])


def draw_grades(seed: int, n_people: int, metric: str, *, stretched: float) -> World:
    """Grades 0 to 4 of which runs say the expected value, on a scale that is `stretched` about its middle."""
    rng = np.random.default_rng([2028, seed])
    task, sides = {"kind": "number", "column": "grade"}, []
    edges = np.quantile(rng.normal(size=100_000), np.cumsum(LEVELS["stage"])[:-1])
    for size in (n_people, N_FRESH):
        latent = np.repeat(rng.normal(size=size), N_PHOTOS)
        truth = np.searchsorted(edges, latent).astype(float)
        runs = []
        for noise in rng.normal(0.8, 0.05, N_RUNS):
            seen = latent + rng.normal(0, noise, len(latent))
            slope = np.cov(seen, truth)[0, 1] / seen.var()
            runs.append((stretched * (slope * (seen - seen.mean()) + truth.mean() - 2) + 2)[:, None])
        sides.append((workspace_of(task, truth, metric), [np.stack(runs)]))
    return World(*sides[0], *sides[1])


def compare_rules(
    metric: str, runs: str, draw: Draw, rules: Sequence[str], n_worlds: int, n_people: int = N_PEOPLE
) -> None:
    """A line of the true gain of each rule over the plain answer, and of what auto takes."""
    gains: dict[str, list[float]] = {rule: [] for rule in (*rules, AUTO)}
    scores, taken, foretold = [], Counter[str](), []
    for seed in range(n_worlds):
        world = draw(seed, n_people, metric)
        sign = 1 if world.workspace.metric.higher_is_better else -1
        plain = finish(world.plan(), world.stacks, ARGMAX)
        base = world.true(plain)
        scores.append(base)
        for rule, won in gains.items():
            made = finish(world.plan(), world.stacks, rule)
            won.append(sign * (world.true(made) - base))
            if rule == AUTO:
                taken["plain" if made.plan.rule == plain.plan.rule else made.plan.rule] += 1
                foretold.append(sign * (world.printed(made) - world.printed(plain)))
    told_of = [f"{rule} {told(won)}" for rule, won in gains.items() if rule != AUTO]
    worst = f"{1e4 * min(gains[AUTO]):+.0f}"
    which = ", ".join(f"{rule} {count} of {n_worlds}" for rule, count in taken.items())
    row(
        metric,
        runs,
        n_people,
        f"{np.mean(scores):.3f}",
        ", ".join(told_of),
        which,
        told(gains[AUTO]),
        told(foretold),
        worst,
    )


def head() -> None:
    print("\nTrue gain over the plain answer x 1e-4 (standard error), 4 runs with equal weights\n")
    row(
        "metric",
        "runs",
        "people",
        "plain",
        "rule",
        "auto takes",
        "auto",
        "its cross-fitted gain",
        "worst world of auto",
    )
    row(*["---"] * 9)


def of_classes(n_worlds: int) -> None:
    kinds = {
        **{name: partial(_classes, sure=heat) for name, heat in SURE.items()},
        "taught all classes alike": partial(_classes, sure=1.0, knows_shares=False),
    }
    for metric, asked in (
        ("qwk", (ROUNDED, CUTS, EXPECTED_KAPPA, OFFSETS)),
        ("balanced_accuracy", (BALANCED, OFFSETS)),
        ("f1_macro", (EXPECTED_F1, OFFSETS)),
    ):
        for name, draw in kinds.items():
            compare_rules(metric, name, draw, asked, n_worlds)


def of_labels(n_worlds: int) -> None:
    kinds = {
        **{f"labels, {name}": partial(draw_labels, sure=heat) for name, heat in SURE.items()},
        "labels, taught all alike": partial(draw_labels, sure=1.0, knows_shares=False),
    }
    for metric in ("f1_macro", "f2_macro", "f1_micro", "f2_samples"):
        for name, draw in kinds.items():
            for n_people in (FEW_PEOPLE, N_PEOPLE):
                compare_rules(metric, name, draw, (THRESHOLDS, EXPECTED_F1), n_worlds, n_people)


def of_numbers(n_worlds: int) -> None:
    for name, scale in (("expected value", 1.0), ("pulled to the middle", 0.7)):
        for n_people in (FEW_PEOPLE, N_PEOPLE):
            compare_rules("qwk", f"numbers, {name}", partial(draw_grades, stretched=scale), (CUTS,), n_worlds, n_people)


def _classes(seed: int, n_people: int, metric: str, *, sure: float, knows_shares: bool = True) -> World:
    skills = list(np.random.default_rng([seed, N_RUNS]).normal(1.6, 0.1, N_RUNS))
    shares = LEVELS if metric == "qwk" else SHARES
    return draw_world(
        seed, n_people, metric, skills=skills, sure=[sure] * N_RUNS, knows_shares=knows_shares, shares=shares
    )


def middles(n_worlds: int) -> None:
    """The mean and the median of five runs' numbers, of which one is far off on every tenth photo."""
    print("\nError of the mean and of the median of 5 runs' numbers (standard error of the difference)\n")
    row("metric", "runs", "mean", "median", "median less mean")
    row(*["---"] * 5)
    ways: tuple[Way, ...] = ("mean", "median")
    for name, often in (("alike", 0.0), ("each far off on one photo in ten", 0.1)):
        for metric in ("rmse", "mae"):
            scores: dict[str, list[float]] = {way: [] for way in ways}
            for seed in range(n_worlds):
                rng = np.random.default_rng([2029, seed])
                truth = rng.normal(50, 15, 2000)
                off = np.where(rng.random((5, 2000)) < often, rng.normal(0, 40, (5, 2000)), 0)
                said: Floats = (truth + rng.normal(0, 6, 2000) + rng.normal(0, 6, (5, 2000)) + off)[..., None]
                workspace = workspace_of({"kind": "number", "column": "n"}, truth, metric)
                for way in ways:
                    one = blend_probs(said, np.ones(5), way=way)
                    scores[way].append(workspace.metric.score(truth, one, 1))
            apart = np.array(scores["median"]) - np.array(scores["mean"])
            error = apart.std(ddof=1) / np.sqrt(n_worlds)
            means = [f"{np.mean(scores[way]):.3f}" for way in ways]
            row(metric, name, *means, f"{apart.mean():+.3f} ({error:.3f})")


PARTS: dict[str, Callable[[int], None]] = {"classes": of_classes, "labels": of_labels, "numbers": of_numbers}


def main(n_worlds: int, parts: Sequence[str]) -> None:
    start = time.process_time()
    with threadpool_limits(1):
        head()
        for part in PARTS:
            if part in parts:
                PARTS[part](n_worlds)
        if "middles" in parts:
            middles(n_worlds)
    print(f"\n{n_worlds} worlds, {time.process_time() - start:.0f} CPU seconds")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8, sys.argv[2:] or [*PARTS, "middles"])
