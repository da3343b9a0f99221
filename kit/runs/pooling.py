"""A pooling of the photos of an answer that is learnt, out of fold, and used where it is better beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.competition.answers import Answers
from kit.competition.workspace import Workspace
from kit.evidence.compare import BETTER
from kit.evidence.metrics import Floats

SHARPNESS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, -1.0, -2.0, -4.0)
"""How much more a photo counts that says more; the mean is the first, so that of equal ones it is taken."""


@dataclass(frozen=True)
class Learnt:
    """What the photos of answers say of a task together."""

    values: Floats
    """(n_answers, n_outputs), those of each fold by what the other folds' answers say is best."""
    sharpness: float
    """What all answers say is best; 0, the mean, where it is not better than that beyond chance."""
    unit: float
    """In what its outputs are counted: 1, or of numbers their standard deviation."""


def learn_pooling(workspace: Workspace, task: str, values: NDArray, answers: Answers) -> Learnt:
    """Pool OOF predictions of photos, (n_photos, n_outputs) in the order that `answers` were made of.

    Answers are those of `workspace.judged`, or some of them in its order. Each sharpness is judged by the task's own
    metric on the plain answers.
    """
    judged = workspace.judged["image"].isin(answers.keys).to_numpy()
    truth, folds = workspace.judged_truth(task)[judged], workspace.judged_folds[judged]
    asked, metric = workspace.competition.task(task), workspace.metric_of(task)
    unit = float(values.std()) or 1.0 if asked.activation == "identity" else 1.0
    tried = [answers.weighed(values, sharpness / unit, asked) for sharpness in SHARPNESS]
    said = [metric.of_outputs(one, asked.kind) for one in tried]
    sign = 1.0 if metric.higher_is_better else -1.0

    def best(rows: NDArray[np.bool_]) -> int:
        scores = [sign * metric.score(truth[rows], one[rows], values.shape[1]) for one in said]
        return int(np.argmax(np.nan_to_num(scores, nan=-np.inf)))

    names = np.unique(folds)
    if len(names) < 2:
        return Learnt(tried[0], 0.0, unit)
    crossed = np.empty_like(tried[0])
    for fold in names:
        crossed[folds == fold] = tried[best(folds != fold)][folds == fold]
    pair = [said[0], metric.of_outputs(crossed, asked.kind)]
    comparison = workspace.scorer(task, judged).compare(pair)[0]
    change = f"cross-fitted a learnt pooling changes {metric.name} by {comparison.difference.value:+.4f}"
    if comparison.verdict != BETTER:
        workspace.tell_once(f"{task}: the mean of an answer's photos: {change}, which is not beyond chance")
        return Learnt(tried[0], 0.0, unit)
    sharpness = SHARPNESS[best(np.ones(len(truth), dtype=bool))]
    workspace.tell_once(f"{task}: photos count by exp({sharpness:g} x what they say): {change} against their mean")
    return Learnt(crossed, sharpness, unit)
