"""The doctor's look at the records of runs, pseudo-label rounds and submissions: do they still tell the truth?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kit.competition.basis import Basis, OnBasis, why_apart
from kit.competition.git_files import lacking
from kit.competition.workspace import Workspace
from kit.conflict import refuse_conflict
from kit.errors import KitError
from kit.files import file_sha256
from kit.pseudo.record import read_round_record
from kit.report.finding import Finding, place, wrong
from kit.runs.store import Run, run_folders
from kit.submissions.log import event_paths, submission_of
from kit.submissions.record import csv_path, oof_path, read_submission, record_path

CHANGED = "this file is not the one that its record names: it was changed or damaged"


def look_at_runs(workspace: Workspace, basis: Basis | None) -> Iterator[Finding]:
    """Records that cannot be read, files that are not theirs, runs of another basis, folds left to train."""
    root = workspace.root
    for run in run_folders(workspace):
        try:
            record = run.record
        except KitError as error:
            yield wrong(error, root)
            continue  # without its record nothing else of the run can be told
        yield from _look_at_basis(record, basis, run.id, "leave it out, or train it again")
        if record.id != run.id:
            yield Finding("wrong", f"this run's record is of '{record.id}'", place(run.path, root), "rename it back")
        if run.missing_folds:
            left = f"folds {', '.join(map(str, run.missing_folds))} are not trained"
            yield Finding("note", left, run.id, "'kit train' with the same options goes on")
        for fold in run.finished_folds:
            yield from _look_at_fold(run, fold, root)


def _look_at_basis(record: OnBasis, basis: Basis | None, where: str, todo: str) -> Iterator[Finding]:
    if basis is None:
        return
    reason = why_apart(record.basis, basis)
    if reason is not None:
        yield Finding("wrong", reason, where, todo)
    elif record.basis.pixels is None and record.basis.folds is not None:
        yield Finding("note", "its record is from before photos were fingerprinted: it is taken on trust", where)


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


def look_at_pseudo(workspace: Workspace, basis: Basis | None) -> Iterator[Finding]:
    """Pseudo-label files that are not what their round's record names, and rounds of another basis."""
    for path in sorted(workspace.pseudo_dir.glob("*/round.json")):
        try:
            record = read_round_record(path)
        except KitError as error:
            yield wrong(error, workspace.root)
            continue
        where = place(path.parent, workspace.root)
        yield from _look_at_basis(record, basis, where, f"run 'kit pseudo --round {record.round}' again")
        for file in (file for task in record.tasks.values() for file in task.files):
            yield from _named_file(path.parent / file.name, file.sha256, workspace.root, "run 'kit pseudo' again")


def look_at_submissions(workspace: Workspace, basis: Basis | None) -> Iterator[Finding]:
    """Submissions whose record or file is damaged, gone or changed, or whose OOF stands on another basis."""
    for path in sorted(workspace.submissions_dir.glob("*.json")):
        try:
            record = read_submission(path)
        except KitError as error:
            yield wrong(error, workspace.root)
            continue
        if record.oof is not None:
            if not oof_path(path.parent, record.name).exists():
                gone = place(oof_path(path.parent, record.name), workspace.root)
                yield Finding("wrong", "this file is gone", gone, "restore it from git, or submit again")
            yield from _look_at_basis(record, basis, record.name, "its OOF is not comparable: submit it again")
        if record.csv is not None:
            sent = csv_path(path.parent, record.name)
            yield from _named_file(sent, record.csv, workspace.root, "restore it from git, or submit again")
        if record.sent is not None and record.sent.status == "sending":
            told = f"whether it arrived at {record.sent.host} on {record.sent.time:%Y-%m-%d %H:%M} UTC is not known"
            yield Finding("note", told, record.name, "'kit leaderboard sync' asks the host")
    for path in event_paths(workspace.submissions_dir):
        if not record_path(workspace.submissions_dir, submission_of(path)).exists():
            yield Finding("note", "the submission that this is of is not here", place(path, workspace.root))


def look_at_merges(workspace: Workspace) -> Iterator[Finding]:
    """Files of two versions among those that no other look reads."""
    root, runs = workspace.root, workspace.runs_dir
    for path in sorted((root / "metrics.py", *workspace.recipes_dir.glob("*.yaml"), *runs.glob("[!.]*/config.yaml"))):
        try:
            refuse_conflict(path)
        except KitError as error:
            yield wrong(error, root)
    if workspace.crops_path.exists():
        try:
            refuse_conflict(workspace.crops_path.with_suffix(".json"), together=[workspace.crops_path])
            refuse_conflict(workspace.crops_path, together=[workspace.crops_path.with_suffix(".json")])
        except KitError as error:
            yield wrong(error, root)


def look_at_git(workspace: Workspace) -> Iterator[Finding]:
    """Lines that .gitignore and .gitattributes lack, where the workspace lies in a git repository."""
    root = workspace.root
    if any((folder / ".git").exists() for folder in (root, *root.parents)):
        for name, lines in lacking(root, workspace.competition).items():
            told = f"git is not told what it leaves out and how records merge: {len(lines)} lines are missing"
            yield Finding("note", told, name, "'kit doctor --git' adds them")


def _named_file(path: Path, sha256: str, root: Path, todo: str) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("wrong", "this file is gone", place(path, root), todo)
    elif file_sha256(path) != sha256:
        yield Finding("wrong", CHANGED, place(path, root), todo)
