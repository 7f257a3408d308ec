"""The command line: the commands, their arguments, and exit codes."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from onrecord import __version__
from onrecord.cli.arguments import Command, Parser
from onrecord.cli.completion import SHELLS, write_completion
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import print_environment_problem, print_problems
from onrecord.model.problems import Refused, find_closest_word
from onrecord.runtime.environment import (
    check_open_files,
    find_environment_problem,
    find_shortage,
    get_program_name,
)
from onrecord.runtime.memory import GC_THRESHOLDS
from onrecord.runtime.stop_signals import has_stopped, read_exit_code


def _add_completion_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument of `completion`: the name of a shell."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete")


def _run_completion(options: argparse.Namespace) -> ExitCode:
    """Print the script; it is for the installed command, because a shell completes `python` and not build.py."""
    print(write_completion(build_parser("onrecord"), options.shell))
    return ExitCode.DONE


class _CommandTable(Mapping[str, Command]):
    """The commands by name, in the order of --help; the module of a command is imported when it is looked up.

    `MODULE_command` holds the command called MODULE in its `COMMANDS`. `build_command` holds one for each format.
    """

    def __init__(self, modules: Sequence[str], further: Command) -> None:
        self._modules = modules
        self._further = further

    def __getitem__(self, name: str) -> Command:
        if name == self._further.name:
            return self._further
        module = name if name in self._modules else "build"
        for command in _import_commands(module):
            if command.name == name:
                return command
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        for module in self._modules:
            yield from (command.name for command in _import_commands(module))
        yield self._further.name

    def __len__(self) -> int:
        return len(list(iter(self)))


def _import_commands(module: str) -> tuple[Command, ...]:
    """Return the commands that the module `onrecord.cli.MODULE_command` defines."""
    commands: tuple[Command, ...] = import_module(f"onrecord.cli.{module}_command").COMMANDS
    return commands


COMMANDS = _CommandTable(
    (
        "build",
        "import",
        "outline",
        "watch",
        "check",
        "fix",
        "approve",
        "changes",
        "index",
        "packs",
        "prove",
        "verify",
        "clean",
        "schema",
        "new",
    ),
    Command(
        "completion",
        "print a script with which a shell completes the command onrecord",
        _add_completion_arguments,
        _run_completion,
    ),
)
_BUG_MESSAGE = """
This is a fault of On Record, not of your manuscript. We are sorry. Nothing was delivered.
The lines above help to find it; please report them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (see `ExitCode`)."""
    gc.set_threshold(*GC_THRESHOLDS)
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace")
    try:
        options = _parse_arguments(sys.argv[1:] if arguments is None else list(arguments))
        check_open_files()
        code = COMMANDS[options.command].run(options)
        sys.stdout.flush()
        return code
    except SystemExit as usage:  # argparse: --help, --version, or wrong usage
        return usage.code if isinstance(usage.code, int) else ExitCode.WRONG_USAGE
    except Refused as refused:
        print_problems(refused.problems, options, delivers=COMMANDS[options.command].delivers)
        return ExitCode.PROBLEMS
    except KeyboardInterrupt:
        return _say_stopped()
    except BrokenPipeError:
        _close_output()
        return ExitCode.OUTPUT_CLOSED
    except Exception as error:
        if has_stopped():  # a library turned the interrupt into an error of its own
            return _say_stopped()
        if problem := find_environment_problem(error) or find_shortage(error) or find_shortage(error.__cause__):
            if isinstance(error, OSError) and not error.filename:  # it may be that of our own output
                _close_output()
            print_environment_problem(problem, delivers=COMMANDS[options.command].delivers)
            return ExitCode.SYSTEM
        traceback.print_exc()
        print(_BUG_MESSAGE, file=sys.stderr)
        return ExitCode.OUR_BUG


def _say_stopped() -> ExitCode:
    """Print that a signal stopped the command; return the exit code for it."""
    with contextlib.suppress(OSError):  # the terminal was closed
        print("\nStopped. Everything that was delivered before is unchanged.", file=sys.stderr, flush=True)
    return ExitCode(read_exit_code())


def _close_output() -> None:
    """Redirect standard output to the null device, so that Python's flush at exit succeeds."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def build_parser(name: str, command_names: Iterable[str] = COMMANDS) -> Parser:
    """Return the parser of the command line; `name` is what the user types for the program.

    It knows the commands that are named; to know one, its module must be imported.
    """
    description = "Interviews as books, with every word accounted for."
    parser = Parser(name, description=description, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"On Record {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for command in (COMMANDS[command_name] for command_name in command_names):
        description = f"{command.purpose[:1].upper()}{command.purpose[1:]}."
        command_parser = commands.add_parser(
            command.name, help=command.purpose, description=description, allow_abbrev=False
        )
        command.add_arguments(command_parser)
    return parser


def _parse_arguments(words: list[str]) -> argparse.Namespace:
    """Return the options of a command line; exit with a usage error if it is invalid."""
    parser = build_parser(get_program_name(), _choose_commands(words))
    if get_program_name() != "onrecord":
        parser.epilog = "python build.py test runs the test suite, its tools installed first."
    _refuse_unknown_command(parser, words)
    options, unknown = parser.parse_known_args(words)
    if options.command:
        parser.prog = f"{parser.prog} {options.command}"  # the hint is then the help of the command
    if unknown or not options.command:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    COMMANDS[options.command].check_options(parser, options)
    return options


def _choose_commands(words: list[str]) -> Iterable[str]:
    """Return the commands that the parser must know: the one that is typed, none for --version, else all."""
    if words == ["--version"]:
        return ()
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


def _refuse_unknown_command(parser: Parser, words: list[str]) -> None:
    """Exit with a usage error, and the closest name, if the first word is no command."""
    if not words:
        parser.print_help(sys.stderr)
        raise SystemExit(ExitCode.WRONG_USAGE)
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        name = find_closest_word(words[0], COMMANDS)
        hint = f"did you mean “{name}”?" if name else f"the commands are {', '.join(COMMANDS)}"
        parser.error(f"there is no command “{words[0]}”; {hint}")
