"""Show the index of a book, propose headings for it, and add those that an editor names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from onrecord.manuscript import read_book
from onrecord.manuscript.index_checks import list_unused_headings
from onrecord.manuscript.index_file import INDEX_FILE
from onrecord.manuscript.index_outline import list_index_lines
from onrecord.manuscript.index_suggestions import Suggestion, find_spellings, suggest_headings
from onrecord.model import Book, SourceLocation
from onrecord.model.names import fold_name
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.model.rule import Rule
from onrecord.runtime.environment import EnvironmentProblem
from onrecord.runtime.project import Project


def _survey(folder: Path) -> tuple[Book, tuple[Problem, ...]]:
    """Return the book for work on its index, and its problems; raise Refused if there is none."""
    book, problems = read_book.survey_book(folder)
    if book is None:
        raise Refused(problems)
    return book, problems


def show_index(folder: Path) -> str:
    """Return the text of `index`: headings with their places, and those that are not printed."""
    book, _ = _survey(folder)
    if book.index is None:
        return f"This book has no {INDEX_FILE}. See what it could hold: index --suggest\n"
    lines = [line.removeprefix("  ") for line in list_index_lines(book)]
    unused = list_unused_headings(book)
    lines += ["", f"Not printed, because the text has no words for them: {', '.join(unused)}"] if unused else []
    return "\n".join(lines) + "\n"


def show_suggestions(folder: Path) -> str:
    """Return the text of `index --suggest`: proposed headings as YAML, and names spelt in two ways."""
    book, _ = _survey(folder)
    suggestions = suggest_headings(book)
    lines = ["headings:"] if suggestions else ["# Nothing is proposed."]
    reason = ""
    for suggestion in suggestions:
        if _get_group_name(suggestion) != reason:
            reason = _get_group_name(suggestion)
            lines.append(f"  # {reason}")
        times = "1 place" if suggestion.places == 1 else f"{suggestion.places} places"
        lines.append(f"{suggestion.format_entry()}  # {times}")
    if spellings := find_spellings(book):
        lines += ["", "# Perhaps one name in two spellings:"]
        lines += [f"# “{pair.first}” ({pair.first_count}), “{pair.second}” ({pair.second_count})" for pair in spellings]
    return "\n".join(lines) + "\n"


def _get_group_name(suggestion: Suggestion) -> str:
    """Return where suggestions of this kind come from: people, tags, names in the text."""
    if suggestion.reason.startswith("of the cast"):
        return "people"
    return "tags" if suggestion.reason == "a tag" else "names in the text"


def find_unknown(folder: Path, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return which of these headings are not proposed, and all headings that are."""
    book, _ = _survey(folder)
    known = [suggestion.name for suggestion in suggest_headings(book)]
    folded = {fold_name(name) for name in known}
    return [name for name in names if fold_name(name) not in folded], known


def take_headings(folder: Path, names: Sequence[str]) -> Path:
    """Add proposed headings to the end of the book's `index.yaml`, and return its path. The file is made if needed.

    Raises Refused, with the file as it was, if it cannot be read, or could not be with them.
    """
    book, problems = _survey(folder)
    if faults := [problem for problem in select_errors(problems) if problem.location.file == INDEX_FILE]:
        raise Refused(faults)
    chosen = {fold_name(name) for name in names}
    suggestions = [entry for entry in suggest_headings(book) if fold_name(entry.name) in chosen]
    path = Project(folder).find(INDEX_FILE)
    if path is None:
        raise EnvironmentProblem(f"{INDEX_FILE} is a link out of the book's folder", "replace it by a file")
    before = path.read_text(encoding="utf-8") if path.exists() else "headings:\n"
    indent = re.search(r"^( *)- ", before, re.MULTILINE)
    entries = [f"{indent.group(1) if indent else '  '}{entry.format_entry().lstrip()}" for entry in suggestions]
    after = "\n".join((before.rstrip("\n"), *entries)) + "\n"
    path.write_text(after, encoding="utf-8")
    changed, _ = _survey(folder)
    added = {heading.name.text for heading in changed.index.headings} if changed.index else set()
    if len(added) < (len(book.index.headings) if book.index else 0) + len(entries):
        path.write_text(before, encoding="utf-8")
        sentence = "no line can be added after these headings"
        hint = "write each of them on a line of its own, after a hyphen: - Pilotage"
        raise Refused([Problem(SourceLocation(INDEX_FILE, 1), Rule.YAML_IS_READABLE, sentence, hint)])
    return path
