"""Shows a book while it is written: every save is read, set and shown again, in the browser and on paper.

One thread watches the folder, one builds, one serves; between the last two stands a `Desk` with the newest view.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import watchfiles

from onrecord import pipeline
from onrecord.model import Place
from onrecord.pipeline import Press, Wish
from onrecord.problems import Problem, Refused
from onrecord.watching.server import serving
from onrecord.watching.view import Desk, View, viewed

__all__ = ["View", "watch"]

_PAUSE_MS = 60  # an editor writes a file in several steps
_IGNORED = {".onrecord", ".git", ".venv", "dist", "__pycache__"}
Tell = Callable[[View, float], None]  # a new view, and how many seconds it took


def watch(folder: Path, press: Press, wish: Wish, port: int, tell: Tell, ready: Callable[[str], None]) -> None:
    """Serve the book on this machine until somebody presses Ctrl-C. `ready` is told the address.

    What is wrong with the manuscript is shown and never ends it; OSError if the port is taken.
    """
    desk, saved, stop = Desk(), threading.Event(), threading.Event()
    watcher = threading.Thread(target=_listen, args=(folder, saved, stop), name="watcher", daemon=True)
    with serving(desk, port) as address:
        watcher.start()  # before the first build: what is saved meanwhile is shown next
        ready(address)
        try:
            saved.set()
            while True:
                saved.wait()
                saved.clear()
                _show(folder, press, wish, desk, tell)
        except KeyboardInterrupt:
            stop.set()
            watcher.join(5)


def _listen(folder: Path, saved: threading.Event, stop: threading.Event) -> None:
    """Sets `saved` when a file of the book is."""
    for _ in watchfiles.watch(folder, watch_filter=_matters, debounce=_PAUSE_MS * 4, step=_PAUSE_MS, stop_event=stop):
        saved.set()


def _matters(_change: watchfiles.Change, path: str) -> bool:
    """Whether a file belongs to the manuscript: not what we keep, and not what an editor keeps beside a file."""
    parts = Path(path).parts
    name = parts[-1]
    return not (_IGNORED & set(parts) or name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp")))


def _show(folder: Path, press: Press, wish: Wish, desk: Desk, tell: Tell) -> None:
    begun = time.monotonic()
    try:
        view = viewed(pipeline.preview(folder, press, wish), desk.view)
    except Refused as refused:
        view = desk.view.troubled(refused.problems)
    except Exception as fault:  # the manuscript may be in any state; whoever writes it goes on writing
        sentence = f"On Record made a mistake here ({type(fault).__name__}: {fault}); it is not yours"
        view = desk.view.troubled((Problem(Place(""), "on-record-works", sentence, "undo your last change and report it"),))
    desk.put(view)
    tell(view, time.monotonic() - begun)
