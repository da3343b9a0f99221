"""What is so of each train photo: the truths of all tasks, and the strata that folds share out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from kit.competition.names import same_column
from kit.competition.spec import TARGET, Competition
from kit.errors import KitError
from kit.targets.cells import LINE, PHOTO
from kit.targets.classes import ClassesTask
from kit.targets.labels import LabelsTask
from kit.targets.strata import signature_strata


def read_truths(raw: pd.DataFrame, competition: Competition, where: Path) -> dict[str, np.ndarray]:
    """The truth of each task, row by row as the table, in the shape of its kind."""
    return {name: task.encode(raw, name, where) for name, task in competition.tasks.items()}


def of_no_classes(competition: Competition, truths: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Those that are more than a column of class numbers."""
    return {name: truth for name, truth in truths.items() if not isinstance(competition.tasks[name], ClassesTask)}


def strata_of(competition: Competition, truths: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The strata of each task and of the target, (n_rows,) int64: of classes, and of joined ones, their numbers."""
    strata = {name: task.strata(truths[name]) for name, task in competition.tasks.items()}
    sent = {name: strata[name] for name in competition.sent}
    if isinstance(competition.target, dict):
        target = np.sum([weight * sent[name] for name, weight in competition.target.items()], axis=0)
    elif competition.separate:
        target = signature_strata(np.stack(list(sent.values()), axis=1))
    else:
        target = next(iter(sent.values()))
    return {**strata, TARGET: target}


def one_row_each(raw: pd.DataFrame, competition: Competition, where: Path) -> pd.DataFrame:
    """The rows of a photo put together, where a task has a row for each of its labels."""
    several = {name: task for name, task in competition.tasks.items() if isinstance(task, LabelsTask) and task.rows}
    if len(several) > 1:
        raise KitError(
            f"the tasks {' and '.join(several)} both have a row for each label of a photo",
            where=where,
            todo="make 'columns' of 0 and 1 for one of them",
        )
    for name, task in several.items():
        own = {LINE, *task.columns_read, *([task.present] if task.present else [])}
        for column in sorted(_read_of(raw, competition) & set(raw) - own):
            apart = raw.groupby(PHOTO)[column].nunique(dropna=False) > 1
            if apart.any():
                first = apart.index[apart][0]
                raise KitError(f"the rows of the photo '{first}' disagree on '{column}'", where=where, todo="mend them")
        raw = task.together(raw, name, where)
    return raw


def taken_once(raw: pd.DataFrame, competition: Competition) -> tuple[pd.DataFrame, list[str]]:
    """The rows without those that name a photo again and say the same of it in all that is read; how many they were.

    A table of boxes has such rows.
    """
    if not raw[PHOTO].duplicated().any():
        return raw, []
    again = raw.duplicated(subset=[PHOTO, *sorted(_read_of(raw, competition) & set(raw))])
    if not again.any():
        return raw, []
    note = f"{int(again.sum()):,} rows name a photo again and say the same of it, and are left out"
    return raw[~again].reset_index(drop=True), [note]


def _read_of(raw: pd.DataFrame, competition: Competition) -> set[str]:
    """The columns of the train table that anything reads."""
    read = {column for task in competition.tasks.values() for column in task.columns_read}
    group, folds = competition.train.group, competition.train.folds
    read |= {*(group.columns if group else ()), *([folds] if folds else ())}
    per = competition.submission.per or ""
    return read | {same_column(per, raw) or per, *re.findall(r"[^{}]+", per)}
