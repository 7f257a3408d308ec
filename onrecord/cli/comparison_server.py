"""Serve one form on the loopback address until it is sent, and return what was checked."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from onrecord.approval.comparison_page import write_closing_page

_LOOPBACK = "127.0.0.1"
_TOKEN_BYTES = 16
_MOST_BYTES = 1_000_000  # of a form that is sent
_PATIENCE_S = 10  # of a connection that says nothing
_POLL_S = 0.05  # so soon the server ends after the form is sent
# Unpublished text is for this browser alone, and the page needs nothing besides itself.
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
}


class _Form:
    """A page with a form, at an address that nobody can guess, and what was sent."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.path = f"/{secrets.token_urlsafe(_TOKEN_BYTES)}/"
        self.is_sent = threading.Event()
        self.taken: set[int] | None = None

    def receive(self, body: str) -> str:
        """Remember what was checked, None for a button that writes nothing; return the page that follows."""
        fields = parse_qs(body)
        if fields.get("write") == ["yes"]:
            self.taken = {int(number) for number in fields.get("take", ()) if number.isascii() and number.isdigit()}
        if self.taken is None:
            return write_closing_page("Nothing is written. You can close this page.")
        return write_closing_page("Thank you. The terminal says what is written; you can close this page.")


class _FormHandler(BaseHTTPRequestHandler):
    """Answers requests for the page of a form, which a subclass names."""

    form: _Form
    timeout = _PATIENCE_S

    def do_GET(self) -> None:
        """Answer a browser's GET request with the page of changes of `approve --page`."""
        if self._is_ours():
            self._send_page(self.form.page)

    def do_POST(self) -> None:
        """Read the form that a browser sends from the page of `approve --page`."""
        size = self.headers.get("Content-Length", "")
        if not self._is_ours():
            return
        if not (size.isascii() and size.isdigit() and int(size) <= _MOST_BYTES) or self.form.is_sent.is_set():
            self.send_error(400)
            return
        self._send_page(self.form.receive(self.rfile.read(int(size)).decode("utf-8", "replace")))
        self.form.is_sent.set()  # afterwards: the command may end at once

    def _is_ours(self) -> bool:
        """Return whether a request is for this page by this machine's name; answer it otherwise."""
        host = self.headers.get("Host", "").partition(":")[0]
        if host not in (_LOOPBACK, "localhost") or self.path != self.form.path:
            self.send_error(404)
            return False
        return True

    def _send_page(self, text: str) -> None:
        """Send an HTML page to the browser."""
        self.send_response(200)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        data = text.encode()
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print nothing of the requests of the local server."""


def ask_on_page(page: str, on_ready: Callable[[str], None]) -> set[int] | None:
    """Serve the page, call `on_ready` with its address, and return the numbers that were checked.

    None if the other button was pressed, or Ctrl-C.
    """
    form = _Form(page)
    handler = type("Handler", (_FormHandler,), {"form": form})
    with ThreadingHTTPServer((_LOOPBACK, 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="comparison", daemon=True).start()
        try:
            on_ready(f"http://{_LOOPBACK}:{server.server_address[1]}{form.path}")
            while not form.is_sent.wait(1):  # on Windows nothing interrupts a wait without an end
                pass
        except KeyboardInterrupt:
            return None
        finally:
            server.shutdown()
    return form.taken
