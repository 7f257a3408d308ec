"""What a copy must say outside its interviews: title, disclaimers, contents, people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from onrecord.model import Book, Place
from onrecord.model.problems import Problem
from onrecord.proof.reading.normalize import letters, short
from onrecord.proof.rules import pack_rules
from onrecord.proof.rules.compare import HINT


def front_matter(
    book: Book, sections: Mapping[str, str], copy: str, said: Callable[[str], str] = letters
) -> Iterator[Problem]:
    """Problems of the pages around the interviews.

    `sections` are their letters: "title", "imprint", "contents", "contributors"; what a copy
    keeps on one page may stand under several names. `said` writes the book's words as the copy can.
    """
    for section, place, rule, words, name in _promises(book):
        if said(words) not in sections.get(section, ""):
            sentence = f"{copy} has lost {name} “{short(letters(words))}” from its {_PAGES[section]}"
            yield Problem(place, rule, sentence, HINT)
    yield from _contents_in_order(book, sections.get("contents", ""), copy, said)


def around(book: Book) -> dict[str, str]:
    """All that each section must say, in order."""
    out: dict[str, list[str]] = {section: [] for section in _PAGES}
    for section, _, _, words, _ in _promises(book):
        out[section].append(letters(words))
    return {section: " ".join(words) for section, words in out.items()}


_PAGES = {
    "title": "title page",
    "imprint": "imprint",
    "contents": "contents",
    "contributors": "list of people",
    "items": "agenda items",
}


def _promises(book: Book) -> Iterator[tuple[str, Place, str, str, str]]:
    yield "title", book.place, "title-page-is-true", book.title, "the book's title"
    if book.subtitle:
        yield "title", book.place, "title-page-is-true", book.subtitle, "the book's subtitle"
    for disclaimer in book.disclaimers:
        yield "imprint", disclaimer.place, "disclaimer-to-the-letter", disclaimer.text, "the disclaimer"
    if book.rights:
        yield "imprint", book.place, "imprint-is-true", book.rights, "the rights"
    for part in book.parts:
        if part.title:
            yield "contents", book.place, "contents-are-whole", part.title, "the part"
    for interview in book.interviews:
        yield "contents", interview.title.place, "contents-are-whole", interview.title.text, "the title"
    if book.pack:
        yield from pack_rules.facts(book, book.pack)
    names = {person.name: interview for interview in reversed(book.interviews) for person in interview.people}
    for name, interview in reversed(names.items()):
        yield "contributors", interview.place, "contributors-are-named", name, "the name"


def _contents_in_order(book: Book, text: str, copy: str, said: Callable[[str], str]) -> Iterator[Problem]:
    at = 0
    for interview in book.interviews:
        title = said(interview.title.text)
        next_at = text.find(title, at)
        if next_at < 0:
            if title in text:
                sentence = f"{copy} lists “{short(title)}” in another place of its contents than the book"
                yield Problem(interview.title.place, "order-is-kept", sentence, HINT)
        else:
            at = next_at + len(title)


def order(book: Book, slugs: Iterable[str], copy: str) -> Iterator[Problem]:
    """Problems of the order in which a copy holds its interviews: each once, as the book has them."""
    have = Counter(slugs)
    wanted = [interview.slug for interview in book.interviews if interview.slug in have]
    for interview in book.interviews:
        if have[interview.slug] > 1:
            sentence = f"{copy} holds the interview “{interview.slug}” {have[interview.slug]} times"
            yield Problem(interview.place, "nothing-is-added", sentence, HINT)
    for slug in sorted(have.keys() - set(wanted)):
        sentence = f"{copy} holds an interview “{short(slug)}” that is not in the book"
        yield Problem(book.place, "nothing-is-added", sentence, HINT)
    own = set(wanted)
    known = [slug for slug in have if slug in own]
    if known != wanted:
        slug = next(found for found, want in zip(known, wanted, strict=True) if found != want)
        place = next(interview.place for interview in book.interviews if interview.slug == slug)
        sentence = f"{copy} holds the interviews in another order than the book: {', '.join(known[:10])}"
        yield Problem(place, "order-is-kept", sentence, HINT)
