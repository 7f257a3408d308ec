"""Serves a view on this machine's own address: the pages of the web edition, and beside them what is new."""

from __future__ import annotations

import contextlib
import html
import json
import mimetypes
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

from onrecord.proof.picture import picture
from onrecord.watching.view import Desk, View

_LOOPBACK = "127.0.0.1"
_PULSE_S = 5.0  # a silent line is dropped by some browsers
_PICTURE_PX = 840
_SCRIPT = Path(__file__).parent / "watch.js"
_STYLE = Path(__file__).parent / "watch.css"
_WAITING = "<!doctype html><html lang=en><meta charset=utf-8><title>On Record</title><body><main><h1>On Record</h1><p>{}</p></main></body></html>"
_TAIL = b'<link rel="stylesheet" href="/_watch.css"><script src="/_watch.js" defer></script></body>'


@contextlib.contextmanager
def serving(desk: Desk, port: int) -> Iterator[str]:
    """Serves while the block runs; its address. OSError if the port is taken (0 takes any)."""
    listening = socket.create_server((_LOOPBACK, port))
    server = uvicorn.Server(uvicorn.Config(_application(desk), log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server", daemon=True)
    thread.start()
    try:
        yield f"http://{_LOOPBACK}:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()


def _application(desk: Desk) -> Starlette:
    async def news(request: Request) -> Response:
        version = int(request.query_params.get("after", "-1"))
        return StreamingResponse(_news(desk, version), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def page_picture(request: Request) -> Response:
        view = desk.view
        if view.pdf is None or view.edited is None or view.edited.page not in view.labels:
            return Response(status_code=404)
        data = await to_thread.run_sync(_picture, view.pdf, view.labels.index(view.edited.page))
        return Response(data, media_type="image/png", headers={"Cache-Control": "no-store"})

    async def own(request: Request) -> Response:
        path = _SCRIPT if request.url.path.endswith(".js") else _STYLE
        return Response(path.read_bytes(), media_type="text/javascript" if path is _SCRIPT else "text/css")

    async def file(request: Request) -> Response:
        return _file(desk.view, request.path_params["name"] or "index.html")

    routes = [
        Route("/_news", news), Route("/_page.png", page_picture), Route("/_watch.js", own), Route("/_watch.css", own),
        Route("/{name:path}", file),
    ]  # fmt: skip
    # A page from elsewhere whose name points to this machine has no business here.
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=[_LOOPBACK, "localhost"])
    return Starlette(routes=routes, middleware=[guard])


async def _news(desk: Desk, version: int) -> AsyncIterator[bytes]:
    """A line for every new view (server-sent events, HTML Living Standard §9.2)."""
    while True:
        view = await to_thread.run_sync(desk.later_than, version, _PULSE_S, abandon_on_cancel=True)
        if view is None:
            yield b": nothing new\n\n"
            continue
        version = view.version
        yield f"data: {json.dumps(_told(view))}\n\n".encode()


def _told(view: View) -> dict[str, object]:
    edited = view.edited
    problems = [
        {"where": str(one.place), "severity": str(one.severity), "sentence": one.sentence, "hint": one.hint, "line": one.line}
        for one in view.problems
    ]  # fmt: skip
    return {
        "version": view.version, "broken": view.is_broken, "problems": problems,
        "edited": {"page": f"{edited.slug}.html", "turn": edited.turn, "printed": edited.page} if edited else None,
    }  # fmt: skip


def _file(view: View, name: str) -> Response:
    data = view.files.get(name)
    if data is None and not name.endswith((".html", "/")):
        return Response(status_code=404)
    if data is None:
        words = "There is no such page in this book." if view.files else "The book is being read …"
        data = _WAITING.format(html.escape(words)).encode()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".html"):
        data, kind = data.replace(b"</body>", _TAIL, 1).replace(b"<html ", b'<html data-version="%d" ' % view.version, 1), "text/html"
    return Response(data, media_type=kind, headers={"Cache-Control": "no-store"})


@lru_cache(maxsize=4)
def _picture(data: bytes, sheet: int) -> bytes:
    return picture(data, sheet, _PICTURE_PX)
