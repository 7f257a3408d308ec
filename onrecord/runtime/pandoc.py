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
from typing import Literal, TypeAlias, TypedDict

import pypandoc

TIMEOUT_S = 30
IDLE_S = 2
_MEMORY_MB = 512
_READER = Path(__file__).parent / "pandoc.lua"
_CHUNK = 1 << 20

# What a caller catches: pandoc took too long, or gave up (too deep, too large, not its format).
TooSlow = subprocess.TimeoutExpired
GaveUp = (subprocess.CalledProcessError, RecursionError, ValueError)

# --- its document tree (pandoc-types 1.23) --------------------------------------------------------

# JSON has no tuples: each tuple here is a list of that length in the tree.
Attributes: TypeAlias = tuple[str, list[str], list[list[str]]]  # id, classes, pairs of key and value
Target: TypeAlias = tuple[str, str]  # address, title


class Tag(TypedDict):
    """One of several constants, as an alignment or a kind of quotation mark."""

    t: str


class Words(TypedDict):
    t: Literal["Str"]
    c: str


class Space(TypedDict):
    t: Literal["Space", "SoftBreak", "LineBreak"]


EmphasisKind: TypeAlias = Literal["Emph", "Strong", "Strikeout", "Superscript", "Subscript", "Underline", "SmallCaps"]


class Emphasis(TypedDict):
    t: EmphasisKind
    c: list[Inline]


class Quoted(TypedDict):
    t: Literal["Quoted"]
    c: tuple[Tag, list[Inline]]


class Cite(TypedDict):
    t: Literal["Cite"]
    c: tuple[list[object], list[Inline]]


class Code(TypedDict):
    t: Literal["Code"]
    c: tuple[Attributes, str]


class Math(TypedDict):
    t: Literal["Math"]
    c: tuple[Tag, str]


class RawInline(TypedDict):
    t: Literal["RawInline"]
    c: tuple[str, str]  # format, text


class Link(TypedDict):
    t: Literal["Link"]
    c: tuple[Attributes, list[Inline], Target]


class Image(TypedDict):
    t: Literal["Image"]
    c: tuple[Attributes, list[Inline], Target]


class Note(TypedDict):
    t: Literal["Note"]
    c: list[Block]


class Span(TypedDict):
    t: Literal["Span"]
    c: tuple[Attributes, list[Inline]]


Inline: TypeAlias = Words | Space | Emphasis | Quoted | Cite | Code | Math | RawInline | Link | Image | Note | Span


class Paragraph(TypedDict):
    t: Literal["Para", "Plain"]
    c: list[Inline]


class LineBlock(TypedDict):
    t: Literal["LineBlock"]
    c: list[list[Inline]]


class CodeBlock(TypedDict):
    t: Literal["CodeBlock"]
    c: tuple[Attributes, str]


class RawBlock(TypedDict):
    t: Literal["RawBlock"]
    c: tuple[str, str]  # format, text


class BlockQuote(TypedDict):
    t: Literal["BlockQuote"]
    c: list[Block]


class OrderedList(TypedDict):
    t: Literal["OrderedList"]
    c: tuple[tuple[int, Tag, Tag], list[list[Block]]]  # first number, style, delimiter; items


class BulletList(TypedDict):
    t: Literal["BulletList"]
    c: list[list[Block]]


Definition: TypeAlias = tuple["list[Inline]", "list[list[Block]]"]  # term, meanings


class DefinitionList(TypedDict):
    t: Literal["DefinitionList"]
    c: list[Definition]


class Header(TypedDict):
    t: Literal["Header"]
    c: tuple[int, Attributes, list[Inline]]


class HorizontalRule(TypedDict):
    t: Literal["HorizontalRule"]


Caption: TypeAlias = tuple["list[Inline] | None", "list[Block]"]  # short, long
Cell: TypeAlias = tuple[Attributes, Tag, int, int, "list[Block]"]  # alignment, rows, columns
Row: TypeAlias = tuple[Attributes, list[Cell]]
HeadOrFoot: TypeAlias = tuple[Attributes, list[Row]]
TableBody: TypeAlias = tuple[Attributes, int, list[Row], list[Row]]  # head columns, head rows, rows
Columns: TypeAlias = list[tuple[Tag, object]]  # alignment, width
TableContent: TypeAlias = tuple[Attributes, Caption, Columns, HeadOrFoot, list[TableBody], HeadOrFoot]


class Table(TypedDict):
    t: Literal["Table"]
    c: TableContent


class Figure(TypedDict):
    t: Literal["Figure"]
    c: tuple[Attributes, Caption, list[Block]]


class Div(TypedDict):
    t: Literal["Div"]
    c: tuple[Attributes, list[Block]]


class Null(TypedDict):
    """A block of an older pandoc; it stands for each kind that this list does not know."""

    t: Literal["Null"]


Block: TypeAlias = (
    Paragraph
    | LineBlock
    | CodeBlock
    | RawBlock
    | BlockQuote
    | OrderedList
    | BulletList
    | DefinitionList
    | Header
    | HorizontalRule
    | Table
    | Figure
    | Div
    | Null
)


class MetaList(TypedDict):
    t: Literal["MetaList"]
    c: list[Meta]


class MetaValue(TypedDict):
    t: Literal["MetaInlines", "MetaBlocks", "MetaString", "MetaBool", "MetaMap"]
    c: object


Meta: TypeAlias = MetaList | MetaValue


class Document(TypedDict):
    """The blocks of a file, and what the document says about itself."""

    blocks: list[Block]
    meta: dict[str, Meta]


# --- reading --------------------------------------------------------------------------------------


@cache
def _binary() -> str:
    return str(pypandoc.get_pandoc_path())


@cache
def version() -> str:
    """The version of the pandoc that the wheel carries."""
    return str(pypandoc.get_pandoc_version())


def tree(data: bytes, source: str) -> list[Block]:
    """The blocks that pandoc reads from the text `data` in format `source`."""
    if not hasattr(_readers, "reader"):
        _readers.reader = _Reader()
    return list(json.loads(_readers.reader.read(data, source))["blocks"])


def document(data: bytes, source: str, *options: str) -> Document:
    """The blocks (`blocks`) of a file in a packed format, and what the document says about itself (`meta`)."""
    done = subprocess.run(
        [_binary(), "+RTS", f"-M{_MEMORY_MB}m", "-RTS", "--sandbox", "--from", source, "--to", "json", *options],
        input=data,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    parsed: Document = json.loads(done.stdout)
    return parsed


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
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **places},
            )
            self._answered(
                process, b"\n", "commonmark"
            )  # by then it has the file that it leaves when it is ended: a history
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
