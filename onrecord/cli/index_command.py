"""The command `index`: show the index of a book, and propose headings for it."""

from __future__ import annotations

import argparse
import sys

from onrecord.cli.arguments import Command, add_book
from onrecord.cli.exit_codes import ExitCode
from onrecord.model.problems import find_closest_word
from onrecord.model.terminal_text import clean_line, clean_text, format_count
from onrecord.pipeline import index_work


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `index` to its parser."""
    add_book(parser)
    choices = parser.add_mutually_exclusive_group()
    sentence = "propose headings from people, tags and names in the text; list names that are spelt in two ways"
    choices.add_argument("--suggest", action="store_true", help=sentence)
    sentence = "add a heading that --suggest proposes to index.yaml; may stand several times"
    choices.add_argument("--take", action="append", default=[], metavar="HEADING", help=sentence)


def run_index(options: argparse.Namespace) -> ExitCode:
    """Print the index, or the headings proposed for it; or add those that the editor names."""
    if options.take:
        return _take_headings(options)
    text = index_work.show_suggestions(options.book) if options.suggest else index_work.show_index(options.book)
    sys.stdout.write(clean_text(text))
    return ExitCode.DONE


def _take_headings(options: argparse.Namespace) -> ExitCode:
    """Add the headings named after `--take` to the index; add none if one of them is not proposed."""
    unknown, known = index_work.find_unknown(options.book, options.take)
    for name in unknown:
        near = find_closest_word(name, known)
        hint = f"did you mean “{near}”?" if near else "see what is proposed: index --suggest"
        print(f"“{clean_line(name)}” is not proposed\n  hint: {clean_line(hint)}", file=sys.stderr)
    if unknown:
        return ExitCode.PROBLEMS
    path = index_work.take_headings(options.book, options.take)
    print(f"{format_count(len(options.take), 'heading', 'headings')} added to {clean_line(str(path))}")
    return ExitCode.DONE


COMMANDS = (Command("index", "show the index of the book, and propose headings for it", _add_arguments, run_index),)
