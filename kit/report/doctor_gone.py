"""The doctor's look at what is gone: records without their files, and files whose record is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.pseudo.record import round_dir
from kit.report.finding import Finding, place
from kit.runs.store import run_folders
from kit.submissions.record import record_path

RESTORE = "restore it from git, or remove what is left"


def look_at_gone(workspace: Workspace) -> Iterator[Finding]:
    """Runs, folds, rounds, boxes and submissions of which a part is left and the record, or the rest, is gone."""
    root = workspace.root
    on_folds = _on_folds(workspace)
    if on_folds and not workspace.folds_path.exists():
        todo = "restore it from git, or deal the same folds again with 'kit fold'"
        what = f"the folds are gone, and {len(on_folds)} runs stand on them"
        yield Finding("wrong", what, place(workspace.folds_path, root), todo)
    for folder in _folders(workspace.runs_dir):
        if folder != workspace.pseudo_dir and not (folder / "run.json").exists() and any(folder.glob("fold*/*")):
            yield Finding("wrong", "the record of this run is gone", place(folder / "run.json", root), RESTORE)
        for fold in _folders(folder):
            if fold.name.startswith("fold") and not (fold / "fold.json").exists() and any(fold.glob("*.parquet")):
                what = "the record of this fold is gone: it counts as not trained"
                yield Finding("note", what, place(fold / "fold.json", root), RESTORE)
    for folder in _folders(workspace.pseudo_dir):
        if not (folder / "round.json").exists() and any(folder.glob("*.parquet")):
            yield Finding("wrong", "the record of this round is gone", place(folder / "round.json", root), RESTORE)
    yield from _rounds_eaten(workspace)
    crops = [workspace.crops_path, workspace.crops_path.with_suffix(".json")]
    if any(path.exists() for path in crops):
        for path in crops:
            if not path.exists():
                yield Finding("wrong", "a part of the face boxes is gone", place(path, root), "run 'kit crop' again")
    yield from _submissions_left(workspace.submissions_dir, root)


def _on_folds(workspace: Workspace) -> list[str]:
    """The runs that name the folds that they stand on."""
    found = []
    for run in run_folders(workspace):
        try:
            if run.record.basis.folds is not None:
                found.append(run.id)
        except KitError:
            continue  # told where runs are looked at
    return found


def _rounds_eaten(workspace: Workspace) -> Iterator[Finding]:
    """Rounds that a run's record names and that are not there at all."""
    for run in run_folders(workspace):
        try:
            record = run.record
        except KitError:
            continue
        path = round_dir(workspace.pseudo_dir, record.round, record.teachers) / "round.json"
        if record.pseudo and not path.exists():
            yield Finding("wrong", f"this round, which {run.id} ate, is gone", place(path, workspace.root), RESTORE)


def _submissions_left(submissions: Path, root: Path) -> Iterator[Finding]:
    """What is left of submissions whose record is gone; a csv alone may never have had one."""
    with_oof = {path.name.removesuffix(".oof.parquet") for path in submissions.glob("[!.]*.oof.parquet")}
    names = {path.name.removesuffix(".csv") for path in submissions.glob("[!.]*.csv")} | with_oof
    for name in sorted(names):
        path = record_path(submissions, name)
        if path.exists():
            continue
        if name in with_oof:
            yield Finding("wrong", "the record of this submission is gone", place(path, root), RESTORE)
        else:
            yield Finding("note", "this submission has no record", place(path.with_suffix(".csv"), root))


def _folders(place: Path) -> list[Path]:
    return sorted(path for path in place.glob("[!.]*") if path.is_dir())
