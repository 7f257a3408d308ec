"""Separate one interview from its book: what its page needs of the book and of other interviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onrecord.model import Book, Division, Interview, Pack, Paragraph, Part, Words, all_blocks, links_in, reference_of

__all__ = ["Leads", "apart", "facts", "leads", "named", "still"]

# The links into other interviews: the target, and name and address of the turn there (None if there is none).
Leads = tuple[tuple[str, tuple[str, str] | None], ...]


def facts(book: Book) -> Book:
    """Return the book without its interviews and all that depends on single ones."""
    return replace(book, parts=(), releases=(), pack=_strip_pack(book.pack) if book.pack else None)


def apart(book: Book, interview: Interview) -> Book:
    """Return the facts of the book, with this interview and those that its links lead into."""
    slugs = {interview.slug, *(target.partition("#")[0] for target in _find_targets(interview))}
    needed = tuple(candidate for candidate in book.interviews if candidate.slug in slugs)
    return replace(facts(book), parts=(Part("", needed),))


def named(interview: Interview) -> tuple[str, Words | None] | Interview:
    """Return what represents the interview in a fingerprint: a short name if it was read from a file as it is."""
    return (interview.reading, interview.pointer) if interview.reading else interview


def leads(book: Book, interview: Interview) -> Leads:
    """Return the interview's links into others, resolved: the page shows nothing else of them."""
    return tuple((target, reference_of(book, interview, target)) for target in dict.fromkeys(_find_targets(interview)))


def still(book: Book, interview: Interview, known: Leads) -> bool:
    """Return whether the links of the interview resolve to the same turns in this book."""
    return all(reference_of(book, interview, target) == reference for target, reference in known)


def _find_targets(interview: Interview) -> Iterator[str]:
    """Yield the targets of links to a turn of another interview."""
    if interview.inventory and not interview.inventory.refers:
        return
    headings = (
        Paragraph(entry.content, entry.place) for entry in interview.conversation if isinstance(entry, Division)
    )
    for link, _ in links_in([*headings, *all_blocks(interview)]):
        slug, mark, _ = link.target.partition("#")
        if slug and mark and ":" not in slug and slug != interview.slug:
            yield link.target


def _strip_pack(pack: Pack) -> Pack:
    """Return the pack without the interviews that it was chosen from, and without what it says of single ones."""
    supplement = pack.supplement and replace(pack.supplement, changes=(), inserts=(), taken=())
    return replace(pack, agenda=(), whole=None, supplement=supplement)
