"""How far a submission by a notebook is: a record beside the submission, written before and after each step."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from kit.files import read_record, write_record
from kit.schema import FileName, Frozen
from kit.ship.bundle import Dtype
from kit.ship.pace import Timing

FOLDER = "kernels"
"""Of the records, below the submissions; and of what is uploaded, in the cache."""

Stage = Literal["made", "uploading", "uploaded", "pushing", "running", "complete", "failed", "sent"]


class Sending(Frozen):
    """submissions/kernels/NAME.json.

    The names of the data set and of the notebook hold the bundle's hash: what the host has under them is this bundle's.
    """

    kind: Literal["kernel"] = "kernel"
    submission: FileName
    csv: str
    """sha256 of the submission's csv: of another submission of the same name this says nothing."""
    dtype: Dtype
    gpu: bool
    bundle: str
    """sha256 of the bundle's manifest."""
    dataset: str
    """OWNER/SLUG, as `kernel`."""
    dataset_version: int | None = None
    kernel: str
    stage: Stage = "made"
    before: int = 0
    """The notebook's version at the host before the push that is on its way, or was the last; 0 is none."""
    version: int | None = None
    """The version that the push returned."""
    failure: str | None = None
    """What the host says of a run that failed."""
    wrote: str | None = None
    """sha256 of the submission.csv that the run wrote."""
    timing: Timing | None = None
    """What the run took there."""
    reference: str | None = None
    """The host's, of the submission."""


def sending_path(directory: Path, name: str) -> Path:
    return directory / FOLDER / f"{name}.json"


def read_sending(path: Path) -> Sending | None:
    return read_record(path, Sending) if path.is_file() else None


def noted(path: Path, sending: Sending, **news: object) -> Sending:
    """Write down what is new; returns the record as it is then."""
    after = sending.model_copy(update=news)
    write_record(path, after)
    return after
