"""reviewed.csv: what a person decided of pseudo labels by looking at the photos, for every round that is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import get_args

import pandas as pd

from kit.claim import claimed
from kit.competition.git_files import REVIEWED
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.files import write_text
from kit.pseudo.record import Decision, Reviewed, RoundRecord
from kit.table_file import Column, checked, read_text_table
from kit.targets.classes import ClassesTask

COLUMNS = ("image", "task", "decision", "value", "reason")
DECISIONS: tuple[Decision, ...] = get_args(Decision)


def reviewed_path(workspace: Workspace) -> Path:
    return workspace.root / REVIEWED


def read_reviewed(workspace: Workspace) -> dict[str, tuple[Reviewed, ...]]:
    """What a person decided of the test photos, task by task, in the order of their names; without the file nothing."""
    path = reviewed_path(workspace)
    return _decisions(workspace, _table(path), path) if path.exists() else {}


def _table(path: Path) -> pd.DataFrame:
    optional = {"value", "reason"}
    columns = [Column(name, optional=name in optional) for name in COLUMNS]
    return checked(read_text_table(path, index_col=False), columns, path, todo="mend that line, or take it out")


def _decisions(workspace: Workspace, table: pd.DataFrame, path: Path) -> dict[str, tuple[Reviewed, ...]]:
    known, tasks = set(workspace.test["image"]), workspace.competition.task_names
    found: dict[str, dict[str, tuple[int, Reviewed]]] = {}
    for line, (image, task, decision, value, _) in enumerate(table.itertuples(index=False), start=2):
        where = f"line {line}"
        if decision not in DECISIONS:
            todo = nearest(str(decision), DECISIONS)
            raise KitError(f"{where}: '{decision}' is no decision", where=path, todo=todo)
        if task not in tasks:
            raise KitError(f"{where}: there is no task '{task}'", where=path, todo=nearest(str(task), tasks))
        _check_value(workspace, str(task), decision, str(value), where, path)
        one = Reviewed(image=str(image), decision=decision, value=str(value))
        first, before = found.setdefault(str(task), {}).setdefault(one.image, (line, one))
        if (before.decision == "reject", before.value) != (decision == "reject", value):
            what = f"lines {first} and {line} decide otherwise of '{image}' for the task '{task}'"
            raise KitError(what, where=path, todo="keep one of them")
    by_task = {task: [lines[image][1] for image in sorted(lines)] for task, lines in sorted(found.items())}
    return {task: tuple(one for one in decided if one.image in known) for task, decided in by_task.items()}


def _check_value(workspace: Workspace, task: str, decision: Decision, value: str, where: str, path: Path) -> None:
    asked = workspace.competition.task(task)
    if decision == "reject" or not isinstance(asked, ClassesTask):
        if decision == "relabel":
            what = f"{where}: the task '{task}' has no classes, so its labels are accepted or rejected"
            raise KitError(what, where=path, todo="write 'accept' or 'reject'")
        if value:
            raise KitError(f"{where}: '{decision}' of the task '{task}' takes no value", where=path, todo="empty it")
    elif value not in asked.outputs:
        what = f"{where}: the task '{task}' has no class '{value}'"
        raise KitError(what, where=path, todo=nearest(value, asked.outputs))


def decide(workspace: Workspace, task: str, image: str, decision: Decision | None, value: str = "") -> None:
    """Write down what a person decides of a test photo's label, in place of what was decided before; None: nothing."""
    if image not in set(workspace.test["image"]):
        raise KitError(f"there is no test photo '{image}'", where=workspace.root)
    path = reviewed_path(workspace)
    with claimed(path, workspace.reporter):
        table = _table(path) if path.exists() else pd.DataFrame(columns=list(COLUMNS))
        others = table[(table["image"] != image) | (table["task"] != task)]
        line = pd.DataFrame([[image, task, decision, value, ""]][: decision is not None], columns=list(COLUMNS))
        now = pd.concat([others, line], ignore_index=True)
        _decisions(workspace, now, path)
        write_text(path, now.to_csv(index=False, lineterminator="\n"))


def unheeded(workspace: Workspace, record: RoundRecord, tasks: Collection[str]) -> int:
    """How many decisions of reviewed.csv on these tasks the labels of a round do not heed, or heed otherwise."""
    now = read_reviewed(workspace)
    return sum(
        len({one.image for one in {*record.tasks[task].reviewed} ^ {*now.get(task, ())}})
        for task in tasks
        if task in record.tasks
    )


def decisions_sentence(reviewed: Sequence[Reviewed]) -> str:
    """How many labels a person accepted, rejected and said to be another class."""
    words = {"accept": "accepted", "reject": "rejected", "relabel": "relabelled"}
    counts = {word: sum(one.decision == decision for one in reviewed) for decision, word in words.items()}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"a person decided on single photos ({told}), by {REVIEWED}"
