"""The folds of a run, shared by all processes that train it: each fold is one's at a time, and appears whole."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kit.claim import Held, holder, if_free, lock_path
from kit.disk import keep_names
from kit.errors import KitError
from kit.files import rename
from kit.owner import unfinished
from kit.reporter import Reporter
from kit.runs.store import Run, is_finished

FIRST_LOOK, LONGEST_LOOK = 0.05, 2.0
"""Seconds between two looks at folds that others train: they double from the first to the longest."""


def share_folds(
    run: Run, folds: Sequence[int], train: Callable[[int, Path], None], found: Callable[[int], None], reporter: Reporter
) -> None:
    """Return when all folds are finished: `train`, given a fold and a folder, makes those that no other process has.

    A fold that another process holds is skipped as long as others are free, and then waited for: it is `found`
    finished, or, where its process has ended without it, trained here.
    """
    left, told, look, waiting = list(folds), set[int](), FIRST_LOOK, False
    while left:
        held: list[int] = []
        for fold in left:
            _require(run)
            with if_free(run.fold_dir(fold)) as claim:
                if claim is None:
                    held.append(fold)
                    if fold not in told:
                        told.add(fold)
                        reporter.info(f"{run.id}: {holder(lock_path(run.fold_dir(fold)))} trains fold {fold}")
                    continue
                _require(run)
                if is_finished(run, fold):
                    run.check_fold(fold)
                    reporter.info(f"{run.id}: fold {fold} was trained by another process")
                    found(fold)
                else:
                    _make(run, fold, train, claim)
                left.remove(fold)
                look = FIRST_LOOK
                break
        else:
            if not waiting:
                reporter.info(f"{run.id}: waiting for fold {', '.join(map(str, held))}")
            waiting = True
            time.sleep(look)
            look = min(2 * look, LONGEST_LOOK)


def place_fold(run: Run, fold: int, folder: Path, claim: Held) -> None:
    """Put a fold that was trained elsewhere, and lies whole in `folder` on the same disk, in its place."""

    def fill(fold: int, work: Path) -> None:
        for path in sorted(folder.iterdir(), key=lambda one: one.name == "fold.json"):  # the record is the last
            if path.is_file():
                rename(path, work / path.name)

    _make(run, fold, fill, claim)


def _require(run: Run) -> None:
    """Refuse to go on with a run that was removed while it was trained."""
    if not (run.path / "run.json").exists():
        raise KitError("this run was removed meanwhile", where=run.id, todo="run the command again to train it anew")


def _make(run: Run, fold: int, train: Callable[[int, Path], None], claim: Held) -> None:
    """Train a fold aside and rename its folder; one that was whole and not yet renamed is not trained again."""
    final, work = run.fold_dir(fold), run.work_dir(fold)
    if final.is_dir() and not work.exists():
        rename(final, work)  # a fold that was stopped before folds were made aside
    if not _is_whole(run, fold):
        work.mkdir(exist_ok=True)
        train(fold, work)
    (work / "checkpoint.safetensors").unlink(missing_ok=True)
    keep_names(work)
    if not claim.held() and is_finished(run, fold):
        shutil.rmtree(work)  # this process slept, and another one took the fold over
        return
    if final.is_dir():
        _remove(final)
    rename(work, final)


def _is_whole(run: Run, fold: int) -> bool:
    try:
        run.check_fold(fold, run.work_dir(fold))
    except KitError:
        return False
    return True


def _remove(folder: Path) -> None:
    """A folder leaves its name at once, and the disk afterwards."""
    aside = unfinished(folder)
    folder.rename(aside)
    shutil.rmtree(aside)
