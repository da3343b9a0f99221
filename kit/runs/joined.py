"""From predictions of the tasks to those of the target, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kit.competition.spec import TARGET, Competition
from kit.competition.workspace import Workspace
from kit.evidence.joining import join_probs
from kit.runs.predictions import Predictions
from kit.targets.kinds import in_shape


def with_target(workspace: Workspace, predictions: Predictions) -> Predictions:
    """What is predicted, and what follows: the target of all tasks together, or the tasks behind the target."""
    competition = workspace.competition
    if TARGET in predictions.tasks:
        return with_tasks(competition, predictions)
    if competition.target is None or not set(competition.sent) <= set(predictions.tasks):
        return predictions
    each = [predictions.probs[task] for task in competition.sent]
    if not competition.separate:
        return replace(predictions, probs={**predictions.probs, TARGET: join_probs(each, competition.target_table)})
    plain = {task: predictions.by(workspace.metric_of(task), task) for task in competition.sent}
    answers = [np.asarray(predictions.labels.get(task, said), dtype=float) for task, said in plain.items()]
    decided = np.hstack([one.reshape(len(one), -1) for one in answers])
    probs, labels = {**predictions.probs, TARGET: np.hstack(each)}, {**predictions.labels, TARGET: decided}
    return replace(predictions, probs=probs, labels=labels)


def with_tasks(competition: Competition, predictions: Predictions) -> Predictions:
    """Predictions of the target, and what they say of each task that is sent.

    Of joined classes that is the class behind a label, and the sum of probabilities.
    """
    probs, labels = dict(predictions.probs), dict(predictions.labels)
    for index, (task, spec) in enumerate(competition.sent.items()):
        if isinstance(competition.target, dict):
            behind = competition.target_table[:, index]
            if TARGET in labels:
                labels[task] = behind[labels[TARGET]]
            if TARGET in probs and (task not in probs or TARGET in labels):
                probs[task] = probs[TARGET] @ np.eye(competition.n_outputs(task))[behind]
            continue
        part = competition.parts(TARGET)[index]
        if TARGET in labels:
            labels[task] = in_shape(spec, labels[TARGET][:, part.truths] if competition.separate else labels[TARGET])
        if TARGET in probs:
            probs[task] = probs[TARGET][:, part.outputs] if competition.separate else probs[TARGET]
    kinds = {**predictions.kinds, **competition.kinds(competition.sent)}
    return replace(predictions, probs=probs, labels=labels, kinds=kinds)
