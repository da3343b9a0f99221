"""Kaggle, through its official client.

The client's upload runs three requests in one, of which only the last may not be repeated; they are made one by one
here, so that a failure before the last surely sent nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import requests

from kit.competition.names import SPEC_NAME
from kit.errors import KitError
from kit.hosts.host import (
    ArchiveStream,
    Host,
    HostBusy,
    HostError,
    HostFile,
    HostSubmission,
    Limits,
    MaybeSent,
    NotSent,
    Patience,
    Standing,
    Status,
)
from kit.hosts.kaggle_client import PatientClient
from kit.hosts.kaggle_kernels import KaggleKernels
from kit.reporter import Reporter

if TYPE_CHECKING:
    from kit.competition.workspace import Workspace

T = TypeVar("T")
PAGE_SIZE = 100
MOST_PAGES = 10_000
CHUNK = 1 << 16
"""Bytes; of a reply that is cut, less than this is lost."""
STATUSES: dict[str, Status] = {"PENDING": "pending", "COMPLETE": "complete", "ERROR": "error"}


class KaggleHost(Host):
    """The Host of one Kaggle competition, `slug`, with the credentials of the user's environment.

    `endpoint` is another address than Kaggle's own, for a proxy or a stand-in.
    """

    name = "kaggle"
    instead = "look at the competition's page; `kit leaderboard sync` brings its scores here"

    def __init__(
        self,
        slug: str,
        *,
        reporter: Reporter | None = None,
        patience: Patience | None = None,
        endpoint: str | None = None,
    ) -> None:
        self.slug, self.patience = slug, patience or Patience()
        self._reporter, self._endpoint = reporter or Reporter(), endpoint

    @cached_property
    def _client(self) -> PatientClient:
        """Signed in when the first call is made: what asks Kaggle nothing needs no credentials."""
        return PatientClient(self.slug, self.patience, self._reporter, self._endpoint)

    def submissions(self) -> list[HostSubmission]:
        """All submissions of the team, newest first, from as many pages as there are."""
        from kagglesdk.competitions.types.competition_api_service import ApiListSubmissionsRequest

        def page(number: int, token: str) -> tuple[list[HostSubmission], str]:
            request = ApiListSubmissionsRequest()
            request.competition_name, request.page_size = self.slug, PAGE_SIZE
            if token:
                request.page_token = token
            else:
                request.page = number
            reply = self._client.call(lambda client: client.list_submissions(request))
            return [_submission(row) for row in reply.submissions], reply.next_page_token

        return list(_pages(page, key=lambda row: row.ref))

    def limits(self) -> Limits | None:
        """The host's count of the team's submissions; None when it gives none."""
        from kagglesdk.competitions.types.competition_api_service import ApiGetSubmissionLimitsRequest

        request = ApiGetSubmissionLimitsRequest()
        request.competition_name = self.slug
        try:
            reply = self._client.call(lambda client: client.get_submission_limits(request))
        except HostError as error:
            if error.status in (403, 404):
                return None
            raise
        # A user who has joined but never sent anything has no team yet, and all counts are 0.
        unknown = not (reply.num_allowed_now or reply.num_total or reply.num_today or reply.limited_by_total)
        return Limits(left=None if unknown else reply.num_allowed_now, total=reply.num_total)

    def send(self, csv: Path, description: str) -> str:
        """Upload `csv` and create one submission of it; the creation is asked for once, whatever happens."""
        from kagglesdk.competitions.types.competition_api_service import ApiCreateSubmissionRequest

        try:
            token = self._client.retried(lambda: self._upload(csv))
        except KitError as error:
            raise _not_sent(self.slug, error) from error
        request = ApiCreateSubmissionRequest()
        request.competition_name, request.blob_file_tokens = self.slug, token
        request.submission_description = description
        try:
            with self._client.open() as client:
                reply = client.create_submission(request)
        except HostBusy as busy:
            if busy.status == 429:
                raise NotSent(busy.what, todo="run it again later") from busy
            raise MaybeSent(busy.what, where=busy.where) from busy
        except HostError as error:
            raise _not_sent(self.slug, error) from error
        if reply.message.startswith("Could not submit"):
            raise NotSent(f"Kaggle did not take the submission: {reply.message}", todo="run it again")
        if not reply.ref:
            raise MaybeSent("Kaggle gave no reference for the submission")
        return str(reply.ref)

    def kernels(self) -> KaggleKernels:
        return KaggleKernels(self._client, self.slug)

    def files(self) -> list[HostFile]:
        """The competition's files, from as many pages as there are."""
        from kagglesdk.competitions.types.competition_api_service import ApiListDataFilesRequest

        def page(number: int, token: str) -> tuple[list[HostFile], str]:
            if number > 1 and not token:
                return [], ""
            request = ApiListDataFilesRequest()
            request.competition_name, request.page_size, request.page_token = self.slug, 2 * PAGE_SIZE, token
            reply = self._client.call(lambda client: client.list_data_files(request))
            return [HostFile(row.name or row.ref, row.total_bytes) for row in reply.files], reply.next_page_token or ""

        return list(_pages(page, key=lambda row: row.name))

    @contextmanager
    def archive(self, start: int = 0, identity: str | None = None) -> Iterator[ArchiveStream]:
        """Open the archive of all files at byte `start`, or at 0 when it is no longer the one called `identity`."""
        from kagglesdk.competitions.types.competition_api_service import ApiDownloadDataFilesRequest

        request = ApiDownloadDataFilesRequest()
        request.competition_name = self.slug
        identity = identity if start else None

        def ask(client: Any) -> requests.Response:
            reply = client.download_data_files(request)
            if identity is not None and identity == _identity(reply):
                return _from(reply, start, identity, self.patience.timeout)
            return reply

        with self._client.open_stream(ask) as reply:
            begins, size = _extent(reply)
            yield ArchiveStream(begins, size, _identity(reply), self._pieces(reply))

    def standing(self) -> Standing | None:
        """The team's place on the public leaderboard; None before its first score."""
        from kagglesdk.competitions.types.competition_api_service import ApiGetCompetitionRequest

        request = ApiGetCompetitionRequest()
        request.competition_name = self.slug
        reply = self._client.call(lambda client: client.get_competition(request))
        return Standing(reply.user_rank, reply.team_count) if reply.user_rank else None

    def _upload(self, csv: Path) -> str:
        from kagglesdk.competitions.types.competition_api_service import ApiStartSubmissionUploadRequest

        request = ApiStartSubmissionUploadRequest()
        request.competition_name, request.file_name = self.slug, csv.name
        request.content_length = csv.stat().st_size
        request.last_modified_epoch_seconds = int(csv.stat().st_mtime)
        with self._client.open() as client:
            return self._client.put(client.start_submission_upload(request), csv)

    def _pieces(self, reply: requests.Response) -> Iterator[bytes]:
        with self._client.translated():
            yield from reply.iter_content(CHUNK)


def open_host(workspace: Workspace, reporter: Reporter) -> KaggleHost:
    """The host of the competition that the key 'slug' names."""
    slug = workspace.competition.slug
    if not slug:
        raise KitError(
            "host: kaggle needs the competition's 'slug'",
            where=SPEC_NAME,
            todo="set it to the last part of https://www.kaggle.com/competitions/SLUG",
        )
    return KaggleHost(slug, reporter=reporter)


def _not_sent(slug: str, error: KitError) -> NotSent:
    """What the host says of a file that it does not take; one that takes notebooks alone has a command of its own."""
    if "submissions from notebooks" in error.what.lower():
        return NotSent(f"{slug} takes no files, only notebooks", todo="send it with 'kit submit --kernel'")
    return NotSent(error.what, where=error.where, todo=error.todo)


def _pages(page: Callable[[int, str], tuple[list[T], str]], key: Callable[[T], str]) -> Iterator[T]:
    """The rows of all pages, each once: by token where the host gives one, else by number until nothing new comes."""
    seen: set[str] = set()
    token = ""
    for number in range(1, MOST_PAGES):
        rows, token = page(number, token)
        new = [row for row in rows if key(row) not in seen]
        if not new:
            return
        seen.update(key(row) for row in new)
        yield from new
    raise HostError("Kaggle's list does not end")


def _submission(row: Any) -> HostSubmission:
    date = row.date or datetime(1970, 1, 1)
    return HostSubmission(
        ref=str(row.ref),
        description=row.description or "",
        date=date.replace(tzinfo=UTC),
        status=STATUSES[row.status.name],
        public=_score(row.public_score),
        private=_score(row.private_score),
        error=row.error_description or None,
        by=row.submitted_by or None,
        public_text=None if _score(row.public_score) is None else row.public_score.strip(),
    )


def _score(text: str | None) -> float | None:
    try:
        score = float(text or "")
    except ValueError:
        return None
    return score if math.isfinite(score) else None


def _identity(reply: requests.Response) -> str | None:
    return reply.headers.get("ETag") or reply.headers.get("Last-Modified")


def _extent(reply: requests.Response) -> tuple[int, int | None]:
    """The byte at which a reply begins, and the size of the whole that it is a part of."""
    if reply.status_code == 206:
        begin, _, size = reply.headers.get("Content-Range", "").removeprefix("bytes ").replace("-", "/").split("/")
        return int(begin), int(size) if size != "*" else None
    length = reply.headers.get("Content-Length")
    return 0, int(length) if length else None


def _from(reply: requests.Response, start: int, identity: str, timeout: float) -> requests.Response:
    """Ask for the same thing again, from byte `start` on."""
    reply.close()
    request = reply.request.copy()
    request.headers["Range"] = f"bytes={start}-"
    if not identity.startswith("W/"):
        request.headers["If-Range"] = identity
    with requests.Session() as session:
        options = session.merge_environment_settings(request.url or "", {}, True, None, None)
        again = session.send(request, timeout=timeout, **options)
    again.raise_for_status()
    if _extent(again)[0] not in (0, start):
        again.close()
        raise ValueError("another range than the one asked for")
    return again
