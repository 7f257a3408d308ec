"""The command `check`: list every problem in the manuscript."""

from __future__ import annotations

import argparse

from onrecord.cli.arguments import Command, add_book, add_pack, read_build_options
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import count, print_problems
from onrecord.pipeline.check import check_book


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `check`."""
    add_book(parser)
    add_pack(parser)


def run_check(options: argparse.Namespace) -> ExitCode:
    """Check the book; print its warnings and how many interviews it has."""
    book, warnings = check_book(options.book, read_build_options(options))
    print_problems(warnings, options)
    print(f"No error in {count(len(book.interviews), 'interview')} of “{book.title}”.")
    return ExitCode.DONE


COMMAND = Command("check", "list every problem in the manuscript, write nothing", _add_arguments, run_check)
