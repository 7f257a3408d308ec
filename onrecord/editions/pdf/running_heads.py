"""The text of running heads: what stands at the head of the printed pages of a book, of an interview and of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from onrecord.model import Book, Interview, Pack
from onrecord.runtime.interface_texts import get_language
from onrecord.wording import citation, translations


@dataclass(frozen=True, slots=True)
class RunningHead:
    """The head of right-hand pages (recto) or of left-hand pages (verso), as HTML; "" for none."""

    html: str = ""
    side: str = "recto"


NO_HEAD = RunningHead()


def write_book_head(book: Book) -> RunningHead:
    """Return the head of all left-hand pages of a book: its title, or the short one."""
    return write_line(book.short_title or book.title, "verso")


def write_interview_head(interview: Interview) -> RunningHead:
    """Return the head of an interview's right-hand pages: the guests, and its title, or the short one.

    A title that names the guests stands alone.
    """
    title = (interview.short_title or interview.title).text
    names = [person.name for person in interview.guests]
    if not names or all(name.casefold() in title.casefold() for name in names):
        return write_line(title)
    return write_line(f"{citation.join_names(names, get_language(interview.language).names)} · {title}")


def write_pack_head(pack: Pack, marking: str, language: str, side: str) -> RunningHead:
    """Return the head of the pages of a pack on one side: its title and day, and below them its marking."""
    day = translations.format_date(pack.starts.date(), language)
    occasion = f'<p class="occasion"><b>{escape(pack.title)}</b> · {escape(day)}</p>'
    return RunningHead(f'{occasion}<p class="marking">{escape(marking)}</p>', side)


def write_line(text: str, side: str = "recto") -> RunningHead:
    """Return plain text as a head; layout cuts between words what does not fit on one line."""
    return RunningHead(escape(text), side)


def shorten_between_words(text: str, length: int) -> str:
    """Return at most `length` characters of the text, cut between words."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
