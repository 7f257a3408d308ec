"""Show a book in the browser while it is written: every save is read, laid out and shown again.

One thread watches the folder, one builds, one serves the pages; `CurrentView` passes the newest view between them.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import watchfiles

from onrecord.cli.watch.server import PortError, serve_view
from onrecord.cli.watch.view import CurrentView, View, update_view
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.pipeline.build import preview_book
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime.cache import load_secret
from onrecord.runtime.environment import EnvironmentProblem
from onrecord.runtime.stop_signals import do_when_stopped
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import PoolError

__all__ = ["PortError", "View", "watch"]

_PAUSE_MS = 60  # an editor writes a file in several steps
_POLL_MS = 1000  # how often the folder itself is checked: it may be deleted or put back
_IGNORED = {".onrecord", ".git", ".venv", "dist", "__pycache__"}
OnUpdate = Callable[[View, float], None]  # a new view, and how many seconds it took


def watch(
    folder: Path,
    runner: TaskRunner,
    options: BuildOptions,
    port: int,
    on_update: OnUpdate,
    on_ready: Callable[[str], None],
) -> None:
    """Serve the book on this machine until Ctrl-C; call `on_ready` with the address.

    Problems of the manuscript are shown and do not end it. Raises PortError if the port is taken.
    """
    current, saved, stop = CurrentView(), threading.Event(), threading.Event()
    watcher = threading.Thread(target=_watch_folder, args=(folder.resolve(), saved, stop), name="watcher", daemon=True)
    with serve_view(current, port, _make_token(folder)) as address, do_when_stopped(stop.set):
        watcher.start()  # before the first build: what is saved meanwhile is shown next
        on_ready(address)
        try:
            saved.set()
            while not stop.is_set():
                if saved.wait(_POLL_MS / 1000):  # on Windows nothing interrupts a wait without an end
                    saved.clear()
                    _show_book(folder, runner, options, current, on_update)
        except KeyboardInterrupt:
            stop.set()
        watcher.join(5)


def _make_token(folder: Path) -> str:
    """Return the secret part of the address; it stays when the watch begins again, so that open pages go on."""
    return hashlib.blake2b(
        os.fsencode(folder.resolve()), key=load_secret(), person=b"watch", digest_size=16
    ).hexdigest()


def _watch_folder(folder: Path, saved: threading.Event, stop: threading.Event) -> None:
    """Set `saved` when a file of the book is saved, or when the folder itself is deleted or created."""
    last_identity, is_polling = _identify_folder(folder), False
    while not stop.is_set():
        identity = _identify_folder(folder)
        if identity != last_identity:
            last_identity = identity
            saved.set()
        if identity is None:
            stop.wait(_POLL_MS / 1000)
            continue
        batches = watchfiles.watch(
            folder,
            watch_filter=partial(_is_of_manuscript, folder),
            debounce=_PAUSE_MS * 4,
            step=_PAUSE_MS,
            stop_event=stop,
            rust_timeout=_POLL_MS,
            yield_on_timeout=True,
            force_polling=is_polling or None,
        )
        try:
            for changes in batches:
                if changes:
                    saved.set()
                if _identify_folder(folder) != identity:
                    break
        except OSError:  # the system watches no more files for this user, or the folder was just deleted
            is_polling = _identify_folder(folder) == identity


def _identify_folder(folder: Path) -> tuple[int, int] | None:
    """Return a folder's device and inode, which tell it from a new one of the same name."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_of_manuscript(folder: Path, _change: watchfiles.Change, path: str) -> bool:
    """Return whether a file belongs to the manuscript: no cache, no output, no backup of a text editor."""
    parts = Path(path).relative_to(folder).parts if Path(path).is_relative_to(folder) else (Path(path).name,)
    name = parts[-1] if parts else ""
    return not (_IGNORED & set(parts) or name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp")))


def _show_book(
    folder: Path, runner: TaskRunner, options: BuildOptions, current: CurrentView, on_update: OnUpdate
) -> None:
    """Read the book again and pass the new view, or its problems, to the preview."""
    started = time.monotonic()
    try:
        view = update_view(preview_book(folder, runner, options), current.view)
    except Refused as refused:
        view = current.view.replace_problems(refused.problems)
    except (PoolError, EnvironmentProblem):  # no change of the manuscript would help
        raise
    except Exception as error:  # the manuscript may be in any state; the next save may correct it
        sentence = f"On Record made a mistake here ({type(error).__name__}: {error}); it is not yours"
        problem = Problem(SourceLocation(""), Rule.ON_RECORD_WORKS, sentence, "undo your last change and report it")
        view = current.view.replace_problems((problem,))
    current.view = view
    on_update(view, time.monotonic() - started)
