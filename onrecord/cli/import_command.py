"""The command `import`: turn files of other formats into interviews of a book."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from onrecord.cli.arguments import Command, home_folder
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import ProgressLine, print_problems, shorten_path, terminal_columns
from onrecord.model.problems import select_errors
from onrecord.model.terminal_text import clean_line, clean_text
from onrecord.pipeline.workspace import open_import_workers


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `import`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files to import")
    default = home_folder() / "book" / "interviews"
    sentence = "the interviews of a book (book/interviews/)"
    parser.add_argument("--to", type=Path, default=default, metavar="DIR", help=sentence)
    parser.add_argument("--yes", action="store_true", help="accept the best guess for every doubt")


def run_import(options: argparse.Namespace) -> ExitCode:
    """Import each file; print what was written, and problems."""
    from onrecord.cli import prompts
    from onrecord.importers import import_file  # takes a tenth of a second, which no build needs

    ask = partial(prompts.ask_on_terminal, width=terminal_columns()) if prompts.is_interactive() else None
    with ProgressLine() as progress, open_import_workers(len(options.files)) as workers:
        results, problems = import_file.import_files(
            options.files, options.to, accept=options.yes, progress=progress, ask=ask, workers=workers
        )
    for result in results:
        print("\n".join(map(clean_line, (shorten_path(result.path), *(f"  {line}" for line in result.lines())))))
        if result.difference:
            print(clean_text(result.difference))
    print_problems(problems, options)
    return (
        ExitCode.PROBLEMS if select_errors(problems) or any(result.difference for result in results) else ExitCode.DONE
    )


COMMANDS = (
    Command(
        "import",
        "turn pasted text, Markdown, saved pages, Word files and transcripts into interviews of the book",
        _add_arguments,
        run_import,
    ),
)
