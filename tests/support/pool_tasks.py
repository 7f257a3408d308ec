"""Tasks for the worker pool. At the top they import only what a worker needs anyway, so that it starts quickly.

`PRELOAD` is what pools of tests preload: their workers then start (on Linux) in a third of the time.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onrecord.runtime import worker_process
from onrecord.runtime.guarded_work import note_subject
from tests.support.waiting import wait_until

PRELOAD = __name__


def prepare_imports(value: tuple[float, Path | None]) -> None:
    """Let the pandoc of this worker wait so many seconds for the next test, and share results in the folder."""
    from onrecord.runtime import pandoc
    from tests.support.language_model import share_language_model
    from tests.support.shared_results import RESULTS

    pandoc.IDLE_S, RESULTS.folder = value
    share_language_model(setattr)


def share_results(folder: Path | None) -> None:
    """Let this worker share what it makes with the tests of this run."""
    from tests.support.shared_results import share_results_of_worker

    share_results_of_worker(folder)


def return_value(value: Any) -> Any:
    return value


def get_worker_pid(_value: object) -> int:
    return os.getpid()


def describe_worker(name: str) -> tuple[int, str | None]:
    """Return the parent of this process and an environment variable."""
    return os.getppid(), os.environ.get(name)


def describe_copy(_value: object) -> tuple[int, str, str, str, bool]:
    """Return what a worker has of the command line: parent, modules, handlers, files, and whether Ctrl-C is blocked."""
    modules = [name for name in ("only_in_the_command_line", "loud") if name in sys.modules]
    numbers = (signal.SIGTERM, signal.SIGHUP)
    has_defaults = all(signal.getsignal(number) is signal.SIG_DFL for number in numbers)
    files = [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    scripts = [file for file in files if file.endswith("program.py")]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    handlers = "default" if has_defaults and not mask & {*numbers} else "others"
    return os.getppid(), ",".join(modules), handlers, ",".join(scripts) or "none", signal.SIGINT in mask


class _Ring:
    """An object that refers to itself: only a search for cycles frees it."""

    def __init__(self) -> None:
        self.next = self


_rings: list[weakref.ref[_Ring]] = []


def leave_ring(_value: object) -> int:
    """Leave a cycle behind; return how many of those that earlier tasks left are still there."""
    count = sum(ring() is not None for ring in _rings)
    _rings.append(weakref.ref(_Ring()))
    return count


def end_worker(value: tuple[int, str]) -> int:
    number, end = value
    match end:
        case "exits":
            os._exit(3)
        case "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "ends by a signal without a name":
            os.kill(os.getpid(), signal.SIGRTMIN + 3)
    return number


def meet(paths: tuple[Path, Path]) -> int:
    """Touch the first file, wait for the second, and return the worker."""
    paths[0].touch()
    wait_until(paths[1].exists)
    return os.getpid()


def hang(marker: Path) -> None:
    """Touch the file and never end."""
    marker.touch()
    time.sleep(3600)


def start_child(pid_file: Path, end: str) -> None:
    """Start a program, write its process id to the file, and exit or hang."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as child:
        pid_file.with_suffix(".new").write_text(f"{os.getpid()} {child.pid}", encoding="ascii")
        pid_file.with_suffix(".new").rename(pid_file)
        if end == "exits":
            os._exit(3)


def crash_with_child(pid_file: Path) -> None:
    start_child(pid_file, "exits")


def hang_with_child(pid_file: Path) -> None:
    start_child(pid_file, "hangs")


class _Unreadable:
    """A value that can be pickled and not unpickled."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _refuse, ()


def _refuse() -> None:
    raise ValueError("this cannot be read")


def return_unreadable(_value: object) -> _Unreadable:
    return _Unreadable()


def double_value(value: int) -> int:
    return value * 2


def get_worker(value: int) -> tuple[int, int]:
    return value, os.getpid()


def finish_first_task_last(value: tuple[int, Path]) -> tuple[int, int]:
    """Finish task 0 after task 5."""
    number, folder = value
    if number == 0:
        wait_until((folder / "5").exists)
    (folder / str(number)).touch()
    return number, os.getpid()


def misbehave(value: str) -> str:
    match value:
        case "hangs":
            time.sleep(3600)
        case "exits":
            os._exit(3)
        case "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "grows":
            return str(len(bytearray(4_000_000_000)))
        case "is refused":
            from onrecord.model import SourceLocation
            from onrecord.model.problems import Problem, Refused
            from onrecord.model.rule import Rule

            raise Refused([Problem(SourceLocation("a.md", 3), Rule.NOTHING_IS_LOST_IN_READING, "A word is gone.")])
        case "fails":
            raise ValueError("no such face")
        case "cannot travel":
            raise _CannotTravel(lambda: None)
        case "returns what cannot travel":
            return lambda: "x"  # type: ignore[return-value]  # on purpose
    return value.upper()


class _CannotTravel(Exception):
    pass


def fill_memory(megabytes: int) -> float:
    """Create circular references, and return the memory in MB used before that."""
    used_mb = worker_process._measure_memory_mb()
    references: list[Any] = [bytes(1000) for _ in range(megabytes * 1000)]
    references.append(references)
    return used_mb


def refuse(name: str) -> None:
    raise ValueError(name)


def allocate(megabytes: int) -> int:
    note_subject("styles/large.css")
    return len(bytes(megabytes * 2**20))


def read_cpu_limit(_value: object) -> float:
    """Return how many seconds this worker may still compute, 0 for no limit."""
    return signal.getitimer(signal.ITIMER_PROF)[0]


def match_for_ever(letters: int) -> None:
    """Stay in one call of C, which no thread of Python can interrupt."""
    note_subject("templates/html/slow.html")
    re.match("(a|a)*b", "a" * letters)
