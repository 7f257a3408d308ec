"""The command `clean`: delete the cache."""

from __future__ import annotations

import argparse

from onrecord.cli.arguments import Command, add_book, add_cache
from onrecord.cli.exit_codes import ExitCode
from onrecord.pipeline.book_cache import clear_cache
from onrecord.runtime.environment import EnvironmentProblem


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `clean` to its parser."""
    add_book(parser)
    add_cache(parser)


def run_clean(options: argparse.Namespace) -> ExitCode:
    """Delete the cache; print how much space that freed."""
    try:
        freed = clear_cache(options.book, options.cache)
    except OSError as error:
        sentence = f"the cache could not be emptied ({error.filename}: {error.strerror})"
        raise EnvironmentProblem(sentence, "allow writing there") from error
    print(f"The cache is empty; {freed / 1e6:.1f} MB were freed.")
    return ExitCode.DONE


COMMANDS = (Command("clean", "delete the cache of earlier builds", _add_arguments, run_clean),)
