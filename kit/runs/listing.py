"""The runs at a glance, from their records alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.competition.workspace import Workspace
from kit.runs.store import all_runs


def run_lines(workspace: Workspace) -> list[dict[str, Any]]:
    """One line per run; `macro_f1` is the mean over finished folds of the last epoch's."""
    lines = []
    for run in all_runs(workspace):
        folds = [run.fold_record(fold) for fold in run.finished_folds]
        last = [fold.history[-1].macro_f1 for fold in folds if fold.history and fold.history[-1].macro_f1 is not None]
        lines.append(
            {
                "run": run.id,
                "task": "+".join(run.record.tasks),
                "recipe": run.record.recipe,
                "round": run.record.round,
                "folds": f"{len(folds)}/{len(run.expected_folds)}",
                "missing": ", ".join(map(str, run.missing_folds)),
                "macro_f1": float(np.mean(last)) if last else None,
                "selected": ", ".join(sorted({what for fold in folds for what in fold.selected})),
                "minutes": f"{sum(fold.seconds for fold in folds) / 60:.1f}",
                "device": ", ".join(sorted({fold.device for fold in folds})),
            }
        )
    return lines
