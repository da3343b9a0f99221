"""What runs score out of fold: per task, per fold, per class, and joined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.blend.blend import as_predicted, score_probs
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import METRICS, confusion
from kit.folds.frozen import Ground


@dataclass(frozen=True)
class OofReport:
    """The scores of one set of OOF probabilities. `classes` has a row per class: rows, precision, recall, f1."""

    score: Score
    accuracy: Score
    folds: tuple[float, ...]
    """The metric on each fold alone; nan for a fold that is not trained."""
    classes: pd.DataFrame
    confusion: np.ndarray
    """(n_classes, n_classes), true class by predicted class."""


def oof_report(ground: Ground, task: str, probs: np.ndarray) -> OofReport:
    """Score OOF probabilities (n_train, n_classes) of a task or of the target, in the order of the train table."""
    competition = ground.workspace.competition
    metric = METRICS[competition.metric]
    truth = ground.tables.train[task].to_numpy()
    names = competition.classes(task)
    predicted = as_predicted(competition, probs)
    per_fold = [
        metric.score(truth[valid], predicted[valid], len(names))
        for valid in (ground.folds.valid(fold) for fold in range(ground.folds.n_folds))
    ]
    table = confusion(truth, probs.argmax(axis=1), len(names))
    hits, true, said = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    classes = pd.DataFrame(
        {
            "class": names,
            "rows": true,
            "precision": np.divide(hits, said, out=np.full(len(names), np.nan), where=said > 0),
            "recall": np.divide(hits, true, out=np.full(len(names), np.nan), where=true > 0),
            "f1": np.divide(2 * hits, true + said, out=np.zeros(len(names)), where=true + said > 0),
        }
    )
    return OofReport(
        score=score_probs(ground, task, probs),
        accuracy=score_probs(ground, task, probs, "accuracy"),
        folds=tuple(per_fold),
        classes=classes,
        confusion=table,
    )
