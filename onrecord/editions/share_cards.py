"""The pictures that messengers show beside a link to a page of the web edition: what each says."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Book, Interview
from onrecord.model.value import Value
from onrecord.runtime.interface_texts import get_language
from onrecord.wording.contributors import list_guest_names

CARD_WIDTH, CARD_HEIGHT = 1200, 630  # pixels, as Open Graph and its readers want them


@dataclass(frozen=True, slots=True)
class ShareCard(Value):
    """A picture of 1200 × 630 pixels; `file` is its name in the web edition."""

    file: str
    title: str
    people: str
    book: str
    language: str

    @property
    def alt(self) -> str:
        """Return in words what the picture for messengers shows."""
        return " – ".join(filter(None, (self.title, self.people, self.book)))


def has_cards(book: Book) -> bool:
    """Return whether the pages of the web edition name cards: they need the address of the book. A pack has none."""
    return book.has_cards and bool(book.url) and book.pack is None


def build_book_card(book: Book) -> ShareCard:
    """Return the card of the pages that are about the whole book."""
    people = book.subtitle or get_language(book.language).names.comma.join(book.editors)
    return ShareCard("cards/index.png", book.title, people, book.publisher, book.language)


def build_interview_card(book: Book, interview: Interview) -> ShareCard:
    """Return the card of an interview: its title, its guests unless the title is their names, and the book."""
    guests = list_guest_names(interview)
    guests = "" if guests == interview.title.text else guests
    return ShareCard(f"cards/{interview.slug}.png", interview.title.text, guests, book.title, interview.language)


def list_cards(book: Book) -> tuple[ShareCard, ...]:
    """Return all cards of a book, that of the book first; () if its pages have none."""
    if not has_cards(book):
        return ()
    return (build_book_card(book), *(build_interview_card(book, interview) for interview in book.interviews))
