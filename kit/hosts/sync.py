"""What the host knows of the team's submissions, brought into the records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from kit.claim import claimed, if_free
from kit.competition.basis import Basis
from kit.errors import KitError
from kit.hosts.host import Host, HostError, HostSubmission
from kit.reporter import Reporter
from kit.submissions.log import Sent
from kit.submissions.record import (
    RECORDS,
    SubmissionRecord,
    read_submissions,
    remove_submission,
    write_news,
    write_submission,
)

SETTLE = 30.0
"""Seconds after which a submission that the host received must be in its list."""
TAG = re.compile(r"\bkit:([0-9a-f]{12})(?:\.(\d+))?\b")
What = Literal["new", "arrived", "not arrived", "scored", "rescored", "failed", "merged"]


@dataclass(frozen=True)
class Change:
    """What a sync found out about one record; scores are None where the host shows none."""

    name: str
    what: What
    ref: str | None
    public_before: float | None
    public: float | None
    private_before: float | None
    private: float | None

    def __str__(self) -> str:
        parts = [self.what if self.ref is None else f"{self.what} as {self.ref}"]
        for side, before, now in (
            ("public", self.public_before, self.public),
            ("private", self.private_before, self.private),
        ):
            if now is not None:
                was = f", was {before:.4f}" if before is not None and before != now else ""
                parts.append(f"{side} {now:.4f}{was}")
        return f"{self.name}: {', '.join(parts)}"


def tag(csv_sha256: str, copy: int = 1) -> str:
    """The mark in a description that tells the content, and which sending of the same content it is."""
    mark = f"kit:{csv_sha256[:12]}"
    return mark if copy == 1 else f"{mark}.{copy}"


def tag_of(description: str) -> tuple[str, int] | None:
    """The first 12 digits of the content's sha256 and the number of the copy, from a description or a tag."""
    found = TAG.search(description)
    return None if found is None else (found[1], int(found[2] or 1))


def same_content(record: SubmissionRecord, rows: Iterable[HostSubmission]) -> list[HostSubmission]:
    """The host's rows that carry the content hash of `record`, newest first."""
    if record.csv is None:
        return []
    tags = [(row, tag_of(row.description)) for row in rows]
    mine = [row for row, mark in tags if mark is not None and mark[0] == record.csv[:12]]
    return sorted(mine, key=lambda row: row.date, reverse=True)


def being_sent(record: SubmissionRecord, host: Host) -> bool:
    """Whether `record` was being sent to `host` when last heard of: it may or may not have arrived."""
    return record.sent is not None and record.sent.status == "sending" and record.sent.host == host.name


def row_of(record: SubmissionRecord, rows: Sequence[HostSubmission], host: Host) -> HostSubmission | None:
    """The host's row of `record`: of an unanswered sending the very copy, else by reference, else by content."""
    sent = record.sent
    if sent is not None and being_sent(record, host):
        return next((row for row in rows if tag_of(row.description) == tag_of(sent.message)), None)
    if sent is not None and sent.host == host.name and sent.ref is not None:
        return next((row for row in rows if row.ref == sent.ref), None)
    return next(iter(same_content(record, rows)), None)


def adopted(record: SubmissionRecord, row: HostSubmission, host: Host, metric: str = "") -> SubmissionRecord:
    """`record` with what the host's row says, scores said to be of `metric`; the same record when nothing is new."""
    message = row.error if row.status == "error" and row.error else row.description
    sent = Sent(host=host.name, status=row.status, time=row.date, ref=row.ref, message=message)
    if sent != record.sent:
        record = record.model_copy(update={"sent": sent})
    return record.with_score(row.public, row.private, host.name, metric or None, row.public_text)


def unlisted(records: Iterable[SubmissionRecord], rows: Iterable[HostSubmission], host: Host) -> list[str]:
    """The references in the records that the host's list lacks: a list with such a gap proves nothing."""
    listed = {row.ref for row in rows}
    sent = [record.sent for record in records if record.sent is not None and record.sent.host == host.name]
    return [one.ref for one in sent if one.ref is not None and one.ref not in listed]


def why_unproven(records: Iterable[SubmissionRecord], rows: Sequence[HostSubmission], host: Host) -> str | None:
    """Why the host's list cannot prove that an unanswered submission did not arrive; None when it does prove it."""
    gaps = unlisted(records, rows, host)
    if gaps:
        return f"{host.name}'s list lacks the submission {gaps[0]}, which is known to be there"
    try:
        limits = host.limits()
    except HostError as error:
        return f"{host.name} does not tell how many submissions it has ({error.what})"
    if limits is not None and limits.total > len(rows):
        return f"{host.name}'s list has {len(rows)} submissions and its count says {limits.total}"
    if limits is None and not rows:
        return f"{host.name}'s list is empty, and it gives no count to compare with"
    return None


def unsettled(record: SubmissionRecord, settle: float) -> float:
    """The seconds until a submission that was being sent must be in the host's list, at most `settle`."""
    if record.sent is None:
        return 0.0
    age = (datetime.now(UTC) - record.sent.time).total_seconds()
    return min(settle, max(0.0, settle - age))


@contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Let no other process send or sync the submissions in `directory`; the lock ends with the process."""
    with if_free(directory / "host") as claim:
        if claim is None:
            todo = "wait until it has ended"
            raise KitError("another kit is sending or syncing these", where=directory, todo=todo)
        yield


def sync(
    directory: Path, host: Host, reporter: Reporter | None = None, *, metric: str = "", settle: float = SETTLE
) -> list[Change]:
    """Bring the host's scores into the records in `directory` and return what is new.

    metric: by which the host scores. A submission that was sent elsewhere becomes a record without OOF. A score that
    the host changed is added to those before.
    """
    reporter = reporter or Reporter()
    with lock(directory):
        records = read_submissions(directory)
        # Asked before the list is: a list from before the end of that time proves nothing.
        recent = {record.name for record in records if unsettled(record, settle) > 0}
        rows = host.submissions()
        gaps = unlisted(records, rows, host)
        if gaps:
            reporter.warn(f"{host.name}'s list lacks {len(gaps)} submissions that it had before, such as {gaps[0]}")
        changes, matched = [], set[str]()
        for record in records:
            row = row_of(record, rows, host)
            matched |= {other.ref for other in same_content(record, rows)}
            if row is not None:
                after = adopted(record, row, host, metric)
                matched.add(row.ref)
            elif being_sent(record, host):
                reason = "it was sent only just now" if record.name in recent else why_unproven(records, rows, host)
                if reason is not None:
                    reporter.warn(f"whether {record.name} arrived is not known: {reason}")
                    continue
                after = record.model_copy(update={"sent": None})
            else:
                continue
            if after != record:
                after = write_news(directory, record, after)
                changes.append(_change(record, after, host))
        with claimed(directory / RECORDS):
            changes += _merge(directory, host)
        for row in rows:
            if row.ref not in matched:
                after = adopted(_elsewhere(row, host, metric), row, host, metric)
                write_submission(directory, after)
                changes.append(Change(after.name, "new", row.ref, None, row.public, None, row.private))
    return changes


def _elsewhere(row: HostSubmission, host: Host, metric: str) -> SubmissionRecord:
    return SubmissionRecord(
        name=f"{host.name}-{row.ref}",
        created=row.date,
        csv=None,
        blend="elsewhere",
        rule="unknown",
        basis=Basis(metric=metric or None),
    )


def _merge(directory: Path, host: Host) -> list[Change]:
    """Remove a record that was taken in without OOF once the record that it was made from is here too."""
    records = read_submissions(directory)
    real = {r.sent.ref: r for r in records if r.csv is not None and r.sent is not None and r.sent.host == host.name}
    changes = []
    for record in records:
        sent = record.sent
        if record.csv is not None or sent is None or sent.host != host.name or sent.ref not in real:
            continue
        kept = real[sent.ref]
        told = {one.model_copy(update={"metric": _other(one.metric or record.metric, kept)}) for one in record.scores}
        scores = tuple(sorted({*told, *kept.scores}, key=lambda score: score.noted))
        write_submission(directory, kept.model_copy(update={"scores": scores}))
        remove_submission(directory, record.name)
        changes.append(
            Change(record.name, "merged", sent.ref, record.public, kept.public, record.private, kept.private)
        )
    return changes


def _other(metric: str, record: SubmissionRecord) -> str | None:
    """The metric of a score as `record` notes it: only where it is another than its own."""
    return None if metric in ("", record.metric) else metric


def _change(before: SubmissionRecord, after: SubmissionRecord, host: Host) -> Change:
    what: What
    told = [score.public for score in before.scores if score.source == host.name and score.public is not None]
    if after.sent is None:
        what = "not arrived"
    elif after.sent.status == "error":
        what = "failed"
    elif after.scores != before.scores:
        what = "rescored" if told and told[-1] != after.public else "scored"
    else:
        what = "arrived"
    ref = None if after.sent is None else after.sent.ref
    return Change(after.name, what, ref, before.public, after.public, before.private, after.private)
