"""The review page: served on this machine to whoever knows the address, and to nobody else.

The address holds a random token; requests for another host name (DNS rebinding), from another origin or of another content
type are refused; the page may load nothing but its own files. It decides nothing: that is the desk's.
"""

from __future__ import annotations

import json
import re
import secrets
import socket
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from summarizer.errors import ConfigurationError, EvaluationError
from summarizer.evaluation.gold import GoldFacts, GoldPaper
from summarizer.evaluation.review.desk import Desk, LabelIssuesError, Opened, StaleRevisionError

HOST = "127.0.0.1"
_PAGE_FOLDER = files("summarizer.evaluation.review").joinpath("page")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FIELD = re.compile(r'"([\w.-]+)"')
_STATUS: dict[type[EvaluationError], int] = {LabelIssuesError: 422, StaleRevisionError: 409}
_TOKEN_BYTES = 24


def open_socket(port: int = 0) -> socket.socket:
    """Return a socket that listens on this machine alone; without a port, on any free one.

    Raises:
        ConfigurationError: the port is in use.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise ConfigurationError(f"port {port} can't be used ({error.strerror}); choose another with --port") from error


def make_address(listener: socket.socket) -> tuple[str, str]:
    """Return the secret part of an address, and the address of the page with it."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return token, f"http://{HOST}:{listener.getsockname()[1]}/{token}/"


def build_app(desk: Desk, *, port: int, token: str) -> web.Application:
    """Return the server of the review page.

    Args:
        desk: opens and saves papers.
        port: where it will be reached, to tell requests for another host.
        token: the secret part of its address.
    """
    app = web.Application(middlewares=[_guard(port)])
    app.on_response_prepare.append(_add_headers)
    for file in _PAGE_FOLDER.iterdir():
        path = "" if file.name == "review.html" else file.name
        app.router.add_get(f"/{token}/{path}", _serve_file(file))
    routes = _Routes(desk)
    app.router.add_get(f"/{token}/set", routes.show_set)
    app.router.add_get(f"/{token}/paper", routes.show_paper)
    app.router.add_put(f"/{token}/paper", routes.save_paper)
    return app


def serve(desk: Desk, listener: socket.socket, token: str) -> None:
    """Serve the review page until it is interrupted."""
    app = build_app(desk, port=listener.getsockname()[1], token=token)
    web.run_app(app, sock=listener, print=None, access_log=None)


def _guard(port: int) -> Middleware:
    hosts = {f"{HOST}:{port}", f"localhost:{port}"}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (
            request.host not in hosts
            or request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}"
        ):
            raise web.HTTPForbidden(text="for another host")
        try:
            return await handler(request)
        except EvaluationError as error:
            return _refuse(error)

    return guard


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _serve_file(file: Traversable) -> Handler:
    content, content_type = file.read_text(encoding="utf-8"), _TYPES[PurePath(file.name).suffix]

    async def serve_file(_: web.Request) -> web.Response:
        return web.Response(text=content, content_type=content_type)

    return serve_file


class _Routes:
    """What the page asks for, as JSON."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show_set(self, _: web.Request) -> web.Response:
        desk = self._desk
        tags = [{"id": tag.id, "label": tag.label, "labels": tag.labels} for tag in desk.taxonomy.tags]
        levels = [{"score": level.score, "definition": level.definition} for level in desk.criterion.levels]
        papers = [_list(record) for record in desk.list_records()]
        return web.json_response({"by": desk.by, "tags": tags, "levels": levels, "papers": papers})

    async def show_paper(self, request: web.Request) -> web.Response:
        return _show(self._desk.open(request.query.get("id", "")))

    async def save_paper(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send JSON")
        match _decode(await request.text()):
            case {"id": str(paper_id), "revision": str(revision), "labels": dict(labels)}:
                return _show(self._desk.save(paper_id, labels, revision=revision))
        raise web.HTTPBadRequest(text="send id, revision and labels")


def _decode(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _list(record: GoldFacts) -> dict[str, Any]:
    return {
        "id": record.id,
        "title": record.title,
        "split": record.split,
        "is_draft": not isinstance(record, GoldPaper),
        "is_corrected": isinstance(record, GoldPaper) and bool(record.corrections),
    }


def _show(opened: Opened) -> web.Response:
    return web.json_response(text=opened.model_dump_json())


def _refuse(error: EvaluationError) -> web.Response:
    """Answer with what is wrong, each issue with the field that it is about."""
    findings = error.findings if isinstance(error, LabelIssuesError) else ()
    issues = [
        {"field": field[1] if (field := _FIELD.match(finding.message)) else "", "message": finding.message}
        for finding in findings
    ]
    return web.json_response({"error": str(error), "issues": issues}, status=_STATUS.get(type(error), 400))
