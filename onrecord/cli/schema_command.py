"""The command `schema`: print the JSON Schema of a kind of file, for editors that check while one types."""

from __future__ import annotations

import argparse
import sys

from onrecord.cli.arguments import Command
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript.json_schema import render_schema
from onrecord.manuscript.known_keys import TABLES
from onrecord.pipeline.record_schema import render_record_schema

_RECORD = "record"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `schema` to its parser."""
    sentence = "book.yaml, the front matter of an interview, a pack, or the record of a proof"
    parser.add_argument("kind", type=_parse_kind, metavar="KIND", help=f"{', '.join(_list_kinds())}: {sentence}")


def _list_kinds() -> tuple[str, ...]:
    """Return the kinds of files that have a schema."""
    return (*TABLES, _RECORD)


def _parse_kind(word: str) -> str:
    """Return the word; raise ArgumentTypeError if there is no such schema."""
    if word not in _list_kinds():
        raise argparse.ArgumentTypeError(f"“{word}” has no schema; write {', '.join(_list_kinds())}")
    return word


def run_schema(options: argparse.Namespace) -> ExitCode:
    """Print a JSON Schema for the command `schema`."""
    sys.stdout.write(render_record_schema() if options.kind == _RECORD else render_schema(options.kind))
    return ExitCode.DONE


COMMANDS = (Command("schema", "print the JSON Schema of the keys of a file", _add_arguments, run_schema),)
