"""What the browser is shown: the site, the problems, and the printed page with the passage that was edited last."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from onrecord.model import Book, Interview, Passage, passages
from onrecord.pages import PICTURE, letters
from onrecord.pipeline import Preview
from onrecord.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Edited:
    """The passage that was changed last: its interview, the turn it stands in, and its printed page."""

    slug: str
    turn: str
    page: str = ""  # as printed; "" where nothing is printed


@dataclass(frozen=True, slots=True)
class View:
    """One state of the book. `version` counts; `files` are those of the last version that could be made."""

    version: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    book: Book | None = None
    pdf: bytes | None = None
    labels: tuple[str, ...] = ()
    edited: Edited | None = None

    @property
    def is_broken(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def troubled(self, problems: tuple[Problem, ...]) -> View:
        """The same book, and what is wrong with what was written since."""
        return replace(self, version=self.version + 1, problems=problems)


class Desk:
    """Where the newest view lies. Whoever serves waits here for the next one."""

    def __init__(self) -> None:
        self._view = View()
        self._changed = threading.Condition()

    @property
    def view(self) -> View:
        return self._view

    def put(self, view: View) -> None:
        with self._changed:
            self._view = view
            self._changed.notify_all()

    def later_than(self, version: int, patience_s: float) -> View | None:
        """A view behind that version, as soon as there is one; None when patience ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._view.version > version, patience_s)
            return self._view if self._view.version > version else None


def viewed(preview: Preview, before: View) -> View:
    """The next view: the preview, and what of it was changed."""
    printed = preview.printed
    labels = printed.pagination.labels if printed else ()
    edited = _edited(preview, before) or before.edited
    return View(
        before.version + 1, preview.files, preview.warnings, preview.book, printed.data if printed else None, labels, edited
    )


def _edited(preview: Preview, before: View) -> Edited | None:
    """The first passage that says something else than before."""
    if before.book is None:
        return None
    known = {interview.slug: interview for interview in before.book.interviews}
    for interview in preview.book.interviews:
        if interview.slug not in known:
            return Edited(interview.slug, "", _page(preview, interview, 0))
        if interview.reading != known[interview.slug].reading:
            passage, at = _first_change(interview, known[interview.slug])
            return Edited(interview.slug, passage.turn if passage else "", _page(preview, interview, at))
    return None


def _first_change(now: Interview, before: Interview) -> tuple[Passage | None, int]:
    """The first passage that is not what it was, and how many letters stand before it."""
    old = [(passage.kind, passage.text) for passage in passages(before)]
    at = 0
    for index, passage in enumerate(passages(now)):
        if index >= len(old) or old[index] != (passage.kind, passage.text):
            return passage, at + _common(passage.text, old[index][1] if index < len(old) else "")
        at += len(PICTURE if passage.kind == "alt" else letters(passage.text))
    return None, 0


def _common(text: str, other: str) -> int:
    """How many letters of a passage are those of the other, from its beginning."""
    text, other = letters(text), letters(other)
    return next((index for index, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1]), 0)


def _page(preview: Preview, interview: Interview, at: int) -> str:
    """The printed page on which letter `at` of the interview stands."""
    starts = preview.printed.pagination.leaves.get(interview.slug, ()) if preview.printed else ()
    return next((start.label for start in reversed(starts) if start.letters <= at), "")
