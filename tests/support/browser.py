"""A headless Chromium, driven over the DevTools protocol by the WebSocket client that Tornado brings."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
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
    """What the browser did not do, in its own words."""


@dataclass
class Tab:
    """A page that is open."""

    address: str
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _count: int = 0

    def __post_init__(self) -> None:
        from tornado.websocket import websocket_connect

        async def connect() -> Any:
            return await websocket_connect(self.address, max_message_size=_MOST_BYTES)

        self._line = self._loop.run_until_complete(connect())

    def close(self) -> None:
        with contextlib.suppress(RefusedError):  # it is being loaded
            self.send("Page.close")
        self._line.close()
        self._loop.run_until_complete(asyncio.sleep(0.1))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """The answer to one command; events are passed over."""
        self._count += 1
        message = json.dumps({"id": self._count, "method": method, "params": parameters})
        return self._loop.run_until_complete(asyncio.wait_for(self._answer(message), PATIENCE_S))

    async def _answer(self, message: str) -> dict[str, Any]:
        await self._line.write_message(message)
        while (text := await self._line.read_message()) is not None:
            found = json.loads(text)
            if found.get("id") == self._count:
                if "error" in found:
                    raise RefusedError(found["error"]["message"])
                return dict(found["result"])
        raise AssertionError("the browser closed the page")

    def go(self, address: str) -> None:
        self.send("Page.navigate", url=address)
        self.wait(f"location.href == {json.dumps(address)} && document.readyState == 'complete'")

    def value(self, expression: str) -> Any:
        """What the expression is in the page, None where the page is just being left."""
        try:
            found = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        except RefusedError as error:
            if "navigated" in str(error):
                return None
            raise
        return found["result"].get("value")

    def wait(self, expression: str, patience_s: float = PATIENCE_S) -> Any:
        """What the expression is, as soon as it is true of something."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if found := self.value(expression):
                return found
            time.sleep(0.02)
        raise AssertionError(
            f"not in {patience_s} s: {expression}; the page says {self.value('document.body.innerText')!r}"
        )

    def runner(self, key: str) -> None:
        text = {"Enter": "\r"}.get(key, "")
        code = {"Enter": 13, "Tab": 9, "Escape": 27}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text, windowsVirtualKeyCode=code)

    def sized(self, width: int, height: int, *, dark: bool = False) -> None:
        """The window, in CSS pixels, and what the reader prefers."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.settle()

    def settle(self) -> None:
        """Faces have come, and the window has drawn what was done to it."""
        self.value(
            "document.fonts.ready.then(() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(() => drawn(1)), 100)))"
        )

    def screenshot(self) -> bytes:
        """A PNG of what the window shows."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])


@dataclass(frozen=True)
class Browser:
    """A running browser, and where it takes commands."""

    control: str

    def open(self, address: str) -> Tab:
        with urlopen(Request(f"{self.control}/json/new", method="PUT"), timeout=PATIENCE_S) as answer:
            tab = Tab(json.load(answer)["webSocketDebuggerUrl"])
        tab.sized(1280, 800)
        tab.go(address)
        return tab


@contextlib.contextmanager
def browsing() -> Iterator[Browser]:
    """A browser with a profile of its own; it is gone afterwards. Skips the test where there is no Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    pytest.importorskip("tornado", reason="Tornado is not installed: python build.py test brings it")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *_QUIET, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Browser(f"http://127.0.0.1:{_port(Path(profile), process)}")
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    """Where it listens: it writes that into its profile."""
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if told.exists() and "\n" in (text := told.read_text(encoding="ascii")):
            return int(text.split()[0])
        time.sleep(0.05)
    pytest.skip("Chromium is there but does not start")
