"""The command `schema`: print the JSON Schema of a kind of file, for editors that check while one types."""

from __future__ import annotations

import argparse
import sys

from onrecord.cli.arguments import Command
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript.json_schema import render_schema
from onrecord.manuscript.known_keys import TABLES


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `schema`."""
    sentence = "book.yaml, the front matter of an interview, or a pack"
    parser.add_argument("kind", type=_parse_kind, metavar="KIND", help=f"{', '.join(TABLES)}: {sentence}")


def _parse_kind(word: str) -> str:
    """Return the word; raise ArgumentTypeError if there is no such schema."""
    if word not in TABLES:
        raise argparse.ArgumentTypeError(f"“{word}” has no schema; write {', '.join(TABLES)}")
    return word


def run_schema(options: argparse.Namespace) -> ExitCode:
    """Print the schema."""
    sys.stdout.write(render_schema(options.kind))
    return ExitCode.DONE


COMMAND = Command("schema", "print the JSON Schema of the keys of a file", _add_arguments, run_schema)
