"""The commands `pdf`, `epub`, `html` and `all`: build a book or a pack."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from onrecord.cli.arguments import (
    Command,
    Parser,
    add_book,
    add_cache,
    add_merged,
    add_only,
    add_out,
    add_pack,
    add_verbosity,
    add_work,
    choose_out,
    find_home_folder,
    open_cache,
    open_runner,
    read_build_options,
    refuse_only_in_pack,
    require_pack_for_merged,
)
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import ProgressLine, complete_problems, print_finished, print_problems
from onrecord.model.problems import Problem, Refused
from onrecord.model.terminal_text import clean_line, format_count
from onrecord.pipeline.current_delivery import find_current_delivery, place_order
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.options import FinishOptions
from onrecord.runtime.environment import explain_system_error
from onrecord.runtime.folders import write_file

_ALL = "all"
_PROBLEMS_FILE = "problems.txt"
_PURPOSES = {**{name: row.purpose for name, row in FORMATS.items()}, _ALL: "build all formats, sharing the work"}
_FINISHING = {
    "booklet": "also make a booklet to fold and staple (with pdf)",
    "print-shop": (
        "also make a file for the print shop: bleed, crop marks, PDF/X-4 with the profile in book.yaml (with pdf)"
    ),
    "cover": "also make the cover for the print shop: back, spine and front on one sheet (with pdf)",
    "single": "also put the whole web edition into one file, to send or to keep (with html)",
    "print-file": "also put all numbered copies of a pack into one file for the printer (with pdf and --pack)",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that every format of build takes."""
    add_book(parser)
    add_pack(parser)
    add_merged(parser)
    sentence = "build off-prints: each of these interviews as a publication of its own, with the book's page numbers"
    add_only(parser, sentence)
    for option, sentence in _FINISHING.items():
        parser.add_argument(f"--{option}", action="store_true", help=sentence)
    add_out(parser)
    add_work(parser)
    add_cache(parser)
    add_verbosity(parser)
    sentence = "if the proof refuses the editions, keep them and the problems in this new or empty folder"
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR", help=sentence)


def _add_format_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a command that is named after a format and may name further formats."""
    parser.add_argument("more", nargs="*", type=_parse_format, metavar="FORMAT", help="further formats")
    _add_arguments(parser)


def _parse_format(word: str) -> str:
    """Return the name of a format; raise ArgumentTypeError with the known formats."""
    if word not in FORMATS:
        raise argparse.ArgumentTypeError(f"“{word}” is not a format; write {', '.join(FORMATS)}")
    return word


def _list_formats(options: argparse.Namespace) -> list[str]:
    """Return the formats to build, each once in the order typed; all formats for “all”."""
    return list(FORMATS if options.command == _ALL else dict.fromkeys([options.command, *options.more]))


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with a usage error for finishing options without pdf, --print-file without --pack."""
    require_pack_for_merged(parser, options)
    _check_keep(parser, options)
    refuse_only_in_pack(parser, options)
    if options.only and "html" in _list_formats(options):
        parser.error("an off-print has no web edition; write: pdf epub --only SLUG")
    chosen = [option for option in _FINISHING if getattr(options, option.replace("-", "_"))]
    for option in chosen:
        name, edition = ("html", "web edition") if option == "single" else ("pdf", "PDF")
        if name not in _list_formats(options):
            parser.error(f"--{option} is made of the {edition}, which is not asked for; write: {name} --{option}")
    if options.cover and (options.pack or options.only):
        parser.error("--cover is for a whole book: a pack and an off-print have no cover")
    if options.print_file and not options.pack:
        parser.error("--print-file holds the numbered copies of a pack; write which one: --pack NAME")


def _check_keep(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with a usage error if the --keep folder is inside --out or not empty."""
    if options.keep is None:
        return
    keep, out = options.keep.resolve(), (options.out or find_home_folder() / "dist").resolve()
    if keep.is_relative_to(out):
        parser.error(f"--keep is for editions that are not proved; name a folder outside of {out}")
    if options.keep.exists() and (not options.keep.is_dir() or any(options.keep.iterdir())):
        parser.error(f"{options.keep} is not empty; name a folder that is not there yet: --keep DIR")


def run_build(options: argparse.Namespace) -> ExitCode:
    """Build the formats, or those of each off-print; print warnings and files."""
    return max(_build_once(options, only) for only in options.only or ("",))


def _build_once(options: argparse.Namespace, only: str) -> ExitCode:
    """Build the formats of a book, pack or off-print. If refused, fill the folder of --keep."""
    finishing = FinishOptions(options.booklet, options.print_shop, options.print_file, options.cover, options.single)
    build_options = read_build_options(options, finishing, merged=options.merged, only=only)
    formats = _list_formats(options)
    refused_files: dict[str, bytes] = {}
    try:
        with ProgressLine(options) as progress:
            cache = open_cache(options)
            order = place_order(options.book, choose_out(options), formats, build_options)
            finished = find_current_delivery(order, cache)
            if finished is None:
                from onrecord.pipeline import workspace  # what the question above does not need

                workspace.start_fork_server()  # before there are threads
                from onrecord.pipeline import build  # while the server imports the layout engine

                with open_runner(options, cache) as runner:
                    finished = build.carry_out(order, runner, progress, refused_files.update)
    except Refused as refused:
        if options.keep is None:
            raise
        print_problems(refused.problems, options, delivers=True)
        _keep_refused(refused_files, refused.problems, options)
        return ExitCode.PROBLEMS
    print_problems(finished.warnings, options, delivers=True)
    print_finished(finished, options)
    return ExitCode.DONE


def _keep_refused(files: Mapping[str, bytes], problems: Sequence[Problem], options: argparse.Namespace) -> None:
    """Write the refused editions and their problems into the --keep folder; print its path."""
    if not files:
        print("No edition was bound, so nothing was kept.", file=sys.stderr)
        return
    text = "".join(f"{problem}\n" for problem in complete_problems(problems, options))
    try:
        for name, data in {_PROBLEMS_FILE: text.encode(), **files}.items():
            write_file(options.keep / name, data)
    except OSError as error:
        raise explain_system_error(error, str(options.keep), hint="name another folder: --keep DIR") from error
    counted_files = format_count(len(files), "file of the refused editions is", "files of the refused editions are")
    folder = clean_line(str(options.keep))
    print(
        f"{counted_files} in {folder}, with {_PROBLEMS_FILE}. They are not proved: give them to nobody.",
        file=sys.stderr,
    )


COMMANDS = tuple(
    Command(
        name,
        purpose,
        _add_arguments if name == _ALL else _add_format_arguments,
        run_build,
        _check_options,
        delivers=True,
    )
    for name, purpose in _PURPOSES.items()
)
