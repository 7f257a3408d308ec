"""What the browser shows: the site, the problems, and the printed page with the passage that was edited last."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from onrecord.model import Book, Interview, Passage, iterate_passages
from onrecord.model.page_numbers import PICTURE_LETTER, filter_letters
from onrecord.model.problems import Problem
from onrecord.model.rule import Severity
from onrecord.pipeline.build import Preview


@dataclass(frozen=True, slots=True)
class Edited:
    """The last edit: its interview, its turn, how many letters come before it, and its printed page.

    `page` is the label of the page, "" where nothing is printed.
    """

    slug: str
    turn: str
    position: int
    page: str = ""


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
        """True if one of the problems is an error."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def replace_problems(self, problems: tuple[Problem, ...]) -> View:
        """Return the same view with new problems and the next version number."""
        return replace(self, version=self.version + 1, problems=problems)


class CurrentView:
    """Holds the newest view, for the server to read as long as `is_open` is true.

    Versions start at the time of day: a page that an earlier run showed never has a version of this run.
    """

    def __init__(self) -> None:
        self.view = View(time.time_ns() // 1_000_000)
        self.is_open = True


def update_view(preview: Preview, before: View) -> View:
    """Return the view of a preview, and what was edited in it; `before` itself if nothing changed."""
    printed = preview.printed
    edited = _find_edit(preview.book, before.book) or before.edited
    view = replace(
        before,
        files=preview.files,
        problems=preview.warnings,
        book=preview.book,
        edited=_add_page(edited, preview),
        pdf=printed.data if printed else None,
        labels=printed.pagination.labels if printed else (),
    )
    is_same = (view.files, view.problems, view.pdf) == (before.files, before.problems, before.pdf)
    return before if is_same else replace(view, version=before.version + 1)


def _find_edit(now: Book, before: Book | None) -> Edited | None:
    """Return the first passage of a book that differs from before, to show it in the preview; or None."""
    if before is None:
        return None
    earlier_interviews = {interview.slug: interview for interview in before.interviews}
    for interview in now.interviews:
        earlier = earlier_interviews.get(interview.slug)
        if earlier is None:
            return Edited(interview.slug, "", 0)
        if interview.reading_key != earlier.reading_key and (edit := _find_first_change(interview, earlier)):
            return edit
    return None


def _add_page(edited: Edited | None, preview: Preview) -> Edited | None:
    """Return the edit with the page that it is on now; None if its interview was removed."""
    if edited is None or edited.slug not in {interview.slug for interview in preview.book.interviews}:
        return None
    starts = preview.printed.pagination.leaves.get(edited.slug, ()) if preview.printed else ()
    return replace(
        edited, page=next((start.label for start in reversed(starts) if start.letters <= edited.position), "")
    )


def _find_first_change(now: Interview, before: Interview) -> Edited | None:
    """Return the first passage that changed; the last passage if the end was removed."""
    old_passages = list(iterate_passages(before))
    new_passages = list(iterate_passages(now))
    position = 0
    for passage, old_passage in zip_longest(new_passages, old_passages):
        if passage is None:
            return Edited(now.slug, new_passages[-1].turn if new_passages else "", max(0, position - 1))
        if old_passage is None or (passage.kind, passage.numbered_text) != (
            old_passage.kind,
            old_passage.numbered_text,
        ):
            return Edited(now.slug, passage.turn, position + _count_same_letters(passage, old_passage))
        position += len(PICTURE_LETTER if passage.kind == "alt" else filter_letters(passage.text))
    return None


def _count_same_letters(passage: Passage, old_passage: Passage | None) -> int:
    """Return how many letters at the start of a passage are unchanged.

    List numbers come before all letters.
    """
    if old_passage is None or old_passage.numbers != passage.numbers:
        return 0
    new, old = filter_letters(passage.text), filter_letters(old_passage.text)
    differences = (index for index, pair in enumerate(zip(new, old, strict=False)) if pair[0] != pair[1])
    return next(differences, min(len(new), len(old)))
