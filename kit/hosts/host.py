"""The places that score a submission: what each can do, and the one dict that names them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from kit.competition.names import SPEC_NAME
from kit.errors import KitError, nearest
from kit.reporter import Reporter

if TYPE_CHECKING:  # what only downloads stays small in memory
    from kit.competition.workspace import Workspace
    from kit.hosts.kaggle_kernels import KaggleKernels
    from kit.submissions.record import SubmissionRecord

HOSTS = {
    "manual": "kit.hosts.manual",
    "answers": "kit.hosts.answers",
    "kaggle": "kit.hosts.kaggle",
}
"""Every host that a competition can name, and the module whose `open_host(workspace, reporter)` opens it."""

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
    public_text: str | None = None
    """The public score as the host writes it: its digits tell how it was rounded."""


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
    """What a host can do. One derives from it and overrides what it can; what it cannot is refused in one sentence.

    Of the methods that ask a server each raises HostBusy when trying later may help, else HostError.
    """

    name: str
    slug: str = ""
    patience: Patience = Patience()
    instead: str
    """What a person does where kit cannot ask this host; the end of every refusal."""

    def cannot(self, what: str) -> KitError:
        """The refusal of what this host cannot do."""
        return KitError(f"the host '{self.name}' {what}", where=SPEC_NAME, todo=self.instead)

    def check(self) -> None:
        """KitError where what it scores by here is gone, damaged or not whole; of most hosts nothing lies here."""
        return

    def score_at_once(self, record: SubmissionRecord) -> SubmissionRecord | None:
        """Score a submission that was just written; None for a host that scores only what it was sent."""
        return None

    def end(self) -> list[SubmissionRecord]:
        """End the competition: every submission as it is with its private score."""
        raise self.cannot("ends its competitions itself")

    def submissions(self) -> list[HostSubmission]:
        """All submissions of the team, newest first."""
        raise self.cannot("keeps no list of submissions that kit can read")

    def limits(self) -> Limits | None:
        """The host's count of submissions; None where it keeps that to itself."""
        return None

    def send(self, csv: Path, description: str) -> str:
        """Send a submission once and return the host's reference; raises NotSent or MaybeSent."""
        raise self.cannot("is sent nothing by kit")

    def kernels(self) -> KaggleKernels:
        """What runs notebooks there."""
        raise self.cannot("runs no notebooks")

    def files(self) -> list[HostFile]:
        """The competition's files."""
        raise self.cannot("gives kit no files")

    def archive(self, start: int = 0, identity: str | None = None) -> AbstractContextManager[ArchiveStream]:
        """Open the archive of all files at byte `start`, or at 0 when it is no longer the one called `identity`."""
        raise self.cannot("gives kit no files")

    def standing(self) -> Standing | None:
        """The team's place on the public leaderboard; None when the host does not tell."""
        return None


def open_host(workspace: Workspace, reporter: Reporter | None = None) -> Host:
    """The host that competition.yaml names, its keys checked; nothing is asked of it yet."""
    name = workspace.competition.host
    if name not in HOSTS:
        raise KitError(f"there is no host '{name}'", where=SPEC_NAME, todo=nearest(name, HOSTS))
    opened: Host = importlib.import_module(HOSTS[name]).open_host(workspace, reporter or Reporter())
    return opened
