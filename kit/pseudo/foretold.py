"""What the labels of a round are foretold to be worth, from what the same teachers say out of fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kit.competition.workspace import Workspace
from kit.evidence.top import Outputs, TopProbs, concatenated
from kit.pseudo.forecast import forecast
from kit.pseudo.label import FoldLabels, mean_probs
from kit.pseudo.record import ClassForecast
from kit.reporter import Reporter
from kit.runs.store import Run
from kit.targets.classes import ClassesTask

MOST_TOLD = 30
"""Classes without a label, at most, that are told one by one."""


def foretold(
    workspace: Workspace, runs: Sequence[Run], task: str, made: Sequence[FoldLabels]
) -> tuple[ClassForecast, ...]:
    """Precision and yield on OOF rows: each as its fold's labels are made, tempered, averaged and held to thresholds.

    Of labels each one's own, wherever it is said; of very many classes or labels that of all together; of numbers and
    shares, which are right or wrong by degrees, none.
    """
    asked, truth, groups = workspace.competition.task(task), workspace.truth(task), workspace.train["group"].to_numpy()
    oof = oof_of_teachers(workspace, runs, task, made)
    if asked.activation == "sigmoid" and isinstance(oof, TopProbs):
        there = oof.values.ravel().astype(float)
        two, groups = np.column_stack([1 - there, there]), np.repeat(groups, oof.kept)
        said = np.mean([labels.chosen.labels.sum() for labels in made])
        names = ("not there", f"all {oof.n_classes:,} labels")
        return forecast(oof.of_kept(truth).ravel(), two, np.zeros_like(two), groups, names, np.array([0.0, said]))[1:]
    if asked.activation == "sigmoid":
        lines = []
        for label, name in enumerate(asked.outputs):
            said = np.mean([labels.chosen.labels[:, label].sum() for labels in made])
            rows = np.mean([len(labels.chosen.rows) for labels in made])
            two = np.stack([1 - oof[:, label], oof[:, label]], axis=1)
            names = (f"without {name}", name)
            taken = np.array([rows - said, said])
            lines.append(forecast(truth[:, label], two, np.zeros_like(two), groups, names, taken)[1])
        return tuple(lines)
    if not isinstance(asked, ClassesTask):
        return ()
    if isinstance(oof, TopProbs):
        return _forecast_of_all(workspace, oof, truth, groups, made)
    thresholds = np.zeros_like(oof)
    for labels in made:
        if labels.fold is not None:
            thresholds[workspace.folds.valid(labels.fold)] = labels.chosen.thresholds
    taken = np.mean([np.bincount(labels.chosen.labels, minlength=oof.shape[1]) for labels in made], axis=0)
    return forecast(truth, oof, thresholds, groups, asked.outputs, taken)


def _forecast_of_all(
    workspace: Workspace, oof: TopProbs, truth: np.ndarray, groups: np.ndarray, made: Sequence[FoldLabels]
) -> tuple[ClassForecast, ...]:
    """The same in one line: a row is said rightly or not."""
    said, passed = oof.argmax(), np.zeros(len(oof), dtype=bool)
    for labels in made:
        if labels.fold is not None:
            valid = workspace.folds.valid(labels.fold)
            passed[valid] = oof.max()[valid] >= labels.chosen.thresholds[said[valid]]
    right = np.column_stack([~passed, passed]).astype(float)
    names = ("not taken", f"all {oof.n_classes:,} classes")
    taken = np.array([0.0, np.mean([len(labels.chosen.rows) for labels in made])])
    return forecast((said == truth).astype(np.int64), right, np.zeros_like(right), groups, names, taken)[1:]


def oof_of_teachers(workspace: Workspace, runs: Sequence[Run], task: str, made: Sequence[FoldLabels]) -> Outputs:
    """What the teachers of each fold say of its validation side, (n_train, n_outputs).

    Of the teachers of a fold, pooled or not, those count that have not seen the row: the fold-k models of `runs`.
    """
    train, with_oof, rows, parts = workspace.train, {run.id for run in runs}, [], []
    for labels in made:
        if labels.fold is not None:
            valid = workspace.folds.valid(labels.fold)
            own = [teacher for teacher in labels.teachers if teacher.fold == labels.fold and teacher.run in with_oof]
            rows.append(np.flatnonzero(valid))
            parts.append(mean_probs(workspace, own, task, train["image"][valid], "oof"))
    return concatenated(parts)[np.argsort(np.concatenate(rows))]


def tell_of_none(workspace: Workspace, task: str, made: Sequence[FoldLabels], reporter: Reporter) -> None:
    """Say which classes no test row is labelled with."""
    asked = workspace.competition.task(task)
    if not isinstance(asked, ClassesTask):
        return
    n_classes = len(asked.outputs)
    there = [np.bincount(labels.chosen.labels, minlength=n_classes) > 0 for labels in made]
    nowhere = np.flatnonzero(~np.all(there, axis=0))
    if len(nowhere) > MOST_TOLD:
        reporter.warn(
            f"{task}: of {len(nowhere):,} classes, such as '{asked.outputs[nowhere[0]]}', some fold's labels have no"
            " test row: real rows alone teach them there"
        )
        return
    for label, name in ((label, asked.outputs[label]) for label in nowhere):
        lanes = [labels.fold for labels, has in zip(made, there, strict=True) if not has[label]]
        without = ["all" if fold is None else str(fold) for fold in lanes]
        if without:
            reporter.warn(
                f"{task}: no test row is labelled '{name}' in the labels of fold {', '.join(without)}: real rows alone"
                " teach it there"
            )
