"""One fold's pseudo labels, made of its teachers' test predictions; made again by whoever doubts them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.calibration import apply_temperature
from kit.evidence.top import Outputs, exact, stacked
from kit.evidence.top_means import mean_of
from kit.parquet_file import read_parquet_table
from kit.pseudo.choose import Chosen, choose, choose_values, heed
from kit.pseudo.record import PseudoSettings, Reviewed, Teacher
from kit.runs.predictions import Predictions, check_predictions, columns_of, known_columns, probs_in
from kit.runs.record import FoldRecord
from kit.runs.store import Run
from kit.table_file import Column
from kit.targets.classes import ClassesTask

Side = Literal["test", "oof"]
_AGAIN = "run 'kit pseudo' again"
NEAR = 1e-6
"""How far a prediction or weight may be from what its teachers give, of numbers above 1 as a share: float32 noise, too
little to carry a label."""


@dataclass(frozen=True)
class FoldLabels:
    """One fold's labels, and the file's bytes."""

    fold: int | None
    """None for a model that is trained on everybody."""
    teachers: tuple[Teacher, ...]
    chosen: Chosen
    content: bytes


def teacher_of(run: Run, fold: int, task: str, settings: PseudoSettings) -> Teacher:
    """The fold's model as a teacher, tempered by what a slice of its own train side said."""
    record = run.fold_record(fold)
    if record.test is None:
        raise KitError("it has no test predictions", where=run.id)
    temperature = 1.0
    if settings.calibrate and task not in run.record.kinds:
        if task not in record.temperature:
            raise KitError(
                f"fold {fold} has no temperature from a held-out slice of its own train side",
                where=run.id,
                todo="train it with --set holdout=0.1, or leave 'calibrate' off",
            )
        temperature = record.temperature[task]
    return Teacher(run=run.id, fold=fold, test=record.test, temperature=temperature)


def label_test(
    workspace: Workspace,
    task: str,
    fold: int | None,
    teachers: Sequence[Teacher],
    settings: PseudoSettings,
    duplicates: Sequence[str] = (),
    reviewed: Sequence[Reviewed] = (),
) -> tuple[Chosen, pd.DataFrame]:
    """What these teachers teach a fold (None: a model of everybody): the choice, and the file's table.

    The table has the columns image, '<task>/<output>' (means of the teachers), label where there are classes, weight
    and teachers, in the order of the test table; `duplicates` and photos that a teacher could not read are left out,
    and what a person decided of a photo, `reviewed`, is heeded. Quotas and thresholds read the labels of the train side
    only.
    """
    asked = workspace.competition.task(task)
    images = workspace.test["image"]
    unread = {image for one in teachers for image in _record_of(workspace, one).unreadable}
    images = images[~images.isin({*duplicates, *unread})].reset_index(drop=True)
    if len(images) == 0:
        raise KitError("there are no test photos to label", where=workspace.data_dir)
    votes = said_by(workspace, teachers, task, images, "test")
    values, of_classes = mean_of(votes), isinstance(asked, ClassesTask)
    if of_classes:
        chosen = choose(values, train_shares(workspace, task, fold), settings)
    else:
        chosen = choose_values(stacked(votes), asked, settings)
    taught, names = values[chosen.rows], images.to_numpy(dtype=object)
    if reviewed:
        decided = {one.image: one for one in reviewed}
        told = [decided.get(image) for image in names[chosen.rows]]
        chosen, taught = heed(chosen, taught, told, asked, settings.weight)
    columns: dict[str, object] = {"image": names[chosen.rows]}
    columns |= columns_of(task, asked.outputs, taught)
    columns |= {"label": chosen.labels.astype(_code_type(len(asked.outputs)))} if of_classes else {}
    columns |= {"weight": chosen.weights.astype(np.float32)}
    columns["teachers"] = " ".join(f"{teacher.run}/fold{teacher.fold}" for teacher in teachers)
    return chosen, pd.DataFrame(columns)


def mean_probs(workspace: Workspace, teachers: Sequence[Teacher], task: str, images: pd.Series, side: Side) -> Outputs:
    """What these teachers say together of photos of the test set or of their own validation side: (n, n_outputs).

    Each is tempered, then they are averaged.
    """
    return mean_of(said_by(workspace, teachers, task, images, side))


def said_by(
    workspace: Workspace, teachers: Sequence[Teacher], task: str, images: pd.Series, side: Side
) -> list[Outputs]:
    """What each of these teachers says, tempered, (n, n_outputs)."""
    return [_probs(workspace, teacher, task, images, side) for teacher in teachers]


def _code_type(n_classes: int) -> type:
    """What class numbers are kept as."""
    return np.int16 if n_classes <= np.iinfo(np.int16).max else np.int32


def train_shares(workspace: Workspace, task: str, fold: int | None) -> np.ndarray:
    """The class shares, (n_classes,), of the fold's train side."""
    truth = workspace.train[task].to_numpy()
    if fold is not None:
        truth = truth[~workspace.folds.valid(fold)]
    return np.bincount(truth, minlength=workspace.competition.n_outputs(task)) / len(truth)


def encode(table: pd.DataFrame) -> bytes:
    """The table as parquet; equal tables give equal bytes."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def read_label_file(workspace: Workspace, path: Path, task: str) -> pd.DataFrame:
    """A fold's labels of a task; KitError where they are none of this task, or of photos that are not test photos."""
    asked = workspace.competition.task(task)
    of_classes = isinstance(asked, ClassesTask)
    names, kept = asked.outputs, workspace.competition.kept([task]).get(task)
    columns = [
        Column("image", unique=True),
        *known_columns(task, names, kept),
        *([Column("label", "whole", low=0, high=len(names) - 1)] if of_classes else []),
        Column("weight", "number", low=0, high=1),
        Column("teachers"),
    ]
    table = read_parquet_table(path, columns, todo=_AGAIN)
    if not table["image"].isin(workspace.test["image"]).all():
        raise KitError("it labels photos that are not in the test table", where=path, todo=_AGAIN)
    kinds = workspace.competition.kinds([task])
    images = table["image"].to_numpy(dtype=object)
    check_predictions(Predictions(images, {task: probs_in(table, task, names, kept)}, kinds=kinds), path)
    return table


def difference(found: pd.DataFrame, right: pd.DataFrame) -> str | None:
    """What is not so in a label file that should say what `right` says; None where nothing is."""
    if list(found.columns) != list(right.columns):
        return "its columns are not those of a label file of this task"
    if not _equal(found["image"], right["image"]):
        return "its rows are not those that its settings take of its teachers' predictions"
    for column in right:
        if column == "image":
            continue
        if pd.api.types.is_float_dtype(right[column]):
            now = right[column].to_numpy(float)
            same = bool((np.abs(found[column].to_numpy(float) - now) <= NEAR * np.maximum(1, np.abs(now))).all())
        else:
            same = _equal(found[column], right[column])
        if not same:
            what = "predictions are" if "/" in str(column) else f"column '{column}' is"
            return f"its {what} not what the teachers that it names give"
    return None


def _equal(found: pd.Series, right: pd.Series) -> bool:
    return np.array_equal(found.to_numpy(dtype=object), right.to_numpy(dtype=object))


def _record_of(workspace: Workspace, teacher: Teacher) -> FoldRecord:
    return Run(workspace.runs_dir / teacher.run).fold_record(teacher.fold)


def _probs(workspace: Workspace, teacher: Teacher, task: str, images: pd.Series, side: Side) -> Outputs:
    run = Run(workspace.runs_dir / teacher.run)
    predictions = run.fold_test(teacher.fold) if side == "test" else run.fold_oof(teacher.fold)
    probs = exact(predictions.aligned(images).probs[task])
    return apply_temperature(probs, teacher.temperature) if teacher.temperature != 1.0 else probs
