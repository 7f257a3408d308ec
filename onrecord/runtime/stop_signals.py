"""Stop at Ctrl-C, SIGTERM and SIGHUP alike: by an exception, so that nothing is left half-written.

This module is imported first and imports little, so that a signal while On Record starts is handled, too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
SIGNALS = tuple(signal.Signals[name] for name in _NAMES if hasattr(signal, name))  # Windows has no SIGHUP
_PATIENCE_S = 1.0  # a second signal after that time ends the process at once; a closed terminal may send two
_MOMENT_S = 0.01
_CODE_OF_SIGNAL = 128  # shells add it to the number of the signal


class Stopped(KeyboardInterrupt):
    """The process was asked to stop."""


_actions = list[Callable[[], object]]()


class _State:
    """The first signal that came, and when."""

    number = 0
    since = 0.0


def catch_stop_signals() -> None:
    """Raise Stopped in the main thread at each of the signals, unless the caller had it ignored, as nohup does."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.unraisablehook = _raise_again
    if hasattr(signal, "pthread_sigmask"):  # build.py blocks them until here
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def are_caught() -> bool:
    """Return whether this process is On Record's command line, which catches the stop signals."""
    return any(signal.getsignal(number) is _stop for number in SIGNALS)


def read_exit_code() -> int:
    """Return 128 + the number of the signal that came (Ctrl-C: 130); 130 if none came."""
    return _CODE_OF_SIGNAL + (_State.number or signal.SIGINT)


def has_stopped() -> bool:
    """Return whether a signal came. An error after it may be its consequence, in a library that was interrupted."""
    return bool(_State.number)


@contextlib.contextmanager
def do_when_stopped(action: Callable[[], object]) -> Iterator[None]:
    """Call `action` when a signal comes, before Stopped is raised: a library may swallow the exception."""
    _actions.append(action)
    try:
        yield
    finally:
        _actions.remove(action)


def _stop(number: int, _frame: FrameType | None) -> None:
    """Raise Stopped at the first signal; a later one ends the process if the first did not within a second."""
    if not _State.number:
        _State.number, _State.since = number, time.monotonic()
        for action in _actions:
            action()
        raise Stopped
    if time.monotonic() - _State.since > _PATIENCE_S:
        os._exit(read_exit_code())  # workers and pandoc end with this process


def _raise_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Raise Stopped again a moment later if Python had to drop it, as in `__del__`; print any other error."""
    if isinstance(unraisable.exc_value, Stopped) and hasattr(signal, "setitimer"):
        number, _State.number = _State.number, 0
        signal.signal(signal.SIGALRM, lambda _number, frame: _stop(number, frame))
        signal.setitimer(signal.ITIMER_REAL, _MOMENT_S)
    else:
        sys.__unraisablehook__(unraisable)
