"""What the run of a notebook wrote, fetched: its log, and the file that is submitted."""

from __future__ import annotations

import json
import time
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256, read_record, write_text
from kit.hosts.kaggle_kernels import KaggleKernels
from kit.reading import read_bytes
from kit.reporter import Reporter
from kit.ship.notebook import SUBMISSION
from kit.ship.pace import TIMING, Timing
from kit.submissions.record import SubmissionRecord, csv_path

LOG = "run.log"


def fetch_outputs(
    kernels: KaggleKernels, ref: str, version: int, folder: Path, seconds: float, poll: float
) -> Path | None:
    """Fetch the log and the submission of a notebook's version into `folder`; None where it has no submission.

    seconds: for how long the host may not list yet what a run wrote.
    """
    end = time.monotonic() + seconds
    while SUBMISSION not in (wrote := kernels.outputs(ref, version)).files and time.monotonic() < end:
        time.sleep(poll)
    if wrote.log:
        write_text(folder / LOG, _plain(wrote.log))
    if SUBMISSION not in wrote.files:
        return None
    kernels.fetch(wrote.files[SUBMISSION], folder / SUBMISSION)
    if TIMING in wrote.files:
        kernels.fetch(wrote.files[TIMING], folder / TIMING)
    return folder / SUBMISSION


def read_timing(folder: Path, reporter: Reporter) -> Timing | None:
    """What the run says that it took; None where it says nothing that can be read."""
    if not (folder / TIMING).is_file():
        return None
    try:
        return read_record(folder / TIMING, Timing)
    except KitError as error:
        reporter.warn(str(error))
        return None


def tell_written(workspace: Workspace, submission: SubmissionRecord, wrote: Path, reporter: Reporter) -> None:
    """Say how what the notebook wrote differs from the submission's own file."""
    name = submission.name
    if file_sha256(wrote) == submission.csv:
        reporter.info(f"the notebook wrote the very file of '{name}'")
        return
    there = read_bytes(wrote).splitlines()
    here = read_bytes(csv_path(workspace.submissions_dir, name)).splitlines()
    other = len(there) - len(set(there) & set(here))
    reporter.warn(f"{other} of the {len(there)} lines that the notebook wrote are not in the file of '{name}'")


def _plain(log: str) -> str:
    """A log as text: the host keeps it as a list of pieces."""
    try:
        return "".join(piece["data"] for piece in json.loads(log))
    except (ValueError, TypeError, KeyError):
        return log
