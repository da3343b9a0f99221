"""What a person looks through by click: pseudo labels of a round, and suggested fixes. Decisions are lines of files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from kit.competition.suggested import Suggestion, fixes_path, suggestions
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.evidence.top import Outputs
from kit.evidence.top_labels import least_sure
from kit.pseudo.label import read_label_file
from kit.pseudo.record import Reviewed, RoundRecord, Teachers, read_round_record, round_dir
from kit.pseudo.reviewed import read_reviewed, unheeded
from kit.runs.predictions import probs_in
from kit.targets.base import BaseTask
from kit.targets.classes import ClassesTask

EACH = 48
"""Cards of a page."""
MOST_PHOTOS = 8
"""Photos of a suggested fix that are shown."""


@dataclass(frozen=True)
class Label:
    """A test photo that a round labels, or that a person decided on."""

    image: str
    said: str
    """What most folds teach of it; empty where none does any more."""
    sure: float | None
    """The mean over folds of the highest probability."""
    note: str
    decided: Reviewed | None = None
    apart: bool = False
    """Whether another fold says something else."""


@dataclass(frozen=True)
class Deck:
    """The labels of a task in a round, with what a person decided of them."""

    name: str
    task: str
    choices: tuple[str, ...]
    """The classes that a label can be; none of tasks without classes, whose labels are accepted or rejected."""
    labels: tuple[Label, ...]
    unheeded: int
    """Decisions that the labels do not heed yet."""
    command: str
    """What makes the labels anew as the decisions say."""

    @property
    def n_decided(self) -> int:
        return sum(label.decided is not None for label in self.labels)

    def chosen(self, show: str, said: str) -> list[Label]:
        """Those that are to be shown: `open`, `decided` or all, and of one label or of all."""
        wanted = {"open": (False,), "decided": (True,)}.get(show, (False, True))
        return [one for one in self.labels if (one.decided is not None) in wanted and (not said or one.said == said)]


class Reviews:
    """The reviews of a workspace; what the files of a round teach is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.apart: list[str] = []
        """Why a round cannot be looked through, a sentence each."""
        self._rounds = self._readable()
        self._labels: dict[str, list[Label]] = {}

    def _readable(self) -> dict[str, tuple[Teachers, RoundRecord, str]]:
        """The rounds and tasks that stand on what the workspace does, the newest first, by the names of their decks."""
        found = []
        for path in self.workspace.pseudo_dir.glob("*/round.json"):
            teachers: Teachers = "own_fold" if path.parent.name.removeprefix("round").isdigit() else "pooled"
            try:
                record = read_round_record(path)
                reason = self.workspace.why_apart(record.basis)
            except KitError as error:
                reason, record = str(error), None
            if record is not None and reason is None:
                found.append((teachers, record))
            else:
                self.apart.append(f"{path.parent.name}: {reason}")
        found.sort(key=lambda pair: (-pair[1].round, pair[0]))
        return {
            f"{teachers}-{record.round}-{task}": (teachers, record, task)
            for teachers, record in found
            for task in record.tasks
        }

    @property
    def decks(self) -> list[tuple[str, str]]:
        """The name and the title of each."""
        return [
            (name, f"round {record.round}{', pooled' if teachers == 'pooled' else ''}: {task}")
            for name, (teachers, record, task) in self._rounds.items()
        ]

    def deck(self, name: str) -> Deck | None:
        """A deck with what is decided by now; the first where there is none of this name."""
        if not self._rounds:
            return None
        name = name if name in self._rounds else next(iter(self._rounds))
        teachers, record, task = self._rounds[name]
        if name not in self._labels:
            self._labels[name] = _labels(self.workspace, teachers, record, task)
        decided = {one.image: one for one in read_reviewed(self.workspace).get(task, ())}
        labels = [replace(one, decided=decided.pop(one.image, None)) for one in self._labels[name]]
        labels += [Label(image, "", None, "in no fold's labels", one) for image, one in decided.items()]
        asked = self.workspace.competition.task(task)
        choices = asked.outputs if isinstance(asked, ClassesTask) else ()
        pooled = " --teachers pooled" if teachers == "pooled" else ""
        command = f"kit pseudo --round {record.round}{pooled} --reviewed"
        return Deck(name, task, choices, tuple(labels), unheeded(self.workspace, record, [task]), command)

    @cached_property
    def fixes(self) -> list[Suggestion]:
        return suggestions(self.workspace)

    @property
    def fixes_path(self) -> Path:
        return fixes_path(self.workspace)

    @property
    def fixes_are_read(self) -> bool:
        """Whether competition.yaml names the file, so that accepted lines are applied."""
        return self.workspace.competition.fixes is not None


def _labels(workspace: Workspace, teachers: Teachers, record: RoundRecord, task: str) -> list[Label]:
    """What a round teaches of each photo that it labels; those on which folds disagree first, then the least sure."""
    asked, part = workspace.competition.task(task), record.tasks[task]
    kept = workspace.competition.kept([task]).get(task)
    folder = round_dir(workspace.pseudo_dir, record.round, teachers)
    taught: defaultdict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for file in part.files:
        table = read_label_file(workspace, folder / file.name, task)
        values = probs_in(table, task, asked.outputs, kept)
        said = asked.named(asked.said(values)) if len(values) else np.zeros(0, dtype=object)
        lane = "all" if file.fold is None else str(file.fold)
        for image, name, sure in zip(table["image"], said, _sureness(asked, values), strict=True):
            taught[str(image)].append((str(name), float(sure), lane))
    of_classes = isinstance(asked, ClassesTask)
    labels = [_label(image, rows, len(part.files), of_classes) for image, rows in taught.items()]
    return sorted(labels, key=lambda one: (not one.apart, 2.0 if one.sure is None else one.sure, one.image))


def _sureness(asked: BaseTask, values: Outputs) -> np.ndarray:
    """How sure each row's label is, (n_rows,): its probability, of labels that of the least sure; nan of numbers."""
    if isinstance(asked, ClassesTask):
        return np.asarray(values.max(axis=1), float)
    if asked.activation == "sigmoid" and len(values):
        return least_sure(values)
    return np.full(len(values), np.nan)


def _label(image: str, rows: Sequence[tuple[str, float, str]], n_lanes: int, of_classes: bool) -> Label:
    """What the folds that take a photo, (label, sureness, fold) each, teach of it."""
    counts = Counter(said for said, _, _ in rows)
    said = min(counts, key=lambda name: (-counts[name], name)) if of_classes else rows[0][0]
    others = [f"fold {lane} says {name}" for name, _, lane in rows if name != said] if of_classes else []
    taken = "" if len(rows) == n_lanes else f"in the labels of {len(rows)} of {n_lanes} folds"
    sure = float(np.mean([one for _, one, _ in rows]))
    note = "; ".join(filter(None, [taken, *others]))
    return Label(image, said, sure if np.isfinite(sure) else None, note, apart=bool(others))


def fix_row(one: Suggestion) -> dict[str, Any]:
    """A suggested fix as the template shows it."""
    return {
        "key": one.key,
        "who": one.who,
        "column": one.column,
        "now": ", ".join(one.now) or "no row",
        "value": one.value,
        "reason": one.reason,
        "images": one.images[:MOST_PHOTOS],
        "more": max(0, len(one.images) - MOST_PHOTOS),
        "values": one.values,
    }
