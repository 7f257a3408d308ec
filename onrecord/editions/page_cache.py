"""The files of an interview that e-book and web hold, as they are kept: with slots where the numbers of printed pages stand.

So an interview that grows by a page does not change its followers; and a word costs its own interview alone.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from onrecord.editions.markup import Markup, PageMarks
from onrecord.model import Asset, Book, Figure, Interview, all_blocks, walk_blocks
from onrecord.model.scope import Leads, apart, facts, leads, named, still
from onrecord.runtime import build_identity
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.font_files import ScreenFace
from onrecord.runtime.task_runner import Press
from onrecord.wording.page_numbers import PageStart


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The interview before or after one, as a link to it says it."""

    slug: str
    language: str
    title: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that the files of an interview are made of. `book` may hold no more interviews than those it refers to.

    `listed`: the book has a list of people.
    """

    interview: Interview
    book: Book
    starts: tuple[PageStart, ...]
    before: Neighbour | Interview | None = None
    after: Neighbour | Interview | None = None
    listed: bool = False


# The files by what stands behind the slug, the page first; a function of a module.
Writer = Callable[[Wanted, Markup], Mapping[str, bytes]]


@dataclass(frozen=True)  # without slots it is read faster
class Galley:
    """The files, each cut where a slot is: bytes, the number of a printed page of the interview, bytes, …"""

    files: tuple[tuple[str, tuple[bytes | int, ...]], ...]
    characters: str
    illustrated: bool
    leads: Leads

    def filled(self, labels: Sequence[str]) -> dict[str, bytes]:
        """The files with these page numbers."""
        told = [label.encode() for label in labels]
        return {
            ending: b"".join([told[piece] if isinstance(piece, int) else piece for piece in pieces])
            for ending, pieces in self.files
        }


@dataclass(frozen=True, slots=True)
class Composed:
    """The files of all interviews, by slug, every character of their pages, and their pictures by name."""

    files: Mapping[str, Mapping[str, bytes]]
    characters: frozenset[str]
    pictures: Mapping[str, Asset]


def compose(kind: str, book: Book, wanted: Sequence[Wanted], markup: Markup, press: Press, write: Writer) -> Composed:
    """What `write` makes of each, out of the store where that is known.

    A book's own templates may ask for anything in the book: then nothing is kept.
    """
    if markup.has_own(kind):
        return _as_they_are(wanted, markup, write)
    about = fingerprint("galley", kind, build_identity.identity(), facts(book))
    keys = [fingerprint(about, *_parts(one)) for one in wanted]
    orders = [(key, partial(_order, key, one)) for key, one in zip(keys, wanted, strict=True)]

    def holds(index: int, galley: Galley) -> bool:
        return still(book, wanted[index].interview, galley.leads)

    galleys = press.quick(partial(_set, write), orders, holds)
    files = {
        one.interview.slug: galley.filled([page.label for page in one.starts])
        for one, galley in zip(wanted, galleys, strict=True)
    }
    illustrated = (one.interview for one, galley in zip(wanted, galleys, strict=True) if galley.illustrated)
    return Composed(files, frozenset().union(*(galley.characters for galley in galleys)), _pictures(illustrated))


def _pictures(interviews: Iterable[Interview]) -> dict[str, Asset]:
    return {asset.name: asset for one in interviews for asset in _assets(one)}


def _assets(interview: Interview) -> Iterator[Asset]:
    return (block.asset for block in walk_blocks(all_blocks(interview)) if isinstance(block, Figure))


def font(face: ScreenFace, characters: str, press: Press) -> bytes:
    """The face with these characters, cut only where that is not in the store."""
    characters = "".join(sorted(set(characters)))
    return press.store.made(
        fingerprint("font", build_identity.identity(), face.name, characters), lambda: face.data(characters)
    )


def outline(kind: str, book: Book, markup: Markup, marks: PageMarks) -> str:
    """Names all that the pages around the interviews are made of; "" for a pack, and where a book's own templates may ask for more."""
    if book.pack or markup.has_own(kind):
        return ""
    parts = [(part.title, part.number, part.note, [*map(_entry, part.interviews)]) for part in book.parts]
    disclaimers = [disclaimer.text for disclaimer in book.disclaimers]
    told = marks.told(frozenset(one.slug for one in book.interviews))
    return fingerprint("around", kind, build_identity.identity(), facts(book), parts, disclaimers, told)


def _entry(one: Interview) -> tuple[object, ...]:
    people = [(person.name, person.role, person.affiliation) for person in one.people]
    return one.slug, one.language, one.title.text, people, one.extract


def _parts(one: Wanted) -> Iterator[object]:
    """What sets one page apart from the others of its book; its page numbers are filled in later."""
    yield named(one.interview)
    yield [number for page in one.starts for number in (page.letters, page.divides_word)]
    yield one.before and _neighbour(one.before)
    yield one.after and _neighbour(one.after)
    yield one.listed


def _neighbour(one: Neighbour | Interview) -> Neighbour:
    return one if isinstance(one, Neighbour) else Neighbour(one.slug, one.language, str(one.title))


def _as_they_are(wanted: Sequence[Wanted], markup: Markup, write: Writer) -> Composed:
    files = {one.interview.slug: write(one, markup) for one in wanted}
    pages = (next(iter(found.values())).decode() for found in files.values())
    return Composed(files, frozenset().union(*pages), _pictures(one.interview for one in wanted))


@dataclass(frozen=True, slots=True)
class _Order:
    """What a worker is given: `slot` is a word that stands for a page number, and nowhere in the interview."""

    slot: str
    wanted: Wanted


def _order(key: str, one: Wanted) -> _Order:
    slot = f"slot-{key[:24]}-"
    starts = tuple(replace(page, label=f"{slot}{number:04}") for number, page in enumerate(one.starts))
    return _Order(
        slot,
        replace(
            one,
            book=apart(one.book, one.interview),
            starts=starts,
            before=one.before and _neighbour(one.before),
            after=one.after and _neighbour(one.after),
        ),
    )


def _set(write: Writer, order: _Order) -> Galley:
    """Runs in a worker."""
    slot = re.compile(f"{order.slot}([0-9]{{4,}})".encode())
    cut = {ending: slot.split(data) for ending, data in write(order.wanted, Markup(None)).items()}
    page = b"".join(next(iter(cut.values()))[::2]).decode()
    files = tuple((ending, tuple(_pieces(parts))) for ending, parts in cut.items())
    characters = "".join(sorted({*page, *string.digits}))
    interview = order.wanted.interview
    return Galley(files, characters, any(True for _ in _assets(interview)), leads(order.wanted.book, interview))


def _pieces(parts: Sequence[bytes]) -> Iterator[bytes | int]:
    """What stands between slots, and the number in each."""
    return (int(part) if index % 2 else part for index, part in enumerate(parts))
