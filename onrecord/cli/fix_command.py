"""The command `fix`: write the corrections of which only one is right."""

from __future__ import annotations

import argparse
import sys

from onrecord.cli.arguments import Command, add_book, parse_slugs
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import print_problems
from onrecord.cli.prompts import is_interactive
from onrecord.manuscript.strange_files import find_strange_files
from onrecord.model.terminal_text import clean_line, clean_text, format_count
from onrecord.pipeline.correct import CorrectedFile, find_corrected_files, write_corrected_file


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `fix` to its parser."""
    add_book(parser)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--yes", action="store_true", help="write without asking")
    ways.add_argument("--dry-run", action="store_true", help="show the corrections, write nothing")
    parser.add_argument(
        "--translated",
        metavar="SLUG[,SLUG]",
        type=parse_slugs,
        default=(),
        help="say that these translations follow their originals as they are now",
    )


def run_fix(options: argparse.Namespace) -> ExitCode:
    """Show the corrections as a diff; write them if the editor agrees."""
    files = find_corrected_files(options.book, options.translated)
    print_problems(tuple(find_strange_files(options.book)), options)
    if not files:
        print("There is nothing that `fix` can correct; `check` lists what else is wrong.")
        return ExitCode.DONE
    for file in files:
        sys.stdout.write(clean_text(file.render_diff()))
    sys.stdout.flush()
    corrections = format_count(sum(len(file.reasons) for file in files), "correction")
    if options.dry_run or not (options.yes or _ask(f"Write {corrections}?")):
        print(f"{corrections} found, nothing written; --yes writes without asking.")
        return ExitCode.DONE
    return _write_files(files, options)


def _write_files(files: list[CorrectedFile], options: argparse.Namespace) -> ExitCode:
    """Write the corrected files; report each that somebody else has changed meanwhile, which stays as it is."""
    unwritten = [file for file in files if not write_corrected_file(options.book, file)]
    for file in unwritten:
        print(f"{clean_line(file.file)} has changed meanwhile and was not written; run fix again.", file=sys.stderr)
    written = [file for file in files if file not in unwritten]
    corrections = format_count(sum(len(file.reasons) for file in written), "correction")
    print(f"{corrections} written in {format_count(len(written), 'file')}.")
    return ExitCode.PROBLEMS if unwritten else ExitCode.DONE


def _ask(question: str) -> bool:
    """Return whether the editor at the terminal types y; False without a terminal."""
    if not is_interactive():
        return False
    print(f"{question} (y = yes, anything else = no) ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


COMMANDS = (
    Command("fix", "correct what has only one right spelling: show it, ask, write it", _add_arguments, run_fix),
)
