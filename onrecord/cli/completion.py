"""The script with which a shell completes the commands and options of `onrecord`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish", "tcsh")


def write_completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the completion script for this parser; it completes names of files and folders, too."""
    import shtab

    paths = {"DIR": shtab.DIRECTORY, "FILE": shtab.FILE}
    for action in _iterate_actions(parser):
        if isinstance(action.metavar, str) and action.metavar in paths:
            action.complete = paths[action.metavar]  # type: ignore[attr-defined]  # where shtab looks for it
    return shtab.complete(parser, shell)


def _iterate_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and, recursively, of its subcommands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command_parser in action.choices.values():
                yield from _iterate_actions(command_parser)
