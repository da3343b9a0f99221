"""A machine's side of folds of a workspace that it does not see: a folder of its own with what they need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kit.claim import claimed
from kit.errors import KitError
from kit.files import file_sha256, fingerprint, rename
from kit.fleet.depot import Piece
from kit.fleet.jobs import Job
from kit.fleet.needs import Need
from kit.owner import unfinished
from kit.runs.store import Run

FOLDER = "KIT_NODE_DIR"
"""The variable that names the folder of a machine; one that has it works there, whatever else it sees."""
USUAL = "~/.cache/kit/node"
AT_ONCE = 2**24
"""Bytes of files that are asked for or sent at once."""

Call = Callable[..., Any]
"""Calls a method of the depot by its name and waits for the answer."""


def own_folder() -> Path | None:
    """The folder that this machine was given to work in; None where it was given none."""
    name = os.environ.get(FOLDER)
    return Path(name).absolute() if name else None


def bring(place: Path, of_all: Sequence[Need], own: Sequence[Need], call: Call) -> tuple[Path, list[Need]]:
    """Have these files in a workspace of this machine; returns it, and what had to be brought here.

    What is here by its content is not asked for. Of several jobs that want it one asks, and the others wait. of_all: by
    them workspaces are told apart, so that photos are decoded once for all folds.
    """
    root = place / "workspaces" / fingerprint([[need.path, need.sha256] for need in of_all])[:16]
    (place / "files").mkdir(parents=True, exist_ok=True)
    (place / "workspaces").mkdir(exist_ok=True)
    with claimed(place / "files"):
        lacking = {need.sha256: need for need in (*of_all, *own) if not _stored(place, need).exists()}
        _fetch(place, list(lacking.values()), call)
        for need in (*of_all, *own):
            path, stored = root / need.path, _stored(place, need)
            if path.exists() and path.samefile(stored):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            os.link(stored, beside := unfinished(path))
            rename(beside, path)
    for folder in ("runs", "submissions", "recipes"):
        (root / folder).mkdir(exist_ok=True)
    return root, list(lacking.values())


def send(root: Path, job: Job, call: Call) -> None:
    """Give the depot a fold that was trained here, and what it cost."""
    run = Run(root / "runs" / job.run)
    folder = run.fold_dir(job.fold)
    files = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}
    cost = run.path / "machine" / f"fold{job.fold}.json"
    files |= {f"machine/{cost.name}": cost} if cost.exists() else {}
    for name, path in files.items():
        with open(path, "rb") as handle:
            first = 0
            while (content := handle.read(AT_ONCE)) or first == 0:
                call("take", job, name, first, content)
                first += len(content)
                if not content:
                    break
    call("finish", job)


def _stored(place: Path, need: Need) -> Path:
    return place / "files" / need.sha256


def _fetch(place: Path, needs: Sequence[Need], call: Call) -> None:
    """Ask for files and keep each under its hash, once it is whole."""
    by_path, targets = {need.path: need for need in needs}, dict[str, Path]()
    for group in _groups(needs):
        for (path, first, size), content in zip(group, call("read", group), strict=True):
            need, target = by_path[path], targets.setdefault(path, unfinished(_stored(place, by_path[path])))
            with open(target, "ab") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            if first + size < need.size:
                continue
            if file_sha256(target) != need.sha256:
                target.unlink()
                raise KitError("this file changed while it was brought to a machine", where=path, todo="run it again")
            rename(target, _stored(place, need))


def _groups(needs: Sequence[Need]) -> Iterator[list[Piece]]:
    """Parts of files, in their order, as many at once as AT_ONCE bytes hold."""
    group: list[Piece] = []
    held = 0
    for need in needs:
        for first in range(0, max(1, need.size), AT_ONCE):
            size = min(AT_ONCE, need.size - first)
            if group and held + size > AT_ONCE:
                yield group
                group, held = [], 0
            group.append((need.path, first, size))
            held += size
    if group:
        yield group
