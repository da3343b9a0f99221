"""Which models of a workspace are one: by the numbers of their weights and predictions, whatever they are called."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.contents import Tensors, read_probs, read_tensors
from kit.runs.store import Run, run_folders

SOME = 1024
"""Numbers of each tensor by which models are compared: a copy has all of them, and two trainings none."""
Model = tuple[str, int]
"""A run's id and a fold."""
WEIGHTS = "weights.safetensors"
WHAT = {WEIGHTS: "weights", "test.parquet": "test predictions", "oof.parquet": "OOF predictions"}


class Alike:
    """The models of a workspace by what is in their files; `weights` says whether those are read too."""

    def __init__(self, workspace: Workspace, weights: bool) -> None:
        self._workspace = workspace
        self._files = {name: what for name, what in WHAT.items() if weights or name != WEIGHTS}
        self._contents: dict[Path, str] = {}

    def others(self, run: Run, fold: int) -> Iterator[tuple[str, Model]]:
        """The models whose weights or predictions are those of this one, and which of them."""
        for name, what in self._files.items():
            content = self._content(run.fold_dir(fold) / name)
            for model in self._models[name, content] if content else ():
                if model != (run.id, fold):
                    yield what, model

    def inside(self, weights: Tensors, sha256: str) -> list[Model]:
        """The models whose backbone a weights file holds, but for those that started from this very file."""
        found = []
        for model, tensors in self._tensors.items():
            record = Run(self._workspace.runs_dir / model[0]).fold_record(model[1])
            if weights.holds(tensors) and record.init_weights != sha256:
                found.append(model)
        return found

    def named(self, sha256: str) -> list[Model]:
        """The models whose record names a weights file of this hash."""
        return self._named[sha256]

    @cached_property
    def _all(self) -> list[tuple[Run, int]]:
        return [(run, fold) for run in run_folders(self._workspace) for fold in _readable(run)]

    @cached_property
    def _models(self) -> defaultdict[tuple[str, str], list[Model]]:
        found: defaultdict[tuple[str, str], list[Model]] = defaultdict(list)
        for run, fold in self._all:
            for name in self._files:
                content = self._content(run.fold_dir(fold) / name)
                if content:
                    found[name, content].append((run.id, fold))
        return found

    @cached_property
    def _tensors(self) -> dict[Model, Tensors]:
        found = {}
        for run, fold in self._all:
            path = run.fold_dir(fold) / WEIGHTS
            if path.exists():
                with contextlib.suppress(KitError):
                    found[run.id, fold] = read_tensors(path)
        return found

    @cached_property
    def _named(self) -> defaultdict[str, list[Model]]:
        found: defaultdict[str, list[Model]] = defaultdict(list)
        for run, fold in self._all:
            if (weights := run.fold_record(fold).weights) is not None:
                found[weights].append((run.id, fold))
        return found

    def _content(self, path: Path) -> str:
        """Of a file; empty where it is not there, tells nothing or is damaged, which the model's own verdict says."""
        if path not in self._contents:
            self._contents[path] = ""
            with contextlib.suppress(KitError):
                if path.exists():
                    is_weights = path.name == WEIGHTS
                    self._contents[path] = read_tensors(path, SOME).content if is_weights else read_probs(path)
        return self._contents[path]


def _readable(run: Run) -> Iterator[int]:
    """The finished folds whose records can be read; the verdict of another one tells why it cannot."""
    with contextlib.suppress(KitError):
        for fold in run.finished_folds:
            with contextlib.suppress(KitError):
                run.fold_record(fold)
                yield fold
