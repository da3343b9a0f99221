"""When submissions were made, sent and scored. One file an event, so that git merges what two people note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from kit.files import fingerprint, read_record, write_record
from kit.schema import FileName, Frozen

LOG = "log"
"""The folder of events, beside the records of the submissions."""


class HostScore(Frozen):
    """A score as the host told it, and when it was noted here."""

    public: float | None = None
    private: float | None = None
    noted: datetime
    source: str
    """Who told it: 'hand' or the host's name."""
    public_text: str | None = None
    """The public score as it was written, where that is known: 0.7290 has four decimals."""
    metric: str | None = None
    """By which metric, where that was another than the submission's own."""


class Sent(Frozen):
    """What is known of a submission at the host."""

    host: str
    status: str
    """sending (an answer is outstanding), pending, complete or error; not arrived is said by NOT_ARRIVED."""
    time: datetime
    ref: str | None = None
    message: str = ""


NOT_ARRIVED = "not arrived"
"""What an event says of a sending that the host never had."""


class Event(Frozen):
    """submissions/log/<name>-<hash>.json: one thing that happened to a submission."""

    submission: FileName
    csv: str | None
    """sha256 of the submission's csv: of another submission of the same name it says nothing."""
    noted: datetime
    score: HostScore | None = None
    """What the host scored it."""
    sent: Sent | None = None
    """How it stands at the host from then on. An event without score and this is of its making."""

    @property
    def is_making(self) -> bool:
        return self.score is None and self.sent is None

    @model_serializer(mode="wrap")
    def _what_is_not_there_is_not_said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Events of before keep their bytes and their names."""
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "sent" or value}


def event_path(directory: Path, event: Event) -> Path:
    return directory / LOG / f"{event.submission}-{fingerprint(event.model_dump(mode='json'))[:12]}.json"


def submission_of(path: Path) -> str:
    """The name of the submission whose event this file holds."""
    return path.stem.rpartition("-")[0]


def event_paths(directory: Path, name: str | None = None) -> list[Path]:
    """The files of all events, or of one submission's."""
    paths = sorted((directory / LOG).glob("[!.]*.json"))
    return paths if name is None else [path for path in paths if submission_of(path) == name]


def paths_by_submission(directory: Path) -> dict[str, list[Path]]:
    """The files of all events, by the submission that they are of."""
    found: dict[str, list[Path]] = {}
    for path in event_paths(directory):
        found.setdefault(submission_of(path), []).append(path)
    return found


def read_event(path: Path) -> Event:
    return read_record(path, Event)


def write_events(directory: Path, events: Iterable[Event]) -> None:
    """Write the events that are not there yet."""
    for event in events:
        path = event_path(directory, event)
        if not path.exists():
            write_record(path, event)


def scores_of(before: Iterable[HostScore], events: Iterable[Event]) -> tuple[HostScore, ...]:
    """The scores in the order in which they were noted; what two people noted alike counts once.

    before: the scores that an older record holds itself.
    """
    logged = (event.score for event in events if event.score is not None)
    found = sorted([*before, *logged], key=lambda score: (score.noted, str(score)))
    return (*found[:1], *(now for last, now in pairwise(found) if not _alike(last, now)))


def sent_of(before: Sent | None, events: Iterable[Event]) -> Sent | None:
    """How a submission stands at the host by what was noted last; `before`, what an older record says itself, else."""
    last = max((event for event in events if event.sent is not None), key=lambda event: event.noted, default=None)
    found = before if last is None else last.sent
    return None if found is None or found.status == NOT_ARRIVED else found


def _alike(one: HostScore, other: HostScore) -> bool:
    return one.model_copy(update={"noted": other.noted}) == other


def after(now: datetime, known: Iterable[datetime]) -> datetime:
    """`now`, or just after the last of `known`, where the clock of whoever noted that is ahead."""
    return max([now, *(time + timedelta(microseconds=1) for time in known)])
