"""A run's networks in the form ONNX, for other engines and other programs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kit.learn.job import Predict
from kit.learn.model_file import load_predict
from kit.reporter import Reporter
from kit.ship.shipped import Shipped

TIMED = 64
"""Photos that both engines are timed on."""


@dataclass(frozen=True)
class Exported:
    """A fold's model in ONNX."""

    model: str
    path: Path
    difference: float
    """How far ONNX Runtime's predictions are from torch's, at most."""
    torch: float
    """Photos a second here, and `onnx` by ONNX Runtime."""
    onnx: float


def export_onnx(shipped: Shipped, folder: Path, reporter: Reporter) -> list[Exported]:
    """Write every network of a run or submission as MODEL-foldK.onnx into `folder`, each checked against torch."""
    from kit.learn.network.onnx import engine_predict, write_onnx

    found = []
    files = [model for run in shipped.runs.values() for model in run.models]
    with reporter.progress("exporting", len(files)) as progress:
        for file in files:
            path = folder / f"{file.name.replace('/', '-')}.onnx"
            difference = write_onnx(file, path)
            size = (TIMED, *file.recipe.size, file.channels)
            drawn = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
            by_torch, by_onnx = _speed(load_predict(file), drawn), _speed(engine_predict("onnx", file, path), drawn)
            found.append(Exported(file.name, path, difference, by_torch, by_onnx))
            progress.advance()
    return found


def _speed(predict: Predict, photos: np.ndarray) -> float:
    """Photos a second, after a first pass that is not timed."""
    rows = np.arange(len(photos))
    predict(photos, rows[:16])
    started = time.monotonic()
    predict(photos, rows)
    return len(photos) / (time.monotonic() - started)
