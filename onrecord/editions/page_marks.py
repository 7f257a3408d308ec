"""Marks in web pages, e-book and large print where the pages of the print edition begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from itertools import islice

from markupsafe import Markup as Safe

from onrecord.editions import break_points
from onrecord.editions.page_templates import mark_safe
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination, filter_letters


def format_page_mark(label: str, edition: str, tag: str) -> str:
    """Return the mark of a printed page, for an element `tag` (`div`, `span`).

    DPUB-ARIA 1.1 doc-pagebreak, EPUB Accessibility 1.1 §3.3.1.2. In large print, which is edition `print`, it only
    marks the place: the number is stamped beside it.
    """
    if edition == "print":
        return f'<{tag} class="pagebreak" id="normal.{label}"></{tag}>'
    epub_type = ' epub:type="pagebreak"' if edition == "epub" else ""
    attributes = f'role="doc-pagebreak"{epub_type} id="page-{label}" aria-label="{label}"'
    # On the web the number is shown, and axe 4.14 reports a name without words as a fault.
    number = f'<span class="page-number">{label}</span>' if edition == "html" else ""
    return f'<{tag} class="pagebreak" {attributes}>{number}</{tag}>'


class PageCursor:
    """Escapes the text of one interview in reading order and inserts its page marks."""

    def __init__(self, pages: Sequence[PageStart], edition: str) -> None:
        self._edition = edition
        self._coming = list(pages)
        self._letters = 0  # written so far
        self.has_pages = bool(pages)

    def mark_block_start(self) -> str:
        """Return the marks, each once, of the pages that begin before the next letter."""
        marks = ""
        while self._coming and self._coming[0].letters <= self._letters:
            marks += format_page_mark(self._coming.pop(0).label, self._edition, "div") + "\n"
        return marks

    def mark_text(self, text: str) -> str:
        """Return the text escaped, with marks where pages begin in it, and count its letters."""
        if not self._coming:
            return escape(text)
        count = len(filter_letters(text))
        pieces, end = [], 0
        while self._coming and self._coming[0].letters < self._letters + count:
            page = self._coming.pop(0)
            start = _find_page_start(text, page.letters - self._letters, whole_word=page.divides_word)
            is_in_word = self._edition == "print" and break_points.is_inside_long_word(text, start)
            mark = format_page_mark(page.label, self._edition, "span")
            pieces += [escape(text[end:start]), break_points.allow_break(mark) if is_in_word else mark]
            end = start
        self._letters += count
        return "".join([*pieces, escape(text[end:])])

    def count_picture(self) -> None:
        """Count a picture in the running text, which stands for one letter."""
        self._letters += 1

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Count no text and mark no printed pages in the with block, for notes."""
        coming, self._coming = self._coming, []
        yield
        self._coming = coming

    def mark_pages_of_notes(self) -> str:
        """Return the marks of the pages not marked yet that are not blank: they hold only notes, after all text."""
        pages = [page for page in self._coming if page.letters < AFTER_LAST_LETTER]
        self._coming = self._coming[len(pages) :]
        return "".join(format_page_mark(page.label, self._edition, "div") + "\n" for page in pages)

    def mark_remaining(self) -> str:
        """Return the marks of the pages not marked yet: blank ones at the end."""
        return "".join(format_page_mark(page.label, self._edition, "div") + "\n" for page in self._coming)


def _find_page_start(text: str, skipped: int, *, whole_word: bool) -> int:
    """Return the index of the letter after `skipped` letters, or of the beginning of its word."""
    start = next(islice((index for index, char in enumerate(text) if filter_letters(char)), skipped, None))
    while whole_word and start and not text[start - 1].isspace():
        start -= 1
    return start


class PageMarks:
    """The marks of printed pages outside of interviews, for the templates of one edition.

    A leaf is a stretch of pages with a name: an interview's slug, `front.contents`, `back.contributors`.
    """

    def __init__(self, pagination: Pagination | None, edition: str) -> None:
        leaves = pagination.leaves if pagination else {}
        # In large print a page without words has no place for its number.
        limit = AFTER_LAST_LETTER if edition == "print" else AFTER_LAST_LETTER + 1
        self._leaves = {name: tuple(page for page in pages if page.letters < limit) for name, pages in leaves.items()}
        self._edition = edition
        self._entries: dict[str, int] = {}

    def find_pages(self, slug: str) -> tuple[PageStart, ...]:
        """Return the printed pages of a leaf (an interview's slug or a name), () if it has none."""
        return self._leaves.get(slug, ())

    def list_known_pages(self, slugs: frozenset[str]) -> list[tuple[str, list[str] | tuple[PageStart, ...]]]:
        """Return each leaf's name and pages; only the page labels if the name is in `slugs`.

        This is all that the pages around the interviews can say of printed pages.
        """
        return [
            (name, [page.label for page in pages] if name in slugs else pages) for name, pages in self._leaves.items()
        ]

    def all(self, name: str, tag: str = "div") -> Safe:
        """Return the marks of every printed page of a leaf, blank ones too, as HTML."""
        return self._format_marks(self.find_pages(name), tag)

    def start(self, name: str) -> Safe:
        """Return the mark of a leaf's first printed page as HTML, and count its entries from here."""
        self._entries[name] = 0  # a leaf may be written more than once
        return self._format_marks(self.find_pages(name)[:1], "div")

    def entry(self, name: str) -> Safe:
        """Return the marks, as HTML, of the printed pages that begin with the next entry of the leaf.

        Call it once for each entry, in order.
        """
        entry = self._entries.get(name, 0)
        self._entries[name] = entry + 1
        pages = [
            page for page in self.find_pages(name)[1:] if page.entries == entry and page.letters < AFTER_LAST_LETTER
        ]
        return self._format_marks(pages, "span")

    def rest(self, name: str) -> Safe:
        """Return the marks, as HTML, of a leaf's printed pages that neither `start` nor `entry` has returned."""
        count = self._entries.get(name, 0)
        pages = [
            page for page in self.find_pages(name)[1:] if page.letters == AFTER_LAST_LETTER or page.entries >= count
        ]
        return self._format_marks(pages, "div")

    def _format_marks(self, pages: Iterable[PageStart], tag: str) -> Safe:
        """Return the marks of these pages as elements `tag`, in HTML that is safe to insert."""
        return mark_safe("".join(format_page_mark(page.label, self._edition, tag) for page in pages))
