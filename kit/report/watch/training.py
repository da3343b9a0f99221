"""What is being trained, by the files that training writes anyway: records, checkpoints, locks. Nothing is claimed."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kit.claim import LEASE, lock_path
from kit.errors import KitError
from kit.files import file_state
from kit.owner import MARK, lives, text_of
from kit.reading import parse_json
from kit.recipes.load import run_recipe
from kit.recipes.network import Recipe
from kit.runs.contents import read_metadata
from kit.runs.record import Epoch
from kit.runs.store import Run, is_finished

State = Literal["done", "training", "stopped", "left"]
"""stopped: it was begun, and nobody is at work on it."""


@dataclass(frozen=True)
class FoldNow:
    """A fold of a run as it stands."""

    fold: int
    state: State
    history: tuple[Epoch, ...] = ()
    by: str = ""
    """Who is at work on it, in words."""
    seconds: float | None = None
    """What it took, where it was trained on this machine."""
    saved: float | None = None
    """When the last epoch was saved, in seconds since 1970."""


@dataclass(frozen=True)
class RunNow:
    """A run that is not complete, or was completed just now."""

    run: Run
    epochs: int | None
    """Of each fold, at most; None of a learner that has none."""
    folds: tuple[FoldNow, ...]

    @property
    def at_work(self) -> bool:
        return any(fold.state == "training" for fold in self.folds)

    @property
    def total(self) -> int:
        """Steps of the whole run: epochs, or folds of a learner that has none."""
        return len(self.folds) * (self.epochs or 1)

    @property
    def steps(self) -> int:
        """Those that are done."""
        each = self.epochs or 1
        return sum(each if fold.state == "done" else min(each, len(fold.history)) for fold in self.folds)


class Training:
    """Looks at the runs of a workspace again and again; what has not changed is not read twice."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[object, tuple[Epoch, ...]]] = {}
        self._done: dict[tuple[Path, int], FoldNow] = {}
        self._first: dict[Path, tuple[int, float]] = {}

    def look(self, runs: list[Run]) -> list[RunNow]:
        """The runs that are not complete and whose records can be read, those at work first, then the newest."""
        found = []
        for run in runs:
            with contextlib.suppress(KitError):
                if not run.record.outside and not run.complete:
                    found.append(self.run_now(run))
        return sorted(found, key=lambda now: (not now.at_work, -_touched(now.run)))

    def run_now(self, run: Run) -> RunNow:
        recipe = run_recipe(run)
        epochs = recipe.epochs if isinstance(recipe, Recipe) else None
        return RunNow(run, epochs, tuple(self._fold(run, fold) for fold in run.expected_folds))

    def seconds_left(self, now: RunNow) -> float | None:
        """How long the run will take, by the folds that were trained here or the epochs seen; None where none was."""
        paces = [
            fold.seconds / max(1, len(fold.history)) for fold in now.folds if fold.state == "done" and fold.seconds
        ]
        active = [fold for fold in now.folds if fold.state == "training"]
        for fold in active:
            first = self._first.get(_checkpoint(now.run, fold.fold))
            if first is not None and fold.saved is not None and len(fold.history) > first[0]:
                paces.append((fold.saved - first[1]) / (len(fold.history) - first[0]))
        if not paces or not active:
            return None
        pace = sum(paces) / len(paces)
        since = max((time.time() - fold.saved for fold in active if fold.saved is not None), default=0.0)
        return max(0.0, pace * (now.total - now.steps) / len(active) - min(since, pace))

    def _fold(self, run: Run, fold: int) -> FoldNow:
        if is_finished(run, fold):
            return self._finished(run, fold)
        by = _worker(run, fold)
        path = _checkpoint(run, fold)
        history, saved = self._history(path), None
        with contextlib.suppress(OSError):
            saved = path.stat().st_mtime
        if saved is not None and history:
            self._first.setdefault(path, (len(history), saved))
        begun = bool(history) or run.work_dir(fold).exists()
        return FoldNow(fold, "training" if by else "stopped" if begun else "left", history, by or "", None, saved)

    def _finished(self, run: Run, fold: int) -> FoldNow:
        key = (run.path, fold)
        if key not in self._done:
            record = run.fold_record(fold)
            self._done[key] = FoldNow(fold, "done", record.history, "", record.seconds or None)
        return self._done[key]

    def _history(self, path: Path) -> tuple[Epoch, ...]:
        """The learning curve of a checkpoint; nothing where there is none, or where it is damaged."""
        state = file_state(path)
        if state is None:
            return ()
        if path not in self._read or self._read[path][0] != state:
            history: tuple[Epoch, ...] = ()
            with contextlib.suppress(KitError, KeyError, TypeError, ValueError):
                content = parse_json(read_metadata(path)["kit"], path, "this checkpoint is damaged")
                history = tuple(Epoch.model_validate(line) for line in content["history"])
            self._read[path] = (state, history)
        return self._read[path][1]


def _checkpoint(run: Run, fold: int) -> Path:
    return run.work_dir(fold) / "checkpoint.safetensors"


def _worker(run: Run, fold: int) -> str | None:
    """Who is at work on a fold, in words; None where nobody is. Its lock is read and not tried, which could be in the
    way of a training.
    """
    lock = lock_path(run.fold_dir(fold))
    for path in (lock.with_suffix(".lease"), lock):
        mark, _, words = text_of(path).strip().partition(" ")
        mark = mark.rpartition("+")[0] if path.suffix == ".lease" else mark
        if not MARK.fullmatch(mark):
            continue
        alive = lives(mark)
        if alive is None:  # another machine's: a lease beats
            with contextlib.suppress(OSError):
                alive = path.suffix != ".lease" or time.time() - path.stat().st_mtime < LEASE
        if alive:
            return words or "another process"
    return None


def _touched(run: Run) -> float:
    """When something was last written in a run's folder, in seconds since 1970."""
    with contextlib.suppress(OSError):
        return max(path.stat().st_mtime for path in (run.path, *run.path.glob(".fold*.part")))
    return 0.0
