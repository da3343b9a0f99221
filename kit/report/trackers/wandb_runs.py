"""Weights & Biases: a run of its own for each fold, grouped by kit's run. WANDB_MODE=offline keeps all of it here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import wandb

from kit.report.trackers import value_names
from kit.reporter import Epoch


class FoldRuns:
    """Logs the values of each epoch at its number."""

    def __init__(self, folder: Path, project: str) -> None:
        self.folder, self.project = folder, project
        self.of: tuple[str, int] | None = None
        self.run: Any = None

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        if self.of != (run, fold):
            self.close()
            self.folder.mkdir(parents=True, exist_ok=True)
            self.run = wandb.init(
                project=self.project,
                group=run,
                name=f"{run} fold {fold}",
                id=_allowed(f"{run}-fold{fold}"),
                resume="allow",
                dir=str(self.folder),
                settings=wandb.Settings(silent=True, console="off"),
            )
            self.of = (run, fold)
        self.run.log(value_names(epoch), step=epoch.epoch)

    def close(self) -> None:
        if self.run is not None:
            self.run.finish()
        self.run, self.of = None, None


def _allowed(name: str) -> str:
    """A name without the letters that W&B takes for parts of an address."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", name)[:120]


def open_tracker(folder: Path, project: str) -> FoldRuns:
    return FoldRuns(folder, _allowed(project))
