"""When submissions were made and what hosts scored them. One file an event, so that git merges what two people note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

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


class Event(Frozen):
    """submissions/log/<name>-<hash>.json: one thing that happened to a submission."""

    submission: FileName
    csv: str | None
    """sha256 of the submission's csv: of another submission of the same name it says nothing."""
    noted: datetime
    score: HostScore | None = None
    """What the host scored it; None in the event of its making."""


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


def _alike(one: HostScore, other: HostScore) -> bool:
    return one.model_copy(update={"noted": other.noted}) == other


def after(now: datetime, known: Iterable[datetime]) -> datetime:
    """`now`, or just after the last of `known`, where the clock of whoever noted that is ahead."""
    return max([now, *(time + timedelta(microseconds=1) for time in known)])
