"""The server of `kit watch`: on loopback alone, for whoever has the address with its token, and for no other site."""

from __future__ import annotations

import hmac
import json
import secrets
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from kit.errors import KitError, system_error
from kit.keys import hidden
from kit.report.pages.render import script_hash, template_file
from kit.report.watch.site import Site
from kit.reporter import Reporter

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
"""What this machine is called in an address. Another name that leads here is a foreign site's (DNS rebinding)."""
MOST_SAID = 65_536
"""Bytes of a decision."""
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Watch:
    """A WSGI application: every address begins with the token."""

    def __init__(self, root: Path, reporter: Reporter, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self._site = Site(root, reporter)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MOST_SAID
        try:
            response = self._answer(request)
        except (KitError, OSError) as error:
            told = error if isinstance(error, KitError) else system_error(error)
            response = _json({"error": str(told)}, 400)
        except HTTPException as error:
            response = Response(error.name, error.code or 400)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = self._path(request)
        if path is None:
            return Response("this address is not open to you", 403)
        if request.method == "POST" and path == "decide":
            return _json(self._site.decide(_content(request)))
        if request.method != "GET":
            return Response("", 405)
        if path == "":
            script = template_file("watch.js")
            response = Response(hidden(self._site.page(script)), content_type="text/html; charset=utf-8")
            response.headers["Content-Security-Policy"] = (
                f"default-src 'none'; img-src 'self' data:; connect-src 'self'; style-src 'unsafe-inline';"
                f" script-src 'sha256-{script_hash(script)}'; base-uri 'none'; form-action 'none';"
                " frame-ancestors 'none'"
            )
            return response
        if path == "live":
            return _json(self._site.live())
        if path == "reviews":
            return Response(hidden(self._site.reviews(request.args)), content_type="text/html; charset=utf-8")
        if path == "photo":
            picture = self._site.photo(request.args.get("image", ""))
            return Response("", 404) if picture is None else Response(picture, content_type="image/webp")
        return Response("", 404)

    def _path(self, request: Request) -> str | None:
        """What is asked for, behind the token; None where the host, the origin or the token is not this server's.

        Whoever changes something must say where it comes from: browsers do so for every POST.
        """
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return None
        if name not in NAMES or (origin is None and request.method != "GET"):
            return None
        if origin is not None and origin != f"http://{host}":
            return None
        token, slash, path = request.path.removeprefix("/").partition("/")
        right = hmac.compare_digest(token.encode(), self.token.encode())
        return path if right and slash else None


class _Silent(WSGIRequestHandler):
    """Says nothing of each request, whose address holds the token."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def open_server(watch: Watch, port: int) -> BaseWSGIServer:
    """A server on loopback that serves when it is told to; port 0 takes a free one. KitError where it is taken."""
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise KitError(system_error(error).what, where=f"port {port}", todo="name another --port") from None
    with listening:
        return make_server(HOST, port, watch, threaded=True, request_handler=_Silent, fd=listening.fileno())


def address(watch: Watch, server: BaseWSGIServer) -> str:
    return f"http://{HOST}:{server.port}/{watch.token}/"


def _content(request: Request) -> object:
    if request.mimetype != "application/json":
        raise KitError("a decision is sent as JSON")
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise KitError("this is no JSON") from None


def _json(content: object, status: int = 200) -> Response:
    return Response(hidden(json.dumps(content)), status, content_type="application/json")
