"""Runs that another program made, such as a stack in a notebook, taken in as runs like any other."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.files import file_sha256, fingerprint, write_record
from kit.runs.predictions import Predictions, check_predictions, write_predictions
from kit.runs.record import FoldRecord, RunRecord
from kit.runs.store import Run


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
    tasks = _tasks(workspace, oof)
    classes = {task: workspace.competition.classes(task) for task in tasks}
    sides = {
        "oof": _predictions(oof, classes, workspace.train["image"], f"{name}, oof"),
        "test": _predictions(test, classes, workspace.test["image"], f"{name}, test"),
    }
    told = {side: {task: part.probs[task].tolist() for task in tasks} for side, part in sides.items()}
    content = {"name": name, "basis": workspace.basis.model_dump(), "per_fold": trained_per_fold, **told}
    record = RunRecord(
        id=f"{'+'.join(tasks)}-{name}-{fingerprint(content)[:8]}",
        tasks=tasks,
        recipe=name,
        classes=classes,
        basis=workspace.basis,
        n_folds=workspace.folds.n_folds,
        seed=0,
        outside=True,
        trained_per_fold=trained_per_fold,
    )
    run = Run(workspace.runs_dir / record.id)
    if not (run.path / "run.json").exists():
        for fold in record.expected_folds:
            _write_fold(workspace, run, record, fold, sides["oof"], sides["test"])
        write_record(run.path / "run.json", record)
    return run


def _tasks(workspace: Workspace, oof: pd.DataFrame) -> tuple[str, ...]:
    named = list(dict.fromkeys(str(column).partition("/")[0] for column in oof if "/" in str(column)))
    if "image" not in oof or not named:
        raise KitError("predictions have the columns image and 'task/class', such as those of ws.oof()", where="oof")
    known = workspace.competition.task_names
    for task in named:
        if task not in known:
            raise KitError(f"there is no task '{task}'", where="oof", todo=nearest(task, known))
    return tuple(sorted(named, key=known.index))


def _predictions(
    table: pd.DataFrame, classes: dict[str, tuple[str, ...]], images: pd.Series, where: str
) -> Predictions:
    for task, names in classes.items():
        for label in names:
            if f"{task}/{label}" not in table:
                raise KitError(f"there is no column '{task}/{label}'", where=where, todo="every class needs one")
    probs = {task: table[_columns(task, names)].to_numpy(dtype=np.float32) for task, names in classes.items()}
    found = Predictions(table["image"].to_numpy(dtype=object), probs)
    check_predictions(found, where)
    try:
        return found.aligned(images)
    except KitError as error:
        raise KitError(error.what, where=where, todo="give a row for every photo") from None


def _columns(task: str, names: Sequence[str]) -> list[str]:
    return [f"{task}/{name}" for name in names]


def _write_fold(
    workspace: Workspace, run: Run, record: RunRecord, fold: int, oof: Predictions, test: Predictions
) -> None:
    directory, valid = run.fold_dir(fold), workspace.folds.valid(fold)
    write_predictions(directory / "oof.parquet", oof.aligned(workspace.train["image"][valid]), record.classes)
    write_predictions(directory / "test.parquet", test, record.classes)
    write_record(
        directory / "fold.json",
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
