"""The runs at a glance, from their records alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.runs.record import FoldRecord
from kit.runs.store import all_runs
from kit.runs.whole import write_wholes

COLUMNS = ["run", "task", "recipe", "round", "folds", "missing", "score", "selected", "minutes", "device"]


def run_lines(workspace: Workspace) -> list[dict[str, Any]]:
    """One line per run; `score` is the mean over finished folds that the metric of its tasks scored."""
    lines, runs, known = [], all_runs(workspace), {*workspace.competition.tasks, TARGET}
    write_wholes(workspace, runs)
    for run in runs:
        folds = [run.fold_record(fold) for fold in run.finished_folds]
        metrics = {workspace.metric_of(task).name for task in run.record.tasks if task in known}
        scores = [score for score in (_score(fold, metrics) for fold in folds) if score is not None]
        lines.append(
            {
                "run": run.id,
                "task": "+".join(run.record.tasks),
                "recipe": run.record.recipe,
                "round": run.record.round,
                "folds": f"{len(folds)}/{len(run.expected_folds)}",
                "missing": ", ".join(map(str, run.missing_folds)),
                "score": float(np.mean(scores)) if scores else None,
                "selected": ", ".join(sorted({what for fold in folds for what in fold.selected})),
                "minutes": f"{sum(fold.seconds for fold in folds) / 60:.1f}"
                if any(fold.device for fold in folds)
                else "",
                "device": ", ".join(sorted({fold.device for fold in folds} - {""})),
            }
        )
    return lines


def _score(fold: FoldRecord, metrics: Collection[str]) -> float | None:
    if fold.metric not in metrics:
        return None
    return fold.history[-1].score if fold.score is None and fold.history else fold.score
