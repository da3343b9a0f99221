"""Labels that honest out-of-fold predictions contradict, task by task, the most contradicted first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kit.blend.members import Candidate, choose_members
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.evidence.arrays import Classes
from kit.evidence.label_errors import Contradictions, contradicted, contradicted_labels, far_off
from kit.evidence.top import Outputs, TopProbs, at, exact, whole_rows
from kit.evidence.top_means import joined_rows, mean_of
from kit.report.doctor_data import OF_A_PHOTO, RARE
from kit.reporter import Reporter
from kit.targets.base import BaseTask
from kit.targets.cells import LINE
from kit.targets.classes import ClassesTask
from kit.targets.labels import LabelsTask


@dataclass(frozen=True)
class Doubt:
    """A label that predictions contradict: of a photo, or of all photos of a group that have it."""

    task: str
    rank: int
    group: str
    images: tuple[str, ...]
    whole_group: bool
    """Whether the group has no other photos, so that its label is in doubt."""
    label: str
    said: str
    part: int
    """Of a task of labels the label that is in doubt; else the class that is said, -1 of numbers and shares."""
    label_share: float | None
    """The probability of the label, and of what is said in its place; None of numbers and shares."""
    said_share: float | None
    score: float
    suspect: bool
    fold: int


@dataclass(frozen=True)
class TaskAudit:
    """The labels of a task in the order of doubt; `why_not` says why there is none."""

    task: str
    runs: tuple[str, ...] = ()
    n_labels: int = 0
    """Labels that were judged: photos, answers, groups, or of labels a photo's cells."""
    of: str = "photos"
    n_suspects: int = 0
    doubts: tuple[Doubt, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class _Units:
    """Which judged rows have one label together, (n_judged,) codes; `of` says what they are."""

    codes: Classes
    of: str

    @property
    def first(self) -> Classes:
        return np.unique(self.codes, return_index=True)[1]


def audit_labels(
    workspace: Workspace, spec: str, tasks: Sequence[str], most: int, reporter: Reporter
) -> list[TaskAudit]:
    """Audit the labels of each task by the mean of the runs that `spec` names (best3, all, or ids), honest ones alone.

    most: the doubts of a task that are told. KitError where a named run's OOF is not honest, or no task can be audited.
    """
    known = workspace.competition.tasks
    for name in tasks:
        if name not in known:
            raise KitError(f"there is no task '{name}'", where="--task", todo=nearest(name, known))
    members = choose_members(workspace, spec, reporter, cover=False)
    for item in (item for items in members.values() for item in items):
        if item.tainted:
            told = f"the OOF of this run is not honest: {item.tainted[0]}"
            raise KitError(told, where=item.run.id, todo="an audit needs predictions that never saw the label")
    found = [_audited(workspace, name, members, most) for name in tasks or known]
    if all(one.why_not for one in found):
        raise KitError(
            found[0].why_not, where=workspace.runs_dir, todo="run 'kit train', or name other runs with --from"
        )
    return found


def _audited(workspace: Workspace, name: str, members: dict[str, list[Candidate]], most: int) -> TaskAudit:
    items = [item for item in members.get(name, []) if item.oof is not None]
    if items:
        probs = mean_of([item.probs for item in items])
    else:
        items = [item for item in members.get(TARGET, []) if item.oof is not None]
        if not items or name not in workspace.competition.sent:
            return TaskAudit(name, why_not=f"no complete run with honest OOF has learnt '{name}'")
        probs = _of_target(workspace, name, mean_of([item.probs for item in items]))
    task, units = workspace.competition.tasks[name], _units(workspace, name)
    truth, probs = workspace.judged_truth(name)[units.first], _pooled(probs, units.codes)
    found = _contradicted(task, truth, probs)
    doubts = _doubts(workspace, name, units, truth, probs, found, most)
    of = f"cells of {units.of}" if isinstance(task, LabelsTask) else units.of
    runs = tuple(item.run.id for item in items)
    return TaskAudit(name, runs, len(found.score), of, int(found.suspect.sum()), tuple(doubts))


def _of_target(workspace: Workspace, name: str, probs: Outputs) -> NDArray:
    """The probabilities of a task's classes by those of the joined classes."""
    competition = workspace.competition
    column = list(competition.sent).index(name)
    return np.asarray(probs) @ np.eye(competition.n_outputs(name))[competition.target_table[:, column]]


def _units(workspace: Workspace, name: str) -> _Units:
    """Rows of a group with one label are judged together, where the label is the group's; else each by itself."""
    judged, task = workspace.judged, workspace.competition.tasks[name]
    alone = _Units(np.arange(len(judged)), "photos" if workspace.answers is None else "answers")
    groups = judged["group"].to_numpy(dtype=object)
    if workspace.competition.train.group is None or set(task.columns_read) & set(OF_A_PHOTO):
        return alone
    truth = workspace.judged_truth(name)
    label = np.unique(truth.reshape(len(truth), -1), axis=0, return_inverse=True)[1].ravel()
    who = np.unique(groups.astype(str), return_inverse=True)[1]
    pairs, codes = np.unique(np.stack([who, label], axis=1), axis=0, return_inverse=True)
    sizes, labels_of = np.bincount(who), np.bincount(pairs[:, 0])
    several = sizes > 1
    of_a_table = bool(workspace.tables.raw[LINE].duplicated().any())
    if not several.any() or (not of_a_table and (labels_of[several] > 1).sum() > RARE * several.sum()):
        return alone  # a label of the photo, such as a diagnosis
    return _Units(codes.ravel(), "groups")


def _pooled(probs: Outputs, codes: Classes) -> Outputs:
    """The mean of the rows of each unit."""
    n = int(codes.max()) + 1
    if isinstance(probs, TopProbs):
        return joined_rows(probs, codes, n)
    sums = np.zeros((n, probs.shape[1]))
    np.add.at(sums, codes, probs)
    return sums / np.bincount(codes, minlength=n)[:, None]


def _contradicted(task: BaseTask, truth: NDArray, probs: Outputs) -> Contradictions:
    if isinstance(task, ClassesTask):
        return contradicted(truth, probs)
    if isinstance(task, LabelsTask):
        return contradicted_labels(truth, whole_rows(probs))
    values = np.asarray(exact(probs))
    of_number = task.kind == "number"
    distance = np.abs(values[:, 0] - truth) if of_number else np.abs(values - truth).sum(axis=1) / 2
    return far_off(distance, task.strata(truth))


def _doubts(
    workspace: Workspace, name: str, units: _Units, truth: NDArray, probs: Outputs, found: Contradictions, most: int
) -> list[Doubt]:
    task, n_labels = workspace.competition.tasks[name], len(workspace.competition.tasks[name].outputs)
    of_labels, of_classes = isinstance(task, LabelsTask), isinstance(task, ClassesTask)
    photos = _photos_of(workspace, units)
    group_of, folds = workspace.train["group"].to_numpy(dtype=object), workspace.judged_folds[units.first]
    images, sizes = workspace.train["image"].to_numpy(dtype=object), workspace.train["group"].value_counts()
    doubts = []
    for rank, place in enumerate(found.order[:most]):
        unit, part = divmod(int(place), n_labels) if of_labels else (int(place), int(found.said[place]))
        row, group = probs[unit : unit + 1], str(group_of[photos[unit][0]])
        if of_labels:
            share = float(whole_rows(row)[0, part])
            there = bool(truth[unit, part])
            label, said = (
                f"{word} {task.outputs[part]}" for word in (("has", "has not") if there else ("has not", "has"))
            )
            shares = (share, 1 - share) if there else (1 - share, share)
        elif of_classes:
            label, said = task.outputs[int(truth[unit])], task.outputs[part]
            shares = float(at(row, truth[unit : unit + 1])[0]), float(at(row, np.array([part]))[0])
        else:
            label, said = (str(task.named(one)[0]) for one in (truth[unit : unit + 1], task.said(whole_rows(row))))
        doubts.append(
            Doubt(
                task=name,
                rank=rank + 1,
                group=group,
                images=tuple(images[photos[unit]]),
                whole_group=workspace.competition.train.group is not None and len(photos[unit]) == sizes[group],
                label=label,
                said=said,
                part=part if of_labels or of_classes else -1,
                label_share=shares[0] if of_labels or of_classes else None,
                said_share=shares[1] if of_labels or of_classes else None,
                score=float(found.score[place]),
                suspect=bool(found.suspect[place]),
                fold=int(folds[unit]),
            )
        )
    return doubts


def _photos_of(workspace: Workspace, units: _Units) -> list[Classes]:
    """The rows of `train` that each unit is made of."""
    answers = workspace.answers
    codes = units.codes if answers is None else units.codes[answers.codes]
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
