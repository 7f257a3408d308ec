"""What can be wrong, where, and how we say it to an editor."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from onrecord.model import Place


class Severity(StrEnum):
    """An error stops the build; a warning is printed and the build goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `rule` names the good state it guards (`speaker-is-cast`), `sentence` says what is there now,
    `line` quotes the source, `hint` is something the editor can type.
    """

    place: Place
    rule: str
    sentence: str
    hint: str = ""
    line: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        text = f"{self.place}: {self.severity}[{self.rule}]: {self.sentence}"
        if self.line:
            text += f"\n  | {_shown(self.line)}"
        if self.hint:
            text += f"\n  hint: {self.hint}"
        return text


class Refused(Exception):
    """The manuscript, or a finished copy, has problems; nothing was delivered. Exit code 1."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...]]]:
        # The default would rebuild the exception from its message; workers send problems home.
        return type(self), (self.problems,)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by file and line, each once, in the order found where they share a line."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.place))


def quoted(problems: Iterable[Problem], folder: Path) -> tuple[Problem, ...]:
    """The problems with the source line that each is about, as far as `folder` has the file."""
    files: dict[str, list[str]] = {}
    out = []
    for problem in problems:
        place = problem.place
        if place.line and not problem.line and place.file not in files:
            path = folder / place.file
            files[place.file] = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
        lines = files.get(place.file, []) if not problem.line else []
        out.append(replace(problem, line=lines[place.line - 1]) if 0 < place.line <= len(lines) else problem)
    return tuple(out)


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, if one is near enough to be meant."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _shown(line: str, width: int = 100) -> str:
    """A source line that is safe and short enough to print."""
    visible = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line.strip()[: width + 1])
    return visible if len(visible) <= width else visible[: width - 1] + "…"
