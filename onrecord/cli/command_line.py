"""The command line: arguments, exit codes, progress, and problems printed for an editor."""

from __future__ import annotations

import argparse
import contextlib
import gc
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from onrecord import __version__
from onrecord.cli import starter
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model import Book, Place, word_count
from onrecord.model.problems import Problem, Refused, closest, errors, quoted
from onrecord.pipeline import stages
from onrecord.runtime.build_identity import PLAIN_LAYOUT
from onrecord.runtime.worker_pool import SELDOM
from onrecord.wording import markings

DONE, PROBLEMS, WRONG_USAGE, OUR_BUG, INTERRUPTED, NOBODY_LISTENS = 0, 1, 2, 70, 130, 141

COMMANDS = {
    "pdf": "build the printed book",
    "epub": "build the e-book",
    "html": "build the web edition",
    "all": "build all three, sharing the work",
    "import": "turn pasted text, Markdown, saved pages, Word files and transcripts into interviews of the book",
    "outline": "show what On Record understood: every interview, turn, byline and disclaimer",
    "watch": "show the book in the browser while you write, and every save at once",
    "check": "list every problem in the manuscript, write nothing",
    "packs": "list the briefing packs and what each would hold",
    "prove": "check finished files against the manuscript again",
    "clean": "forget the work that is kept from earlier builds",
    "new": "begin a new book with one sample interview",
}
_APOLOGY = """
This is a fault in On Record, not in your manuscript, and we are sorry. Nothing was delivered.
The lines above will help whoever mends it."""
_BUILDS = {"pdf", "epub", "html", "all"}
_SOURCES = _BUILDS | {"watch", "outline", "check", "prove", "packs", "clean"}
_OF_A_PACK = _SOURCES - {"packs", "clean"}
_WORKS = _BUILDS | {"prove", "watch"}
_FINISHING = {
    "booklet": "a booklet to fold and staple, too (with pdf)",
    "print-shop": "a file for the print shop, too: bleed, crop marks, PDF/X-4 with the profile that book.yaml names (with pdf)",
    "print-file": "all numbered copies of a pack in one file for the printer, too (with pdf and --pack)",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 problems, 2 wrong usage, 70 our bug."""
    gc.set_threshold(*SELDOM)
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
    options = parser.parse_args(words)
    _refuse_finishing_of_nothing(parser, options)
    return options


def _add_arguments(command: argparse.ArgumentParser, name: str, home: Path) -> None:
    if name in _BUILDS - {"all"}:
        command.add_argument("more", nargs="*", type=_format, metavar="FORMAT", help="further formats")
    if name in _SOURCES:
        command.add_argument("--book", type=Path, default=home / "book", metavar="DIR", help="the book (book/)")
    if name in _OF_A_PACK:
        command.add_argument("--pack", default="", metavar="NAME", help="a briefing pack, packs/NAME.yaml")
    if name in _OF_A_PACK - {"outline"}:
        help_ = "an interview to take although it may not go out yet; the proof records it"
        command.add_argument("--release", action="append", default=[], metavar="SLUG", help=help_)
    if name in _BUILDS | {"prove"}:
        help_ = "of a pack that is a supplement: everything, with continuous numbers"
        command.add_argument("--merged", action="store_true", help=help_)
    for option, help_ in _FINISHING.items() if name in _BUILDS else ():
        command.add_argument(f"--{option}", action="store_true", help=help_)
    if name in _BUILDS | {"prove"}:
        command.add_argument("--out", type=Path, default=None, metavar="DIR", help="where copies go (dist/)")
    if name in _WORKS:
        command.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="how many workers (one per core)")
        help_ = "lay out as WeasyPrint does it by itself: slower, to find out who makes a mistake"
        command.add_argument("--no-sharing", action="store_true", help=help_)
        help_ = "set interviews on the workers of a Dask scheduler (needs onrecord[dask])"
        command.add_argument("--scheduler", default="", metavar="TCP://…", help=help_)
    if name in _WORKS | {"clean"}:
        help_ = "where finished work is kept (.onrecord/cache in the book's folder)"
        command.add_argument("--cache", type=Path, default=None, metavar="DIR", help=help_)
    if name == "watch":
        command.add_argument("--port", type=_port, default=8014, metavar="N", help="where the browser finds it (8014)")
    if name == "outline":
        command.add_argument("--json", action="store_true", help="for scripts")
    if name == "prove":
        command.add_argument("files", nargs="*", type=Path, metavar="FILE", help="finished files (all in --out)")
    if name == "import":
        command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what you have")
        to = home / "book" / "interviews"
        command.add_argument(
            "--to", type=Path, default=to, metavar="DIR", help="the interviews of a book (book/interviews/)"
        )
        command.add_argument("--yes", action="store_true", help="accept the best guess wherever there is a doubt")
    if name == "new":
        command.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")


def _refuse_finishing_of_nothing(parser: _Parser, options: argparse.Namespace) -> None:
    """Booklets and the like are made of the PDF, numbered copies of a pack's."""
    if getattr(options, "merged", False) and not options.pack:
        parser.error("--merged is for a pack that is a supplement; write which one: --pack NAME")
    if options.command not in _BUILDS:
        return
    wanted = [option for option in _FINISHING if getattr(options, option.replace("-", "_"))]
    if wanted and "pdf" not in _formats(options):
        parser.error(f"--{wanted[0]} is made of the PDF, which is not asked for; write: pdf --{wanted[0]}")
    if options.print_file and not options.pack:
        parser.error("--print-file holds the numbered copies of a pack; write which one: --pack NAME")


def _formats(options: argparse.Namespace) -> list[str]:
    return list(stages.EDITIONS if options.command == "all" else dict.fromkeys([options.command, *options.more]))


def _format(word: str) -> str:
    if word not in stages.EDITIONS:
        raise argparse.ArgumentTypeError(f"“{word}” is no format; write {', '.join(stages.EDITIONS)}")
    return word


def _jobs(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 1024:
        raise argparse.ArgumentTypeError(f"“{word}” is no number of workers; write --jobs 2")
    return int(word)


def _port(word: str) -> int:
    if not word.isdecimal() or int(word) > 65_535:
        raise argparse.ArgumentTypeError(f"“{word}” is no port; write --port 8014")
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
    with _Bar() as bar, _press_room(options) as press:
        finished = stages.build(options.book, _choose_out(options), _formats(options), press, bar, _wish(options))
    _tell(finished.warnings, options)
    _show(finished)
    return DONE


@contextlib.contextmanager
def _press_room(options: argparse.Namespace) -> Iterator[stages.Press]:
    if options.no_sharing:
        os.environ[PLAIN_LAYOUT] = "1"  # for the workers, too
    with stages.press_room(options.book, options.jobs, options.cache, options.scheduler) as press:
        try:
            yield press
        finally:
            if press.store.damaged:
                print(
                    f"{_count(press.store.damaged, 'damaged entry of the cache was', 'damaged entries of the cache were')} made anew.",
                    file=sys.stderr,
                )


def _choose_out(options: argparse.Namespace) -> Path:
    """Return the out folder: the one that was named, or `dist` if it is no link out.

    A `dist` that nobody named may have come with the book.
    """
    if options.out is not None:
        return Path(options.out)
    home = Path(os.environ.get("ONRECORD_HOME", ""))
    refuse_link_out(home / "dist", home, "--out")
    return home / "dist"


def _wish(options: argparse.Namespace) -> stages.Wish:
    finishing = stages.Wanted()
    if options.command in _BUILDS:
        finishing = stages.Wanted(options.booklet, options.print_shop, options.print_file)
    return stages.Wish(options.pack, tuple(options.release), finishing, getattr(options, "merged", False))


def _prove(options: argparse.Namespace) -> int:
    with _Bar() as bar, _press_room(options) as press:
        finished = stages.prove(options.book, _choose_out(options), options.files, press, bar, _wish(options))
    _tell(finished.warnings, options)
    _show(finished)
    return DONE


def _check(options: argparse.Namespace) -> int:
    book, warnings = stages.check(options.book, _wish(options))
    _tell(warnings, options)
    print(f"No error in {_count(len(book.interviews), 'interview')} of “{book.title}”.")
    return DONE


def _watch(options: argparse.Namespace) -> int:
    from onrecord.cli import watch as watching  # the server and the watcher are wanted here alone

    told: list[Sequence[Problem]] = [()]

    def tell(view: watching.View, seconds: float) -> None:
        if view.problems != told[-1]:  # a warning that stays is said once
            _tell(view.problems, options)
        told[:] = [view.problems]
        page = f", you wrote on page {view.edited.page}" if view.edited and view.edited.page else ""
        print("Mend it and save again." if view.is_broken else f"Shown after {seconds:.1f} s{page}.", flush=True)

    def ready(address: str) -> None:
        print(f"Open {address} in a browser. Ctrl-C ends it.", flush=True)

    try:
        with _press_room(options) as press:
            watching.watch(options.book, press, _wish(options), options.port, tell, ready)
    except watching.PortError as error:
        other = options.port % 65_535 + 1 if options.port >= 1024 else 8014
        print(f"The port {options.port} cannot be used ({error}).\n  hint: --port {other}", file=sys.stderr)
        return PROBLEMS
    return DONE


def _outline(options: argparse.Namespace) -> int:
    wish = stages.Wish(options.pack)
    sys.stdout.write(stages.understood(options.book, as_json=options.json, wish=wish))
    return DONE


def _packs(options: argparse.Namespace) -> int:
    """Each pack with what it would hold; how many pages that makes is known when it is set."""
    found = stages.packs_of(options.book)
    for name, book, _ in found:
        print(name if book is None else _pack_line(name, book))
    if not found:
        print("This book has no packs. The manual tells how to make one.")
    problems = [problem for _, _, more in found for problem in more]
    _tell(problems, options)
    return PROBLEMS if errors(problems) else DONE


def _pack_line(name: str, book: Book) -> str:
    counted = [
        _count(len(book.parts), "agenda item"),
        _count(len(book.interviews), "interview"),
        _count(word_count(book), "word"),
    ]
    assert book.pack is not None
    return f"{name}  “{book.title}”\n  {', '.join(counted)}; {markings.line(book.pack.markings, 'en')}"


def _import(options: argparse.Namespace) -> int:
    from onrecord.cli import prompts
    from onrecord.importers import import_file  # a tenth of a second that no build needs

    ask = partial(prompts.on_terminal, width=_columns()) if prompts.somebody_answers() else None
    with _Bar() as bar:
        done, problems = import_file.bring_in(options.files, options.to, accept=options.yes, progress=bar, ask=ask)
    for one in done:
        print("\n".join((_from_here(one.path), *(f"  {line}" for line in one.lines()))))
        if one.difference:
            print(one.difference)
    _tell(problems, options)
    return PROBLEMS if errors(problems) or any(one.difference for one in done) else DONE


def _clean(options: argparse.Namespace) -> int:
    try:
        freed = stages.clean(options.book, options.cache)
    except OSError as error:
        print(
            f"The cache could not be emptied ({error.filename}: {error.strerror}).\n  hint: allow writing there",
            file=sys.stderr,
        )
        return PROBLEMS
    print(f"The cache is empty; {freed / 1e6:.1f} MB were freed.")
    return DONE


def _new(options: argparse.Namespace) -> int:
    for path in starter.copy_to(options.folder):
        print(f"wrote {path}")
    program = "python build.py" if "ONRECORD_HOME" in os.environ else "onrecord"
    print(f"Build it: {program} all --book {options.folder}")
    return DONE


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    **dict.fromkeys(_BUILDS, _build),
    "watch": _watch,
    "outline": _outline,
    "check": _check,
    "import": _import,
    "packs": _packs,
    "prove": _prove,
    "clean": _clean,
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
    """A place inside the book's folder as seen from here; other places are absolute already, or options that were typed."""
    if problem.place.file.startswith("--"):
        return problem
    path = Path(problem.place.file)
    if not path.is_absolute() and book is not None:
        path = book / path
    return replace(problem, place=Place(_from_here(path), problem.place.line))


def _from_here(path: Path) -> str:
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _show(finished: stages.Finished) -> None:
    for path, sentence in finished.lines():
        print(f"{_from_here(path)}\n  {sentence}")


def _count(n: int, noun: str, nouns: str = "") -> str:
    return f"{n:,} {noun if n == 1 else nouns or noun + 's'}"


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
