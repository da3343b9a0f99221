"""Which models of a workspace are one: by the numbers of their weights and predictions, whatever they are called."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.contents import Tensors, probs_key, read_probs, read_tensors
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
        self._keys: dict[Path, str] = {}

    def others(self, run: Run, fold: int) -> Iterator[tuple[str, Model]]:
        """The models whose weights or predictions are those of this one, and which of them."""
        for name, what in self._files.items():
            path = run.fold_dir(fold) / name
            alike = [model for model in self._models[name, self._key(path)] if model != (run.id, fold)]
            content = self._content(path) if alike else ""
            for model in alike if content else ():
                if self._content(self._workspace.runs_dir / model[0] / f"fold{model[1]}" / name) == content:
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
        """The models by their files' keys: those of one content have one key, and are all that need be read whole."""
        found: defaultdict[tuple[str, str], list[Model]] = defaultdict(list)
        for run, fold in self._all:
            for name in self._files:
                key = self._key(run.fold_dir(fold) / name)
                if key:
                    found[name, key].append((run.id, fold))
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

    def _key(self, path: Path) -> str:
        """Of a file: equal where its content is; empty where it is not there or damaged."""
        if path not in self._keys:
            self._keys[path] = ""
            with contextlib.suppress(KitError):
                if path.exists():
                    self._keys[path] = self._content(path) if path.name == WEIGHTS else probs_key(path)
        return self._keys[path]

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
