"""The command `outline`: show what On Record understood."""

from __future__ import annotations

import argparse
import sys

from onrecord.cli.arguments import Command, add_book, add_out, add_pack, choose_out
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import print_problems
from onrecord.manuscript.strange_files import find_strange_files
from onrecord.model.terminal_text import clean_text, escape_json
from onrecord.pipeline.load import describe_book
from onrecord.pipeline.options import BuildOptions


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `outline` to its parser."""
    add_book(parser)
    add_pack(parser, with_release=False)
    add_out(parser)
    parser.add_argument("--json", action="store_true", help="for scripts")


def run_outline(options: argparse.Namespace) -> ExitCode:
    """Print the outline as text or JSON; on standard error, name what is no file of the book."""
    out = choose_out(options) if options.json else None
    text = describe_book(options.book, as_json=options.json, options=BuildOptions(options.pack), out=out)
    sys.stdout.write(escape_json(text) if options.json else clean_text(text))
    print_problems(tuple(find_strange_files(options.book)), options)
    return ExitCode.DONE


COMMANDS = (
    Command(
        "outline",
        "show what On Record understood: every interview, turn, byline and disclaimer",
        _add_arguments,
        run_outline,
    ),
)
