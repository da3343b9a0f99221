"""What is known of a competition: how its files lie, what its host takes, and the competition.yaml that plays it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import Host
from kit.competition.spec import SPEC_NAME

WORKSPACES = Path(__file__).parent / "workspaces"

N_TRAIN, N_TEST = 36, 12
"""How many photos are drawn, where a layout says nothing else."""


@dataclass(frozen=True)
class Drawn:
    """What the host knows of the photos that were drawn.

    train: `photo`, its path in the data folder, `truth`, and a column for each way to tell who is on a photo. test:
    `id`, `photo` and `truth`.
    """

    train: pd.DataFrame
    test: pd.DataFrame


@dataclass(frozen=True)
class Layout:
    """A competition: `draw` writes its files, and all else says what is right.

    Its folder in workspaces/ holds competition.yaml, and readers.py or metrics.py where it needs them.
    """

    name: str
    """The last part of its address at Kaggle."""
    draw: Callable[[Files], Drawn]
    host: Host
    groups: Sequence[str] = ()
    """Columns of `Drawn.train` of which one has to keep photos together; without any each photo is its own group."""
    asks: str = ""
    """A word of the sentence by which `kit init table` alone ends; '' where it is right without a question."""
    options: Sequence[str] = ()
    """What answers the question: options of `kit init table`. Without them a person writes competition.yaml."""
    before: Sequence[str] = ()
    """Files of Python to be run in the workspace once, before anything else."""

    @property
    def files(self) -> dict[str, str]:
        """What stands in the workspace beside the data, by file name; the first is competition.yaml."""
        return {path.name: path.read_text(encoding="utf-8") for path in sorted((WORKSPACES / self.name).iterdir())}

    @property
    def spec(self) -> str:
        """The whole of competition.yaml."""
        return self.files[SPEC_NAME]

    @property
    def metric(self) -> str:
        return str(yaml.safe_load(self.spec)["metric"])

    def drawn(self, data: Path) -> Drawn:
        """Draw the files into a folder; the same ones every time."""
        return self.draw(Files(data, np.random.default_rng(zlib.crc32(self.name.encode()))))


def dealt(files: Files, n: int, classes: Sequence[str]) -> list[str]:
    """n classes in a drawn order, about equally many of each."""
    return [classes[k] for k in files.rng.permutation(np.arange(n) % len(classes))]


def drawn_of(
    train: Sequence[str], truth: Sequence[object], ids: Sequence[str], test: Sequence[str], answers: Sequence[object]
) -> Drawn:
    """What is known of train photos and what is so of them, and of the ids, photos and answers of the test side."""
    known = pd.DataFrame({"photo": train, "truth": pd.Series(list(truth), dtype=object)})
    return Drawn(known, pd.DataFrame({"id": ids, "photo": test, "truth": pd.Series(list(answers), dtype=object)}))
