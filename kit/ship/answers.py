"""What is said of photos, as a person and as a program read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from kit.blend.kept import join_kept
from kit.competition.spec import TARGET, Competition
from kit.evidence.top import Outputs, TopProbs
from kit.runs.joined import with_target
from kit.runs.predictions import Predictions
from kit.ship.predictor import SaidOf
from kit.ship.shipped import Shipped
from kit.targets.classes import ClassesTask


def answered(shipped: Shipped, said: SaidOf, *, alone: bool = True) -> Predictions:
    """Every task that the models predict, and the target where they predict enough of it, decided as in the submission.

    alone: each photo as it would be among the test set; otherwise these photos are the set that a rule looks at.
    """
    competition = shipped.workspace.competition
    if not shipped.pieces:
        (predictions,) = said.by_run.values()
    else:
        predictions = join_kept(shipped.workspace, shipped.pieces, said.by_run, alone=alone)
    whole = with_target(shipped.workspace, predictions)
    # what a head says is more than what is left of it in the target
    heads = {task: probs for task, probs in predictions.probs.items() if task in competition.tasks}
    return replace(whole, probs={**whole.probs, **heads})


def rows_of(competition: Competition, said: SaidOf, predictions: Predictions) -> list[dict[str, Any]]:
    """A row for each answer: photo, where it is of a face its box, each task's answer and, under 'task/output', all its
    outputs.
    """
    tasks = _shown(competition, predictions)
    names = {task: competition.task(task).named(predictions.said(task)) for task in tasks}
    rows = []
    for place, subject in enumerate(said.subjects):
        row: dict[str, Any] = {"photo": subject.key}
        if subject.box is not None:
            row |= dict(zip(("left", "top", "right", "bottom"), subject.box, strict=True))
        for task in tasks:
            row[task] = str(names[task][place])
        for task in tasks:
            row |= _outputs(competition, task, predictions.probs[task], place)
        rows.append(row)
    return rows


def _outputs(competition: Competition, task: str, probs: Outputs, place: int) -> dict[str, float]:
    """Every output of one answer; of very many classes the probability of the most probable one."""
    if isinstance(probs, TopProbs):
        return {f"{task}/probability": float(probs.max()[place])}
    return {f"{task}/{name}": float(value) for name, value in zip(competition.outputs(task), probs[place], strict=True)}


def short_rows(competition: Competition, said: SaidOf, predictions: Predictions) -> list[dict[str, Any]]:
    """The same for a person: each task's answer, and how probable it is where it is one of classes."""
    tasks, rows = _shown(competition, predictions), []
    sure = {task: _probable(competition, predictions, task) for task in tasks}
    for place, row in enumerate(rows_of(competition, said, predictions)):
        short = {name: value for name, value in row.items() if "/" not in name}
        for task in tasks:
            if sure[task] is not None:
                short[task] = f"{row[task]} {sure[task][place]:.2f}"
        rows.append(short)
    return rows


def _probable(competition: Competition, predictions: Predictions, task: str) -> Any:
    """(n_rows,) the probability of the class that is said; None of other kinds."""
    if not isinstance(competition.task(task), ClassesTask):
        return None
    probs = predictions.probs[task]
    if isinstance(probs, TopProbs):
        return probs.at(predictions.said(task))
    return probs[np.arange(len(probs)), np.asarray(predictions.said(task), dtype=np.int64)]


def _shown(competition: Competition, predictions: Predictions) -> list[str]:
    """The tasks, then the target where it is one of its own."""
    own_target = [TARGET] if isinstance(competition.target, dict) else []
    return [task for task in (*competition.tasks, *own_target) if task in predictions.probs]
