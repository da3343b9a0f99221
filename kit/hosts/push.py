"""A submission is sent to the host: once, whatever breaks on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kit.errors import KitError
from kit.files import file_sha256
from kit.hosts.host import Host, HostBusy, HostError, HostSubmission, MaybeSent, NotSent
from kit.hosts.sync import (
    SETTLE,
    adopted,
    being_sent,
    lock,
    row_of,
    same_content,
    tag,
    tag_of,
    unlisted,
    unsettled,
    why_unproven,
)
from kit.reporter import Reporter
from kit.submissions.log import Sent
from kit.submissions.record import SubmissionRecord, csv_path, find_submission, read_submissions, write_news

LONGEST_DESCRIPTION = 400


@dataclass(frozen=True)
class _Errand:
    """Where the records are, whom to ask, and how long and how often to look for a submission."""

    directory: Path
    host: Host
    reporter: Reporter
    metric: str
    settle: float
    poll: float


def push(
    directory: Path,
    name: str,
    host: Host,
    *,
    message: str = "",
    wait: bool = False,
    timeout: float = 600.0,
    again: bool = False,
    confirm: Callable[[int | None], bool] = lambda left: True,
    reporter: Reporter | None = None,
    metric: str = "",
    settle: float = SETTLE,
    poll: float = 5.0,
) -> SubmissionRecord:
    """Send `directory`/<name>.csv to `host` unless the host has it already, and return its record as it is then.

    The record is marked as being sent before the host is asked to create the submission. A mark that is found later,
    after a cut or a crash, is settled by the host's own list: the description carries the content's hash. When that
    list does not show the submission for `settle` seconds, looked at every `poll` seconds, and nothing speaks against
    the list, it did not arrive. With `again` the content is sent even though the host has it, or may have it.
    `confirm` is asked with the number of submissions left today, where known, before one is spent; when it says no,
    the record comes back as it was. With `wait` the score, by `metric`, is waited for, up to `timeout` seconds; a
    submission that the host could not score comes back with the status 'error'. Raises NotSent when nothing reached
    the host.
    """
    errand = _Errand(directory, host, reporter or Reporter(), metric, settle, poll)
    with lock(directory):
        record = find_submission(directory, name)
        csv = _checked_csv(directory, record)
        rows = host.submissions()
        if not again:
            if being_sent(record, host):
                record, rows = _settled(errand, record, rows)
            record = _found(errand, record, rows)
        if again or record.sent is None or record.sent.host != host.name:
            if not confirm(_allowance(errand, rows, again)):
                return record
            record = _send(errand, record, csv, rows, message)
    return _waited(errand, record, timeout) if wait else record


def _checked_csv(directory: Path, record: SubmissionRecord) -> Path:
    path = csv_path(directory, record.name)
    if record.csv is None:
        raise KitError(f"submission '{record.name}' is known only from the host: there is no csv to send")
    if not path.is_file():
        raise KitError("there is no such file", where=path, todo="make the submission again")
    if file_sha256(path) != record.csv:
        raise KitError("this file is not the one in its record: it was changed", where=path, todo="make it again")
    return path


def _settled(
    errand: _Errand, record: SubmissionRecord, rows: list[HostSubmission]
) -> tuple[SubmissionRecord, list[HostSubmission]]:
    """Find out from the host's list whether a sending without an answer arrived; a KitError when it cannot tell."""
    host = errand.host
    end = time.monotonic() + unsettled(record, errand.settle)
    while (row := row_of(record, rows, host)) is None and (left := end - time.monotonic()) > 0:
        time.sleep(min(errand.poll, left))
        rows = host.submissions()
    if row is not None:
        after = adopted(record, row, host, errand.metric)
    else:
        reason = why_unproven(read_submissions(errand.directory), rows, host)
        if reason is not None:
            raise KitError(
                f"whether '{record.name}' arrived cannot be told: {reason}; nothing was sent",
                todo="look at the competition's page of submissions; if it is not there, send it with --again",
            )
        after = record.model_copy(update={"sent": None})
    return write_news(errand.directory, record, after), rows


def _found(errand: _Errand, record: SubmissionRecord, rows: list[HostSubmission]) -> SubmissionRecord:
    """The record with what the host's list says of its content, where it has it."""
    host = errand.host
    gaps = unlisted(read_submissions(errand.directory), rows, host)
    if gaps:
        raise HostError(
            f"{host.name}'s list lacks the submission {gaps[0]}, which is known to be there; nothing was sent",
            todo="run it again later, or with --again to send it all the same",
        )
    row = row_of(record, rows, host)
    if row is None:
        return record
    after = adopted(record, row, host, errand.metric)
    if after != record:
        after = write_news(errand.directory, record, after)
    when = f"{row.date:%Y-%m-%d %H:%M} UTC"
    errand.reporter.info(f"{host.name} has this already, as {row.ref} of {when}; nothing was sent")
    return after


def _allowance(errand: _Errand, rows: list[HostSubmission], again: bool) -> int | None:
    """The number of submissions left today, where the host tells it; a KitError when there is none."""
    host = errand.host
    try:
        limits = host.limits()
    except HostBusy:
        limits = None
    if limits is None:
        return None
    if not rows and limits.total and not again:
        raise HostError(
            f"{host.name}'s list is empty and its count says {limits.total}; nothing was sent",
            todo="run it again later, or with --again to send it all the same",
        )
    if limits.left is not None and limits.left <= 0:
        raise NotSent(f"{host.name} takes no more submissions today", todo="try again tomorrow (UTC)")
    return limits.left


def _send(
    errand: _Errand, record: SubmissionRecord, csv: Path, rows: list[HostSubmission], message: str
) -> SubmissionRecord:
    directory, host = errand.directory, errand.host
    description = _description(record, rows, message)
    sending = Sent(host=host.name, status="sending", time=datetime.now(UTC), message=description)
    before = record
    record = write_news(directory, before, record.model_copy(update={"sent": sending}))
    try:
        ref = host.send(csv, description)
    except NotSent:
        write_news(directory, record, before)
        raise
    except MaybeSent as lost:
        row = _looked_up(errand, record)
        if row is None:
            raise KitError(
                f"the answer was lost ({lost.what}), and {host.name}'s list does not show '{record.name}' yet",
                todo="run it again: it looks for it before it sends anything",
            ) from lost
        errand.reporter.info(f"the answer was lost ({lost.what}), but {host.name} has it")
        after = adopted(record, row, host, errand.metric)
    else:
        after = record.model_copy(update={"sent": sending.model_copy(update={"status": "pending", "ref": ref})})
    return write_news(directory, record, after)


def _description(record: SubmissionRecord, rows: list[HostSubmission], message: str) -> str:
    """The tag of the content first, where nothing cuts it off, numbered beyond every copy that may have been sent."""
    assert record.csv is not None
    texts = [row.description for row in same_content(record, rows)]
    if record.sent is not None:
        texts.append(record.sent.message)
    copies = [mark[1] for text in texts if (mark := tag_of(text)) and mark[0] == record.csv[:12]]
    return f"{tag(record.csv, 1 + max(copies, default=0))} {message}".strip()[:LONGEST_DESCRIPTION]


def _looked_up(errand: _Errand, record: SubmissionRecord) -> HostSubmission | None:
    """The row of a submission whose answer was lost, as soon as the host lists it; None when it does not in time."""
    end = time.monotonic() + errand.settle
    while True:
        try:
            row = row_of(record, errand.host.submissions(), errand.host)
        except HostError:
            row = None
        left = end - time.monotonic()
        if row is not None or left <= 0:
            return row
        time.sleep(min(errand.poll, left))


def _waited(errand: _Errand, record: SubmissionRecord, timeout: float) -> SubmissionRecord:
    """Look at the host's list until it has scored the submission, or `timeout` seconds have passed."""
    host, reporter = errand.host, errand.reporter
    end = time.monotonic() + timeout
    while record.sent is not None and record.sent.status == "pending":
        try:
            row = row_of(record, host.submissions(), host)
        except HostBusy as busy:
            row = None
            reporter.warn(str(busy))
        after = record if row is None else adopted(record, row, host, errand.metric)
        if after != record:
            record = write_news(errand.directory, record, after)
            continue
        left = end - time.monotonic()
        if left <= 0:
            reporter.warn(f"{host.name} has not scored it within {timeout:g} s; `kit leaderboard sync` asks again")
            break
        time.sleep(min(errand.poll, left))
    if record.sent is not None and record.sent.status == "error":
        reporter.warn(f"{host.name} could not score it: {record.sent.message}")
    return record
