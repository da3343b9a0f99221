"""The steps to the run of a notebook at the host, each taken unless the record or the host says that it was."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_sha256
from kit.hosts.host import Host, HostBusy, HostError
from kit.hosts.kaggle_datasets import FAILED, READY
from kit.hosts.kaggle_kernels import COMPLETE, ENDED, KaggleKernels
from kit.hosts.sync import SETTLE
from kit.reporter import Reporter
from kit.ship.bundle import Dtype
from kit.ship.fetched import LOG, fetch_outputs, read_timing, tell_written
from kit.ship.kernel import CODE, DATA
from kit.ship.notebook import SUBMISSION
from kit.ship.sending import FOLDER, Sending, noted, sending_path
from kit.submissions.record import SubmissionRecord

UNSENT = ("made", "uploading")
"""The stages in which the data set may not be there."""


@dataclass(frozen=True)
class Waits:
    """How long to wait, in seconds."""

    run: float = 13 * 3600.0
    """For a data set to be processed, and for a notebook to run: the host's longest run is 12 hours."""
    unknown: float = 900.0
    """For the host to know what it has taken; it says for a while that there is no such thing."""
    settle: float = SETTLE
    """For a submission to be in the host's list."""
    poll: float = 15.0
    """Between two looks."""


@dataclass(frozen=True)
class Errand:
    """What is sent where, and how long to wait."""

    workspace: Workspace
    submission: SubmissionRecord
    host: Host
    kernels: KaggleKernels
    reporter: Reporter
    waits: Waits
    dtype: Dtype
    gpu: bool

    @property
    def path(self) -> Path:
        return sending_path(self.workspace.submissions_dir, self.submission.name)

    @property
    def folder(self) -> Path:
        """What is uploaded, and what comes back."""
        return self.workspace.cache_dir / FOLDER / self.submission.name


def uploaded(errand: Errand, sending: Sending) -> Sending:
    """The data set is there and processed."""
    if sending.stage not in UNSENT:
        return sending
    ref, kernels, reporter = sending.dataset, errand.kernels, errand.reporter
    lost: HostError | None = None
    if kernels.datasets.status(ref) is None:
        sending = noted(errand.path, sending, stage="uploading")
        reporter.info(f"uploading the bundle as the private data set {ref}")
        try:
            kernels.datasets.upload(errand.folder / DATA)
        except HostError as error:
            lost = error  # it may be there all the same
    status = _until(
        errand,
        lambda: kernels.datasets.status(ref),
        (READY, *FAILED),
        f"the data set {ref}",
        errand.waits.unknown if lost is None else errand.waits.settle,
        lost,
    )
    if status != READY:
        raise KitError(f"the host could not process the data set {ref} ({status.lower()})", todo="remove it there")
    sending = noted(errand.path, sending, stage="uploaded", dataset_version=1)  # of a bundle's name there is no other
    shutil.rmtree(errand.folder / DATA, ignore_errors=True)
    return sending


def pushed(errand: Errand, sending: Sending) -> Sending:
    """The notebook is there, and its run began."""
    if sending.stage not in ("uploaded", "pushing", "failed"):
        return sending
    ref, kernels = sending.kernel, errand.kernels
    if sending.stage == "pushing" and (version := _arrived(errand, sending)) is not None:
        return noted(errand.path, sending, stage="running", version=version)
    sending = noted(errand.path, sending, stage="pushing", before=kernels.last_version(ref), failure=None)
    try:
        version = kernels.push(errand.folder / CODE)
    except HostBusy as lost:
        if lost.status == 429:
            noted(errand.path, sending, stage="uploaded")
            raise
        if (found := _arrived(errand, sending)) is None:
            raise
        errand.reporter.info(f"the answer was lost ({lost.what}), but the notebook {ref} is there")
        version = found
    except KitError:
        noted(errand.path, sending, stage="uploaded")
        raise
    errand.reporter.info(f"the notebook {ref} runs, version {version}")
    return noted(errand.path, sending, stage="running", version=version)


def _arrived(errand: Errand, sending: Sending) -> int | None:
    """The version of a push whose answer was lost, as soon as the host knows it; None where it does not in time."""
    end = time.monotonic() + errand.waits.settle
    while True:
        version = errand.kernels.last_version(sending.kernel)
        if version > sending.before:
            return version
        if time.monotonic() >= end:
            return None
        time.sleep(errand.waits.poll)


def ran(errand: Errand, sending: Sending) -> Sending:
    """The notebook's run is complete, and what it wrote is here."""
    ref, version, kernels = sending.kernel, sending.version, errand.kernels
    assert version is not None
    said = ""

    def status() -> str | None:
        nonlocal said
        state = kernels.state(ref, version)
        said = "" if state is None else state.failure
        return None if state is None else state.status

    ended = _until(errand, status, (COMPLETE, *ENDED), f"the notebook {ref}", errand.waits.unknown)
    patience = errand.waits.unknown if ended == COMPLETE else 0.0
    wrote = fetch_outputs(kernels, ref, version, errand.folder, patience, errand.waits.poll)
    if ended != COMPLETE or wrote is None:
        failure = said or (f"it wrote no {SUBMISSION}" if ended == COMPLETE else ended.lower().replace("_", " "))
        raise failed(errand, noted(errand.path, sending, stage="failed", failure=failure))
    tell_written(errand.workspace, errand.submission, wrote, errand.reporter)
    timing = read_timing(errand.folder, errand.reporter)
    return noted(errand.path, sending, stage="complete", wrote=file_sha256(wrote), timing=timing)


def _until(
    errand: Errand,
    ask: Callable[[], str | None],
    ends: tuple[str, ...],
    what: str,
    unknown: float,
    lost: HostError | None = None,
) -> str:
    """Ask until one of `ends` is said; a host that is busy is asked again. unknown: seconds for it to know of it.

    lost: what went wrong when it was sent, where that is not known.
    """
    began = known = time.monotonic()
    told: str | None = None
    while True:
        now: str | None
        try:
            now = ask()
        except HostBusy as busy:
            now = told
            errand.reporter.warn(str(busy))
        if now in ends:
            return str(now)
        if now is not None and now != told:
            errand.reporter.info(f"{what}: {now.lower().replace('_', ' ')}")
        told, clock = now, time.monotonic()
        known = clock if now is not None else known
        if clock - known >= unknown and now is None:
            raise lost or KitError(f"the host does not know {what} after {unknown:g} s", todo="run the same again")
        if clock - began >= errand.waits.run:
            raise KitError(f"{what} is not ready after {errand.waits.run:g} s", todo="run the same again")
        time.sleep(errand.waits.poll)


def failed(errand: Errand, sending: Sending) -> KitError:
    return KitError(
        f"the notebook {sending.kernel} did not run to its end ({sending.failure})",
        where=errand.folder / LOG,
        todo="look at its log; --again runs it once more",
    )
