"""The folder that a team works in: competition.yaml and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kit.competition.spec import Competition, read_competition
from kit.errors import KitError

SPEC_NAME = "competition.yaml"


@dataclass(frozen=True)
class Workspace:
    """Where everything is; nothing here reads more than competition.yaml."""

    root: Path

    @cached_property
    def competition(self) -> Competition:
        return read_competition(self.root / SPEC_NAME)

    @property
    def data_dir(self) -> Path:
        return self.root / self.competition.data

    @property
    def cache_dir(self) -> Path:
        return self.root / "data" / "cache"

    @property
    def runs_dir(self) -> Path:
        return self.root / "runs"

    @property
    def folds_path(self) -> Path:
        return self.runs_dir / "folds.csv"

    @property
    def crops_path(self) -> Path:
        return self.runs_dir / "crops.csv"

    @property
    def pseudo_dir(self) -> Path:
        return self.runs_dir / "pseudo"

    @property
    def submissions_dir(self) -> Path:
        return self.root / "submissions"

    @property
    def recipes_dir(self) -> Path:
        return self.root / "recipes"


def find_workspace(start: Path) -> Workspace:
    """Walk up from `start` to the folder with a competition.yaml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SPEC_NAME).is_file():
            return Workspace(folder)
    raise KitError(
        f"there is no {SPEC_NAME} here or in a folder above",
        where=start,
        todo="start with 'kit init PRESET --data DIR'",
    )
