"""What the command line prints: problems with paths an editor can open, delivered files, a progress line."""

from __future__ import annotations

import argparse
import contextlib
import logging
import math
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, quote_source_lines, select_errors
from onrecord.model.terminal_text import clean_line, clean_text, format_count
from onrecord.runtime.environment import EnvironmentProblem
from onrecord.runtime.rebuild_reasons import LOGGER

if TYPE_CHECKING:
    from onrecord.pipeline.current_delivery import Finished

_REDRAW_S = 0.05
_PULSE_S = 30.0


def print_problems(problems: Sequence[Problem], options: argparse.Namespace, *, delivers: bool = False) -> None:
    """Print all problems and their count; with `delivers`, errors add “Nothing was delivered.”

    With `--quiet`, warnings are left out.
    """
    if is_quiet(options):
        problems = select_errors(problems)
    for problem in complete_problems(problems, options):
        print(problem, file=sys.stderr)
    if problems:
        error_count = len(select_errors(problems))
        counts = [format_count(error_count, "error")] if error_count else []
        counts += [format_count(len(problems) - error_count, "warning")] if error_count < len(problems) else []
        conclusion = " Nothing was delivered." if error_count and delivers else ""
        print(f"{', '.join(counts)}.{conclusion}", file=sys.stderr)


def print_environment_problem(problem: EnvironmentProblem, *, delivers: bool) -> None:
    """Print why the machine cannot run this; with `delivers`, add “Nothing was delivered.”"""
    print(clean_text(f"On Record cannot work here: {problem}"), file=sys.stderr)
    if delivers:
        print("This is no fault of the manuscript. Nothing was delivered.", file=sys.stderr)


def complete_problems(problems: Sequence[Problem], options: argparse.Namespace) -> tuple[Problem, ...]:
    """Return the problems with their lines in the source, and with paths that can be opened from here."""
    book = getattr(options, "book", None)
    quoted_problems = quote_source_lines(problems, book) if book else problems
    return tuple(_shorten_location(problem, book) for problem in quoted_problems)


def _shorten_location(problem: Problem, book: Path | None) -> Problem:
    """Return the problem with a path relative to the current folder; option names stay."""
    if problem.location.file.startswith("--"):
        return problem
    path = Path(problem.location.file)
    if not path.is_absolute() and book is not None:
        path = book / path
    return replace(problem, location=SourceLocation(shorten_path(path), problem.location.line))


def shorten_path(path: Path) -> str:
    """Return the path relative to the current folder if it is below it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def is_quiet(options: argparse.Namespace) -> bool:
    """Return whether --quiet is given, so that only errors are printed."""
    return bool(getattr(options, "quiet", False))


def print_finished(finished: Finished, options: argparse.Namespace) -> None:
    """Print each delivered file with a sentence about its proof; nothing with `--quiet`."""
    if is_quiet(options):
        return
    for path, sentence in finished.lines:
        print(f"{clean_line(shorten_path(path))}\n  {clean_line(sentence)}")


def get_terminal_columns() -> int:
    """Return the width of the terminal; 80 if there is none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80


class ProgressLine:
    """One line on a terminal: the stage, how far it is, how long it may take.

    Without a terminal, a plain line every `pulse_s` seconds, so that the log of a long build is not silent.
    With `--quiet` neither; with `--verbose` also what was reused, and why the rest was made again.
    """

    def __init__(self, options: argparse.Namespace | None = None, pulse_s: float = _PULSE_S) -> None:
        has_terminal = sys.stderr.isatty()
        quiet = options is not None and is_quiet(options)
        self.is_shown = has_terminal and not quiet
        self._has_pulse = not has_terminal and not quiet
        self._is_verbose = bool(getattr(options, "verbose", False))
        self._handler = _LineHandler(self)
        self._pulse_s = pulse_s
        self._ended = threading.Event()
        self._state = ""
        self.stage = ""
        self.started = 0.0
        self.drawn = -math.inf

    def __enter__(self) -> ProgressLine:
        if self._is_verbose:
            LOGGER.addHandler(self._handler)
            LOGGER.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        LOGGER.removeHandler(self._handler)
        LOGGER.setLevel(logging.NOTSET)
        self._draw("")

    def print_line(self, line: str) -> None:
        """Print a line on the terminal above the progress line."""
        self._draw("")
        sys.stderr.write(f"{clean_line(line)}\n")

    def _print_pulse(self) -> None:
        """Print the current state to stderr every `_pulse_s` seconds, until `_ended` is set."""
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            while not self._ended.wait(self._pulse_s):
                if self._state:
                    print(clean_line(self._state), file=sys.stderr, flush=True)

    def __call__(self, stage: str, done: int, total: int, name: str) -> None:
        now = time.monotonic()
        if self._has_pulse and not self._state:  # the first call
            threading.Thread(target=self._print_pulse, name="progress", daemon=True).start()
        if stage != self.stage:
            self.stage, self.started, self.drawn = stage, now, -math.inf
        self._state = f"{stage}  {f'{done} of {total}  ' if total else ''}{name}"
        if now - self.drawn < _REDRAW_S and done < total:
            return
        self.drawn = now
        remaining = ""
        if 0 < done < total:
            remaining = f"  {_format_duration((now - self.started) / done * (total - done))} left"
        self._draw(f"{self._state}{remaining}")

    def _draw(self, line: str) -> None:
        """Draw a progress line over the one before, cut to the width of the terminal."""
        if self.is_shown:
            width = get_terminal_columns() - 1
            sys.stderr.write(f"\r\033[K{clean_line(line)[:width]}")
            sys.stderr.flush()


class _LineHandler(logging.Handler):
    """Prints what the log says above the progress line."""

    def __init__(self, progress: ProgressLine) -> None:
        super().__init__()
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        """Print the message of a log record above the progress line."""
        self._progress.print_line(record.getMessage())


def _format_duration(seconds: float) -> str:
    """Return a duration as whole minutes and seconds: “3:07”."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
