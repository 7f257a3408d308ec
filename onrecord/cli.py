"""The command line: arguments, exit codes, progress, and problems printed for an editor."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from onrecord import __version__, asking, importers, pipeline, starter
from onrecord.model import Place
from onrecord.problems import Problem, Refused, closest, errors, quoted

DONE, PROBLEMS, WRONG_USAGE, OUR_BUG, INTERRUPTED, NOBODY_LISTENS = 0, 1, 2, 70, 130, 141

COMMANDS = {
    "pdf": "build the printed book",
    "epub": "build the e-book",
    "html": "build the web edition",
    "all": "build all three, sharing the work",
    "import": "turn pasted text, Markdown, saved pages, Word files and transcripts into interviews of the book",
    "outline": "show what On Record understood: every interview, turn, byline and disclaimer",
    "check": "list every problem in the manuscript, write nothing",
    "prove": "check finished files against the manuscript again",
    "new": "begin a new book with one sample interview",
}
_APOLOGY = """
This is a fault in On Record, not in your manuscript, and we are sorry. Nothing was delivered.
The lines above will help whoever mends it."""
_BUILDS = {"pdf", "epub", "html", "all"}
_SOURCES = _BUILDS | {"outline", "check", "prove"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 problems, 2 wrong usage, 70 our bug."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace")
    try:
        options = _parse(sys.argv[1:] if arguments is None else list(arguments))
        code = int(_RUN[options.command](options))
        sys.stdout.flush()
        return code
    except SystemExit as usage:  # argparse: --help, --version, or wrong usage
        return usage.code if isinstance(usage.code, int) else WRONG_USAGE
    except Refused as refused:
        _tell(refused.problems, options)
        return PROBLEMS
    except KeyboardInterrupt:
        print("\nStopped. What was delivered before still stands, whole.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at exit
        return NOBODY_LISTENS
    except Exception:
        traceback.print_exc()
        print(_APOLOGY, file=sys.stderr)
        return OUR_BUG


# --- arguments ------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}\n  hint: {self.prog} --help", file=sys.stderr)
        raise SystemExit(WRONG_USAGE)


def _parse(words: list[str]) -> argparse.Namespace:
    through_build_py = "ONRECORD_HOME" in os.environ
    program = "python build.py" if through_build_py else "onrecord"
    home = Path(os.environ.get("ONRECORD_HOME", ""))
    parser = _Parser(program, description="Interviews as books, with every word accounted for.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"On Record {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    for name, purpose in COMMANDS.items():
        description = f"{purpose[:1].upper()}{purpose[1:]}."
        command = commands.add_parser(name, help=purpose, description=description, allow_abbrev=False)
        _add_arguments(command, name, home)
    if through_build_py:
        parser.epilog = "python build.py test runs the test suite, its tools installed first."
    _refuse_unknown_command(parser, words)
    return parser.parse_args(words)


def _add_arguments(command: argparse.ArgumentParser, name: str, home: Path) -> None:
    if name in _BUILDS - {"all"}:
        command.add_argument("more", nargs="*", type=_format, metavar="FORMAT", help="further formats")
    if name in _SOURCES:
        command.add_argument("--book", type=Path, default=home / "book", metavar="DIR", help="the book (book/)")
    if name in _SOURCES - {"outline", "check"}:
        command.add_argument("--out", type=Path, default=home / "dist", metavar="DIR", help="where copies go (dist/)")
    if name in _BUILDS:
        command.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="how many workers (one per core)")
    if name == "outline":
        command.add_argument("--json", action="store_true", help="for scripts")
    if name == "prove":
        command.add_argument("files", nargs="*", type=Path, metavar="FILE", help="finished files (all in --out)")
    if name == "import":
        command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what you have")
        to = home / "book" / "interviews"
        command.add_argument("--to", type=Path, default=to, metavar="DIR", help="the interviews of a book (book/interviews/)")
        command.add_argument("--yes", action="store_true", help="accept the best guess wherever there is a doubt")
    if name == "new":
        command.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")


def _format(word: str) -> str:
    if word not in pipeline.EDITIONS:
        raise argparse.ArgumentTypeError(f"“{word}” is no format; write {', '.join(pipeline.EDITIONS)}")
    return word


def _jobs(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 1024:
        raise argparse.ArgumentTypeError(f"“{word}” is no number of workers; write --jobs 2")
    return int(word)


def _refuse_unknown_command(parser: _Parser, words: list[str]) -> None:
    if not words:
        parser.print_help(sys.stderr)
        raise SystemExit(WRONG_USAGE)
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        near = closest(words[0], COMMANDS)
        known = f"did you mean “{near}”?" if near else f"the commands are {', '.join(COMMANDS)}"
        parser.error(f"there is no command “{words[0]}”; {known}")


# --- commands -------------------------------------------------------------------------------------


def _build(options: argparse.Namespace) -> int:
    wanted = pipeline.EDITIONS if options.command == "all" else dict.fromkeys([options.command, *options.more])
    with _Bar() as bar:
        finished = pipeline.build(options.book, options.out, list(wanted), options.jobs, bar)
    _tell(finished.warnings, options)
    _show(finished)
    return DONE


def _prove(options: argparse.Namespace) -> int:
    with _Bar() as bar:
        finished = pipeline.prove(options.book, options.out, options.files, bar)
    _show(finished)
    return DONE


def _check(options: argparse.Namespace) -> int:
    book, warnings = pipeline.check(options.book)
    _tell(warnings, options)
    print(f"No error in {_count(len(book.interviews), 'interview')} of “{book.title}”.")
    return DONE


def _outline(options: argparse.Namespace) -> int:
    sys.stdout.write(pipeline.understood(options.book, as_json=options.json))
    return DONE


def _import(options: argparse.Namespace) -> int:
    ask = partial(asking.on_terminal, width=_columns()) if asking.somebody_answers() else None
    with _Bar() as bar:
        done, problems = importers.bring_in(options.files, options.to, accept=options.yes, progress=bar, ask=ask)
    for one in done:
        print("\n".join((_from_here(one.path), *(f"  {line}" for line in one.lines()))))
        if one.difference:
            print(one.difference)
    _tell(problems, options)
    return PROBLEMS if errors(problems) or any(one.difference for one in done) else DONE


def _new(options: argparse.Namespace) -> int:
    for path in starter.copy_to(options.folder):
        print(f"wrote {path}")
    program = "python build.py" if "ONRECORD_HOME" in os.environ else "onrecord"
    print(f"Build it: {program} all --book {options.folder}")
    return DONE


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    **dict.fromkeys(_BUILDS, _build),
    "outline": _outline,
    "check": _check,
    "import": _import,
    "prove": _prove,
    "new": _new,
}


# --- printing -------------------------------------------------------------------------------------


def _tell(problems: Sequence[Problem], options: argparse.Namespace) -> None:
    """Every problem with the path an editor can open, and how many there are."""
    book = getattr(options, "book", None)
    for problem in quoted(problems, book) if book else problems:
        print(_with_path(problem, book), file=sys.stderr)
    if problems:
        wrong = len(errors(problems))
        counts = [_count(wrong, "error")] if wrong else []
        counts += [_count(len(problems) - wrong, "warning")] if wrong < len(problems) else []
        nothing = " Nothing was delivered." if wrong and options.command in _BUILDS else ""
        print(f"{', '.join(counts)}.{nothing}", file=sys.stderr)


def _with_path(problem: Problem, book: Path | None) -> Problem:
    """A place inside the book's folder as seen from here; other places are absolute already."""
    path = Path(problem.place.file)
    if not path.is_absolute() and book is not None:
        path = book / path
    return replace(problem, place=Place(_from_here(path), problem.place.line))


def _from_here(path: Path) -> str:
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _show(finished: pipeline.Finished) -> None:
    for path, sentence in finished.lines():
        print(f"{_from_here(path)}\n  {sentence}")


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


class _Bar:
    """One line on a terminal: what is being done, how far it is, how long it may take. Silent in a pipe."""

    def __init__(self) -> None:
        self.shows = sys.stderr.isatty()
        self.verb = ""
        self.since = 0.0
        self.drawn = -math.inf

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._draw("")

    def __call__(self, verb: str, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if verb != self.verb:
            self.verb, self.since, self.drawn = verb, now, -math.inf
        if now - self.drawn < 0.05 and done < total:
            return
        self.drawn = now
        left = f"  {_time((now - self.since) / done * (total - done))} left" if 0 < done < total else ""
        self._draw(f"{verb}  {f'{done} of {total}  ' if total else ''}{what}{left}")

    def _draw(self, line: str) -> None:
        if self.shows:
            width = _columns() - 1
            shown = "".join(char if char.isprintable() else "?" for char in line)[:width]
            sys.stderr.write(f"\r\033[K{shown}")
            sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
