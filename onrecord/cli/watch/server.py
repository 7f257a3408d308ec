"""Serve a view on the loopback address: the pages of the web edition, and events that announce new views."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import mimetypes
import os
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from pathlib import Path

import uvicorn
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from onrecord.cli.watch.patient_protocol import PatientProtocol
from onrecord.cli.watch.view import CurrentView, View
from onrecord.model.problems import select_errors
from onrecord.proof.reading.page_image import render_page

_LOOPBACK = "127.0.0.1"
_POLL_S, _KEEP_ALIVE_S = 0.03, 5.0  # some browsers drop a connection that is silent for long
_MOST_PROBLEMS = 50
_TOKEN_BYTES = 16
_PICTURE_PX = 840
_SCRIPT = Path(__file__).parent / "watch.js"
_STYLE = Path(__file__).parent / "watch.css"
_WAITING = (
    "<!DOCTYPE html><html lang=en data-absent><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<meta name=color-scheme content='light dark'><title>On Record</title>"
    "<body><main><h1>On Record</h1><p>{}</p><p><a href='{}'>Contents</a></p></main></body></html>"
)
_TAIL = '<link rel="stylesheet" href="{0}_watch.css"><script src="{0}_watch.js" defer></script></body>'
# Unpublished text is for this browser alone: no other site may frame or embed it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # the address is secret
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


class PortError(Exception):
    """The port cannot be opened; the message says why."""


@contextlib.contextmanager
def serve_view(current: CurrentView, port: int, token: str = "") -> Iterator[str]:
    """Serve while the block runs; give the address. Raises PortError if the port is taken (0: any free port).

    The address holds the token, by default a random one: other pages and users of this machine cannot guess it.
    """
    token = token or secrets.token_urlsafe(_TOKEN_BYTES)
    try:
        server_socket = socket.create_server((_LOOPBACK, port))
    except OSError as error:
        raise PortError(os.strerror(error.errno) if error.errno else str(error)) from error
    server = uvicorn.Server(
        uvicorn.Config(
            _build_application(current, token),
            http=PatientProtocol,
            ws="none",
            log_level="error",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [server_socket]}, name="server", daemon=True)
    thread.start()
    try:
        yield f"http://{_LOOPBACK}:{server_socket.getsockname()[1]}/{token}/"
    finally:
        current.is_open = False
        server.should_exit = True
        thread.join(5)
        server_socket.close()


def _build_application(current: CurrentView, token: str) -> Starlette:
    """Return the web application that serves the preview, its events, pictures of pages, scripts and styles."""

    async def serve_events(_request: Request) -> Response:
        """Answer with a stream of server-sent events that lasts until the preview closes."""
        return StreamingResponse(_iterate_events(current), media_type="text/event-stream", headers=_HEADERS)

    async def serve_page_picture(_request: Request) -> Response:
        """Answer with a PNG of the page that is being edited, or 404."""
        view = current.view
        if view.pdf is None or view.edited is None or view.edited.page not in view.labels:
            return Response(status_code=404)
        data = await to_thread.run_sync(_draw_page, view.pdf, view.labels.index(view.edited.page))
        return Response(data, media_type="image/png", headers=_HEADERS)

    async def serve_script_or_style(request: Request) -> Response:
        """Answer with the script or style sheet of the preview."""
        path = _SCRIPT if request.url.path.endswith(".js") else _STYLE
        kind = "text/javascript" if path is _SCRIPT else "text/css"
        return Response(path.read_bytes(), media_type=kind, headers=_HEADERS)

    async def serve_file(request: Request) -> Response:
        """Answer with the file of the site at the requested path, by default `index.html`."""
        return _find_file(current.view, request.path_params["name"] or "index.html", f"/{token}/")

    routes = [
        Route("/_news", serve_events),
        Route("/_page.png", serve_page_picture),
        Route("/_watch.js", serve_script_or_style),
        Route("/_watch.css", serve_script_or_style),
        Route("/{name:path}", serve_file),
    ]
    # Refuse requests under another host name: a foreign site could let its name point to this machine.
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=[_LOOPBACK, "localhost"])
    return Starlette(routes=[Mount(f"/{token}", routes=routes)], middleware=[guard])


async def _iterate_events(current: CurrentView) -> AsyncIterator[bytes]:
    """Yield an event for the current view and for every new one (server-sent events, HTML Living Standard §9.2)."""
    yield b"retry: 1000\n\n"
    sent_version, silent_s = -1, 0.0
    while current.is_open:
        view = current.view
        if view.version != sent_version:
            sent_version, silent_s = view.version, 0.0
            yield f"data: {json.dumps(_describe_view(view))}\n\n".encode()
        elif silent_s > _KEEP_ALIVE_S:
            silent_s = 0.0
            yield b": nothing new\n\n"
        await asyncio.sleep(_POLL_S)
        silent_s += _POLL_S


def _describe_view(view: View) -> dict[str, object]:
    """Return the current view as JSON for the browser: problems, the edited page, what changed."""
    edited = view.edited
    problems = [
        {
            "where": str(problem.location),
            "severity": str(problem.severity),
            "sentence": problem.sentence,
            "hint": problem.full_hint,
            "line": problem.line,
        }
        for problem in view.problems[:_MOST_PROBLEMS]
    ]
    error_count = len(select_errors(view.problems))
    return {
        "version": view.version,
        "shown": bool(view.files),
        "errors": error_count,
        "warnings": len(view.problems) - error_count,
        "problems": problems,
        "edited": {"page": f"{edited.slug}.html", "turn": edited.turn, "printed": edited.page} if edited else None,
    }


def _find_file(view: View, name: str, root: str) -> Response:
    """Return a file of the site at `root`; for a page that is missing, a page that reloads when it appears."""
    data, status = view.files.get(name), 200
    is_page = name.endswith((".html", "/"))
    if data is None:
        if not is_page:
            return Response(status_code=404)
        data, status = _WAITING.format(html.escape(_explain_missing_page(view)), root).encode(), 404
    if not is_page:
        return Response(data, media_type=mimetypes.guess_type(name)[0] or "application/octet-stream", headers=_HEADERS)
    data = data.replace(b"</body>", _TAIL.format(root).encode(), 1).replace(
        b"<html ", b'<html data-version="%d" ' % view.version, 1
    )
    return Response(data, status, media_type="text/html", headers=_HEADERS)


def _explain_missing_page(view: View) -> str:
    """Return the sentence for an address that the preview does not have."""
    if view.files:
        return "There is no such page in this book."
    return "This book has errors; correct them to see it." if view.is_broken else "The book is being read …"


@lru_cache(maxsize=4)
def _draw_page(data: bytes, index: int) -> bytes:
    """Return page `index` (from 0) of a PDF as a PNG; the last four are remembered."""
    return render_page(data, index, _PICTURE_PX)
