"""Start programs as a terminal does, however the tests were started."""

from __future__ import annotations

import signal


def restore_default_signals() -> None:
    """Let signals that stop a program stop this one: background jobs ignore Ctrl-C, those of nohup also SIGHUP."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
