"""List what a book lacks of an interview that was just imported, and that only the desk knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from onrecord.manuscript.checks import check_book
from onrecord.manuscript.interview_file import INTERVIEWS_FOLDER, read_interview
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.settings import BOOK_FILE, BookDefaults, BookSettings, read_settings
from onrecord.model import Part
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule

# What an import says by itself, or what concerns other interviews than the imported one.
_SAID_ELSEWHERE = frozenset([Rule.DOUBTS_ARE_SETTLED, Rule.LINKS_GO_SOMEWHERE, Rule.PEOPLE_HAVE_NAMES])


def list_open_points(book: Path, paths: Sequence[Path]) -> Mapping[Path, tuple[Problem, ...]]:
    """Return what `check` says about these imported interviews, without doubts, by path; {} outside a book."""
    inside = [path for path in paths if path.parent == book / INTERVIEWS_FOLDER]
    if not inside or not (book / BOOK_FILE).is_file():
        return {}
    settings = read_settings(book)
    if settings.section is None:
        return {}
    house, pictures = settings.build_defaults(), Pictures(book)
    return {path: tuple(_check_interview(book, path, settings, house, pictures)) for path in inside}


def _check_interview(
    book: Path, path: Path, settings: BookSettings, house: BookDefaults, pictures: Pictures
) -> Iterator[Problem]:
    """Yield what the reader of manuscripts and the checks of a whole book say about one imported interview."""
    interview, problems = read_interview(book, path, house, pictures)
    reported = [*problems.entries]
    if interview is not None:
        reported += check_book(settings.build_book((Part("", (interview,)),)))
    for problem in dict.fromkeys(reported):
        if problem.rule not in _SAID_ELSEWHERE:
            yield problem
