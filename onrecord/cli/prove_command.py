"""The command `prove`: check finished files against the manuscript again."""

from __future__ import annotations

import argparse
from pathlib import Path

from onrecord.cli.arguments import (
    Command,
    add_book,
    add_cache,
    add_merged,
    add_out,
    add_pack,
    add_work,
    choose_out,
    open_runner,
    read_build_options,
    require_pack_for_merged,
)
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import ProgressLine, print_finished, print_problems
from onrecord.pipeline.prove import prove_files


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `prove`."""
    add_book(parser)
    add_pack(parser)
    add_merged(parser)
    add_out(parser)
    add_work(parser)
    add_cache(parser)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="finished files (all in --out)")


def run_prove(options: argparse.Namespace) -> ExitCode:
    """Prove the files; print a sentence about each."""
    build_options = read_build_options(options, merged=options.merged)
    with ProgressLine() as progress, open_runner(options) as runner:
        finished = prove_files(options.book, choose_out(options), options.files, runner, progress, build_options)
    print_problems(finished.warnings, options)
    print_finished(finished)
    return ExitCode.DONE


COMMAND = Command(
    "prove", "check finished files against the manuscript again", _add_arguments, run_prove, require_pack_for_merged
)
