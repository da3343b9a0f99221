"""Whether what is said of all photos fits into memory, where every answer's number is kept."""

from __future__ import annotations

from kit.competition.workspace import Workspace
from kit.cores import usable_memory
from kit.errors import KitError
from kit.targets.classes import MANY

CELL = 72
"""Bytes that scoring takes at its height for each photo and output: numbers, truths, what is decided, and copies of
them (measured: kit score of two runs of 2,000 labels x 8,000 photos)."""
KEPT_CELL = 8
"""The same for each photo and label where the most probable alone are kept: truths and answers, and copies of them."""


def check_size(workspace: Workspace, tasks: tuple[str, ...]) -> None:
    """KitError where the outputs of these tasks, of all train photos, are more than the memory holds.

    Of a class among thousands the most probable alone are kept, and such tasks always fit; of thousands of labels too,
    where no photo has more than are kept, but their truths and answers are whole.
    """
    competition, memory = workspace.competition, usable_memory()
    kept = competition.kept(tasks)
    for task in tasks:
        n_outputs, n_photos = competition.n_outputs(task), len(workspace.train)
        labels = competition.parts(task)[0].task.kind == "labels"
        if task in kept and labels:
            _check_most(workspace, task, kept[task])
        needed = n_outputs * n_photos * (KEPT_CELL if task in kept else CELL)
        if (task in kept and not labels) or n_outputs <= MANY or needed <= memory:
            continue
        what = "whose answers are kept whole," if task in kept else "all of which are kept,"
        raise KitError(
            f"{n_outputs:,} outputs of {n_photos:,} photos, {what} take some {needed / 1e9:,.0f} GB"
            f" to score, and there are {memory / 1e9:,.0f} GB of memory",
            where=f"tasks.{task}",
            todo="leave out rare ones, take fewer photos, or, if a photo has one of them and the task is sent alone,"
            " write 'kind: class', of which the most probable are kept",
        )


def _check_most(workspace: Workspace, task: str, kept: int) -> None:
    """KitError where a photo has more labels than predictions keep: no row could say them all."""
    n_labels = workspace.truth(task).sum(axis=1)
    if n_labels.max(initial=0) > kept:
        image = workspace.train["image"].iloc[int(n_labels.argmax())]
        raise KitError(
            f"'{image}' has {n_labels.max()} labels, and predictions keep the {kept} most probable of a photo",
            where=f"tasks.{task}",
            todo=f"write 'keep: {n_labels.max()}' or more under tasks.{task}",
        )
