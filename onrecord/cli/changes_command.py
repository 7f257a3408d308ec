"""The command `changes`: say what is new in a book since an earlier edition, answer by answer."""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

from onrecord.cli.arguments import Command, add_book
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.machine_output import print_json
from onrecord.cli.messages import shorten_path
from onrecord.model.edition_comparison import EditionChange
from onrecord.model.terminal_text import clean_line, format_count
from onrecord.pipeline.edition_changes import compare_editions

CHANGE_KEYS = "slug, place (an empty text: the whole interview), change (new, changed or gone), file, line"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `changes` to its parser."""
    add_book(parser)
    sentence = "the record of the earlier edition, SLUG.proof.json"
    parser.add_argument("--since", type=Path, required=True, metavar="RECORD", help=sentence)
    parser.add_argument("--json", action="store_true", help=f"for scripts: a list of objects with {CHANGE_KEYS}")


def run_changes(options: argparse.Namespace) -> ExitCode:
    """Print the changes of each interview since an earlier edition, for the command `changes`."""
    changes = compare_editions(options.book, options.since)
    if options.json:
        print_json([_describe_change(change) for change in changes])
        return ExitCode.DONE
    for slug, group in groupby(changes, key=lambda change: change.slug):
        for change in group:
            where = f" ({change.location})" if change.place else ""
            name = f"{slug}: {change.place}" if change.place else slug
            print(clean_line(f"{name} is {change.change}{where}"))
    print(f"{format_count(len(changes), 'change')} since {clean_line(shorten_path(options.since))}.")
    return ExitCode.DONE


def _describe_change(change: EditionChange) -> dict[str, object]:
    """Return a change since an earlier edition as a JSON object, for `changes --json`."""
    return {
        "slug": change.slug,
        "place": change.place,
        "change": change.change.value,
        "file": change.location.file,
        "line": change.location.line or None,
    }


COMMANDS = (
    Command(
        "changes",
        "say what is new, changed or gone since an earlier edition of the book, answer by answer",
        _add_arguments,
        run_changes,
    ),
)
