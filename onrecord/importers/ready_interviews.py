"""Tell whether a Markdown file is an interview of On Record already, so that it can be copied as it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

from onrecord.manuscript.interview_file import INTERVIEWS_FOLDER, read_interview
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.settings import BookDefaults
from onrecord.manuscript.yaml_config import Problems, parse_settings
from onrecord.model import Interview, Question
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity

_MOST_HEAD_CHARACTERS = 64_000
_NO_BOOK = BookDefaults(language="en", disclaimers={}, default_disclaimer=None, is_known=False)
# What a file can be faulted for that only its own book knows, or that the editor still has to add.
_RULES_OF_THE_BOOK = frozenset(
    {
        Rule.PICTURES_EXIST,
        Rule.DISCLAIMER_IS_DECIDED,
        Rule.DISCLAIMER_IS_NAMED,
        Rule.ORIGINAL_IS_KEPT,
        Rule.ROLE_IS_KNOWN,
    }
)


def is_interview_file(data: bytes) -> bool:
    """Return whether a file to import is written as On Record's own interviews: with people, roles and turns."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return False
    end = text.find("\n---\n", 3)
    if not text.startswith("---\n") or not 0 <= end < _MOST_HEAD_CHARACTERS:
        return False
    problems = Problems("", [])
    section = parse_settings(text[4 : end + 1], 2, problems, INTERVIEW_KEYS)
    if section is None or problems.entries or not section.has_key("people"):
        return False
    section.refuse_unknown_keys()
    if problems.entries:
        return False
    interview, faults = _read_without_book(text)
    return interview is not None and _is_conversation(interview) and not any(map(_is_format_fault, faults))


def _read_without_book(text: str) -> tuple[Interview | None, list[Problem]]:
    """Return the interview that is read from a text alone, without a book, and its problems."""
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        path = Path(folder) / INTERVIEWS_FOLDER / "interview.md"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        interview, problems = read_interview(Path(folder), path, _NO_BOOK, Pictures(Path(folder)))
        return interview, list(problems.entries)


def _is_conversation(interview: Interview) -> bool:
    """Return whether somebody asks and somebody answers in the interview."""
    kinds = {isinstance(turn, Question) for turn in interview.turns}
    return kinds == {True, False}


def _is_format_fault(problem: Problem) -> bool:
    """Return whether a problem shows that the text is not written as an interview of On Record."""
    return problem.rule is Rule.TURNS_ARE_MARKED or (
        problem.severity is Severity.ERROR and problem.rule not in _RULES_OF_THE_BOOK
    )
