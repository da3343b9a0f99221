"""Which runs teach a round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kit.blend.members import choose_members
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.store import Run


def choose_teachers(
    workspace: Workspace, spec: str, number: int, tasks: Sequence[str], tell: Callable[[str], None]
) -> tuple[dict[str, list[Run]], tuple[str, ...]]:
    """The runs of round `number` that a spec names, for each task, and what validation labels chose thereby.

    'all' chooses nothing by a label; 'bestN' ranks by OOF, which is marked.
    """
    competition = workspace.competition
    for task in tasks:
        competition.classes(task)
    chosen = choose_members(workspace, spec, tell, number=number, cover=False)
    wanted = list(tasks) or [task for task in competition.tasks if number == 0 or chosen.get(task)]
    runs = {task: [candidate.run for candidate in chosen.get(task, [])] for task in wanted}
    for task, found in runs.items():
        if not found:
            raise KitError(
                f"no complete run of the task '{task}' is of round {number}",
                where=f"--from {spec}",
                todo=f"run 'kit train{f' --round {number}' if number else ''} --task {task}' first",
            )
    if not runs:
        raise KitError(f"no run is of round {number}", where=f"--from {spec}", todo=f"run 'kit train --round {number}'")
    return runs, ("teachers",) if spec.startswith("best") else ()
