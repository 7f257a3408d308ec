"""The command `watch`: show the book in the browser while it is written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from onrecord.cli.arguments import Command, add_book, add_cache, add_pack, add_work, open_runner, read_build_options
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import print_problems
from onrecord.model.problems import Problem
from onrecord.pipeline.workspace import start_fork_server
from onrecord.runtime.stop_signals import read_exit_code

_DEFAULT_PORT = 8014
_LARGEST_PORT = 65_535
_FIRST_FREE_PORT = 1024  # below it, ports need special rights


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `watch` to its parser."""
    add_book(parser)
    add_pack(parser)
    add_work(parser)
    add_cache(parser)
    sentence = f"the port of the preview ({_DEFAULT_PORT})"
    parser.add_argument("--port", type=_parse_port, default=_DEFAULT_PORT, metavar="N", help=sentence)


def _parse_port(word: str) -> int:
    """Return a port number; raise ArgumentTypeError for anything else."""
    if not word.isdecimal() or int(word) > _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"“{word}” is not a port; write --port {_DEFAULT_PORT}")
    return int(word)


def run_watch(options: argparse.Namespace) -> ExitCode:
    """Serve a preview until Ctrl-C; print each update and its problems."""
    start_fork_server()  # before there are threads
    from onrecord.cli import watch as watching  # loads the web server

    last_problems: Sequence[Problem] = ()

    def show_update(view: watching.View, seconds: float) -> None:
        """Print new problems and how long the update took."""
        nonlocal last_problems
        if view.problems != last_problems:  # a warning that stays is printed once
            print_problems(view.problems, options)
        last_problems = view.problems
        page = f", you wrote on page {view.edited.page}" if view.edited and view.edited.page else ""
        print("Correct it and save again." if view.is_broken else f"Shown after {seconds:.1f} s{page}.", flush=True)

    def show_address(address: str) -> None:
        """Print the address of the preview and how to end the command."""
        print(f"Open {address} in a browser. Ctrl-C ends it.", flush=True)

    try:
        with open_runner(options) as runner:
            build_options = read_build_options(options)
            watching.watch(options.book, runner, build_options, options.port, show_update, show_address)
    except watching.PortError as error:
        other_port = options.port % _LARGEST_PORT + 1 if options.port >= _FIRST_FREE_PORT else _DEFAULT_PORT
        sentence = f"The port {options.port} cannot be used ({error})."
        print(f"{sentence}\n  hint: --port {other_port}", file=sys.stderr)
        return ExitCode.PROBLEMS
    code = read_exit_code()
    return ExitCode.DONE if code == ExitCode.INTERRUPTED else ExitCode(code)  # Ctrl-C is how one ends it


COMMANDS = (
    Command("watch", "show the book in the browser while you write, updated at every save", _add_arguments, run_watch),
)
