"""The command `verify`: compare a finished file with its record, without the manuscript."""

from __future__ import annotations

import argparse
from pathlib import Path

from onrecord.cli.arguments import Command
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import shorten_path
from onrecord.model.terminal_text import clean_line
from onrecord.pipeline.verify import read_record, verify_file


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `verify` to its parser."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a finished file, or the folder of a web edition")
    parser.add_argument("record", type=Path, metavar="RECORD", help="the record that was delivered with it")
    sentence = "also check the signature beside the record with the publisher's public key (PEM, Ed25519)"
    parser.add_argument("--public-key", type=Path, default=None, metavar="KEY", help=sentence)


def run_verify(options: argparse.Namespace) -> ExitCode:
    """Print a sentence on the file; raise Refused if it is not the delivered one."""
    if options.public_key:
        from onrecord.pipeline import signatures

        signature = signatures.check_signature(options.record, read_record(options.record).data, options.public_key)
    sentence = verify_file(options.file, options.record)
    print(f"{clean_line(shorten_path(options.file))}\n  {clean_line(sentence)}")
    if options.public_key:
        print(f"{clean_line(shorten_path(signature))}\n  the record was signed with the private half of this key")
    return ExitCode.DONE


COMMANDS = (
    Command("verify", "check a finished file by its record, without the manuscript", _add_arguments, run_verify),
)
