"""What the browser is shown: the site, the problems, and the printed page with the passage that was edited last."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from onrecord.model import Book, Interview, Passage, passages
from onrecord.model.problems import Problem, Severity
from onrecord.pipeline.stages import Preview
from onrecord.wording.page_numbers import PICTURE, letters


@dataclass(frozen=True, slots=True)
class Edited:
    """What was changed last: its interview, the turn it stands in, the letters before it, and its printed page."""

    slug: str
    turn: str
    at: int
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
    """Where the newest view lies. Whoever serves looks here for the next one, as long as the desk is open.

    Versions count on from the clock: a page that an earlier watch showed is never taken for one of this watch.
    """

    def __init__(self) -> None:
        self.view = View(time.time_ns() // 1_000_000)
        self.is_open = True


def viewed(preview: Preview, before: View) -> View:
    """The next view: the preview, and what of it was changed; the one before where nobody would see a difference."""
    printed = preview.printed
    edited = _edited(preview.book, before.book) or before.edited
    view = replace(
        before,
        files=preview.files,
        problems=preview.warnings,
        book=preview.book,
        edited=_placed(edited, preview),
        pdf=printed.data if printed else None,
        labels=printed.pagination.labels if printed else (),
    )
    seen = (view.files, view.problems, view.pdf) == (before.files, before.problems, before.pdf)
    return before if seen else replace(view, version=before.version + 1)


def _edited(now: Book, before: Book | None) -> Edited | None:
    """The first passage that says something else than before."""
    if before is None:
        return None
    known = {interview.slug: interview for interview in before.interviews}
    for interview in now.interviews:
        if interview.slug not in known:
            return Edited(interview.slug, "", 0)
        if interview.reading != known[interview.slug].reading and (
            found := _first_change(interview, known[interview.slug])
        ):
            return found
    return None


def _placed(edited: Edited | None, preview: Preview) -> Edited | None:
    """The passage with the page it stands on now; None if its interview is gone."""
    if edited is None or edited.slug not in {interview.slug for interview in preview.book.interviews}:
        return None
    starts = preview.printed.pagination.leaves.get(edited.slug, ()) if preview.printed else ()
    return replace(edited, page=next((start.label for start in reversed(starts) if start.letters <= edited.at), ""))


def _first_change(now: Interview, before: Interview) -> Edited | None:
    """The first passage that is not what it was; the last one, if it is the end that was taken away."""
    old = list(passages(before))
    new = list(passages(now))
    at = 0
    for passage, known in zip_longest(new, old):
        if passage is None:
            return Edited(now.slug, new[-1].turn if new else "", max(0, at - 1))
        if known is None or (passage.kind, passage.numbered_text) != (known.kind, known.numbered_text):
            return Edited(now.slug, passage.turn, at + _first_difference(passage, known))
        at += len(PICTURE if passage.kind == "alt" else letters(passage.text))
    return None


def _first_difference(passage: Passage, known: Passage | None) -> int:
    """Return how many letters of a passage stand before the first that is new.

    List numbers stand before all of them.
    """
    return _common(passage.text, known.text) if known and known.numbers == passage.numbers else 0


def _common(text: str, other: str) -> int:
    """How many letters of a passage are those of the other, from its beginning."""
    text, other = letters(text), letters(other)
    differs = (index for index, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1])
    return next(differs, min(len(text), len(other)))
