"""The record of a submission: what it is made of, what it scored here, what it scored at the host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from kit.blend.kept import KeptPiece
from kit.claim import claimed
from kit.competition.basis import OnBasis
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.files import read_record, write_record
from kit.schema import FileName, Frozen
from kit.submissions.log import (
    NOT_ARRIVED,
    Event,
    HostScore,
    Sent,
    after,
    event_paths,
    paths_by_submission,
    read_event,
    scores_of,
    sent_of,
    write_events,
)

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""When a submission was made whose log is gone."""

RECORDS = "records"
"""What is claimed in the folder of submissions to read, change and write their records."""


class Member(Frozen):
    """A run's part in a blend."""

    run: FileName
    weight: float


class OofScore(Frozen):
    """A score on the out-of-fold predictions, with its 90 % interval over other groups."""

    value: float
    low: float | None
    high: float | None


class ExpectedGain(Frozen):
    """How much more than its OOF a submission is expected to score on test rows like the train ones, as an average."""

    value: float
    sd: float | None


class SubmissionRecord(OnBasis):
    """submissions/<name>.json; one without `oof` was made elsewhere.

    When it was made, how it stands at the host and what it scored is not in this file but in its log.
    """

    name: FileName
    created: datetime = Field(default=UNKNOWN, exclude=True)
    csv: str | None
    """sha256 of <name>.csv; None for a submission known only from the host."""
    blend: str
    members: dict[str, tuple[Member, ...]] = {}
    rule: str = "argmax"
    oof: OofScore | None = None
    gain: ExpectedGain | None = None
    """What averaging the models of all folds adds to the OOF score, in the metric's units, where that can be told."""
    in_sample: float | None = None
    """The flattering score on the rows by which weights or members were chosen or fitted, where any were."""
    selected: tuple[str, ...] = ()
    """What validation labels chose in its runs: the epoch, for one."""
    tainted: tuple[str, ...] = ()
    """The steps by which validation labels reached its models; empty for an honest OOF."""
    unproven: tuple[str, ...] = ()
    """Its runs that were made outside, of which nothing can be proved."""
    unreadable: int = Field(default=0, ge=0)
    """How many test photos could not be read, so that their answers are what train is shared out into."""
    scores: tuple[HostScore, ...] = Field(default=(), exclude=True)
    """Every host score noted, the newest last; a rescore adds one."""
    sent: Sent | None = Field(default=None, exclude=True)
    fit: tuple[KeptPiece, ...] = ()
    """What its blend had learnt, by which its models predict other photos; records of before have none."""

    @model_serializer(mode="wrap")
    def _what_is_not_there_is_not_said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Records of before keep their bytes."""
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key not in ("fit", "unreadable") or value}

    @property
    def metric(self) -> str:
        """What its OOF was scored by; empty where nobody knows."""
        return self.basis.metric or ""

    @property
    def on_test(self) -> float | None:
        """What it is expected to score on test photos that are like the train ones, where that can be told."""
        return None if self.oof is None or self.gain is None else self.oof.value + self.gain.value

    @property
    def public(self) -> float | None:
        return next((score.public for score in reversed(self.scores) if score.public is not None), None)

    @property
    def private(self) -> float | None:
        return next((score.private for score in reversed(self.scores) if score.private is not None), None)

    def with_score(
        self,
        public: float | None,
        private: float | None,
        source: str,
        metric: str | None = None,
        public_text: str | None = None,
    ) -> SubmissionRecord:
        """The record with one more line of scores; the same record when nothing is new.

        metric: by which they were scored; the submission's own when left out. public_text: how `public` was written.
        """
        if public is None and private is None:
            return self
        known = (public is None or public == self.public) and (private is None or private == self.private)
        last = self.scores[-1].metric if self.scores else None
        other = None if metric in (None, self.metric) else metric
        if known and other == last:
            return self
        score = HostScore(
            public=public,
            private=private,
            noted=after(datetime.now(UTC), (score.noted for score in self.scores)),
            source=source,
            public_text=public_text,
            metric=other,
        )
        return self.model_copy(update={"scores": (*self.scores, score)})


def record_path(directory: Path, name: str) -> Path:
    return directory / f"{name}.json"


def csv_path(directory: Path, name: str) -> Path:
    return directory / f"{name}.csv"


def oof_path(directory: Path, name: str) -> Path:
    """The submission's own out-of-fold answers: see `oof_table`."""
    return directory / f"{name}.oof.parquet"


def write_submission(directory: Path, record: SubmissionRecord) -> None:
    """Write what is new of a submission: its log first, its record last; a record that says the same stays as it is."""
    path = record_path(directory, record.name)
    there = read_submission(path) if path.exists() else None
    if there is not None and there.csv != record.csv:
        there = None
    events = _events(event_paths(directory, record.name), record.name, record.csv)
    known = {*(there.scores if there is not None else ()), *(event.score for event in events)}
    event = partial(Event, submission=record.name, csv=record.csv)
    news = [event(noted=score.noted, score=score) for score in record.scores if score not in known]
    if not any(event.is_making for event in events) and (there is None or there.created == UNKNOWN):
        news.append(event(noted=record.created))
    if not sent_of(None, events) == record.sent == (there.sent if there is not None else record.sent):
        now = after(datetime.now(UTC), (one.noted for one in (*events, *news)))
        news.append(event(noted=now, sent=record.sent or _not_arrived(there, now)))
    write_events(directory, news)
    if there is None or record.model_dump() != there.model_dump():
        write_record(path, record)


def _not_arrived(there: SubmissionRecord | None, now: datetime) -> Sent:
    host = there.sent.host if there is not None and there.sent is not None else ""
    return Sent(host=host, status=NOT_ARRIVED, time=now)


def remove_submission(directory: Path, name: str) -> None:
    """Remove a submission's record and its log."""
    for path in event_paths(directory, name):
        path.unlink()
    record_path(directory, name).unlink()


def _read_alone(path: Path) -> SubmissionRecord:
    """A record without its log."""
    beside = [made(path.parent, path.stem) for made in (csv_path, oof_path)]
    record = read_record(path, SubmissionRecord, together=[file for file in beside if file.exists()])
    if record.name != path.stem:  # it says where the csv and the OOF lie
        raise KitError(f"this record is of '{record.name}'", where=path, todo="rename it back")
    return record


def _events(paths: Iterable[Path], name: str, csv: str | None) -> list[Event]:
    """What happened to this content under this name; paths: of the events of this name."""
    events = map(read_event, paths)
    return [event for event in events if event.csv == csv and event.submission == name]


def _with_log(record: SubmissionRecord, events: list[Event]) -> SubmissionRecord:
    """A record with what its log says; what an older record says itself stays."""
    made = [event.noted for event in events if event.is_making]
    created = record.created if record.created != UNKNOWN else min(made, default=UNKNOWN)
    scores, sent = scores_of(record.scores, events), sent_of(record.sent, events)
    return record.model_copy(update={"created": created, "scores": scores, "sent": sent})


def _logged(record: SubmissionRecord, paths: Mapping[str, Sequence[Path]]) -> SubmissionRecord:
    """A record with what its log says; paths: of the events by submission."""
    return _with_log(record, _events(paths.get(record.name, ()), record.name, record.csv))


def read_submission(path: Path) -> SubmissionRecord:
    """A submission's record with what its log says."""
    record = _read_alone(path)
    return _with_log(record, _events(event_paths(path.parent, path.stem), path.stem, record.csv))


def change_submission(
    directory: Path, name: str, change: Callable[[SubmissionRecord], SubmissionRecord]
) -> SubmissionRecord:
    """Read a submission's record, change it and write it, while no other process writes any; returns the new one."""
    with claimed(directory / RECORDS):
        before = find_submission(directory, name)
        after = change(before)
        if after != before:
            write_submission(directory, after)
    return after


def write_news(directory: Path, before: SubmissionRecord, after: SubmissionRecord) -> SubmissionRecord:
    """Write what sets `after` apart from `before`, its scores and whether it was sent, into the record as it is now."""

    def change(now: SubmissionRecord) -> SubmissionRecord:
        new = tuple(score for score in after.scores if score not in before.scores and score not in now.scores)
        return now.model_copy(update={"sent": after.sent, "scores": (*now.scores, *new)})

    return change_submission(directory, after.name, change)


def read_submissions(directory: Path) -> list[SubmissionRecord]:
    """Every submission's record, in the order of their creation; one that cannot be read is an error."""
    alone = [_read_alone(path) for path in sorted(directory.glob("*.json"))]
    # after the records: whoever writes one has written its log before
    paths = paths_by_submission(directory)
    return _by_creation(_logged(record, paths) for record in alone)


def known_submissions(workspace: Workspace) -> list[SubmissionRecord]:
    """Every submission's record that can be read, in the order of their creation; the others are told of, once."""
    directory = workspace.submissions_dir

    def told(name: str, read: Callable[[], SubmissionRecord]) -> list[SubmissionRecord]:
        try:
            return [read()]
        except KitError as error:
            workspace.warn_once(f"{name} is left out: {error}")
            return []

    alone = [one for path in sorted(directory.glob("*.json")) for one in told(path.stem, partial(_read_alone, path))]
    paths = paths_by_submission(directory)  # after the records, as above
    return _by_creation(one for record in alone for one in told(record.name, partial(_logged, record, paths)))


def _by_creation(records: Iterable[SubmissionRecord]) -> list[SubmissionRecord]:
    return sorted(records, key=lambda record: (record.created, record.name))


def find_submission(directory: Path, name: str) -> SubmissionRecord:
    names = [path.stem for path in sorted(directory.glob("*.json"))]
    if name not in names:
        raise KitError(f"there is no submission '{name}'", where=directory, todo=nearest(name, names))
    return read_submission(record_path(directory, name))
