"""What predictions of the train photos score: per task, per fold, per class, with intervals by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.evidence.arrays import MANY_CLASSES
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import confusion, f1_per_class
from kit.runs.answers import judged
from kit.runs.predictions import Predictions


def score_oof(workspace: Workspace, task: str, predictions: Predictions, metric: str | None = None) -> Score:
    """The score of predictions of a task or the target, joined with the train table by image, with its interval.

    metric: the competition's when left out.
    """
    scorer = workspace.scorer(task, metric=metric)
    return scorer.score(judged(workspace, predictions).scored_by(scorer.metric, task))


@dataclass(frozen=True)
class OofReport:
    """The scores of one set of OOF probabilities.

    `classes` has a row per class: rows, precision, recall, f1; nan where a class has no rows to tell.
    """

    score: Score
    accuracy: Score
    folds: tuple[float, ...]
    """The metric on each fold alone; nan for a fold that is not trained."""
    classes: pd.DataFrame
    confusion: np.ndarray | None
    """(n_classes, n_classes), true class by predicted class; None of more than MANY_CLASSES."""


def oof_report(workspace: Workspace, task: str, predictions: Predictions) -> OofReport:
    """Score predictions of a task or of the target, joined with the train table by image."""
    metric, names = workspace.metric_of(task), workspace.competition.outputs(task)
    truth = workspace.judged_truth(task)
    oof = judged(workspace, predictions)
    scored, said = oof.scored_by(metric, task), oof.said(task)
    per_fold = [
        metric.score(truth[valid], scored[valid], len(names))
        for valid in (workspace.judged_folds == fold for fold in range(workspace.folds.n_folds))
    ]
    hits, true, guessed = (np.bincount(some, minlength=len(names)) for some in (truth[truth == said], truth, said))
    classes = pd.DataFrame(
        {
            "class": names,
            "rows": true,
            "precision": np.divide(hits, guessed, out=np.full(len(names), np.nan), where=guessed > 0),
            "recall": np.divide(hits, true, out=np.full(len(names), np.nan), where=true > 0),
            "f1": f1_per_class(hits, true, guessed),
        }
    )
    return OofReport(
        score=score_oof(workspace, task, oof),
        accuracy=score_oof(workspace, task, oof, "accuracy"),
        folds=tuple(per_fold),
        classes=classes,
        confusion=confusion(truth, said, len(names)) if len(names) <= MANY_CLASSES else None,
    )
