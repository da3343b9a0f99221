"""Whether what is said of all photos fits into memory, where every answer's number is kept."""

from __future__ import annotations

from kit.competition.workspace import Workspace
from kit.cores import usable_memory
from kit.errors import KitError
from kit.targets.classes import MANY

CELL = 72
"""Bytes that scoring takes at its height for each photo and output: numbers, truths, what is decided, and copies of
them (measured: kit score of two runs of 2,000 labels x 8,000 photos)."""


def check_size(workspace: Workspace, tasks: tuple[str, ...]) -> None:
    """KitError where the outputs of these tasks, of all train photos, are more than the memory holds.

    Of a class among thousands the most probable alone are kept, and such tasks always fit.
    """
    competition, memory = workspace.competition, usable_memory()
    kept = competition.kept(tasks)
    for task in tasks:
        n_outputs, n_photos = competition.n_outputs(task), len(workspace.train)
        needed = n_outputs * n_photos * CELL
        if task in kept or n_outputs <= MANY or needed <= memory:
            continue
        raise KitError(
            f"{n_outputs:,} outputs of {n_photos:,} photos, all of which are kept, take some {needed / 1e9:,.0f} GB"
            f" to score, and there are {memory / 1e9:,.0f} GB of memory",
            where=f"tasks.{task}",
            todo="leave out rare ones, take fewer photos, or, if a photo has one of them and the task is sent alone,"
            " write 'kind: class', of which the most probable are kept",
        )
