"""What a peer is given, and what it hands back: files in a folder of its own."""

from __future__ import annotations

import csv
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Job:
    """One training: the same for all."""

    model: str
    """The name of timm's."""
    size: tuple[int, int]
    """Height and width in pixels."""
    epochs: int = 1
    workers: int = 0
    """Processes that read and augment, of those that have any."""
    batch_size: int = 32
    lr: float = 1e-3
    weight_decay: float = 0.05
    warmup: float = 0.05
    """The share of all steps in which the learning rate rises."""
    seed: int = 0
    weights: str | None = None
    """Where its pretrained weights are, by timm's names; None to start from chance."""
    photos: str = ""
    """A table: file, label (a number from 0), held (1: not trained on, and predicted at the end)."""
    n_classes: int = 0
    mean: tuple[float, ...] = ()
    """Of the model's pixels, from 0 to 1, and their deviation."""
    deviation: tuple[float, ...] = ()


def write_job(folder: Path, job: Job) -> None:
    (folder / "job.json").write_text(json.dumps(asdict(job)))


def this_job() -> tuple[Path, Job]:
    """The folder that the command line names, and what is to be done there."""
    folder = Path(sys.argv[1])
    content: dict[str, Any] = json.loads((folder / "job.json").read_text())
    lists: dict[str, Any] = {name: tuple(value) for name, value in content.items() if isinstance(value, list)}
    return folder, Job(**{**content, **lists})


def read_photos(job: Job, *, held: bool) -> tuple[list[str], list[int]]:
    """Files and labels of one side."""
    with open(job.photos, newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["held"] == "1") == held]
    return [row["file"] for row in rows], [int(row["label"]) for row in rows]


def told_epoch(folder: Path) -> None:
    """Write down that an epoch has ended, its look at the held-out photos with it."""
    with open(folder / "epochs", "a") as file:
        file.write(f"{time.time()}\n")


def hand_back(folder: Path, probs: Any) -> None:
    """The probabilities (n_held, n_classes) of the held-out photos, in the table's order."""
    import numpy as np

    np.save(folder / "held.npy", np.asarray(probs, np.float32))
