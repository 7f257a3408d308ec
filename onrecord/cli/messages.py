"""What the command line prints: problems with paths an editor can open, delivered files, a progress line."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, quote_source_lines, select_errors
from onrecord.pipeline.build import Finished
from onrecord.runtime.environment import EnvironmentProblem

_REDRAW_S = 0.05


def print_problems(problems: Sequence[Problem], options: argparse.Namespace, *, delivers: bool = False) -> None:
    """Print every problem with its line, and how many there are; say that nothing was delivered if that is so."""
    for problem in complete_problems(problems, options):
        print(problem, file=sys.stderr)
    if problems:
        error_count = len(select_errors(problems))
        counts = [count(error_count, "error")] if error_count else []
        counts += [count(len(problems) - error_count, "warning")] if error_count < len(problems) else []
        conclusion = " Nothing was delivered." if error_count and delivers else ""
        print(f"{', '.join(counts)}.{conclusion}", file=sys.stderr)


def print_environment_problem(problem: EnvironmentProblem, *, delivers: bool) -> None:
    """Print why the machine refused and what to do; say that nothing was delivered if that is so."""
    print(f"On Record cannot work here: {problem}", file=sys.stderr)
    if delivers:
        print("This is no fault of the manuscript. Nothing was delivered.", file=sys.stderr)


def complete_problems(problems: Sequence[Problem], options: argparse.Namespace) -> tuple[Problem, ...]:
    """Return the problems with their lines in the source, and with paths that can be opened from here."""
    book = getattr(options, "book", None)
    quoted_problems = quote_source_lines(problems, book) if book else problems
    return tuple(_with_local_path(problem, book) for problem in quoted_problems)


def _with_local_path(problem: Problem, book: Path | None) -> Problem:
    """Return the problem with a path that can be opened from here; the name of an option stays as it is."""
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


def print_finished(finished: Finished) -> None:
    """Print each delivered file with a sentence about its proof."""
    for path, sentence in finished.lines():
        print(f"{shorten_path(path)}\n  {sentence}")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return “1 error” or “2 errors”."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def terminal_columns() -> int:
    """Return the width of the terminal; 80 if there is none."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80


class ProgressLine:
    """One line on a terminal: the stage, how far it is, how long it may take. Silent in a pipe."""

    def __init__(self) -> None:
        self.is_shown = sys.stderr.isatty()
        self.stage = ""
        self.started = 0.0
        self.drawn = -math.inf

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        self._draw("")

    def __call__(self, stage: str, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.started, self.drawn = stage, now, -math.inf
        if now - self.drawn < _REDRAW_S and done < total:
            return
        self.drawn = now
        remaining = ""
        if 0 < done < total:
            remaining = f"  {_format_duration((now - self.started) / done * (total - done))} left"
        self._draw(f"{stage}  {f'{done} of {total}  ' if total else ''}{what}{remaining}")

    def _draw(self, line: str) -> None:
        if self.is_shown:
            width = terminal_columns() - 1
            printable = "".join(char if char.isprintable() else "?" for char in line)[:width]
            sys.stderr.write(f"\r\033[K{printable}")
            sys.stderr.flush()


def _format_duration(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
