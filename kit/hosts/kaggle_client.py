"""Kaggle's official client, made patient and quiet, its errors one sentence each, and no key ever in them.

The client itself retries nothing, has no timeout, prints, and authenticates while it is imported.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar

import requests
import urllib3
from requests.adapters import HTTPAdapter

from kit.errors import KitError
from kit.hosts.host import HostBusy, HostError, Patience
from kit.keys import HIDDEN, hidden
from kit.reporter import Reporter

T = TypeVar("T")
BUSY = (408, 429, 500, 502, 503, 504)
SET_CREDENTIALS = (
    "put the kaggle.json of https://www.kaggle.com/settings into ~/.kaggle/, "
    "or set KAGGLE_USERNAME and KAGGLE_KEY, or KAGGLE_API_TOKEN"
)


class PatientClient:
    """The official client of the user's credentials, for calls about the competition `slug`."""

    def __init__(self, slug: str, patience: Patience, reporter: Reporter, endpoint: str | None) -> None:
        self._slug, self._patience, self._reporter = slug, patience, reporter
        self._warned: set[str] = set()
        self._source = "no credential"
        self._secrets: list[str] = []
        self._api = _client_class(patience.timeout, endpoint)()
        self.retried(self._authenticate)

    @property
    def username(self) -> str:
        """The name of the account."""
        return str(self._api.config_values["username"])

    @property
    def timeout(self) -> float:
        """Seconds that an answer is waited for."""
        return self._patience.timeout

    @contextmanager
    def open(self) -> Iterator[Any]:
        """The client for calls about competitions, each made once, their errors a HostBusy or another HostError."""
        with self.open_all() as client:
            yield client.competitions.competition_api_client

    @contextmanager
    def open_all(self) -> Iterator[Any]:
        """The same with all services of the client."""
        with self.translated(), self._quiet(), self._api.build_kaggle_client() as client:
            yield client

    def put(self, place: Any, path: Path) -> str:
        """Send a file's bytes where the host says, and return its token; HostBusy where they do not arrive."""
        with open(path, "rb") as handle:
            reply = requests.put(place.create_url, data=handle, timeout=self._patience.timeout)
        if not reply.ok:
            raise HostBusy(
                f"Kaggle's storage did not take {path.name} ({reply.status_code})", todo="run it again later"
            )
        return str(place.token)

    def call_all(self, work: Callable[[Any], T]) -> T:
        """One call of any service that may be repeated, and is where it helps."""

        def once() -> T:
            with self.open_all() as client:
                return work(client)

        return self.retried(once)

    @contextmanager
    def open_stream(self, call: Callable[[Any], requests.Response]) -> Iterator[requests.Response]:
        """The reply of a call that streams; reading it needs `translated`."""
        with self._api.build_kaggle_client() as client:
            with self.translated(), self._quiet():
                reply = call(client.competitions.competition_api_client)
            try:
                yield reply
            finally:
                reply.close()

    def call(self, work: Callable[[Any], T]) -> T:
        """One call about competitions that may be repeated, and is where it helps."""
        return self.call_all(lambda client: work(client.competitions.competition_api_client))

    def retried(self, work: Callable[[], T]) -> T:
        """Do `work` until it is not HostBusy, as often and after such waits as the patience and the host say."""
        wait = self._patience.backoff
        for _ in range(self._patience.tries - 1):
            try:
                return work()
            except HostBusy as busy:
                asked = busy.retry_after
                if asked is not None and asked > self._patience.longest:
                    raise
                time.sleep(wait if asked is None else asked)
                wait *= 2
        return work()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the client raises into one sentence."""
        try:
            yield
        except requests.HTTPError as error:
            raise self._refusal(error.response, str(error)) from error
        except requests.Timeout as error:
            raise HostBusy(f"Kaggle did not answer within {self._patience.timeout:g} s") from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            raise HostBusy("the connection to Kaggle was cut within a reply") from error
        except (requests.ConnectionError, urllib3.exceptions.HTTPError) as error:
            raise HostBusy(
                "Kaggle cannot be reached, or cut the connection", todo="check the network and run it again"
            ) from error
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise HostBusy("Kaggle's reply could not be understood", todo="run it again later") from error

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Turn what the client prints into a warning that is given once."""
        said = io.StringIO()
        try:
            with redirect_stdout(said):
                yield
        finally:
            for line in said.getvalue().splitlines():
                if line.startswith("Warning:") and line not in self._warned:
                    self._warned.add(line)
                    self._reporter.warn(self._hidden(line.removeprefix("Warning:").strip()))

    def _authenticate(self) -> None:
        token, source = _access_token()
        self._source = source or self._source
        self._secrets = [token] if token else []
        try:
            with self.translated(), self._quiet():
                self._api.authenticate()
        except SystemExit:
            if token:
                raise KitError(f"Kaggle did not accept the token of {source}", todo=SET_CREDENTIALS) from None
            raise KitError("there are no credentials for Kaggle", todo=SET_CREDENTIALS) from None
        values = self._api.config_values
        self._secrets = [secret for secret in (token, values.get("key"), values.get("token")) if secret]
        if not token:
            file = str(self._api.config).replace(os.path.expanduser("~"), "~", 1)
            legacy = "KAGGLE_USERNAME + KAGGLE_KEY" if os.environ.get("KAGGLE_KEY") else file
            self._source = legacy if "key" in values else "the login of `kaggle auth login`"

    def _refusal(self, reply: requests.Response | None, text: str) -> HostError:
        status, words = _words(reply, text)
        words = self._hidden(words)
        error: HostError
        if status in BUSY:
            trouble = "asks to slow down" if status == 429 else "has trouble"
            error = HostBusy(f"Kaggle {trouble} ({status}: {words})", todo="run it again later")
            error.retry_after = _retry_after(reply)
        elif status == 401:
            error = HostError(f"Kaggle did not accept the credential of {self._source} (401)", todo=SET_CREDENTIALS)
        elif status == 403 and "rules" in words.lower():
            page = f"https://www.kaggle.com/competitions/{self._slug}/rules"
            error = HostError("the competition's rules are not accepted yet (403)", todo=f"accept them at {page}")
        elif status == 403:
            todo = f"check that '{self._slug}' is the competition's slug and that this account has joined it"
            error = HostError(f"Kaggle denied this (403: {words})", todo=todo)
        elif status == 404:
            error = HostError(f"Kaggle knows no such thing in '{self._slug}' (404: {words})", todo="check the slug")
        else:
            error = HostError(f"Kaggle refused ({status}): {words}")
        error.status = status
        return error

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return hidden(text)


def or_unknown(ask: Callable[[], T]) -> T | None:
    """The reply, or None where the host knows no such thing, or not yet: of what is private it says 403."""
    try:
        return ask()
    except HostError as error:
        if error.status in (403, 404):
            return None
        raise


def _client_class(timeout: float, endpoint: str | None) -> type[Any]:
    """The official client, with a timeout on every request; the package is imported here and nowhere else."""
    base = _imported(timeout).KaggleApi

    class Adapter(HTTPAdapter):
        def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
            options["timeout"] = options.get("timeout") or timeout
            return super().send(request, *args, **options)

    class Client(base):  # type: ignore[valid-type, misc]
        def build_kaggle_client(self) -> Any:
            client = super().build_kaggle_client()
            http = client.http_client().__enter__()
            http._endpoint = endpoint or http._endpoint
            http._session.mount("http://", Adapter())
            http._session.mount("https://", Adapter())
            return client

        def get_response_processor(self) -> Callable[[requests.Response], None]:
            check_version = super().get_response_processor()

            def check(reply: requests.Response) -> None:
                check_version(reply)
                if reply.headers.get("Content-Type", "").startswith("text/html"):
                    raise ValueError("a web page instead of a reply")

            return check

    return Client


def _imported(timeout: float) -> Any:
    """Import the client, which authenticates while it is imported, perhaps over the network, and prints."""
    result: list[Any] = []

    def load() -> None:
        try:
            from kaggle.api import kaggle_api_extended

            result.append(kaggle_api_extended)
        except (Exception, SystemExit) as error:
            result.append(error)

    thread = threading.Thread(target=load, daemon=True)
    with redirect_stdout(io.StringIO()):
        thread.start()
        thread.join(timeout)
    if not result:
        raise HostBusy(f"Kaggle did not answer within {timeout:g} s", todo="check the network and run it again")
    if isinstance(result[0], SystemExit):
        raise KitError("there are no credentials for Kaggle", todo=SET_CREDENTIALS)
    if isinstance(result[0], ImportError):
        raise KitError(f"the kaggle package cannot be used ({result[0]})", todo="pip install 'kaggle>=2.2.4,<3'")
    if isinstance(result[0], BaseException):
        raise result[0]
    return result[0]


def _access_token() -> tuple[str | None, str | None]:
    """The access token that the client would use before all else, and the name of its place."""
    from kagglesdk import get_access_token_from_env

    token, source = get_access_token_from_env()
    return token, "~/.kaggle/access_token" if source == "access_token" else source


def _words(reply: requests.Response | None, text: str) -> tuple[int, str]:
    """The status and the host's own words, from the reply's body where it has them."""
    if reply is None:
        return 0, text
    status, words = reply.status_code, text
    try:
        body = reply.json()
    except ValueError:
        body = None
    inner = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(inner, dict):
        words = str(inner.get("message") or words)
        code = inner.get("code")
        status = code if status < 400 and isinstance(code, int) else status
    return status, " ".join(words.split())


def _retry_after(reply: requests.Response | None) -> float | None:
    """The seconds that a reply asks to wait (RFC 9110, section 10.2.3)."""
    text = "" if reply is None else reply.headers.get("Retry-After", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
