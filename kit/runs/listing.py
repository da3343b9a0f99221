"""The runs at a glance, from their records alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from kit.competition.workspace import Workspace
from kit.runs.record import FoldRecord
from kit.runs.store import all_runs


def run_lines(workspace: Workspace) -> list[dict[str, Any]]:
    """One line per run; `macro_f1` is the mean over finished folds."""
    lines = []
    for run in all_runs(workspace):
        folds = [run.fold_record(fold) for fold in run.finished_folds]
        scores = [score for score in map(_macro_f1, folds) if score is not None]
        lines.append(
            {
                "run": run.id,
                "task": "+".join(run.record.tasks),
                "recipe": run.record.recipe,
                "round": run.record.round,
                "folds": f"{len(folds)}/{len(run.expected_folds)}",
                "missing": ", ".join(map(str, run.missing_folds)),
                "macro_f1": float(np.mean(scores)) if scores else None,
                "selected": ", ".join(sorted({what for fold in folds for what in fold.selected})),
                "minutes": f"{sum(fold.seconds for fold in folds) / 60:.1f}",
                "device": ", ".join(sorted({fold.device for fold in folds})),
            }
        )
    return lines


def _macro_f1(fold: FoldRecord) -> float | None:
    if fold.macro_f1 is None and fold.history:
        return fold.history[-1].macro_f1
    return fold.macro_f1
