"""The doctor's look at the records of runs, pseudo-label rounds and submissions: do they still tell the truth?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kit.competition.tables import Tables
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, read_record
from kit.folds.frozen import Folds
from kit.pseudo.record import RoundRecord
from kit.report.finding import Finding, place, wrong
from kit.runs.store import Run, all_runs, check_same_ground
from kit.submissions.record import SubmissionRecord, csv_path

CHANGED = "this file is not the one that its record names: it was changed or damaged"


def look_at_runs(workspace: Workspace, tables: Tables | None, folds: Folds | None) -> Iterator[Finding]:
    """Records that cannot be read, files that are not theirs, runs of other data or folds, folds left to train."""
    root = workspace.root
    for run in all_runs(workspace):
        try:
            record = run.record
            if tables is not None and folds is not None:
                check_same_ground([run], tables.fingerprint, folds.fingerprint)
        except KitError as error:
            yield wrong(error, root)
            if not isinstance(error.where, str):
                continue  # without its record nothing else of the run can be told
            record = run.record
        if record.id != run.id:
            yield Finding("wrong", f"this run's record is of '{record.id}'", place(run.path, root), "rename it back")
        if run.missing_folds:
            left = f"folds {', '.join(map(str, run.missing_folds))} are not trained"
            yield Finding("note", left, run.id, "'kit train' with the same options goes on")
        for fold in run.finished_folds:
            yield from _look_at_fold(run, fold, root)


def _look_at_fold(run: Run, fold: int, root: Path) -> Iterator[Finding]:
    directory = run.fold_dir(fold)
    try:
        record = run.fold_record(fold)
    except KitError as error:
        yield wrong(error, root)
        return
    named = {"oof.parquet": record.oof, "test.parquet": record.test, "weights.safetensors": record.weights}
    again = f"restore it, or delete {place(directory, root)} and train again"
    for name, sha256 in named.items():
        path = directory / name
        if sha256 is None:
            continue
        if not path.exists():
            if name.endswith(".safetensors"):  # git leaves weights out, and scores need none
                yield Finding("note", "these weights are not here: the run cannot teach or predict", place(path, root))
            else:
                yield Finding("wrong", "this file is gone", place(path, root), again)
        elif file_sha256(path) != sha256:
            yield Finding("wrong", CHANGED, place(path, root), again)


def look_at_pseudo(workspace: Workspace) -> Iterator[Finding]:
    """Pseudo-label files that are not what their round's record names."""
    for path in sorted(workspace.pseudo_dir.glob("*/round.json")):
        try:
            record = read_record(path, RoundRecord)
        except KitError as error:
            yield wrong(error, workspace.root)
            continue
        for file in (file for task in record.tasks.values() for file in task.files):
            yield from _named_file(path.parent / file.name, file.sha256, workspace.root, "run 'kit pseudo' again")


def look_at_submissions(workspace: Workspace) -> Iterator[Finding]:
    """Submissions whose record or file is damaged, gone or changed."""
    for path in sorted(workspace.submissions_dir.glob("*.json")):
        try:
            record = read_record(path, SubmissionRecord)
        except KitError as error:
            yield wrong(error, workspace.root)
            continue
        if record.csv is not None:
            sent = csv_path(path.parent, record.name)
            yield from _named_file(sent, record.csv, workspace.root, "restore it from git, or submit again")
    for path in sorted(workspace.submissions_dir.glob("*.csv")):
        if not path.with_suffix(".json").exists():
            yield Finding("note", "this submission has no record", place(path, workspace.root))


def _named_file(path: Path, sha256: str, root: Path, todo: str) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("wrong", "this file is gone", place(path, root), todo)
    elif file_sha256(path) != sha256:
        yield Finding("wrong", CHANGED, place(path, root), todo)
