"""Which runs a blend is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.errors import KitError
from kit.evidence.metrics import METRICS
from kit.folds.frozen import Ground
from kit.runs.store import Run, all_runs, check_same_ground, find_run


@dataclass(frozen=True)
class Candidate:
    """A complete run with its OOF probabilities of one task, in the order of the train table."""

    run: Run
    task: str
    oof: np.ndarray
    score: float


def task_candidates(ground: Ground, runs: Sequence[Run]) -> dict[str, list[Candidate]]:
    """The runs of every task, best OOF first; ties go by id. Runs of other data or folds are an error."""
    check_same_ground(runs, ground.tables.fingerprint, ground.folds.fingerprint)
    competition = ground.workspace.competition
    metric = METRICS[competition.metric]
    train = ground.tables.train
    found: dict[str, list[Candidate]] = {task: [] for task in competition.task_names}
    for run in runs:
        oof = run.oof().aligned(train["image"])
        for task in run.record.tasks:
            probs = oof.probs[task]
            predicted = probs if metric.needs == "probs" else probs.argmax(axis=1)
            score = metric.score(train[task].to_numpy(), predicted, competition.n_classes(task))
            found[task].append(Candidate(run, task, probs, score))
    sign = -1 if metric.higher_is_better else 1
    return {task: sorted(items, key=lambda item: (sign * item.score, item.run.id)) for task, items in found.items()}


def blendable_runs(ground: Ground, tell: Callable[[str], None]) -> list[Run]:
    """Every complete run of the workspace; the others are told of and left out."""
    complete = []
    for run in all_runs(ground.workspace):
        if run.complete:
            complete.append(run)
        else:
            tell(f"{run.id} is left out: folds {', '.join(map(str, run.missing_folds))} are not trained")
    return complete


def choose_members(ground: Ground, spec: str, tell: Callable[[str], None]) -> dict[str, list[Candidate]]:
    """The runs that a spec names, for each task: 'best3', 'all', or run ids joined by commas."""
    competition = ground.workspace.competition
    best = re.fullmatch(r"best(\d+)", spec)
    if best or spec == "all":
        candidates = task_candidates(ground, blendable_runs(ground, tell))
        count = int(best.group(1)) if best else None
        if count == 0:
            raise KitError("a blend of no runs", where=f"--blend {spec}", todo="write best1, best2, ...")
        chosen = {task: items[:count] for task, items in candidates.items()}
    else:
        runs = [find_run(ground.workspace, name.strip()) for name in spec.split(",")]
        for run in runs:
            if not run.complete:
                raise KitError(
                    f"folds {', '.join(map(str, run.missing_folds))} are not trained",
                    where=run.id,
                    todo="train them first",
                )
        chosen = task_candidates(ground, runs)
    _check_covered(chosen, tuple(competition.tasks), competition.task_names, spec)
    return {task: items for task, items in chosen.items() if items}


def _check_covered(
    chosen: Mapping[str, Sequence[Candidate]], tasks: Sequence[str], names: Sequence[str], spec: str
) -> None:
    whole = any(chosen[name] for name in names if name not in tasks)
    missing = [task for task in tasks if not chosen[task]]
    if missing and (not whole or len(missing) < len(tasks)):
        raise KitError(f"no run of the task '{missing[0]}' is in this blend", where=spec, todo="train or name one")
