"""Separate one interview from its book: what its page needs of the book and of other interviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from onrecord.model import (
    Book,
    Division,
    Interview,
    Pack,
    Paragraph,
    Part,
    TextLine,
    find_links,
    iterate_blocks,
    resolve_link,
)

__all__ = [
    "ResolvedLinks",
    "isolate_interview",
    "extract_book_facts",
    "strip_conversations",
    "resolve_links",
    "make_cache_key",
    "are_links_current",
]

# The links into other interviews: the target, and name and address of the turn there (None if there is none).
ResolvedLinks = tuple[tuple[str, tuple[str, str] | None], ...]


def extract_book_facts(book: Book) -> Book:
    """Return the book without its interviews, releases, index, earlier edition and what depends on interviews."""
    pack = _strip_pack(book.pack) if book.pack else None
    return replace(book, parts=(), releases=(), offered=(), withdrawals=(), index=None, earlier=None, pack=pack)


def strip_conversations(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts of a book with what stands around each interview, but without what is said there."""
    return tuple(replace(part, interviews=tuple(map(_strip_conversation, part.interviews))) for part in parts)


def _strip_conversation(interview: Interview) -> Interview:
    """Return the interview without its text, and without what is derived from the text."""
    return replace(
        interview, introduction=(), conversation=(), footnotes=(), index_marks=(), reading_key="", inventory=None
    )


def isolate_interview(book: Book, interview: Interview) -> Book:
    """Return the book's facts with only this interview and those that its links lead into."""
    slugs = {interview.slug, *(target.partition("#")[0] for target in _find_targets(interview))}
    needed = tuple(candidate for candidate in book.interviews if candidate.slug in slugs)
    return replace(extract_book_facts(book), parts=(Part("", needed),))


def make_cache_key(interview: Interview) -> tuple[str, TextLine | None, TextLine | None] | Interview:
    """Return an interview's value in a fingerprint: reading key, pointer and credit, or the whole."""
    return (interview.reading_key, interview.pointer, interview.credit) if interview.reading_key else interview


def resolve_links(book: Book, interview: Interview) -> ResolvedLinks:
    """Return each link into another interview with the name and address of its turn, or None."""
    return tuple((target, resolve_link(book, interview, target)) for target in dict.fromkeys(_find_targets(interview)))


def are_links_current(book: Book, interview: Interview, known: ResolvedLinks) -> bool:
    """Return whether the links of the interview resolve to the same turns in this book."""
    return all(resolve_link(book, interview, target) == reference for target, reference in known)


def _find_targets(interview: Interview) -> Iterator[str]:
    """Yield the targets of links to a turn of another interview."""
    if interview.inventory and not interview.inventory.has_references:
        return
    headings = (
        Paragraph(entry.content, entry.location) for entry in interview.conversation if isinstance(entry, Division)
    )
    for link, _ in find_links([*headings, *iterate_blocks(interview)]):
        slug, mark, _ = link.target.partition("#")
        if slug and mark and ":" not in slug and slug != interview.slug:
            yield link.target


def _strip_pack(pack: Pack) -> Pack:
    """Return the pack without whole book, agenda, and the changes and inserts of a supplement."""
    supplement = pack.supplement and replace(pack.supplement, changes=(), inserts=(), insert_counts=())
    return replace(pack, agenda=(), whole_book=None, supplement=supplement)
