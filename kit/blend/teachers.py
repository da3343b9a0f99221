"""Which runs teach a round."""

from __future__ import annotations

from collections.abc import Sequence

from kit.blend.members import choose_members
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.reporter import Reporter
from kit.runs.store import Run


def choose_teachers(
    workspace: Workspace, spec: str, round: int, tasks: Sequence[str], reporter: Reporter
) -> tuple[dict[str, list[Run]], tuple[str, ...]]:
    """The runs of round `round` that a spec names, for each task, and what validation labels chose thereby.

    'all' chooses nothing by a label; 'bestN' ranks by OOF, which is marked.
    """
    competition = workspace.competition
    for task in tasks:
        competition.outputs(task)
    chosen = choose_members(workspace, spec, reporter, round=round, cover=False)
    wanted = list(tasks) or [task for task in competition.tasks if round == 0 or chosen.get(task)]
    runs = {task: [candidate.run for candidate in chosen.get(task, [])] for task in wanted}
    for task, found in runs.items():
        if not found:
            raise KitError(
                f"no complete run of the task '{task}' is of round {round}",
                where=f"--from {spec}",
                todo=f"run 'kit train{f' --round {round}' if round else ''} --task {task}' first",
            )
    if not runs:
        raise KitError(f"no run is of round {round}", where=f"--from {spec}", todo=f"run 'kit train --round {round}'")
    return runs, ("teachers",) if spec.startswith("best") else ()
