"""Predictions of photos as predictions of answers: the one place where photos that share an answer become one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kit.competition.answers import Answers
from kit.competition.workspace import Workspace
from kit.evidence.top import TopProbs, kept_of
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
    return _pooled(workspace, predictions.aligned(photos[wanted]), some).aligned(keys)


def for_test(workspace: Workspace, predictions: Predictions) -> Predictions:
    """Predictions of test photos in the order of `workspace.test_answers`."""
    photos = _kept(workspace, predictions).aligned(workspace.test["image"])
    if workspace.answers is None:
        return photos
    return _pooled(workspace, photos, Answers.of(workspace.test["id"]))


def _pooled(workspace: Workspace, photos: Predictions, answers: Answers) -> Predictions:
    """The predictions of answers, tasks that are sent alone; photos: in the rows that `answers` were made of."""
    competition, how = workspace.competition, workspace.competition.submission.pool
    sent = [task for task in photos.probs if task not in competition.tasks or task in competition.sent]
    pooled = {task: answers.pooled(photos.probs[task], how, competition.task(task)) for task in sent}
    return replace(photos, images=answers.keys, probs=pooled, labels={})


def _kept(workspace: Workspace, predictions: Predictions) -> Predictions:
    """Predictions that keep as many of a photo's classes as the competition says."""
    kept = workspace.competition.kept(predictions.probs)
    probs = {
        task: kept_of(part, kept[task]) if task in kept else part.dense() if isinstance(part, TopProbs) else part
        for task, part in predictions.probs.items()
    }
    return replace(predictions, probs=probs)
