"""A submission to a competition of notebooks: data set, notebook, run and submission, each once, whatever breaks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.hosts.host import Host, HostBusy, HostSubmission, Limits, NotSent, Standing
from kit.hosts.push import push
from kit.reporter import Reporter
from kit.ship.bundle import Dtype
from kit.ship.hidden import check_time
from kit.ship.kernel import CODE, DATA, served_by_api, write_kernel_folder
from kit.ship.notebook import SUBMISSION
from kit.ship.sending import Sending, noted, read_sending, sending_path
from kit.ship.shipped import ship
from kit.ship.steps import UNSENT, Errand, Waits, failed, pushed, ran, uploaded
from kit.submissions.record import SubmissionRecord, find_submission


@dataclass(frozen=True)
class Cost:
    """What a submission by a notebook takes from here on, and what is left of it where the host tells."""

    upload: int
    """Bytes; 0 where they are there."""
    runs: bool
    """Whether the notebook is still to run."""
    gpu_hours: float | None
    """Left this week; None for a run without a GPU too."""
    submissions: int | None
    """Left today."""


def submit_by_kernel(
    workspace: Workspace,
    name: str,
    host: Host,
    reporter: Reporter,
    *,
    dtype: Dtype = "fp32",
    gpu: bool = True,
    confirm: Callable[[Cost], bool] = lambda cost: True,
    message: str = "",
    wait: bool = False,
    timeout: float = 600.0,
    again: bool = False,
    waits: Waits | None = None,
) -> SubmissionRecord:
    """Upload a submission's bundle, push its notebook, wait for its run, and submit what it writes.

    Whatever is cut or killed is taken up by the same call: each step is looked for at the host before it is taken
    again, and the last, which spends a submission, goes by the host's own list as `push` does. `confirm` is asked with
    what it costs before anything leaves this machine; when it says no, the record comes back as it was. `again` runs a
    notebook anew that failed, and sends what the host has already. With `wait` the score is waited for, up to `timeout`
    seconds.
    """
    directory = workspace.submissions_dir
    kernels = host.kernels()
    waits = waits or Waits()
    with claimed(sending_path(directory, name), reporter):
        submission = find_submission(directory, name)
        errand = Errand(workspace, submission, host, kernels, reporter, waits, dtype, gpu)
        sent = submission.sent
        sending = read_sending(errand.path)
        asked = False
        if again or sent is None or sent.host != host.name or sent.status == "sending":
            sending = _begun(errand, sending, again)
            again = again and sending.stage != "failed"  # there it asks for another run
            if sending.stage != "complete":
                if not confirm(_cost(errand, sending)):
                    return submission
                asked = True
                sending = ran(errand, pushed(errand, uploaded(errand, sending)))
            check_time(workspace, submission, sending.timing, reporter)
        record = push(
            directory,
            name,
            host if sending is None else _ByKernel(errand, sending),
            message=message,
            wait=wait,
            timeout=timeout,
            again=again,
            confirm=lambda left: asked or confirm(Cost(0, False, None, left)),
            reporter=reporter,
            metric=workspace.metric.name,
            settle=waits.settle,
            poll=min(5.0, waits.poll),
        )
        if sending is not None and record.sent is not None and record.sent.ref not in (None, sending.reference):
            noted(errand.path, sending, stage="sent", reference=record.sent.ref)
        return record


def _begun(errand: Errand, there: Sending | None, again: bool) -> Sending:
    """What was begun before, where what is still to be uploaded of it is here; else the folder to upload, made now.

    The folder lies in the cache, and may be gone with it: made anew it is the same, or another bundle begins anew.
    """
    made_as = (errand.submission.csv, errand.dtype, errand.gpu)
    if there is not None and (there.csv, there.dtype, there.gpu) != made_as:
        there = None
    if there is not None and there.stage == "failed" and not again:
        raise failed(errand, there)
    if there is not None and there.stage == "sent":
        there = noted(errand.path, there, stage="complete")
    if there is not None and there.stage in ("running", "complete"):
        return there
    if there is not None and (errand.folder / (DATA if there.stage in UNSENT else CODE)).is_dir():
        return there
    _check_takes(errand)
    shutil.rmtree(errand.folder, ignore_errors=True)
    shipped = ship(errand.workspace, errand.submission.name, errand.reporter)
    made = write_kernel_folder(
        shipped, errand.folder, errand.reporter, dtype=errand.dtype, gpu=errand.gpu, owner=errand.kernels.owner
    )
    if there is not None and there.bundle == made.sha256:
        return there
    assert errand.submission.csv is not None
    begun = Sending(
        submission=errand.submission.name,
        csv=errand.submission.csv,
        dtype=errand.dtype,
        gpu=errand.gpu,
        bundle=made.sha256,
        dataset=f"{errand.kernels.owner}/{made.kernel.dataset}",
        kernel=f"{errand.kernels.owner}/{made.kernel.slug}",
    )
    return noted(errand.path, begun)


def _check_takes(errand: Errand) -> None:
    """Refuse a competition that takes no notebooks of this kind."""
    slug, about = errand.host.slug, errand.kernels.about()
    if about.closed:
        raise KitError(f"{slug} takes no submissions any more", todo=errand.host.instead)
    if not about.only_notebooks:
        raise KitError(f"{slug} takes files, and needs no notebook", todo="send it with 'kit submit --push'")
    if about.has_gateway:
        raise served_by_api(slug)


def _cost(errand: Errand, sending: Sending) -> Cost:
    """What is to be paid; NotSent where there is nothing left to pay it with."""
    host, kernels = errand.host, errand.kernels
    try:
        limits = host.limits()
    except HostBusy:
        limits = None
    left = None if limits is None else limits.left
    if left is not None and left <= 0:
        raise NotSent(f"{host.name} takes no more submissions today", todo="try again tomorrow (UTC)")
    runs = sending.stage != "running"
    hours = kernels.hours_left() if runs and errand.gpu else None
    if hours is not None and hours <= 0:
        raise NotSent(
            f"no hours of GPU are left at {host.name} this week", todo="wait, or run it without one: --machine cpu"
        )
    sends = sending.stage in UNSENT and kernels.datasets.status(sending.dataset) is None
    files = (errand.folder / DATA).iterdir() if sends else ()
    return Cost(sum(path.stat().st_size for path in files), runs, hours, left)


class _ByKernel(Host):
    """A host whose submissions are made of what a notebook writes."""

    def __init__(self, errand: Errand, sending: Sending) -> None:
        self._errand, self._sending, host = errand, sending, errand.host
        self.name, self.slug, self.patience, self.instead = host.name, host.slug, host.patience, host.instead

    def submissions(self) -> list[HostSubmission]:
        return self._errand.host.submissions()

    def limits(self) -> Limits | None:
        return self._errand.host.limits()

    def standing(self) -> Standing | None:
        return self._errand.host.standing()

    def send(self, csv: Path, description: str) -> str:
        sending, waits = self._sending, self._errand.waits
        assert sending.version is not None
        return self._errand.kernels.submit(
            sending.kernel, sending.version, SUBMISSION, description, unknown=waits.unknown, poll=waits.poll
        )
