"""What `precision: auto` took for a run: found once, and kept for all of its folds, on whichever machine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kit.files import read_record
from kit.runs.store import Run
from kit.schema import Frozen


class PrecisionRecord(Frozen):
    """runs/RUN/precision.json."""

    precision: Literal["fp32", "bf16"]
    speeds: dict[str, float]
    """Photos a second of a few training steps in each precision."""
    device: str
    """Where they were timed."""


def precision_path(run: Run) -> Path:
    return run.path / "precision.json"


def read_precision(run: Run) -> PrecisionRecord | None:
    """What was found for a run; None where nothing was timed yet."""
    path = precision_path(run)
    return read_record(path, PrecisionRecord) if path.exists() else None
