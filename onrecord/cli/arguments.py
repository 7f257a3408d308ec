"""The arguments that several commands share."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import is_quiet
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model.terminal_text import clean_line, format_count
from onrecord.pipeline import book_cache
from onrecord.pipeline.options import BuildOptions, FinishOptions
from onrecord.runtime.build_identity import PLAIN_LAYOUT
from onrecord.runtime.cache import Cache

if TYPE_CHECKING:
    from onrecord.runtime.task_runner import TaskRunner


class Parser(argparse.ArgumentParser):
    """A parser whose errors say what to type."""

    def error(self, message: str) -> NoReturn:
        """Print a usage error with a hint to --help, and exit with code 2."""
        print(f"{self.prog}: {clean_line(message)}\n  hint: {self.prog} --help", file=sys.stderr)
        raise SystemExit(ExitCode.WRONG_USAGE)


def _check_nothing(_parser: Parser, _options: argparse.Namespace) -> None:
    """Do nothing: the default check of a command's options."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its purpose in `--help`, its arguments, and what it does.

    `check_options` calls `parser.error` for options that do not go together. `run` returns the exit code. `delivers`
    tells whether a refusal means that nothing was delivered.
    """

    name: str
    purpose: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], ExitCode]
    check_options: Callable[[Parser, argparse.Namespace], None] = _check_nothing
    delivers: bool = False


def find_home_folder() -> Path:
    """Return the folder that `book/` and `dist/` are relative to: that of build.py, or the current one."""
    return Path(os.environ.get("ONRECORD_HOME", ""))


# --- adding arguments -------------------------------------------------------------------------------


def add_book(parser: argparse.ArgumentParser) -> None:
    """Add --book, the folder of the book; by default `book/` in `find_home_folder()`."""
    parser.add_argument(
        "--book", type=Path, default=find_home_folder() / "book", metavar="DIR", help="the book (book/)"
    )


def add_pack(parser: argparse.ArgumentParser, *, with_release: bool = True) -> None:
    """Add the options --pack and, unless `with_release` is false, --release to a command."""
    parser.add_argument("--pack", default="", metavar="NAME", help="a briefing pack, packs/NAME.yaml")
    if with_release:
        sentence = "include an interview although it is held back; the proof records it"
        slugs = "SLUG[,SLUG]"
        parser.add_argument("--release", action="extend", type=parse_slugs, default=[], metavar=slugs, help=sentence)


def add_merged(parser: argparse.ArgumentParser) -> None:
    """Add --merged: build a supplement pack whole, with continuous page numbers."""
    sentence = "for a pack that is a supplement: everything, with continuous page numbers"
    parser.add_argument("--merged", action="store_true", help=sentence)


def add_only(parser: argparse.ArgumentParser, sentence: str) -> None:
    """Add the option --only, for interviews as off-prints, to a command."""
    parser.add_argument("--only", type=parse_slugs, default=(), metavar="SLUG[,SLUG]", help=sentence)


def parse_slugs(word: str) -> tuple[str, ...]:
    """Return the slugs between commas, each once; raise ArgumentTypeError if there is none."""
    slugs = tuple(dict.fromkeys(filter(None, (slug.strip() for slug in word.split(",")))))
    if not slugs:
        raise argparse.ArgumentTypeError("name an interview by its slug, the name of its file without .md")
    return slugs


def refuse_only_in_pack(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with a usage error for `--only` with `--pack`."""
    if options.only and options.pack:
        parser.error("--only is for a book; a pack names its interviews itself")


def add_out(parser: argparse.ArgumentParser) -> None:
    """Add --out, the folder that finished files are written to."""
    parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="where finished files go (dist/)")


def add_work(parser: argparse.ArgumentParser) -> None:
    """Add --jobs, --no-sharing and the other options of workers to a command."""
    parser.add_argument("--jobs", type=_parse_jobs, default=0, metavar="N", help="number of workers (one per core)")
    sentence = "use WeasyPrint's layout without our changes: slower, to find out which of the two has a fault"
    parser.add_argument("--no-sharing", action="store_true", help=sentence)
    sentence = (
        "lay out interviews on the workers of a Dask scheduler (needs onrecord[dask]). Whoever listens at this address "
        "can run code there and here: use tls://HOST:PORT, with the certificates that Dask is configured with, or a "
        "network that only you use"
    )
    parser.add_argument("--scheduler", default="", metavar="TLS://…", help=sentence)


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add the option --cache to a command."""
    sentence = "folder of the cache (.onrecord/cache in the book's folder)"
    parser.add_argument("--cache", type=Path, default=None, metavar="DIR", help=sentence)


def add_verbosity(parser: argparse.ArgumentParser) -> None:
    """Add the options --quiet and --verbose to a command."""
    amounts = parser.add_mutually_exclusive_group()
    amounts.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    sentence = "print what was reused from the cache, and why the rest was made again"
    amounts.add_argument("-v", "--verbose", action="store_true", help=sentence)


def _parse_jobs(word: str) -> int:
    """Return the number of workers, 1 to 1024; raise ArgumentTypeError for anything else."""
    if not word.isdecimal() or not 1 <= int(word) <= 1024:
        raise argparse.ArgumentTypeError(f"“{word}” is not a number of workers; write --jobs 2")
    return int(word)


def require_pack_for_merged(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with a usage error for `--merged` without `--pack`."""
    if options.merged and not options.pack:
        parser.error("--merged is for a pack that is a supplement; write which one: --pack NAME")


# --- using them -------------------------------------------------------------------------------------


def read_build_options(
    options: argparse.Namespace, finishing: FinishOptions | None = None, *, merged: bool = False, only: str = ""
) -> BuildOptions:
    """Return the build options: pack, release, finishing, whether a supplement is merged, and an off-print."""
    return BuildOptions(options.pack, tuple(options.release), finishing or FinishOptions(), merged, only)


def choose_out(options: argparse.Namespace) -> Path:
    """Return the folder of --out, or `dist`; raise Refused if `dist` links elsewhere.

    A `dist` that was not named may have come with a received folder.
    """
    if options.out is not None:
        return Path(options.out)
    refuse_link_out(find_home_folder() / "dist", find_home_folder(), "--out")
    return find_home_folder() / "dist"


def open_cache(options: argparse.Namespace) -> Cache:
    """Return the cache as the options say. With --no-sharing, set the variable that turns our changes of layout off.

    The variable is part of the cache's keys, so it is set first.
    """
    if options.no_sharing:
        os.environ[PLAIN_LAYOUT] = "1"  # for the workers, too
    return book_cache.open_cache(options.book, options.cache)


@contextlib.contextmanager
def open_runner(options: argparse.Namespace, cache: Cache | None = None) -> Iterator[TaskRunner]:
    """Provide workers as the options say, with this or their cache; afterwards report its damaged entries."""
    from onrecord.pipeline.workspace import open_task_runner

    with open_task_runner(cache or open_cache(options), options.jobs, options.scheduler) as runner:
        try:
            yield runner
        finally:
            if (damaged := runner.cache.damaged) and not is_quiet(options):
                entries = format_count(damaged, "damaged entry of the cache was", "damaged entries of the cache were")
                print(f"{entries} rebuilt.", file=sys.stderr)
