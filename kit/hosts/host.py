"""The places that a submission can be sent to: by hand, or Kaggle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from kit.errors import KitError, nearest
from kit.reporter import Reporter

HOSTS = ("manual", "kaggle")
Status = Literal["pending", "complete", "error"]


@dataclass(frozen=True)
class Patience:
    """How long to wait for a host: seconds for an answer, tries a call, seconds before the second (then doubled)."""

    timeout: float = 60.0
    tries: int = 5
    backoff: float = 1.0
    longest: float = 120.0
    """The longest wait, in seconds, that a host may ask for before the next try."""


class HostError(KitError):
    """The host refused a call, or could not be reached."""

    status: int | None = None
    """The HTTP status, where there was a reply."""


class HostBusy(HostError):
    """The host, or the way to it, failed; the same call may work later."""

    retry_after: float | None = None
    """The seconds that the host asked to wait."""


class NotSent(KitError):
    """A submission surely did not reach the host."""


class MaybeSent(KitError):
    """The reply to a submission was lost: only the host's own list can tell whether it arrived."""


@dataclass(frozen=True)
class HostSubmission:
    """One row of the host's list of the team's submissions; a score is None while it is not shown."""

    ref: str
    description: str
    date: datetime
    status: Status
    public: float | None
    private: float | None
    error: str | None
    by: str | None


@dataclass(frozen=True)
class HostFile:
    """A file of the competition: its path inside the data folder, and its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Limits:
    """How many submissions may still be sent now, where known, and how many were ever sent, by the host's count."""

    left: int | None
    total: int


@dataclass(frozen=True)
class Standing:
    """The team's place on the public leaderboard, 1 is the top, among `teams`."""

    rank: int
    teams: int


@dataclass(frozen=True)
class ArchiveStream:
    """The bytes of the archive from `start` on; `identity` changes whenever its content does."""

    start: int
    size: int | None
    identity: str | None
    pieces: Iterator[bytes]


class Host(Protocol):
    """What every host can do. Each method raises HostBusy when trying later may help, else HostError."""

    name: str
    slug: str
    patience: Patience

    def submissions(self) -> list[HostSubmission]:
        """All submissions of the team, newest first."""

    def limits(self) -> Limits | None:
        """The host's count of submissions; None where it keeps that to itself."""

    def left_today(self) -> int | None:
        """How many submissions may still be sent today; None when the host does not tell."""

    def send(self, csv: Path, description: str) -> str:
        """Send a submission once and return the host's reference; raises NotSent or MaybeSent."""

    def files(self) -> list[HostFile]:
        """The competition's files."""

    def archive(self, start: int = 0, identity: str | None = None) -> AbstractContextManager[ArchiveStream]:
        """Open the archive of all files at byte `start`, or at 0 when it is no longer the one called `identity`."""

    def standing(self) -> Standing | None:
        """The team's place on the public leaderboard; None when the host does not tell."""


def open_host(name: str, slug: str | None, reporter: Reporter | None = None) -> Host:
    """The host `name` of the competition `slug`, ready for calls; a host of KitErrors is never returned."""
    if name == "manual":
        raise KitError(
            "this competition has no host that kit can talk to (host: manual)",
            where="competition.yaml",
            todo="upload the csv by hand and write its score down with `kit leaderboard log`, or set host: kaggle",
        )
    if name not in HOSTS:
        raise KitError(f"there is no host '{name}'", where="competition.yaml", todo=nearest(name, HOSTS))
    if not slug:
        raise KitError(
            "the competition's slug is not set",
            where="competition.yaml",
            todo="set `slug` to the last part of https://www.kaggle.com/competitions/SLUG",
        )
    from kit.hosts.kaggle import KaggleHost

    return KaggleHost(slug, reporter=reporter or Reporter())
