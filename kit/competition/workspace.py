"""The folder that a team works in: competition.yaml, what lies beside it, and what every run of it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from kit.competition.spec import SPEC_NAME, Competition, read_competition
from kit.competition.tables import Tables, read_tables
from kit.errors import KitError
from kit.evidence.metrics import METRICS, Metric
from kit.folds.frozen import Folds, read_folds
from kit.reporter import Reporter


@dataclass(frozen=True)
class Workspace:
    """Where everything is; tables and folds are read once, when they are first asked for."""

    root: Path
    reporter: Reporter = field(default_factory=Reporter, compare=False)
    """Who is told of long work that the workspace does by itself."""

    @cached_property
    def competition(self) -> Competition:
        return read_competition(self.root / SPEC_NAME)

    @property
    def metric(self) -> Metric:
        return METRICS[self.competition.metric]

    @cached_property
    def tables(self) -> Tables:
        return read_tables(self)

    @property
    def train(self) -> pd.DataFrame:
        """A row for each train photo: image, group, a column of class numbers for each task, target."""
        return self.tables.train

    @property
    def test(self) -> pd.DataFrame:
        """A row for each photo to predict: image and id."""
        return self.tables.test

    @cached_property
    def folds(self) -> Folds:
        """The frozen folds, in the order of `train`."""
        return read_folds(self.folds_path, self.train)

    def require_photos(self) -> None:
        """Refuse to go on without the photos that the tables name."""
        missing = self.tables.missing
        if missing:
            raise KitError(
                f"{len(missing)} photos that the tables name are not there, the first is '{missing[0]}'",
                where=self.data_dir,
                todo="complete the data or mend 'images' in competition.yaml ('kit doctor' lists them)",
            )

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


def find_root(start: Path) -> Path:
    """Walk up from `start` to the folder with a competition.yaml."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SPEC_NAME).is_file():
            return folder
    raise KitError(
        f"there is no {SPEC_NAME} here or in a folder above",
        where=start,
        todo="start with 'kit init PRESET --data DIR'",
    )
