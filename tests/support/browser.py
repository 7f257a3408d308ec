"""A headless Chromium, controlled over the DevTools protocol with the WebSocket client of Tornado."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import http.server
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

PATIENCE_S = 60
_MOST_BYTES = 64 * 2**20  # a screenshot is one message
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--mute-audio",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
)


class RefusedError(Exception):
    """The browser refused a command; the message is its own."""


@dataclass
class Tab:
    """An open page of the browser."""

    address: str
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _count: int = 0

    def __post_init__(self) -> None:
        from tornado.websocket import websocket_connect

        async def connect() -> Any:
            return await websocket_connect(self.address, max_message_size=_MOST_BYTES)

        self._line = self._loop.run_until_complete(connect())

    def close(self) -> None:
        with contextlib.suppress(RefusedError):  # the page is being loaded
            self.send("Page.close")
        self._line.close()
        self._loop.run_until_complete(asyncio.sleep(0.1))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its answer; events are ignored."""
        self._count += 1
        message = json.dumps({"id": self._count, "method": method, "params": parameters})
        return self._loop.run_until_complete(asyncio.wait_for(self._send_page(message), PATIENCE_S))

    async def _send_page(self, message: str) -> dict[str, Any]:
        await self._line.write_message(message)
        while (text := await self._line.read_message()) is not None:
            answer = json.loads(text)
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RefusedError(answer["error"]["message"])
                return dict(answer["result"])
        raise AssertionError("the browser closed the page")

    def go(self, address: str) -> None:
        self.send("Page.navigate", url=address)
        self.wait(f"location.href == {json.dumps(address)} && document.readyState == 'complete'")

    def evaluate(self, expression: str) -> Any:
        """Evaluate the expression in the page; return None while the page is being left."""
        try:
            answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        except RefusedError as error:
            if "navigated" in str(error):
                return None
            raise
        return answer["result"].get("value")

    def wait(self, expression: str, patience_s: float = PATIENCE_S) -> Any:
        """Wait until the expression is true in the page, and return its value."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if answer := self.evaluate(expression):
                return answer
            time.sleep(0.02)
        raise AssertionError(
            f"not true within {patience_s} s: {expression}; "
            f"the text of the page is {self.evaluate('document.body.innerText')!r}"
        )

    def press_key(self, key: str) -> None:
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text, windowsVirtualKeyCode=code)

    def set_window(self, width: int, height: int, *, dark: bool = False) -> None:
        """Set the size of the window in CSS pixels, and the preferred colour scheme."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.settle()

    def settle(self) -> None:
        """Wait until the fonts are loaded and the window is drawn."""
        self.evaluate(
            "document.fonts.ready.then(() => new Promise((drawn) => "
            "setTimeout(() => requestAnimationFrame(() => drawn(1)), 100)))"
        )

    def take_screenshot(self) -> bytes:
        """Return the contents of the window as a PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])


@dataclass(frozen=True)
class Browser:
    """A running browser, and the address where it takes commands."""

    control: str

    def open(self, address: str) -> Tab:
        with urlopen(Request(f"{self.control}/json/new", method="PUT"), timeout=PATIENCE_S) as answer:
            tab = Tab(json.load(answer)["webSocketDebuggerUrl"])
        tab.set_window(1280, 800)
        tab.go(address)
        return tab


@contextlib.contextmanager
def start_browser() -> Iterator[Browser]:
    """Start a browser with an empty profile, and end it afterwards; skip the test if there is no Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    pytest.importorskip("tornado", reason="Tornado is not installed; python build.py test installs it")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *_QUIET, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Browser(f"http://127.0.0.1:{_wait_for_port(Path(profile), process)}")
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextlib.contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve the folder with the server of the standard library; give its address."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def _wait_for_port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port on which the browser listens, which it writes into its profile."""
    port_file = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if port_file.exists() and "\n" in (text := port_file.read_text(encoding="ascii")):
            return int(text.split()[0])
        time.sleep(0.05)
    pytest.skip("Chromium is installed but does not start")
