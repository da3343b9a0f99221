"""What predictions of the train photos score: per task, per fold, per class, with intervals by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.evidence.arrays import MANY_CLASSES
from kit.evidence.bootstrap import Score
from kit.evidence.metrics import confusion
from kit.runs.answers import judged
from kit.runs.errors import error_table
from kit.runs.predictions import Predictions
from kit.runs.store import Run
from kit.targets.kinds import in_shape


def score_oof(workspace: Workspace, task: str, predictions: Predictions, metric: str | None = None) -> Score:
    """The score of predictions of a task or the target, joined with the train table by image, with its interval.

    metric: the competition's when left out.
    """
    scorer = workspace.scorer(task, metric=metric)
    return scorer.score(judged(workspace, predictions).scored_by(scorer.metric, task))


def finished_score(workspace: Workspace, task: str, run: Run) -> Score | None:
    """The score of a run on the rows of its finished folds; None where there are none, or no validation side."""
    if run.record.all_data or not run.finished_folds:
        return None
    rows = np.isin(workspace.judged_folds, run.finished_folds)
    scorer = workspace.scorer(task, None if rows.all() else rows)
    return scorer.score(judged(workspace, run.oof(), rows).scored_by(scorer.metric, task))


@dataclass(frozen=True)
class OofReport:
    """The scores of one set of OOF predictions."""

    score: Score
    accuracy: Score | None
    """Of classes, and of labels, where all of a row have to be right; None of other kinds."""
    folds: tuple[float, ...]
    """The metric on each fold alone; nan for a fold that is not trained."""
    errors: pd.DataFrame
    """Where they are right and wrong: see `error_table`; of separate tasks the score of each."""
    confusion: np.ndarray | None
    """(n_classes, n_classes), true class by predicted class; None of more than MANY_CLASSES, and of other kinds."""


def oof_report(workspace: Workspace, task: str, predictions: Predictions) -> OofReport:
    """Score predictions of a task or of the target, joined with the train table by image."""
    competition, metric = workspace.competition, workspace.metric_of(task)
    truth, n_outputs = workspace.judged_truth(task), competition.n_outputs(task)
    oof = judged(workspace, predictions)
    scored, said = oof.scored_by(metric, task), oof.said(task)
    per_fold = [
        metric.score(truth[valid], scored[valid], n_outputs)
        for valid in (workspace.judged_folds == fold for fold in range(workspace.folds.n_folds))
    ]
    several = task == TARGET and competition.separate
    kind = "separate" if several else competition.task(task).kind
    with_accuracy, of_classes = kind in ("class", "ordered", "labels"), kind in ("class", "ordered")
    return OofReport(
        score=score_oof(workspace, task, oof),
        accuracy=score_oof(workspace, task, oof, "accuracy") if with_accuracy else None,
        folds=tuple(per_fold),
        errors=_task_scores(workspace, oof) if several else error_table(competition.task(task), truth, said),
        confusion=confusion(truth, said, n_outputs) if of_classes and n_outputs <= MANY_CLASSES else None,
    )


def _task_scores(workspace: Workspace, oof: Predictions) -> pd.DataFrame:
    """task, weight, metric and score of each of separate tasks."""
    truth, values, said = workspace.judged_truth(TARGET), oof.probs[TARGET], oof.said(TARGET)
    rows = []
    for part in workspace.competition.parts(TARGET):
        metric = workspace.metric_of(part.name)
        scored = metric.scored(values[:, part.outputs], in_shape(part.task, said[:, part.truths]))
        score = metric.score(in_shape(part.task, truth[:, part.truths]), scored, len(part.task.outputs))
        rows.append({"task": part.name, "weight": part.weight, "metric": metric.name, "score": score})
    return pd.DataFrame(rows)
