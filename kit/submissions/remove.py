"""Runs that nothing stands on, removed."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kit.claim import claimed, holder, try_claim
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest, system_error
from kit.files import rename
from kit.owner import unfinished
from kit.pseudo.record import read_round_record
from kit.runs.store import REMOVAL, Run, run_folders
from kit.schema import read_yaml
from kit.submissions.record import read_submissions


@dataclass(frozen=True)
class Removed:
    """A run that is gone."""

    run: str
    folds: int
    """Finished folds, whatever their records say."""
    size: int
    """Bytes."""


def remove_runs(workspace: Workspace, names: Sequence[str]) -> list[Removed]:
    """Remove runs, also interrupted ones, of which nothing else here is made; otherwise KitError says what is.

    names: ids, or beginnings of them that only one run has. All of them are looked at before any is removed. Nothing
    is removed that another process is at work on, and what another one makes of a run meanwhile waits for this one.
    """
    with claimed(workspace.runs_dir / REMOVAL, workspace.reporter), ExitStack() as held:
        runs = list({run.id: run for run in (_run_or_rest(workspace, name) for name in names)}.values())
        for run in runs:
            _have_alone(run, held)
            users = list(_standing_on(workspace, run, {other.id for other in runs}))
            if users:
                raise KitError(
                    f"these stand on it: {', '.join(users)}",
                    where=run.id,
                    todo="keep it, or remove those first",
                )
        return [_remove(run) for run in runs]


def _have_alone(run: Run, held: ExitStack) -> None:
    """Claim all that processes claim in a run's folder, until `held` ends; KitError says who is at work on it."""
    for path in {path.with_suffix(".lock") for end in ("lock", "lease") for path in run.path.glob(f".*.{end}")}:
        claim = try_claim(path)
        if claim is None:
            raise KitError(f"{holder(path)} is at work on it", where=run.id, todo="wait until that has ended")
        held.callback(claim.release)


def _run_or_rest(workspace: Workspace, name: str) -> Run:
    """The run of this name, or what an interrupted training left of it; its records need not be readable."""
    runs = {path.name: Run(path) for path in sorted(workspace.runs_dir.glob("[!.]*")) if _is_of_run(path)}
    starting = [run_id for run_id in runs if run_id.startswith(name)]
    if name in runs or len(starting) == 1:
        return runs[name if name in runs else starting[0]]
    if starting:
        raise KitError(f"'{name}' could be {', '.join(starting)}", todo="write more of the id")
    raise KitError(f"there is no run '{name}'", where=workspace.runs_dir, todo=nearest(name, runs))


def _is_of_run(path: Path) -> bool:
    return path.is_dir() and any((path / name).exists() for name in ("run.json", "config.yaml", "fold0"))


def _standing_on(workspace: Workspace, run: Run, leaving: Collection[str]) -> Iterator[str]:
    """What is made of a run and does not leave with it: runs, pseudo-label rounds, submissions, recipes."""
    weights = _weights(run)
    for other in run_folders(workspace):
        if other.id in leaving:
            continue
        starts = {other.fold_record(fold).init_weights for fold in other.finished_folds}
        if other.record.init_from == run.id or weights & starts:
            yield f"the run {other.id}, which started from its weights"
    for path in sorted(workspace.pseudo_dir.glob("*/round.json")):
        tasks = read_round_record(path).tasks
        taught = [task for task, part in tasks.items() if run.id in part.runs]
        if taught:
            yield f"the labels of {' and '.join(taught)} in pseudo/{path.parent.name}, which it taught"
    for record in read_submissions(workspace.submissions_dir):
        if any(member.run == run.id for members in record.members.values() for member in members):
            yield f"the submission {record.name}"
    for path in sorted(workspace.recipes_dir.glob("*.yaml")):
        start = read_yaml(path).get("weights")
        if isinstance(start, str) and run.path in (workspace.root / start).resolve().parents:
            yield f"the recipe {path.stem}, whose weights it holds"


def _weights(run: Run) -> set[str]:
    """The hashes of its models, as far as its records can be read."""
    found = set()
    for path in run.path.glob("fold*/fold.json"):
        try:
            sha256 = run.fold_record(int(path.parent.name.removeprefix("fold"))).weights
        except (KitError, ValueError):
            continue
        found |= {sha256} if sha256 is not None else set()
    return found


def _remove(run: Run) -> Removed:
    """Out of sight at once, then gone: a crash in between leaves a temporary folder and no half of a run."""
    files = [path for path in run.path.rglob("*") if path.is_file()] if not run.path.is_symlink() else []
    removed = Removed(run.id, len(list(run.path.glob("fold*/fold.json"))), sum(path.stat().st_size for path in files))
    try:
        if run.path.is_symlink():
            run.path.unlink()
        else:
            leaving = unfinished(run.path)
            rename(run.path, leaving)
            shutil.rmtree(leaving)
    except OSError as error:
        raise system_error(error, error.filename or run.path) from None
    return removed
