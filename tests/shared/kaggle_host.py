"""A stand-in Kaggle on loopback: the wire of the official client, real scoring, and faults on demand."""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kit.errors import KitError
from kit.hosts.host import Patience
from kit.hosts.kaggle import KaggleHost
from kit.hosts.kaggle_client import _imported
from kit.reporter import Reporter
from shared.notebook_host import Notebooks, Refused

LIMIT_WORDS = (
    "Your team has used its daily Submission allowance ({}) today, please try again tomorrow UTC (3 hours from now)."
)
RULES_WORDS = "You must accept this competition's rules before you'll be able to download files."
WORDS = {
    400: "Bad request",
    401: "Unauthenticated",
    403: "Permission 'competitions.get' was denied",
    404: "Not found",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}
CHUNK = 1 << 16


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of `call`, after `skip` good ones.

    `kind` is a status ("401", "500", ...), or one of
    "429 nested" (the body of a proxy), "200 error" (an error told in a good reply), ".error" (the reply's own field),
    "rules", "html", "garbage", "hang",
    "cut before" (nothing was done), "500 after", "html after", "hang after", "cut after" (it was done, no reply),
    "late" (it is done `seconds` later, no reply), "cut within" (it was done, half of the reply arrives), "no ref",
    "refused", "empty"; of a download, at the byte `at`: "cut at", "hang at", "short" (a whole reply that ends there).
    A download's calls are "archive", and "range" where only a part of it is asked for.
    """

    call: str
    kind: str
    times: int = 1
    skip: int = 0
    words: str | None = None
    retry_after: str | None = None
    seconds: float = 5.0
    at: int = 0


@dataclass
class Sent:
    """A submission as the host keeps it."""

    ref: int
    description: str
    data: bytes
    status: str = "PENDING"
    public: float | None = None
    private: float | None = None
    error: str | None = None
    date: datetime = field(default_factory=lambda: datetime.now(UTC))
    by: str = "me"
    born: float = field(default_factory=time.monotonic)


class KaggleStandIn(Notebooks):
    """`with KaggleStandIn(...) as kaggle:` serves at `kaggle.url` until the block ends."""

    def __init__(
        self,
        *,
        slug: str = "masks",
        score: Callable[[bytes], tuple[float, float]] | None = None,
        daily: int = 100,
        files: dict[str, int] | None = None,
        archive: Path | None = None,
        faults: list[Fault] | None = None,
    ) -> None:
        self.slug, self.score, self.daily = slug, score or (lambda data: (0.5, 0.4)), daily
        self.files, self.archive, self.faults = files or {}, archive, list(faults or [])
        self.username, self.key, self.token = "me", "0123456789abcdef0123456789abcdef", "KGAT_fedcba9876543210"
        self.submissions: list[Sent] = []
        self.calls: Counter[str] = Counter()
        self.archive_bytes = 0
        self.ranges_asked: list[str] = []
        self.etag = '"v1"'
        self.ranges = True
        self.show_private = False
        self.limits_known = True
        self.has_team = True
        self.pending_polls = 0
        self.list_lag = 0.0
        self.delay = 0.0
        self.page_size = 20
        self.rank: int | None = 7
        self.newest_client: str | None = None
        self.start_notebooks()
        self._blobs: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()

    def __enter__(self) -> KaggleStandIn:
        handler = type("Handler", (_Handler,), {"kaggle": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._server.shutdown()
        self._server.server_close()

    def credentials(self, kind: str = "key") -> dict[str, str]:
        """The environment that a user with good credentials has."""
        if kind == "token":
            return {"KAGGLE_API_TOKEN": self.token}
        return {"KAGGLE_USERNAME": self.username, "KAGGLE_KEY": self.key}

    def submit(self, description: str, data: bytes, by: str = "me", error: str | None = None) -> Sent:
        """Take a submission, as from the web page."""
        with self._lock:
            sent = Sent(1001 + len(self.submissions), description, data, by=by)
            try:
                if error:
                    raise ValueError(error)
                sent.public, sent.private = self.score(data)
                sent.status = "COMPLETE"
            except ValueError as reason:
                sent.status, sent.error = "ERROR", str(reason)
            self.submissions.append(sent)
            return sent

    def rescore(self, ref: int, public: float) -> None:
        next(sent for sent in self.submissions if sent.ref == ref).public = public

    def fault(self, call: str) -> Fault | None:
        with self._lock:
            self.calls[call] += 1
            for fault in self.faults:
                if fault.call != call or fault.times == 0:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def wait(self, seconds: float) -> None:
        self._end.wait(seconds)

    # The calls of the service: each takes the request's JSON and returns the reply's.

    def StartSubmissionUpload(self, request: dict[str, Any]) -> dict[str, Any]:
        token = f"blob{len(self._blobs)}"
        with self._lock:
            self._blobs[token] = b""
        return {"token": token, "createUrl": f"{self.url}/upload/{token}"}

    def put(self, token: str, data: bytes) -> None:
        self._blobs[token] = data

    def CreateSubmission(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.only_notebooks:
            raise Refused(400, "Submission not allowed:  This competition only accepts Submissions from Notebooks.")
        self.check_allowance()
        sent = self.submit(request.get("submissionDescription", ""), self._blobs[request["blobFileTokens"]])
        return {"message": "Successfully submitted to Masks", "ref": sent.ref}

    def ListSubmissions(self, request: dict[str, Any]) -> dict[str, Any]:
        pending = self.pending_polls > 0
        self.pending_polls -= pending
        now = time.monotonic()
        shown = [sent for sent in reversed(self.submissions) if now - sent.born >= self.list_lag]
        rows, token = self._page(shown, request)
        return {"submissions": [self._row(sent, pending) for sent in rows], "nextPageToken": token}

    def GetSubmissionLimits(self, request: dict[str, Any]) -> dict[str, Any]:
        if not self.limits_known:
            raise Refused(404, "Not found")
        today = self.sent_today()
        if not self.has_team:
            return {}
        return {"numToday": today, "numTotal": len(self.submissions), "numAllowedNow": self.daily - today}

    def GetCompetition(self, request: dict[str, Any]) -> dict[str, Any]:
        rank = {} if self.rank is None else {"userRank": self.rank}
        only = {"isKernelsSubmissionsOnly": self.only_notebooks, "submissionsDisabled": self.closed}
        return {"ref": self.slug, "teamCount": 41, "userHasEntered": True, **only, **rank}

    def ListDataFiles(self, request: dict[str, Any]) -> dict[str, Any]:
        rows, token = self._page(list(self.files.items()), request)
        date = "2026-11-01T00:00:00.000Z"
        files = [{"name": name, "totalBytes": size, "creationDate": date} for name, size in rows]
        return {"files": files, "nextPageToken": token}

    def IntrospectToken(self, request: dict[str, Any]) -> dict[str, Any]:
        good = request.get("token") == self.token
        return {"active": good, "username": self.username if good else ""}

    def check_allowance(self) -> None:
        if self.sent_today() >= self.daily:
            raise Refused(400, LIMIT_WORDS.format(self.daily))

    def sent_today(self) -> int:
        return sum(sent.date.date() == datetime.now(UTC).date() for sent in self.submissions)

    def _page(self, rows: list[Any], request: dict[str, Any]) -> tuple[list[Any], str]:
        size = min(request.get("pageSize") or 20, self.page_size)
        start = int(request.get("pageToken") or 0) or (int(request.get("page") or 1) - 1) * size
        return rows[start : start + size], str(start + size) if start + size < len(rows) else ""

    def _row(self, sent: Sent, pending: bool) -> dict[str, Any]:
        row: dict[str, Any] = {
            "ref": sent.ref,
            "description": sent.description,
            "date": sent.date.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "fileName": "submission.csv",
            "status": "PENDING" if pending else sent.status,
            "publicScore": "",
            "privateScore": "",
            "submittedBy": sent.by,
            "teamName": "team",
        }
        if not pending and sent.status == "COMPLETE":
            row["publicScore"] = f"{sent.public:.5f}"
            row["privateScore"] = f"{sent.private:.5f}" if self.show_private else ""
        if not pending and sent.error:
            row["errorDescription"] = sent.error
        return row


def accuracy_on(answers: dict[str, int]) -> Callable[[bytes], tuple[float, float]]:
    """A scorer of csv files with the columns id and label: the accuracy on every other row is public."""

    def score(data: bytes) -> tuple[float, float]:
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        if not rows or set(rows[0]) != {"id", "label"}:
            raise ValueError("Submission must have columns: id, label")
        right = [answers[row["id"]] == int(row["label"]) for row in sorted(rows, key=lambda row: row["id"])]
        return sum(right[::2]) / len(right[::2]), sum(right[1::2]) / len(right[1::2])

    return score


def connect(
    kaggle: KaggleStandIn, *, timeout: float = 2.0, tries: int = 3, reporter: Reporter | None = None
) -> KaggleHost:
    """The adapter over the official client, talking to the stand-in, with short waits."""
    with contextlib.suppress(KitError):
        _imported(60)  # on a busy machine that alone would take longer than these waits
    patience = Patience(timeout=timeout, tries=tries, backoff=0.01, longest=1.0)
    return KaggleHost(kaggle.slug, endpoint=kaggle.url, patience=patience, reporter=reporter)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home without credentials: no test can reach anybody's account."""
    for name in os.environ:
        if name.upper().startswith("KAGGLE_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    # Nothing that the client's own import may ask for leaves this machine.
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    return home


@pytest.fixture
def signed_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose user has good credentials."""
    for name, value in KaggleStandIn().credentials().items():
        monkeypatch.setenv(name, value)
    return home


class Told(Reporter):
    """A reporter that remembers."""

    def __init__(self) -> None:
        self.infos: list[str] = []
        self.warnings: list[str] = []

    def info(self, text: str) -> None:
        self.infos.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kaggle: KaggleStandIn

    def do_POST(self) -> None:
        body = self._body()
        call = urlsplit(self.path).path.rsplit("/", 1)[-1]
        if not self._known():
            return self._error(401, WORDS[401])
        self._run(call, lambda: getattr(self.kaggle, call)(json.loads(body or b"{}")))

    def do_PUT(self) -> None:
        def take() -> dict[str, Any]:
            self.kaggle.put(urlsplit(self.path).path.rsplit("/", 1)[-1], self._body())
            return {}

        self._run("PUT", take)

    def do_GET(self) -> None:
        if urlsplit(self.path).path.startswith("/output/"):
            return self._run("output", self._output)
        asked = self.headers.get("Range")
        if asked:
            self.kaggle.ranges_asked.append(asked)
        self._run("range" if asked else "archive", self._archive)

    def _run(self, call: str, perform: Callable[[], dict[str, Any] | None]) -> None:
        kaggle = self.kaggle
        kaggle.wait(kaggle.delay)
        fault = kaggle.fault(call)
        kind = fault.kind if fault else ""
        if fault and (kind.isdigit() or kind in ("429 nested", "200 error", "rules")):
            return self._told(fault)
        if kind in ("cut before", "hang"):
            if fault and kind == "hang":
                kaggle.wait(fault.seconds)
            return self._cut()
        if kind == "html":
            return self._html()
        if kind == "garbage":
            return self._send(200, b'{"submissions": [{"ref"')
        if kind == "empty":
            return self._send(200, b'{"submissions": []}')
        if fault and kind == ".error":
            return self._send(200, json.dumps({"error": fault.words or WORDS[500]}).encode())
        if kind == "refused":
            return self._send(200, b'{"message": "Could not submit to competition"}')
        if call == "DownloadDataFiles":
            return self._redirect()
        if fault and kind == "cut within" and call == "output":
            return self._output(cut=True)
        if fault and kind in ("cut at", "hang at"):
            return self._archive(cut=fault.at, hang=fault.seconds if kind == "hang at" else 0)
        if fault and kind == "short":
            return self._archive(end=fault.at)
        if fault and kind == "late":
            kaggle.wait(fault.seconds)
        try:
            reply = perform()
        except Refused as refused:
            return self._error(refused.status, refused.words)
        except ConnectionError:
            return self._cut()
        if reply is None:
            return
        kaggle.wait(kaggle.delay)
        body = json.dumps(reply).encode()
        if kind == "500 after":
            return self._error(500, WORDS[500])
        if kind == "html after":
            return self._html()
        if kind == "no ref":
            return self._send(200, b'{"message": "Successfully submitted"}')
        if fault and kind == "hang after":
            kaggle.wait(fault.seconds)
        if kind in ("cut after", "hang after", "late"):
            return self._cut()
        self._send(200, body, sent=len(body) // 2 if kind == "cut within" else None)

    def _known(self) -> bool:
        given = self.headers.get("Authorization", "")
        basic = base64.b64encode(f"{self.kaggle.username}:{self.kaggle.key}".encode()).decode()
        return given in (f"Basic {basic}", f"Bearer {self.kaggle.token}") or self.path.endswith("IntrospectToken")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _told(self, fault: Fault) -> None:
        extra = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        if fault.kind == "429 nested":
            words = fault.words or WORDS[429]
            body = {"error": {"code": 429, "message": words, "status": "RESOURCE_EXHAUSTED"}}
            return self._send(429, json.dumps(body).encode(), extra=extra)
        if fault.kind == "200 error":
            return self._send(200, json.dumps({"code": 403, "message": fault.words or WORDS[403]}).encode())
        status = 403 if fault.kind == "rules" else int(fault.kind)
        words = RULES_WORDS if fault.kind == "rules" else WORDS[status]
        self._error(status, fault.words or words, extra)

    def _error(self, status: int, words: str, extra: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps({"code": status, "message": words}).encode(), extra=extra)

    def _html(self) -> None:
        self._send(200, b"<html><body>We'll be back soon</body></html>", kind="text/html; charset=utf-8")

    def _redirect(self) -> None:
        self._send(302, b"", extra={"Location": f"{self.kaggle.url}/storage/{self.kaggle.slug}.zip?signature=1"})

    def _archive(self, cut: int | None = None, hang: float = 0, end: int | None = None) -> None:
        kaggle = self.kaggle
        assert kaggle.archive is not None
        size, start, status = kaggle.archive.stat().st_size, 0, 200
        extra = {"ETag": kaggle.etag, "Accept-Ranges": "bytes"}
        asked = self.headers.get("Range")
        if asked and kaggle.ranges and self.headers.get("If-Range") in (None, kaggle.etag):
            start, status = int(asked.removeprefix("bytes=").split("-")[0]), 206
            if start >= size:
                return self._send(416, b"", extra={"Content-Range": f"bytes */{size}"})
            extra["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        self._head(status, (end or size) - start, "application/zip", extra)
        end = end or (size if cut is None else min(size, max(start, cut)))
        with contextlib.suppress(ConnectionError), open(kaggle.archive, "rb") as handle:
            handle.seek(start)
            for piece in _pieces(handle, end - start):
                self.wfile.write(piece)
                kaggle.archive_bytes += len(piece)
        if cut is not None:
            kaggle.wait(hang)
            self._cut()

    def _output(self, cut: bool = False) -> None:
        data = self.kaggle.output(urlsplit(self.path).path.removeprefix("/output/"))
        self._send(200, data, kind="application/octet-stream", sent=len(data) // 2 if cut else None)

    def _head(self, status: int, length: int, kind: str, extra: dict[str, str]) -> None:
        self.send_response(status)
        if self.kaggle.newest_client:
            extra = {**extra, "X-Kaggle-APIVersion": self.kaggle.newest_client}
        headers = {"Content-Type": kind, "Content-Length": str(length), "Connection": "close", **extra}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json; charset=utf-8",
        extra: dict[str, str] | None = None,
        sent: int | None = None,
    ) -> None:
        with contextlib.suppress(ConnectionError):
            self._head(status, len(body), kind, extra or {})
            self.wfile.write(body[:sent])
        if sent is not None:
            self._cut()

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(2)
        self.close_connection = True

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        pass


def _pieces(handle: Any, left: int) -> Iterator[bytes]:
    while left > 0 and (piece := handle.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece
