"""The text of running heads: what stands at the head of the printed pages of a book, of an interview and of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.model import Book, Interview, Pack
from onrecord.wording import translations


@dataclass(frozen=True, slots=True)
class RunningHead:
    """The head of right-hand pages (recto) or of left-hand pages (verso), as HTML; "" for none."""

    html: str = ""
    side: str = "recto"


NO_HEAD = RunningHead()


def write_book_head(book: Book, page: PageGeometry) -> RunningHead:
    """Return the head of all left-hand pages of a book: its title."""
    return write_line(book.title, page, "verso")


def write_interview_head(interview: Interview, page: PageGeometry) -> RunningHead:
    """Return the head of an interview's right-hand pages: its title."""
    return write_line(interview.title.text, page)


def write_pack_head(pack: Pack, marking: str, language: str, side: str) -> RunningHead:
    """Return the head of the pages of a pack on one side: its title and day, and below them its marking."""
    day = translations.format_date(pack.starts.date(), language)
    occasion = f'<p class="occasion"><b>{escape(pack.title)}</b> · {escape(day)}</p>'
    return RunningHead(f'{occasion}<p class="marking">{escape(marking)}</p>', side)


def write_line(text: str, page: PageGeometry, side: str = "recto") -> RunningHead:
    """Return plain text as a head, cut between words so that it fits on one line."""
    # 2.1 characters of the small italic take the width of an em of the text.
    return RunningHead(escape(shorten_between_words(text, int(page.measure_pt / page.text_pt * 2.1))), side)


def shorten_between_words(text: str, length: int) -> str:
    """Return at most `length` characters of the text, cut between words."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
