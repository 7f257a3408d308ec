"""Problems: what is wrong, where, and what the editor can do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.model.rule import Rule, Severity
from onrecord.model.source_location import SourceLocation
from onrecord.model.terminal_text import clean_line
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class Correction(Value):
    """The only right spelling: `lines` in place of the lines `first` to `last` (from 1) of the problem's file.

    With `last` = `first` - 1 the lines are put in before `first`. The command `fix` writes corrections.
    """

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem(Value):
    """Something that is wrong.

    `sentence` says what is wrong here, `line` quotes the source, `hint` is something the editor can type.
    """

    location: SourceLocation
    rule: Rule
    sentence: str
    hint: str = ""
    line: str = ""
    severity: Severity = Severity.ERROR
    correction: Correction | None = None

    @property
    def full_hint(self) -> str:
        """The hint; if the problem has a correction, the hint names the command that writes it."""
        return f"{self.hint} (`fix` types it for you)" if self.correction else self.hint

    def __str__(self) -> str:
        text = f"{clean_line(str(self.location))}: {self.severity}[{self.rule}]: {clean_line(self.sentence)}"
        if self.line:
            text += f"\n  | {_make_printable(self.line)}"
        if self.hint:
            text += f"\n  hint: {clean_line(self.full_hint)}"
        return text


class Refused(Exception):
    """The manuscript, or a finished copy, has problems, and nothing was delivered. Exit code 1."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sort_problems(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...]]]:
        # Workers pickle it with its problems; the default would rebuild it from its message.
        return type(self), (self.problems,)


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems by file and line, each once; those of one line keep their order."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.location))


def quote_source_lines(problems: Iterable[Problem], folder: Path) -> tuple[Problem, ...]:
    """Return the problems with the source line of each, as far as `folder` has the file."""
    files: dict[str, list[str]] = {}
    quoted_problems = []
    for problem in problems:
        place = problem.location
        if place.line and not problem.line and place.file not in files:
            path = folder / place.file
            files[place.file] = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
        lines = files.get(place.file, []) if not problem.line else []
        has_line = 0 < place.line <= len(lines)
        quoted_problems.append(replace(problem, line=lines[place.line - 1]) if has_line else problem)
    return tuple(quoted_problems)


def select_errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop a build, without warnings."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def find_closest_word(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like `word`, or None if no word is near enough to be meant."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    matches = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def _make_printable(line: str, width: int = 100) -> str:
    """Return the source line without control characters and short enough to print."""
    visible = clean_line(line.strip()[: width + 1])
    return visible if len(visible) <= width else visible[: width - 1] + "…"
