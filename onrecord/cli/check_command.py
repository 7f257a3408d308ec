"""The command `check`: list every problem in the manuscript."""

from __future__ import annotations

import argparse

from onrecord.cli.arguments import Command, Parser, add_book, add_pack, read_build_options
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.machine_output import PROBLEM_KEYS, describe_problem, print_json, print_workflow_commands
from onrecord.cli.messages import complete_problems, is_quiet, print_problems
from onrecord.manuscript.unprinted import list_unprinted
from onrecord.model import Book
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.model.terminal_text import clean_line, format_count
from onrecord.pipeline.check import check_book, find_page_problems


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `check` to its parser."""
    add_book(parser)
    add_pack(parser)
    sentence = "also check what this e-reader takes of the e-book: its size, languages, styles and cover"
    parser.add_argument("--reader", choices=("kindle",), default="", help=sentence)
    sentence = (
        "also lay the book out and list what remains on its pages: short last lines, hyphens in a row, divided words "
        "where a page is turned, stacked words, short pages, uneven feet"
    )
    parser.add_argument("--page", action="store_true", help=sentence)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help=f"for scripts: a list of objects with {PROBLEM_KEYS}")
    sentence = "for GitHub Actions: workflow commands that mark each problem at its line"
    ways.add_argument("--github", action="store_true", help=sentence)
    parser.add_argument("-q", "--quiet", action="store_true", help="print errors only")


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with a usage error for --page with --pack."""
    if options.page and options.pack:
        parser.error("--page looks at the pages of a book; take --pack away")


def _check(options: argparse.Namespace) -> tuple[Book, tuple[Problem, ...]]:
    """Return the book and its warnings, with those of its pages if they are asked for."""
    book, warnings = check_book(options.book, read_build_options(options), options.reader)
    return book, (*warnings, *(find_page_problems(book, options.book) if options.page else ()))


def run_check(options: argparse.Namespace) -> ExitCode:
    """Check the book; print its warnings and how many interviews it has."""
    if options.json or options.github:
        return _print_for_programs(options)
    book, warnings = _check(options)
    print_problems(warnings, options)
    if is_quiet(options):
        return ExitCode.DONE
    print(f"No error in {format_count(len(book.interviews), 'interview')} of “{clean_line(book.title)}”.")
    if unprinted := list_unprinted(options.book, book):
        print("Not printed:")
    for entry in unprinted:
        print(f"  {clean_line(str(entry))}")
    return ExitCode.DONE


def _print_for_programs(options: argparse.Namespace) -> ExitCode:
    """Print every problem of the book, and nothing else, to standard output."""
    problems: tuple[Problem, ...]
    try:
        _, problems = _check(options)
    except Refused as refused:
        problems = refused.problems
    problems = complete_problems(problems, options)
    if options.json:
        print_json([describe_problem(problem) for problem in problems])
    else:
        print_workflow_commands(problems)
    return ExitCode.PROBLEMS if select_errors(problems) else ExitCode.DONE


COMMANDS = (
    Command("check", "list every problem in the manuscript, write nothing", _add_arguments, run_check, _check_options),
)
