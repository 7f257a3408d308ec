"""The command `import`: turn files of other formats into interviews of a book."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.arguments import Command, find_home_folder
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.machine_output import describe_problem, print_json
from onrecord.cli.messages import ProgressLine, get_terminal_columns, print_problems, shorten_path
from onrecord.model.problems import Problem, select_errors
from onrecord.model.terminal_text import clean_line, clean_text
from onrecord.model.word_count import count_words_in
from onrecord.pipeline.workspace import open_import_workers

if TYPE_CHECKING:
    from onrecord.importers.result_storage import Imported

IMPORT_KEYS = (
    "source, path, state (new, same, edited, merged, different, refused, skipped), title, language, questions, "
    "answers, people, doubts, words_set_aside, problems"
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `import` to its parser."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files, or folders of files, to import")
    default = find_home_folder() / "book" / "interviews"
    sentence = "the interviews of a book (book/interviews/)"
    parser.add_argument("--to", type=Path, default=default, metavar="DIR", help=sentence)
    parser.add_argument("--yes", action="store_true", help="accept the best guess for every doubt")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written, and write nothing")
    parser.add_argument("--json", action="store_true", help=f"for scripts: a list of objects with {IMPORT_KEYS}")


def run_import(options: argparse.Namespace) -> ExitCode:
    """Import each file; print what was written, and problems."""
    from onrecord.cli import prompts
    from onrecord.importers import import_file, import_folders  # they take a tenth of a second, which no build needs

    is_interactive = prompts.is_interactive() and not options.dry_run and not options.json
    ask = partial(prompts.ask_on_terminal, width=get_terminal_columns()) if is_interactive else None
    choose = partial(prompts.choose_on_terminal, width=get_terminal_columns()) if is_interactive else None
    files, problems = import_folders.list_import_files(options.files)
    with ProgressLine() as progress, open_import_workers(len(files)) as workers:
        results, import_problems = import_file.import_files(
            files,
            options.to,
            accept=options.yes,
            progress=progress,
            ask=ask,
            choose=choose,
            workers=workers,
            is_dry_run=options.dry_run,
        )
    problems = (*problems, *import_problems)
    if options.json:
        print_json(_describe_import(results, problems))
        return ExitCode.PROBLEMS if select_errors(problems) or any(r.difference for r in results) else ExitCode.DONE
    for result in results:
        print("\n".join(map(clean_line, (shorten_path(result.path), *(f"  {line}" for line in result.describe())))))
        if result.difference:
            print(clean_text(result.difference))
    print_problems(problems, options)
    return (
        ExitCode.PROBLEMS if select_errors(problems) or any(result.difference for result in results) else ExitCode.DONE
    )


def _describe_import(results: Sequence[Imported], problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Return an object for each result, each file that was refused, and each folder with files that were skipped."""
    described = [_describe_result(result, problems) for result in results]
    sources = {str(result.source) for result in results}
    refused = dict.fromkeys(problem.location.file for problem in problems if problem.location.file not in sources)
    for source in refused:
        own_problems = [describe_problem(problem) for problem in problems if problem.location.file == source]
        state = "refused" if any(problem["severity"] == "error" for problem in own_problems) else "skipped"
        described.append({"source": Path(source).as_posix(), "state": state, "problems": own_problems})
    return described


def _describe_result(result: Imported, problems: Sequence[Problem]) -> dict[str, object]:
    """Return what an import did with a file, or would do, as a JSON object."""
    draft = result.draft
    kinds = [turn.kind for turn in draft.turns] if draft else []
    return {
        "source": result.source.as_posix(),
        "path": Path(shorten_path(result.path)).as_posix(),
        "state": result.state,
        "title": draft.title if draft else "",
        "language": draft.language if draft else "",
        "questions": kinds.count("question"),
        "answers": kinds.count("answer"),
        "people": [
            {"name": person.name, "role": str(person.role), "affiliation": person.affiliation}
            for person in (draft.people if draft else ())
        ],
        "doubts": len(draft.doubts) if draft else 0,
        "words_set_aside": sum(count_words_in(clipping.words) for clipping in draft.asides) if draft else 0,
        "problems": [describe_problem(p) for p in problems if p.location.file == str(result.source)],
    }


COMMANDS = (
    Command(
        "import",
        "turn pasted text, Markdown, saved pages, Word files and transcripts into interviews of the book",
        _add_arguments,
        run_import,
    ),
)
