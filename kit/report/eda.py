"""What a person should know of the data before anything is trained: counts, groups, files, and what disagrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.report.doctor_data import labels_that_disagree
from kit.targets.classes import ClassesTask

MOST_JOINT = 30
"""Classes of two tasks up to which both are counted against one another."""


@dataclass(frozen=True)
class Joint:
    """How many photos have each pair of classes of two tasks, (n_first, n_second)."""

    first: str
    second: str
    counts: np.ndarray


def class_counts(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """Of each task, and of the joined target, how many photos and groups each class, label or range has."""
    competition, groups = workspace.competition, workspace.train["group"].to_numpy()
    names = [*competition.tasks, *([TARGET] if isinstance(competition.target, dict) else [])]
    found = {}
    for name in names:
        counted = workspace.counted(name)
        photos = np.bincount(counted.places, counted.amounts, minlength=len(counted.names))
        pairs = pd.DataFrame({"place": counted.places, "group": groups[counted.rows]}).drop_duplicates()
        n_groups = np.bincount(pairs["place"].to_numpy(), minlength=len(counted.names))
        shares = photos / max(1, len(groups))
        columns = {"class": counted.names, "photos": photos.round(1), "share": shares, "groups": n_groups}
        table = pd.DataFrame(columns)
        found[name] = table.astype({"photos": np.int64}) if (photos == photos.round()).all() else table
    return found


def joint_counts(workspace: Workspace) -> list[Joint]:
    """Every pair of tasks of few classes, class against class."""
    tasks = workspace.competition.tasks
    few = [name for name, task in tasks.items() if isinstance(task, ClassesTask) and len(task.classes) <= MOST_JOINT]
    found = []
    for place, first in enumerate(few):
        for second in few[place + 1 :]:
            n, m = len(tasks[first].outputs), len(tasks[second].outputs)
            cells = workspace.truth(first) * m + workspace.truth(second)
            found.append(Joint(first, second, np.bincount(cells, minlength=n * m).reshape(n, m)))
    return found


def photos_of_groups(workspace: Workspace) -> pd.DataFrame:
    """How many groups have so many photos."""
    sizes = workspace.train["group"].value_counts().value_counts().sort_index()
    return pd.DataFrame({"photos": sizes.index.to_numpy(), "groups": sizes.to_numpy()})


def disagreements(workspace: Workspace) -> list[dict[str, str]]:
    """Groups whose photos do not have one label, of tasks whose label is the group's."""
    found = labels_that_disagree(workspace, workspace.tables)
    return [{"task": name, "group": group, "labels": " and ".join(names)} for name, group, names, _ in found]
