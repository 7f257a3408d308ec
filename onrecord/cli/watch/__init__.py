"""Shows a book while it is written: every save is read, set and shown again, in the browser and on paper.

One thread watches the folder, one builds, one serves; between the last two stands a `Desk` with the newest view.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType

import watchfiles

from onrecord.cli.watch.server import PortError, serving
from onrecord.cli.watch.view import Desk, View, viewed
from onrecord.model import Place
from onrecord.model.problems import Problem, Refused
from onrecord.pipeline import stages
from onrecord.pipeline.stages import Press, Wish

__all__ = ["PortError", "View", "watch"]

_PAUSE_MS = 60  # an editor writes a file in several steps
_LOOK_MS = 1000  # how often it is seen that the folder itself was taken away or put back
_IGNORED = {".onrecord", ".git", ".venv", "dist", "__pycache__"}
Tell = Callable[[View, float], None]  # a new view, and how many seconds it took


def watch(folder: Path, press: Press, wish: Wish, port: int, tell: Tell, ready: Callable[[str], None]) -> None:
    """Serve the book on this machine until somebody presses Ctrl-C. `ready` is told the address.

    What is wrong with the manuscript is shown and never ends it; PortError if the port is taken.
    """
    desk, saved, stop = Desk(), threading.Event(), threading.Event()
    watcher = threading.Thread(target=_listen, args=(folder.resolve(), saved, stop), name="watcher", daemon=True)
    with serving(desk, port) as address, _interrupts(stop):
        watcher.start()  # before the first build: what is saved meanwhile is shown next
        ready(address)
        try:
            saved.set()
            while not stop.is_set():
                if saved.wait(_LOOK_MS / 1000):  # on Windows nothing interrupts a wait without an end
                    saved.clear()
                    _show(folder, press, wish, desk, tell)
        except KeyboardInterrupt:
            stop.set()
        watcher.join(5)


@contextlib.contextmanager
def _interrupts(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C sets `stop`, too: an interrupt inside a callback of a library is printed there and goes no further."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _listen(folder: Path, saved: threading.Event, stop: threading.Event) -> None:
    """Sets `saved` when a file of the book is, or when the folder itself goes or comes."""
    known, by_asking = _identity(folder), False
    while not stop.is_set():
        if (found := _identity(folder)) != known:
            known = found
            saved.set()
        if found is None:
            stop.wait(_LOOK_MS / 1000)
            continue
        news = watchfiles.watch(
            folder,
            watch_filter=partial(_matters, folder),
            debounce=_PAUSE_MS * 4,
            step=_PAUSE_MS,
            stop_event=stop,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            force_polling=by_asking or None,
        )
        try:
            for changes in news:
                if changes:
                    saved.set()
                if _identity(folder) != found:
                    break
        except OSError:  # the system watches no more files for this user, or the folder has just gone
            by_asking = _identity(folder) == found


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is; a new one of the same name is another."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _matters(folder: Path, _change: watchfiles.Change, path: str) -> bool:
    """Whether a file belongs to the manuscript: not what we keep, and not what an editor keeps beside a file."""
    parts = Path(path).relative_to(folder).parts if Path(path).is_relative_to(folder) else (Path(path).name,)
    name = parts[-1] if parts else ""
    return not (_IGNORED & set(parts) or name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp")))


def _show(folder: Path, press: Press, wish: Wish, desk: Desk, tell: Tell) -> None:
    begun = time.monotonic()
    try:
        view = viewed(stages.preview(folder, press, wish), desk.view)
    except Refused as refused:
        view = desk.view.troubled(refused.problems)
    except Exception as fault:  # the manuscript may be in any state; whoever writes it goes on writing
        sentence = f"On Record made a mistake here ({type(fault).__name__}: {fault}); it is not yours"
        view = desk.view.troubled(
            (Problem(Place(""), "on-record-works", sentence, "undo your last change and report it"),)
        )
    desk.view = view
    tell(view, time.monotonic() - begun)
