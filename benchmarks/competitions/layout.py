"""What is known of a competition: how its files lie, what its host takes, and the competition.yaml that plays it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.competitions.files import Files
from benchmarks.competitions.graders import Host

N_TRAIN, N_TEST = 36, 12
"""How many photos are drawn, where a layout says nothing else."""


@dataclass(frozen=True)
class Drawn:
    """What the host knows of the photos that were drawn.

    train: `photo`, its path in the data folder (or `answer`, where photos share answers), `truth`, and a column for
    each way to tell who is on a photo. test: `id`, `photo` and `truth`.
    """

    train: pd.DataFrame
    test: pd.DataFrame


@dataclass(frozen=True)
class Layout:
    """A competition. `draw` writes its files; all else says what is right."""

    name: str
    """The last part of its address at Kaggle."""
    metric: str
    draw: Callable[[Files], Drawn]
    host: Host
    yaml: str
    """competition.yaml without its first lines: name, data and metric."""
    groups: Sequence[str] = ()
    """Columns of `Drawn.train` of which one has to keep photos together; without any each photo is its own group."""
    asks: str = ""
    """A word of the sentence by which `kit init table` alone ends; '' where it is right without a question."""
    options: Sequence[str] = ()
    """What answers the question: options of `kit init table`. Without them a person writes competition.yaml."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files beside competition.yaml: readers.py, metrics.py."""
    before: Sequence[str] = ()
    """A command of Python to be run in the workspace once, before anything else."""
    recipe: Mapping[str, object] = field(default_factory=dict)
    """Keys of the recipe that are others than those of all."""

    @property
    def spec(self) -> str:
        """The whole of competition.yaml."""
        return f"name: {self.name}\ndata: data\nmetric: {self.metric}\n{self.yaml}"

    def drawn(self, data: Path) -> Drawn:
        """Draw the files into a folder; the same ones every time."""
        return self.draw(Files(data, np.random.default_rng(zlib.crc32(self.name.encode()))))


def dealt(files: Files, n: int, classes: Sequence[str]) -> list[str]:
    """n classes in a drawn order, about equally many of each."""
    return [classes[k] for k in files.rng.permutation(np.arange(n) % len(classes))]
