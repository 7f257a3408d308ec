"""The command line: arguments, exit codes, progress, and problems printed for an editor."""

from onrecord.cli.command_line import main

__all__ = ["main"]
