"""`python -m onrecord`, which is what build.py hands over to, and the command `onrecord`."""

from typing import NoReturn


def run() -> NoReturn:
    """Run the command line and end the process with its exit code, also if it is stopped while it starts."""
    from onrecord.runtime import stop_signals
    from onrecord.runtime.frame_room import call_with_room

    _open_missing_streams()
    try:
        stop_signals.catch_stop_signals()
        from onrecord.cli.command_line import main

        code = int(call_with_room(main))
    except BaseException:
        if not stop_signals.has_stopped():
            raise
        code = stop_signals.read_exit_code()
    _end_process(code)


def _open_missing_streams() -> None:
    """Open the null device where the caller closed a standard stream.

    Else the next file that is opened takes its number, and what a library prints is written into that file.
    """
    import os
    import sys

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


def _end_process(code: int) -> NoReturn:
    """End without Python's own cleaning: a thread that still runs, of a library or ours, can crash it."""
    import contextlib
    import os
    import sys

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":  # workers import this module again and must not start the command line
    run()
