"""pandoc, caged and under a clock: bytes in, its document tree out; the one home of pypandoc.

Text is read by one pandoc process that stays and takes one document after another, each read on its
own: starting pandoc costs ten times as much as reading an interview. The process opens no file and
no connection; one that takes too long or grows too large is ended, and so is one that nobody has asked for a while (it
holds as much memory as the rest of a worker); the next document gets a new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypandoc

TIMEOUT_S = 30
IDLE_S = 2
_MEMORY_MB = 512
_READER = Path(__file__).parent / "pandoc.lua"
_CHUNK = 1 << 20

# What a caller catches: pandoc took too long, or gave up (too deep, too large, not its format).
TooSlow = subprocess.TimeoutExpired
GaveUp = (subprocess.CalledProcessError, RecursionError, ValueError)


@cache
def _binary() -> str:
    return str(pypandoc.get_pandoc_path())


@cache
def version() -> str:
    """The version of the pandoc that the wheel carries."""
    return str(pypandoc.get_pandoc_version())


def tree(data: bytes, source: str) -> list[Any]:
    """The blocks that pandoc reads from the text `data` in format `source`."""
    if not hasattr(_readers, "reader"):
        _readers.reader = _Reader()
    return list(json.loads(_readers.reader.read(data, source))["blocks"])


def document(data: bytes, source: str, *options: str) -> dict[str, Any]:
    """The blocks (`blocks`) of a file in a packed format, and what the document says about itself (`meta`)."""
    done = subprocess.run(
        [_binary(), "+RTS", f"-M{_MEMORY_MB}m", "-RTS", "--sandbox", "--from", source, "--to", "json", *options],
        input=data,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    return dict(json.loads(done.stdout))


class _Reader:
    """The process that stays until it is idle; one for each thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None  # the one that waits for a document
        self._lock = threading.Lock()
        self._idle = threading.Timer(IDLE_S, self.rest)

    def read(self, data: bytes, source: str) -> bytes:
        """The document as JSON. Raises TooSlow, or what GaveUp names."""
        self._idle.cancel()
        process = self._waiting() or self._started()
        answer = self._answered(process, data, source)
        self._process = process
        self._idle = threading.Timer(IDLE_S, self.rest)
        self._idle.daemon = True
        self._idle.start()
        return answer

    def rest(self) -> None:
        """End the process, unless it is at work."""
        if process := self._taken():
            process.kill()
            process.communicate()

    def _taken(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            process, self._process = self._process, None
        return process

    def _waiting(self) -> subprocess.Popen[bytes] | None:
        """The process that answered last; not one that the system ended since, for no text is to blame for that."""
        process = self._taken()
        if process and process.poll() is not None:
            process.communicate()
            return None
        return process

    def __del__(self) -> None:
        self.rest()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [_binary(), "+RTS", f"-M{_MEMORY_MB}m", "-RTS", "lua", str(_READER)]
        with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
            places = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), folder)
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **places}
            )
            self._answered(process, b"\n", "commonmark")  # by then it has the file that it leaves when it is ended: a history
        return process

    def _answered(self, process: subprocess.Popen[bytes], data: bytes, source: str) -> bytes:
        """What it reads; a process that does not answer is ended."""
        try:
            return self._asked(process, data, source)
        except BaseException:
            process.kill()
            process.communicate()
            raise

    def _asked(self, process: subprocess.Popen[bytes], data: bytes, source: str) -> bytes:
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):  # it is gone; reading from it will say so
            process.stdin.write(b"%d %s\n" % (len(data), source.encode()) + data)
            process.stdin.flush()
        found, head = b"", b""
        for chunk in _chunks(process):
            found += chunk
            head, end, body = found.partition(b"\n")
            if end and len(body) >= int(head.split()[1]):
                if head.split()[0] != b"ok":
                    raise ValueError(body.decode("utf-8", "replace"))
                return body
        raise subprocess.CalledProcessError(process.wait(), process.args)


def _chunks(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What the process writes, as it comes; TooSlow when the time is over."""
    assert process.stdout
    deadline = time.monotonic() + TIMEOUT_S
    if os.name == "nt":  # pipes cannot be waited for there
        watch = threading.Timer(TIMEOUT_S, process.kill)
        watch.daemon = True
        watch.start()
        try:
            while chunk := os.read(process.stdout.fileno(), _CHUNK):
                yield chunk
        finally:
            watch.cancel()
        if time.monotonic() >= deadline:
            raise TooSlow(process.args, TIMEOUT_S)
        return
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                return
            yield chunk
    raise TooSlow(process.args, TIMEOUT_S)


_readers = threading.local()
