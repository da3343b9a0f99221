"""A blend: runs joined per task, then into the target class, out of fold and on the test set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.blend.members import Candidate
from kit.competition.spec import TARGET, Competition
from kit.evidence.bootstrap import Score, score_with_interval
from kit.evidence.joining import join_probs
from kit.evidence.metrics import METRICS
from kit.folds.frozen import Ground


@dataclass(frozen=True)
class Blend:
    """`members` has (run id, weight) for each task; probabilities follow the rows of the train and test tables."""

    members: Mapping[str, Sequence[tuple[str, float]]]
    task_oof: Mapping[str, np.ndarray]
    oof: np.ndarray | None
    """(n_train, n_target_classes); None where a member was trained on everybody."""
    test: np.ndarray
    """(n_test, n_target_classes)"""
    tainted: tuple[str, ...] = ()
    """The steps by which validation labels reached the members; `oof` is then not honest."""
    selected: tuple[str, ...] = ()
    """What validation labels chose in the members."""


def mean_blend(ground: Ground, chosen: Mapping[str, Sequence[Candidate]]) -> Blend:
    """The plain mean of each task's runs, joined by the product rule; runs of the target itself are one more vote."""
    competition = ground.workspace.competition
    images = ground.tables.test["image"]
    everyone = [item for items in chosen.values() for item in items]
    tests = {item.run.id: item.run.test().aligned(images) for item in everyone}
    task_oof = {
        task: np.mean([item.oof for item in items], axis=0)
        for task, items in chosen.items()
        if all(item.oof is not None for item in items)
    }
    task_test = {
        task: np.mean([tests[item.run.id].probs[task] for item in items], axis=0) for task, items in chosen.items()
    }
    return Blend(
        members={task: [(item.run.id, 1 / len(items)) for item in items] for task, items in chosen.items()},
        task_oof=task_oof,
        oof=_whole(competition, task_oof) if set(task_oof) == set(chosen) else None,
        test=_whole(competition, task_test),
        tainted=tuple(dict.fromkeys(step for item in everyone for step in item.tainted)),
        selected=tuple(sorted({what for item in everyone for what in item.selected})),
    )


def _whole(competition: Competition, probs: Mapping[str, np.ndarray]) -> np.ndarray:
    """Target probabilities from the tasks' and, where there are such runs, from the target's own, as equal votes."""
    votes = []
    if all(task in probs for task in competition.tasks):
        votes.append(join_probs([probs[task] for task in competition.tasks], competition.target_table))
    if TARGET in probs:
        votes.append(probs[TARGET].astype(np.float64))
    return np.mean(votes, axis=0)


def as_predicted(competition: Competition, probs: np.ndarray) -> np.ndarray:
    """What the competition's metric scores: class numbers, or the probabilities themselves."""
    return probs if METRICS[competition.metric].needs == "probs" else probs.argmax(axis=1)


def score_probs(ground: Ground, task: str, probs: np.ndarray, metric: str | None = None) -> Score:
    """The score of OOF probabilities (n_train, n_classes) of a task or the target, with its interval by group."""
    competition = ground.workspace.competition
    name = metric or competition.metric
    train = ground.tables.train
    predicted = probs if METRICS[name].needs == "probs" else probs.argmax(axis=1)
    return score_with_interval(
        name, train[task].to_numpy(), predicted, train["group"].to_numpy(), n_classes=competition.n_classes(task)
    )
