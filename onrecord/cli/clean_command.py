"""The command `clean`: delete the cache."""

from __future__ import annotations

import argparse
import sys

from onrecord.cli.arguments import Command, add_book, add_cache
from onrecord.cli.exit_codes import ExitCode
from onrecord.pipeline.workspace import clear_cache


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `clean`."""
    add_book(parser)
    add_cache(parser)


def run_clean(options: argparse.Namespace) -> ExitCode:
    """Delete the cache; print how much space that freed."""
    try:
        freed = clear_cache(options.book, options.cache)
    except OSError as error:
        sentence = f"The cache could not be emptied ({error.filename}: {error.strerror})."
        print(f"{sentence}\n  hint: allow writing there", file=sys.stderr)
        return ExitCode.PROBLEMS
    print(f"The cache is empty; {freed / 1e6:.1f} MB were freed.")
    return ExitCode.DONE


COMMAND = Command("clean", "delete the cache of earlier builds", _add_arguments, run_clean)
