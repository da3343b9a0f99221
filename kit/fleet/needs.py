"""What a fold needs of its workspace to be trained on a machine that does not see it: files, each by its content."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, file_state
from kit.learn.plan import RunPlan
from kit.pseudo.record import round_dir
from kit.runs.precision import precision_path
from kit.runs.store import Run


@dataclass(frozen=True)
class Need:
    """A file of the workspace."""

    path: str
    """Relative to the workspace, with /."""
    sha256: str
    size: int


def needs_of(workspace: Workspace, plan: RunPlan, fold: int) -> tuple[list[Need], list[Need]]:
    """What the training of a fold reads: what all folds do (competition.yaml, tables, photos, folds, recipes), and what
    is this one's own (labels, weights to start from).

    What can be made of it there, such as decoded photos, is not among it. KitError where something lies outside of the
    workspace.
    """
    of_all, own = (
        [_need(workspace.root, path) for path in sorted(set(found))]
        for found in (_common(workspace), _of_run(workspace, plan, fold))
    )
    return of_all, own


def _common(workspace: Workspace) -> Iterator[Path]:
    root = workspace.root
    yield from (path for path in root.iterdir() if path.is_file() and not path.name.startswith("."))
    yield from (path for path in workspace.runs_dir.iterdir() if path.is_file() and not path.name.startswith("."))
    made = {workspace.cache_dir, workspace.runs_dir, workspace.submissions_dir}
    for top in (workspace.recipes_dir, workspace.data_dir):
        for folder, inside, names in os.walk(top, followlinks=True):
            place = Path(folder)
            inside[:] = [name for name in inside if not name.startswith(".") and place / name not in made]
            yield from (place / name for name in names if (place / name).is_file())


def _of_run(workspace: Workspace, plan: RunPlan, fold: int) -> Iterator[Path]:
    record = plan.record
    if record.round:
        labels = round_dir(workspace.pseudo_dir, record.round, record.teachers)
        yield from (path for path in labels.iterdir() if path.is_file() and not path.name.startswith("."))
    if record.init_from is not None:
        start = workspace.runs_dir / record.init_from
        yield from (start / name for name in ("run.json", "config.yaml"))
        yield from start.glob("fold*/fold.json")
        yield start / f"fold{fold}" / "weights.safetensors"
    if (precision := precision_path(Run(workspace.runs_dir / plan.id))).exists():
        yield precision
    if plan.weights is not None and plan.weights.is_relative_to(workspace.root):
        yield plan.weights


_hashes: dict[tuple[Path, object], str] = {}
"""What this process has read, each file as it was then."""


def _need(root: Path, path: Path) -> Need:
    if not Path(os.path.normpath(path)).is_relative_to(root):
        raise KitError(
            "this lies outside of the workspace, and a machine does not see it",
            where=path,
            todo="put it or a link to it into the workspace, or give the machines a shared disk",
        )
    state = file_state(path)
    if (path, state) not in _hashes:
        _hashes[path, state] = file_sha256(path)
    return Need(path.relative_to(root).as_posix(), _hashes[path, state], path.stat().st_size)
