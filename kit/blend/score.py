"""What runs score out of fold: per task, per fold, per class, and joined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.blend.blend import Blend
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import Metric, confusion


def score_oof(workspace: Workspace, task: str, predicted: np.ndarray, metric: str | None = None) -> Score:
    """The score of OOF predictions of a task or the target, with its interval by group.

    predicted: class numbers (n_train,) or probabilities (n_train, n_classes), of which a metric of labels takes the
    most probable; in the order of the train table. metric: the competition's when left out.
    """
    scorer = workspace.scorer(task, metric=metric)
    return scorer.score(as_predicted(scorer.metric, predicted))


def as_predicted(metric: Metric, predicted: np.ndarray) -> np.ndarray:
    """What a metric scores: the probabilities themselves, or class numbers."""
    return predicted if predicted.ndim == 1 else metric.of_probs(predicted)


def score_blend(workspace: Workspace, blend: Blend) -> Score | None:
    """The cross-fitted OOF score of a blend; None where a member was trained on everybody."""
    predicted = blend.predicted(workspace.metric)
    return score_oof(workspace, TARGET, predicted) if predicted is not None else None


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


def oof_report(workspace: Workspace, task: str, probs: np.ndarray, labels: np.ndarray | None = None) -> OofReport:
    """Score OOF probabilities (n_train, n_classes) of a task or of the target, in the order of the train table.

    labels: (n_train,), the classes that a decision rule made of them; the most probable ones when left out.
    """
    competition = workspace.competition
    metric = workspace.metric
    truth = workspace.train[task].to_numpy()
    names = competition.classes(task)
    said = probs.argmax(axis=1) if labels is None else labels
    predicted = probs if metric.needs == "probs" else said
    per_fold = [
        metric.score(truth[valid], predicted[valid], len(names))
        for valid in (workspace.folds.valid(fold) for fold in range(workspace.folds.n_folds))
    ]
    table = confusion(truth, said, len(names))
    hits, true, guessed = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    classes = pd.DataFrame(
        {
            "class": names,
            "rows": true,
            "precision": np.divide(hits, guessed, out=np.full(len(names), np.nan), where=guessed > 0),
            "recall": np.divide(hits, true, out=np.full(len(names), np.nan), where=true > 0),
            "f1": np.divide(2 * hits, true + guessed, out=np.zeros(len(names)), where=true + guessed > 0),
        }
    )
    return OofReport(
        score=score_oof(workspace, task, predicted),
        accuracy=score_oof(workspace, task, said, "accuracy"),
        folds=tuple(per_fold),
        classes=classes,
        confusion=table,
    )
