"""The exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command says to the shell (sysexits.h for 70 and 74; 128 + the number of a signal from 129 on)."""

    DONE = 0
    PROBLEMS = 1  # the manuscript has errors; nothing was delivered
    WRONG_USAGE = 2
    OUR_BUG = 70
    SYSTEM = 74  # the machine: a full disk, no rights, a missing library; the manuscript was not blamed
    HUNG_UP = 129  # SIGHUP: the terminal was closed
    INTERRUPTED = 130  # SIGINT: Ctrl-C
    OUTPUT_CLOSED = 141  # SIGPIPE
    TERMINATED = 143  # SIGTERM
