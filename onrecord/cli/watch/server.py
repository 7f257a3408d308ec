"""Serves a view on this machine's own address: the pages of the web edition, and beside them what is new."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import mimetypes
import os
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
from starlette.routing import Route

from onrecord.cli.watch.view import Desk, View
from onrecord.model.problems import errors
from onrecord.proof.reading.page_image import picture

_LOOPBACK = "127.0.0.1"
_LOOK_S, _PULSE_S = 0.03, 5.0  # how often the news are looked at; a silent line is dropped by some browsers
_MOST_TOLD = 50
_PICTURE_PX = 840
_SCRIPT = Path(__file__).parent / "watch.js"
_STYLE = Path(__file__).parent / "watch.css"
_WAITING = (
    "<!DOCTYPE html><html lang=en data-absent><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<meta name=color-scheme content='light dark'><title>On Record</title>"
    "<body><main><h1>On Record</h1><p>{}</p><p><a href='/'>Contents</a></p></main></body></html>"
)
_TAIL = b'<link rel="stylesheet" href="/_watch.css"><script src="/_watch.js" defer></script></body>'
# What nobody may read yet is shown to this browser alone: no page from elsewhere may frame or embed it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


class PortError(Exception):
    """The port cannot be listened to; the message says why."""


@contextlib.contextmanager
def serving(desk: Desk, port: int) -> Iterator[str]:
    """Serves while the block runs; its address. PortError if the port is taken (0 takes any)."""
    try:
        listening = socket.create_server((_LOOPBACK, port))
    except OSError as error:
        raise PortError(os.strerror(error.errno) if error.errno else str(error)) from error
    server = uvicorn.Server(
        uvicorn.Config(_application(desk), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server", daemon=True)
    thread.start()
    try:
        yield f"http://{_LOOPBACK}:{listening.getsockname()[1]}/"
    finally:
        desk.is_open = False
        server.should_exit = True
        thread.join(5)
        listening.close()


def _application(desk: Desk) -> Starlette:
    async def news(_request: Request) -> Response:
        return StreamingResponse(_news(desk), media_type="text/event-stream", headers=_HEADERS)

    async def page_picture(_request: Request) -> Response:
        view = desk.view
        if view.pdf is None or view.edited is None or view.edited.page not in view.labels:
            return Response(status_code=404)
        data = await to_thread.run_sync(_picture, view.pdf, view.labels.index(view.edited.page))
        return Response(data, media_type="image/png", headers=_HEADERS)

    async def own(request: Request) -> Response:
        path = _SCRIPT if request.url.path.endswith(".js") else _STYLE
        kind = "text/javascript" if path is _SCRIPT else "text/css"
        return Response(path.read_bytes(), media_type=kind, headers=_HEADERS)

    async def file(request: Request) -> Response:
        return _file(desk.view, request.path_params["name"] or "index.html")

    routes = [
        Route("/_news", news),
        Route("/_page.png", page_picture),
        Route("/_watch.js", own),
        Route("/_watch.css", own),
        Route("/{name:path}", file),
    ]
    # A page from elsewhere whose name points to this machine has no business here.
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=[_LOOPBACK, "localhost"])
    return Starlette(routes=routes, middleware=[guard])


async def _news(desk: Desk) -> AsyncIterator[bytes]:
    """A line for the view as it is, and for every new one (server-sent events, HTML Living Standard §9.2)."""
    yield b"retry: 1000\n\n"
    told, silent_s = -1, 0.0
    while desk.is_open:
        view = desk.view
        if view.version != told:
            told, silent_s = view.version, 0.0
            yield f"data: {json.dumps(_told(view))}\n\n".encode()
        elif silent_s > _PULSE_S:
            silent_s = 0.0
            yield b": nothing new\n\n"
        await asyncio.sleep(_LOOK_S)
        silent_s += _LOOK_S


def _told(view: View) -> dict[str, object]:
    edited = view.edited
    problems = [
        {
            "where": str(one.place),
            "severity": str(one.severity),
            "sentence": one.sentence,
            "hint": one.hint,
            "line": one.line,
        }
        for one in view.problems[:_MOST_TOLD]
    ]
    wrong = len(errors(view.problems))
    return {
        "version": view.version,
        "shown": bool(view.files),
        "errors": wrong,
        "warnings": len(view.problems) - wrong,
        "problems": problems,
        "edited": {"page": f"{edited.slug}.html", "turn": edited.turn, "printed": edited.page} if edited else None,
    }


def _file(view: View, name: str) -> Response:
    """A file of the site; a page that is not there is a page all the same, so that it is seen when it comes."""
    data, status = view.files.get(name), 200
    is_page = name.endswith((".html", "/"))
    if data is None:
        if not is_page:
            return Response(status_code=404)
        data, status = _WAITING.format(html.escape(_why_not_there(view))).encode(), 404
    if not is_page:
        return Response(data, media_type=mimetypes.guess_type(name)[0] or "application/octet-stream", headers=_HEADERS)
    data = data.replace(b"</body>", _TAIL, 1).replace(b"<html ", b'<html data-version="%d" ' % view.version, 1)
    return Response(data, status, media_type="text/html", headers=_HEADERS)


def _why_not_there(view: View) -> str:
    if view.files:
        return "There is no such page in this book."
    return "There is something to mend before this book can be shown." if view.is_broken else "The book is being read …"


@lru_cache(maxsize=4)
def _picture(data: bytes, sheet: int) -> bytes:
    return picture(data, sheet, _PICTURE_PX)
