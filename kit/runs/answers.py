"""Predictions of photos as predictions of answers: the one place where photos that share an answer become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kit.competition.answers import Answers
from kit.competition.workspace import Workspace
from kit.evidence.top import TopProbs, kept_of
from kit.runs.pooling import Learnt, learn_pooling
from kit.runs.predictions import Predictions


def judged(workspace: Workspace, predictions: Predictions, rows: np.ndarray | None = None) -> Predictions:
    """Predictions of train photos, or of answers, in the order of `workspace.judged`.

    rows: (n_judged,) bool, those that are wanted; all when left out.
    """
    keys, predictions = workspace.judged["image"].to_numpy(dtype=object), _kept(workspace, predictions)
    if workspace.answers is None:
        return predictions.aligned(keys if rows is None else keys[rows])
    keys = keys if rows is None else keys[rows]
    if set(keys) <= set(predictions.images):
        return predictions.aligned(keys)
    photos = workspace.train["image"].to_numpy(dtype=object)
    wanted = np.isin(workspace.answers.keys[workspace.answers.codes], keys)
    some = workspace.answers.some(wanted)
    of_photos = predictions.aligned(photos[wanted])
    learnt = _learnt(workspace, of_photos, some)
    answers = _pooled(workspace, of_photos, some)
    probs = {task: learnt[task].values if task in learnt else part for task, part in answers.probs.items()}
    return replace(answers, probs=probs).aligned(keys)


def for_test(
    workspace: Workspace, predictions: Predictions, sharpness: Mapping[str, float] | None = None
) -> Predictions:
    """Predictions of test photos in the order of `workspace.test_answers`.

    sharpness: what `pooling_of` says of the same run, where how the photos of an answer become one is learnt.
    """
    photos = _kept(workspace, predictions).aligned(workspace.test["image"])
    if workspace.answers is None:
        return photos
    answers = Answers.of(workspace.test["id"])
    found = _pooled(workspace, photos, answers)
    sharply = {
        task: answers.weighed(photos.probs[task], how, workspace.competition.task(task))
        for task, how in (sharpness or {}).items()
    }
    return replace(found, probs={**found.probs, **sharply})


def pooling_of(workspace: Workspace, oof: Predictions) -> dict[str, float]:
    """How sharply a run's predictions of an answer's photos are pooled, for each task where it is not their mean."""
    if workspace.answers is None:
        return {}
    known = np.isin(workspace.train["image"].to_numpy(dtype=object), oof.images)
    of_photos = _kept(workspace, oof).aligned(workspace.train["image"][known])
    learnt = _learnt(workspace, of_photos, workspace.answers.some(known))
    return {task: how.sharpness / how.unit for task, how in learnt.items() if how.sharpness}


def _learnt(workspace: Workspace, photos: Predictions, answers: Answers) -> dict[str, Learnt]:
    """What is learnt of OOF predictions, for each task that is sent; nothing where nothing is to be learnt."""
    if workspace.competition.submission.pool != "learned":
        return {}
    return {task: learn_pooling(workspace, task, photos.probs[task], answers) for task in _sent(workspace, photos)}


def _sent(workspace: Workspace, predictions: Predictions) -> list[str]:
    competition = workspace.competition
    return [task for task in predictions.probs if task not in competition.tasks or task in competition.sent]


def _pooled(workspace: Workspace, photos: Predictions, answers: Answers) -> Predictions:
    """The predictions of answers, tasks that are sent alone; photos: in the rows that `answers` were made of."""
    competition, how = workspace.competition, workspace.competition.submission.pool
    tasks = _sent(workspace, photos)
    pooled = {task: answers.pooled(photos.probs[task], how, competition.task(task)) for task in tasks}
    return replace(photos, images=answers.keys, probs=pooled, labels={})


def _kept(workspace: Workspace, predictions: Predictions) -> Predictions:
    """Predictions that keep as many of a photo's classes as the competition says."""
    kept = workspace.competition.kept(predictions.probs)
    probs = {
        task: kept_of(part, kept[task]) if task in kept else part.dense() if isinstance(part, TopProbs) else part
        for task, part in predictions.probs.items()
    }
    return replace(predictions, probs=probs)
