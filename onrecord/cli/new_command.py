"""The command `new`: create a book with one sample interview."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from onrecord.cli import starter
from onrecord.cli.arguments import Command
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript.json_schema import render_schema_files
from onrecord.model.terminal_text import clean_line
from onrecord.runtime.environment import get_program_name


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument of `new`: the folder to create."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")


def run_new(options: argparse.Namespace) -> ExitCode:
    """Write the sample book and the schemas of its files; print the files and the command that builds it."""
    for path in starter.copy_sample_book(options.folder, render_schema_files()):
        print(clean_line(f"wrote {path}"))
    print(clean_line(f"Build it: {get_program_name()} all --book {shlex.quote(str(options.folder))}"))
    return ExitCode.DONE


COMMANDS = (Command("new", "create a book with one sample interview", _add_arguments, run_new),)
