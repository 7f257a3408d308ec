"""The command `prove`: check finished files against the manuscript again."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from onrecord.cli.arguments import (
    Command,
    Parser,
    add_book,
    add_cache,
    add_merged,
    add_only,
    add_out,
    add_pack,
    add_verbosity,
    add_work,
    choose_out,
    open_runner,
    read_build_options,
    refuse_only_in_pack,
    require_pack_for_merged,
)
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.machine_output import FILE_KEYS, describe_file, print_json
from onrecord.cli.messages import ProgressLine, complete_problems, print_finished, print_problems, shorten_path
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.model.terminal_text import clean_line
from onrecord.pipeline.options import BuildOptions
from onrecord.pipeline.prove import ProvedFile, conclude_proof, examine_files
from onrecord.pipeline.verify import FileState
from onrecord.runtime.folders import write_file


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `prove` to its parser."""
    add_book(parser)
    add_pack(parser)
    add_merged(parser)
    add_only(parser, "the files are off-prints of this interview")
    add_out(parser)
    add_work(parser)
    add_cache(parser)
    add_verbosity(parser)
    sentence = f"for scripts: a list of objects with {FILE_KEYS} (those of check --json)"
    parser.add_argument("--json", action="store_true", help=sentence)
    sentence = "also write what was proved as a web page for people"
    parser.add_argument("--report", type=Path, default=None, metavar="FILE.html", help=sentence)
    sentence = "sign the record beside the files, if all of them are the delivered ones (PEM, Ed25519)"
    parser.add_argument("--key", type=Path, default=None, metavar="KEYFILE", help=sentence)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="finished files (all in --out)")


def _check_options(parser: Parser, options: argparse.Namespace) -> None:
    """Exit with a usage error for options that do not go together."""
    require_pack_for_merged(parser, options)
    refuse_only_in_pack(parser, options)
    if len(options.only) > 1:
        parser.error("prove off-prints one by one; write: prove --only SLUG")


def _read_options(options: argparse.Namespace) -> BuildOptions:
    """Return the options of the build that made the files."""
    return read_build_options(options, merged=options.merged, only="".join(options.only))


def run_prove(options: argparse.Namespace) -> ExitCode:
    """Prove the delivered files, and print a sentence about each, for the command `prove`."""
    if options.json:
        return _print_for_programs(options)
    build_options = _read_options(options)
    with ProgressLine(options) as progress, open_runner(options) as runner:
        files, warnings = examine_files(
            options.book, choose_out(options), options.files, runner, progress, build_options
        )
    if options.report:
        _write_report(options.report, files)
    finished = conclude_proof(files, warnings)
    print_problems(finished.warnings, options)
    print_finished(finished, options)
    if options.key:
        _sign_records(files, options)
    return ExitCode.DONE


def _write_report(path: Path, files: Sequence[ProvedFile]) -> None:
    """Write the report of `prove` to a file, as a web page."""
    from onrecord.pipeline.record_report import render_record_report

    write_file(path, render_record_report(files).encode())


def _sign_records(files: Sequence[ProvedFile], options: argparse.Namespace) -> None:
    """Sign the record of every file; raise Refused if a file is not the delivered one."""
    from onrecord.pipeline import signatures

    others = [file.path for file in files if file.comparison.state is not FileState.DELIVERED]
    if others:
        sentence = "this is not the file that the record names, so that the record is not signed"
        hint = "build again, then prove with --key"
        raise Refused(
            [Problem(SourceLocation(str(path)), Rule.FILE_IS_THE_DELIVERED_ONE, sentence, hint) for path in others]
        )
    for record in dict.fromkeys(file.comparison.record.path for file in files if file.comparison.record):
        signature = shorten_path(signatures.sign_record(record, options.key))
        print(f"{clean_line(signature)}\n  the signature of {clean_line(record.name)}")


def _print_for_programs(options: argparse.Namespace) -> ExitCode:
    """Print a JSON object for each file, and nothing else, to the standard output; warnings go to the error stream.

    If the manuscript has errors, no file is proved: they stand in an object of the format "book".
    """
    build_options = _read_options(options)
    try:
        with ProgressLine(options) as progress, open_runner(options) as runner:
            files, warnings = examine_files(
                options.book, choose_out(options), options.files, runner, progress, build_options
            )
    except Refused as refused:
        problems = complete_problems(refused.problems, options)
        unproved = [describe_file(path, "", (), proved=False) for path in options.files]
        print_json([describe_file(options.book, "book", problems, proved=False), *unproved])
        return ExitCode.PROBLEMS
    print_problems(warnings, options)
    print_json(
        [
            describe_file(
                file.path,
                file.format,
                complete_problems(file.problems, options),
                proved=file.is_proved,
                state=file.comparison.state,
            )
            for file in files
        ]
    )
    return ExitCode.DONE if all(file.is_proved for file in files) else ExitCode.PROBLEMS


COMMANDS = (
    Command("prove", "check finished files against the manuscript again", _add_arguments, run_prove, _check_options),
)
