"""What tests of training side by side have in common: a workspace to train in, its files, and processes to look for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.cli.main import main
from kit.files import file_sha256
from kit.folds.frozen import freeze_folds
from shared.mini import mini_workspace

PLAIN = "learner: {name: logreg, C: 0.1}\nfeatures: hog\nhog: {cell: 8, orientations: 4}\nsize: 16\n"
"""A recipe that is fitted in a moment."""
SEEN = os.pathsep.join(filter(None, sys.path))
"""Where this process finds modules."""


def fresh_workspace(root: Path) -> Path:
    """A workspace with two folds, the recipe `plain` beside `tiny`, and no runs."""
    workspace = mini_workspace(root, people=12)
    (workspace.recipes_dir / "plain.yaml").write_text(PLAIN)
    freeze_folds(workspace.folds_path, workspace.train, 2, 0)
    return workspace.root


def kit(root: Path, *arguments: str) -> int:
    """Run the command line in this process; returns the exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(root), *arguments])
    return int(ended.value.code or 0)


def files_of_runs(root: Path) -> dict[str, str]:
    """The hash of every file of every run, but what is said of this machine."""
    paths = [path for path in sorted((root / "runs").rglob("*")) if path.is_file() and path.parent.name != "machine"]
    return {str(path.relative_to(root)): file_sha256(path) for path in paths}


def jobs_under_way(root: Path) -> Iterator[tuple[int, int]]:
    """The process of each job of a workspace in this folder, and the process that started it; as Linux shows them."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_text().split("\0")
            state = (place / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if "kit.fleet.bound" in words and any(word.startswith(str(root)) for word in words) and state != "Z":
            yield int(place.name), int(words[words.index("kit.fleet.bound") + 1])
