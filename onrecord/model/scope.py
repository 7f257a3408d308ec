"""An interview apart from its book: what must still be known of the book, and of other interviews, to print and prove its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onrecord.model import Book, Division, Interview, Paragraph, Part, Words, all_blocks, links_in, reference_of
from onrecord.model.pack import Pack

__all__ = ["Leads", "apart", "facts", "leads", "named", "still"]

# Where links lead into other interviews: the target, and name and address of the turn (None if there is none).
Leads = tuple[tuple[str, tuple[str, str] | None], ...]


def facts(book: Book) -> Book:
    """All that is said of the book, without its interviews and what is told of them."""
    return replace(book, parts=(), releases=(), pack=_bare(book.pack) if book.pack else None)


def apart(book: Book, interview: Interview) -> Book:
    """The facts of the book, with this interview and those that its links lead into."""
    slugs = {interview.slug, *(target.partition("#")[0] for target in _targets(interview))}
    return replace(facts(book), parts=(Part("", tuple(one for one in book.interviews if one.slug in slugs)),))


def named(interview: Interview) -> tuple[str, Words | None] | Interview:
    """What stands for all that the interview says, in a fingerprint."""
    return (interview.reading, interview.pointer) if interview.reading else interview


def leads(book: Book, interview: Interview) -> Leads:
    """What the interview says of others: nothing else of them stands on its page."""
    return tuple((target, reference_of(book, interview, target)) for target in dict.fromkeys(_targets(interview)))


def still(book: Book, interview: Interview, known: Leads) -> bool:
    """Whether these are the leads of the interview as the book is now."""
    return all(reference_of(book, interview, target) == found for target, found in known)


def _targets(interview: Interview) -> Iterator[str]:
    """The links to something inside of other interviews."""
    if interview.inventory and not interview.inventory.refers:
        return
    headings = (Paragraph(one.content, one.place) for one in interview.conversation if isinstance(one, Division))
    for link, _ in links_in([*headings, *all_blocks(interview)]):
        slug, mark, _ = link.target.partition("#")
        if slug and mark and ":" not in slug and slug != interview.slug:
            yield link.target


def _bare(pack: Pack) -> Pack:
    """The pack without the interviews it was chosen from, and what it says of each."""
    supplement = pack.supplement and replace(pack.supplement, changes=(), inserts=(), taken=())
    return replace(pack, agenda=(), whole=None, supplement=supplement)
