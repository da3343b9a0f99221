"""Which models of a workspace are one: by the numbers of their weights and predictions, whatever they are called."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.runs.contents import Contents, Tensors
from kit.runs.store import Run, run_folders

Model = tuple[str, int]
"""A run's id and a fold."""
WHAT = {"weights.safetensors": "weights", "test.parquet": "test predictions", "oof.parquet": "OOF predictions"}


class Alike:
    """The models of a workspace by what is in their files."""

    def __init__(self, workspace: Workspace, contents: Contents) -> None:
        self._workspace, self._contents = workspace, contents

    def others(self, run: Run, fold: int) -> Iterator[tuple[str, Model]]:
        """The models whose weights or predictions are those of this one, and which of them."""
        for name, what in WHAT.items():
            content = self._content(run.fold_dir(fold) / name)
            for model in self._models[name, content] if content is not None else ():
                if model != (run.id, fold):
                    yield what, model

    def inside(self, weights: Tensors) -> list[Model]:
        """The models whose backbone a weights file holds, but for those that started from this very file."""
        found = []
        for model, tensors in self._tensors.items():
            record = Run(self._workspace.runs_dir / model[0]).fold_record(model[1])
            if weights.holds(tensors) and record.init_weights != weights.sha256:
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
            for name in WHAT:
                content = self._content(run.fold_dir(fold) / name)
                if content is not None:
                    found[name, content].append((run.id, fold))
        self._contents.keep()
        return found

    @cached_property
    def _tensors(self) -> dict[Model, Tensors]:
        found = {}
        for run, fold in self._all:
            path = run.fold_dir(fold) / "weights.safetensors"
            if self._content(path) is not None:
                found[run.id, fold] = self._contents.weights(path)
        return found

    @cached_property
    def _named(self) -> defaultdict[str, list[Model]]:
        found: defaultdict[str, list[Model]] = defaultdict(list)
        for run, fold in self._all:
            if (weights := run.fold_record(fold).weights) is not None:
                found[weights].append((run.id, fold))
        return found

    def _content(self, path: Path) -> str | None:
        """Of a file; None where it is not there or damaged, which the model's own verdict tells."""
        try:
            if path.name != "weights.safetensors":
                return self._contents.predictions(path) or None
            tensors = self._contents.weights(path)
            return tensors.content if tensors.count else None
        except KitError:
            return None


def _readable(run: Run) -> Iterator[int]:
    """The finished folds whose records can be read; the verdict of another one tells why it cannot."""
    with contextlib.suppress(KitError):
        for fold in run.finished_folds:
            with contextlib.suppress(KitError):
                run.fold_record(fold)
                yield fold
