"""Runs that another program made, such as a stack in a notebook, taken in as runs like any other."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.top import Outputs, TopProbs
from kit.files import file_sha256, fingerprint, rename, write_record
from kit.runs.frames import predictions_of
from kit.runs.predictions import Predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord
from kit.runs.store import Run, is_finished


def add_outside_run(
    workspace: Workspace, name: str, oof: pd.DataFrame, test: pd.DataFrame, *, trained_per_fold: bool
) -> Run:
    """Take in predictions of another program as a run; the same predictions under the same name are the same run.

    oof, test: the columns image and, for every class of one or more tasks, 'task/class'; a row for each train photo,
    and for each test photo. trained_per_fold: whether each OOF row comes of a model that did not see the photo's fold;
    without it the OOF is not honest. Lineage can prove neither, and says so.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.]*(-[A-Za-z0-9_.]+)*", name):
        raise KitError(f"'{name}' cannot name a run", todo="use letters, digits, '-', '_' and '.'")
    given = {"oof": (oof, workspace.train["image"]), "test": (test, workspace.test["image"])}
    sides = {
        side: _aligned(predictions_of(workspace, table, f"{name}, {side}"), images, f"{name}, {side}")
        for side, (table, images) in given.items()
    }
    tasks = sides["oof"].tasks
    if sides["test"].tasks != tasks:
        raise KitError(f"oof predicts {' and '.join(tasks)}, test {' and '.join(sides['test'].tasks)}", where=name)
    classes = {task: workspace.competition.outputs(task) for task in tasks}
    told = {side: {task: _told(part.probs[task]) for task in tasks} for side, part in sides.items()}
    content = {"name": name, "basis": workspace.basis.model_dump(), "per_fold": trained_per_fold, **told}
    record = RunRecord(
        id=f"{'+'.join(tasks)}-{name}-{fingerprint(content)[:8]}",
        tasks=tasks,
        recipe=name,
        classes=classes,
        kinds=dict(sides["oof"].kinds),
        kept=workspace.competition.kept(tasks),
        basis=workspace.basis.of_photos,
        n_folds=workspace.folds.n_folds,
        seed=0,
        outside=True,
        trained_per_fold=trained_per_fold,
    )
    run = Run(workspace.runs_dir / record.id)
    with claimed(run.path / "run.json"):
        if not (run.path / "run.json").exists():
            for fold in [fold for fold in record.expected_folds if not is_finished(run, fold)]:
                _write_fold(workspace, run, record, fold, sides["oof"], sides["test"])
            write_record(run.path / "run.json", record)
    return run


def _told(probs: Outputs) -> list[Any]:
    """Predictions as a fingerprint is made of them."""
    if isinstance(probs, TopProbs):
        return [probs.classes.tolist(), probs.values.tolist(), probs.rest.tolist()]
    return probs.tolist()  # type: ignore[no-any-return]


def _aligned(predictions: Predictions, images: pd.Series, where: str) -> Predictions:
    try:
        return predictions.aligned(images)
    except KitError as error:
        raise KitError(error.what, where=where, todo="give a row for every photo") from None


def _write_fold(
    workspace: Workspace, run: Run, record: RunRecord, fold: int, oof: Predictions, test: Predictions
) -> None:
    directory, valid = run.work_dir(fold), workspace.folds.valid(fold)
    write_predictions(directory / "oof.parquet", oof.aligned(workspace.train["image"][valid]), record.classes)
    write_predictions(directory / "test.parquet", test, record.classes)
    run.write_fold(
        directory,
        FoldRecord(
            fold=fold,
            n_train=int((~valid).sum()),
            n_valid=int(valid.sum()),
            train_groups=fingerprint(sorted(set(workspace.train["group"][~valid]))),
            weights=None,
            oof=file_sha256(directory / "oof.parquet"),
            test=file_sha256(directory / "test.parquet"),
            history=(),
            parameters=0,
            device="elsewhere",
            seconds=0.0,
        ),
    )
    rename(directory, run.fold_dir(fold))
