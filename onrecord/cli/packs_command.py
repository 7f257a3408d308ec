"""The command `packs`: list the briefing packs of a book."""

from __future__ import annotations

import argparse

from onrecord.cli.arguments import Command, add_book
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import print_problems
from onrecord.manuscript.strange_files import find_strange_files
from onrecord.model import Book, count_words
from onrecord.model.problems import select_errors
from onrecord.model.terminal_text import clean_line, format_count
from onrecord.pipeline.load import load_packs
from onrecord.wording import markings


def run_packs(options: argparse.Namespace) -> ExitCode:
    """Print each pack with what it would contain; the number of pages is only known after layout."""
    packs = load_packs(options.book)
    for name, book, _ in packs:
        print(clean_line(name) if book is None else _describe_pack(name, book))
    if not packs:
        print("This book has no packs. The manual tells how to make one.")
    problems = [problem for _, _, pack_problems in packs for problem in pack_problems]
    problems += find_strange_files(options.book, problems)
    print_problems(problems, options)
    return ExitCode.PROBLEMS if select_errors(problems) else ExitCode.DONE


def _describe_pack(name: str, book: Book) -> str:
    """Return two lines on a pack: name and title; counts and markings."""
    assert book.pack is not None
    counts = (
        format_count(len(book.parts), "agenda item"),
        format_count(len(book.interviews), "interview"),
        format_count(count_words(book), "word"),
    )
    details = f"{', '.join(counts)}; {markings.format_markings(book.pack.markings, 'en')}"
    return f"{clean_line(name)}  “{clean_line(book.title)}”\n  {clean_line(details)}"


COMMANDS = (Command("packs", "list the briefing packs and what each would contain", add_book, run_packs),)
