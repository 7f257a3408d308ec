"""The commands `pdf`, `epub`, `html` and `all`: build a book or a pack."""

from __future__ import annotations

import argparse

from onrecord.cli.arguments import (
    Command,
    Parser,
    add_book,
    add_cache,
    add_merged,
    add_out,
    add_pack,
    add_verbosity,
    add_work,
    choose_out,
    open_runner,
    read_build_options,
    require_pack_for_merged,
)
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import ProgressLine, print_finished, print_problems
from onrecord.pipeline.build import build_book
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.options import FinishOptions

_ALL = "all"
_PURPOSES = {
    "pdf": "build the printed book",
    "epub": "build the e-book",
    "html": "build the web edition",
    _ALL: "build all three, sharing the work",
}
_FINISHING = {
    "booklet": "also make a booklet to fold and staple (with pdf)",
    "print-shop": (
        "also make a file for the print shop: bleed, crop marks, PDF/X-4 with the profile in book.yaml (with pdf)"
    ),
    "print-file": "also put all numbered copies of a pack into one file for the printer (with pdf and --pack)",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_book(parser)
    add_pack(parser)
    add_merged(parser)
    for option, sentence in _FINISHING.items():
        parser.add_argument(f"--{option}", action="store_true", help=sentence)
    add_out(parser)
    add_work(parser)
    add_cache(parser)
    add_verbosity(parser)


def _add_format_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("more", nargs="*", type=_parse_format, metavar="FORMAT", help="further formats")
    _add_arguments(parser)


def _parse_format(word: str) -> str:
    if word not in FORMATS:
        raise argparse.ArgumentTypeError(f"“{word}” is not a format; write {', '.join(FORMATS)}")
    return word


def _list_formats(options: argparse.Namespace) -> list[str]:
    return list(FORMATS if options.command == _ALL else dict.fromkeys([options.command, *options.more]))


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Refuse to finish a PDF that is not built, and a print file of a book without numbered copies."""
    require_pack_for_merged(parser, options)
    chosen = [option for option in _FINISHING if getattr(options, option.replace("-", "_"))]
    if chosen and "pdf" not in _list_formats(options):
        parser.error(f"--{chosen[0]} is made of the PDF, which is not asked for; write: pdf --{chosen[0]}")
    if options.print_file and not options.pack:
        parser.error("--print-file holds the numbered copies of a pack; write which one: --pack NAME")


def run_build(options: argparse.Namespace) -> ExitCode:
    """Build the formats that are asked for."""
    finishing = FinishOptions(options.booklet, options.print_shop, options.print_file)
    build_options = read_build_options(options, finishing, merged=options.merged)
    formats = _list_formats(options)
    with ProgressLine(options) as progress, open_runner(options) as runner:
        finished = build_book(options.book, choose_out(options), formats, runner, progress, build_options)
    print_problems(finished.warnings, options, delivers=True)
    print_finished(finished, options)
    return ExitCode.DONE


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
