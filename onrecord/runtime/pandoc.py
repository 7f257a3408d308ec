"""Run pandoc in a sandbox with limits of time and memory: bytes in, its document tree out.

Text is read by a pandoc process that stays and takes one document after another, each read by itself: to start pandoc
takes ten times as long as to read an interview. The process opens no file and no connection. It is ended when it takes
too long, grows too large, or was idle for a while (it holds as much memory as the rest of a worker); the next document
gets a new process.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import multiprocessing
import os
import selectors
import signal
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict

from onrecord.runtime.child_guard import allow_more_cpu_time, guard_command
from onrecord.runtime.environment import explain_pandoc

TIMEOUT_S = 120  # of waiting: the machine may be busy
_CPU_S, _CPU_S_PER_MB = 4, 3  # of computing; a normal text takes 2 s per MB
IDLE_S = 0.2
_MEMORY_MB = 512
# pandoc is built to fill 64 MB before it looks for garbage (-H64m). Its second search always goes through the whole
# program, whose pages then count as memory, too (70 MB). An interview of usual length ends before that; a worker, which
# reads many, searches often.
_HEAP, _HEAP_IN_WORKER = ("-A40m", "-O8m"), ("-A4m", "-O16m")
_SCRIPT = Path(__file__).parent / "pandoc.lua"
_PROGRAM = "pandoc.exe" if os.name == "nt" else "pandoc"
_CHUNK = 1 << 20

# For callers to catch: pandoc took too long, or failed (nested too deeply, too large, not its format).
PandocTimeout = subprocess.TimeoutExpired
PANDOC_ERRORS = (subprocess.CalledProcessError, RecursionError, ValueError)

# --- pandoc's document tree (pandoc-types 1.23) --------------------------------------------------------

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


class PandocEmphasis(TypedDict):
    t: EmphasisKind
    c: list[Inline]


class Quoted(TypedDict):
    t: Literal["Quoted"]
    c: tuple[Tag, list[Inline]]


class Cite(TypedDict):
    t: Literal["Cite"]
    c: tuple[list[object], list[Inline]]


class PandocCode(TypedDict):
    t: Literal["Code"]
    c: tuple[Attributes, str]


class Math(TypedDict):
    t: Literal["Math"]
    c: tuple[Tag, str]


class RawInline(TypedDict):
    t: Literal["RawInline"]
    c: tuple[str, str]  # format, text


class PandocLink(TypedDict):
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


Inline: TypeAlias = (
    Words | Space | PandocEmphasis | Quoted | Cite | PandocCode | Math | RawInline | PandocLink | Image | Note | Span
)


class PandocParagraph(TypedDict):
    t: Literal["Para", "Plain"]
    c: list[Inline]


class PandocLineBlock(TypedDict):
    t: Literal["LineBlock"]
    c: list[list[Inline]]


class PandocCodeBlock(TypedDict):
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


class PandocDefinitionList(TypedDict):
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


class PandocTable(TypedDict):
    t: Literal["Table"]
    c: TableContent


class PandocFigure(TypedDict):
    t: Literal["Figure"]
    c: tuple[Attributes, Caption, list[Block]]


class Div(TypedDict):
    t: Literal["Div"]
    c: tuple[Attributes, list[Block]]


class Null(TypedDict):
    """A block of an older pandoc; it stands for each kind that this list lacks."""

    t: Literal["Null"]


Block: TypeAlias = (
    PandocParagraph
    | PandocLineBlock
    | PandocCodeBlock
    | RawBlock
    | BlockQuote
    | OrderedList
    | BulletList
    | PandocDefinitionList
    | Header
    | HorizontalRule
    | PandocTable
    | PandocFigure
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
def _find_binary() -> str:
    """Return the path of the pandoc program in the wheel.

    pypandoc would start this one and any other to ask for their versions, and take a newer one of the machine.
    """
    package = importlib.util.find_spec("pypandoc")
    binary = Path(package.origin).parent / "files" / _PROGRAM if package and package.origin else None
    if binary and os.access(binary, os.X_OK):
        return str(binary)
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:  # it is not there, or may not be run
        raise explain_pandoc(str(error).partition(":")[0]) from None


@cache
def read_version() -> str:
    """Return the version of the pandoc in the wheel. Raises EnvironmentProblem if it cannot be started."""
    try:
        answer = subprocess.run([_find_binary(), "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise explain_pandoc(str(error)) from None
    return answer.stdout.split()[1]


def read_text(data: bytes, source: str, originals: Mapping[int, str] | None = None) -> list[Block]:
    """Return the blocks that pandoc reads from the text `data` in format `source`.

    `originals` are the characters that stand-ins in `data` (by code point) give way to once it has been read; none of
    them may need an escape in JSON.
    """
    answer = _get_reader().read(data, source)
    return list(json.loads(answer.decode().translate(originals) if originals else answer)["blocks"])


def _get_reader() -> _PandocProcess:
    """Return the pandoc process of this thread."""
    if not hasattr(_readers, "reader"):
        _readers.reader = _PandocProcess()
    reader: _PandocProcess = _readers.reader
    return reader


def read_file(data: bytes, source: str, *options: str) -> Document:
    """Return blocks (`blocks`) and metadata (`meta`) of a file in a packed format."""
    read_version()  # or the file would be blamed for a pandoc that cannot be started
    process = subprocess.run(
        guard_command(
            [
                _find_binary(),
                "+RTS",
                f"-M{_MEMORY_MB}m",
                "-RTS",
                "--sandbox",
                "--from",
                source,
                "--to",
                "json",
                *options,
            ]
        ),
        input=data,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    parsed: Document = json.loads(process.stdout)
    return parsed


_processes = weakref.WeakSet["_PandocProcess"]()


@atexit.register
def _end_processes() -> None:
    """End each pandoc process of this process."""
    for process in list(_processes):
        process.end()


def end_idle_processes() -> None:
    """End the pandoc processes of this process that read nothing now, without waiting until they have ended."""
    for process in list(_processes):
        process.schedule_end(0)


class _PandocProcess:
    """A pandoc process that ends when it is idle; one for each thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None  # the one that is idle
        self._lock = threading.Lock()
        self._idle = threading.Timer(IDLE_S, self.stop)
        _processes.add(self)

    def end(self) -> None:
        """End the process and the thread that waits for it: a thread that outlives Python's exit can crash it."""
        self._idle.cancel()
        self.stop()
        if self._idle.is_alive():
            self._idle.join()

    def read(self, data: bytes, source: str) -> bytes:
        """Return the document as JSON. Raises PandocTimeout or one of PANDOC_ERRORS."""
        self._idle.cancel()
        process = self._take_live_process() or self._start_process()
        answer = self._ask_or_kill(process, data, source)
        self._process = process
        self.schedule_end(IDLE_S)
        return answer

    def schedule_end(self, delay_s: float) -> None:
        """End the process after so many seconds, unless it reads another document before."""
        self._idle.cancel()
        self._idle = threading.Timer(delay_s, self.stop)
        self._idle.daemon = True
        self._idle.start()

    def stop(self) -> None:
        """End the process, unless it is reading a document."""
        if process := self._take_process():
            process.kill()
            process.communicate()

    def _take_process(self) -> subprocess.Popen[bytes] | None:
        """Return the idle process, or None, and forget it, so that no other thread can use it."""
        with self._lock:
            process, self._process = self._process, None
        return process

    def _take_live_process(self) -> subprocess.Popen[bytes] | None:
        """Return the idle process; None if there is none or if the system has ended it."""
        process = self._take_process()
        if process and process.poll() is not None:
            process.communicate()
            return None
        return process

    def __del__(self) -> None:
        self.stop()

    def _start_process(self) -> subprocess.Popen[bytes]:
        """Start pandoc with limited memory, and return it after its answer to an empty document.

        Raises EnvironmentProblem if it ends before that.
        """
        heap = _HEAP_IN_WORKER if multiprocessing.parent_process() else _HEAP
        limits = ["+RTS", f"-M{_MEMORY_MB}m", "-H1m", *heap, "-RTS"]
        command = guard_command([_find_binary(), *limits, "lua", str(_SCRIPT)])
        with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
            temporary_folders = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), folder)
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **temporary_folders},
            )
            # After its first answer pandoc has written its history file, which is deleted with the folder.
            try:
                self._ask_or_kill(process, b"\n", "commonmark")
            except subprocess.CalledProcessError as error:
                raise explain_pandoc(f"it ended with exit code {error.returncode}") from None
        return process

    def _ask_or_kill(self, process: subprocess.Popen[bytes], data: bytes, source: str) -> bytes:
        """Return the process's answer to a document; on any error kill the process."""
        try:
            return self._ask(process, data, source)
        except BaseException:
            process.kill()
            process.communicate()
            raise

    def _ask(self, process: subprocess.Popen[bytes], data: bytes, source: str) -> bytes:
        """Return pandoc's answer to a document. Raises PandocTimeout or one of PANDOC_ERRORS."""
        assert process.stdin
        allow_more_cpu_time(process.pid, _CPU_S + _CPU_S_PER_MB * len(data) / 1e6)
        with contextlib.suppress(BrokenPipeError):  # it has ended; reading from it will raise
            process.stdin.write(b"%d %s\n" % (len(data), source.encode()) + data)
            process.stdin.flush()
        answer = b""
        for chunk in _iterate_chunks(process):
            answer += chunk
            head, line_end, body = answer.partition(b"\n")
            if line_end and len(body) >= int(head.split()[1]):
                if head.split()[0] != b"ok":
                    raise ValueError(body.decode("utf-8", "replace"))
                return body
        code = process.wait()
        if code == -getattr(signal, "SIGXCPU", 0):
            raise PandocTimeout(process.args, _CPU_S)
        raise subprocess.CalledProcessError(code, process.args)


def _iterate_chunks(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield the output of the process as it comes; raise PandocTimeout when the time is over."""
    assert process.stdout
    deadline = time.monotonic() + TIMEOUT_S
    if os.name == "nt":  # a pipe cannot be waited for there
        timer = threading.Timer(TIMEOUT_S, process.kill)
        timer.daemon = True
        timer.start()
        try:
            while chunk := os.read(process.stdout.fileno(), _CHUNK):
                yield chunk
        finally:
            timer.cancel()
        if time.monotonic() >= deadline:
            raise PandocTimeout(process.args, TIMEOUT_S)
        return
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                return
            yield chunk
    raise PandocTimeout(process.args, TIMEOUT_S)


_readers = threading.local()
