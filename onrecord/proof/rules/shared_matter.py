"""Compose what e-book and web edition have alike around the interviews: imprint, people, the facts of a pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onrecord.model import Book
from onrecord.model.names import fold_name, get_name_key
from onrecord.proof.reading.markup_tokens import Token, build_element, escape_text, isolate_name, isolate_names
from onrecord.proof.reading.sentences import (
    expect_change_sheet,
    expect_disclaimers,
    expect_edition,
    expect_explanations,
    expect_facts,
    expect_moment,
    expect_printed_isbn,
    expect_role,
    expect_separators,
)
from onrecord.proof.rules.person_pages import expect_person_pages, expect_portrait, expect_portraits
from onrecord.runtime.interface_texts import get_language


def expect_editors_line(book: Book, words: Mapping[str, str]) -> list[Token]:
    """Return the HTML tokens that the line of the editors below a book's title must have."""
    if not book.editors:
        return []
    separators = expect_separators(len(book.editors), get_language(book.language).names)
    names = isolate_names(book.editors, separators, book.language)
    return build_element("p", [f"{words['edited_by']} ", *names], class_="people")


def expect_pack_facts(book: Book, words: Mapping[str, str]) -> list[Token]:
    """Return the HTML tokens that the facts about a pack's meeting, and its change sheet, must have."""
    pack = book.pack
    if pack is None:
        return []
    when = expect_moment(pack.starts, book.language)
    lines = build_element("p", build_element("b", words["when"]), f" {when}", class_="fact")
    if pack.venue:
        lines += build_element("p", build_element("b", words["where"]), f" {pack.venue}", class_="fact")
    lines += build_element("p", pack.objective, class_="objective") if pack.objective else []
    if pack.supplement:
        heading, *rows, closing = expect_change_sheet(pack.supplement, book.language)
        lines += build_element("h2", heading, class_="changes-title")
        classes = [
            name for change in pack.supplement.changes for name in ("change paper", *("change" for _ in change.changes))
        ]
        for row, name in zip(rows, classes, strict=True):
            lines += build_element("p", row, class_=name)
        lines += build_element("p", closing, class_="change end")
    return lines


def expect_imprint_lines(book: Book, *, with_publisher: bool) -> Iterator[list[Token]]:
    """Yield the HTML tokens of each paragraph that the imprint must have; in a pack first those on its marking."""
    explanations = expect_explanations(book.pack, book.language) if book.pack else ()
    yield from (build_element("p", line) for line in explanations if line)
    subtitle = [". ", *isolate_name(book.subtitle, book.language)] if book.subtitle else []
    yield build_element("p", isolate_name(book.title, book.language), subtitle)
    lines = [
        book.publisher if with_publisher else "",
        expect_edition(book),
        book.rights,
        f"ISBN {isbn}" if (isbn := expect_printed_isbn(book)) else "",
        *(disclaimer.text for disclaimer in expect_disclaimers(book)),
    ]
    yield from (build_element("p", line) for line in lines if line)


def expect_people_list(book: Book, words: Mapping[str, str], suffix: str, *, is_epub: bool) -> Iterator[Token]:
    """Yield the HTML tokens that the list of people must have: each person once, with their interviews."""
    entries: dict[str, list[Token]] = {}
    spellings: dict[str, str] = {}  # the first of each name
    last_facts: dict[str, str] = {}
    stop = get_language(book.language).stop.strip()
    for interview in book.interviews:
        languages = {"lang": interview.language} | ({"xml:lang": interview.language} if is_epub else {})
        for person in interview.people:
            title = isolate_name(interview.title.text, book.language)
            link = build_element("a", title, href=f"{interview.slug}{suffix}", attributes=languages)
            name = spellings.setdefault(fold_name(person.name), person.name)
            facts = expect_facts(person, book.language)
            is_new = bool(facts) and facts != last_facts.get(name)
            last_facts[name] = facts
            span = build_element("span", isolate_name(facts.rstrip(), book.language), attributes=languages)
            beginning = [*span, facts[len(facts.rstrip()) :]] if is_new else []
            entry = build_element("dd", beginning, expect_role(person, book.language), link, stop)
            entries.setdefault(name, []).extend(entry)
    names = sorted(entries, key=get_name_key)
    pages = {} if is_epub else {name: page for page, name in expect_person_pages(book).items()}
    terms = {
        name: build_element("a", name, href=pages[name]) if name in pages else [escape_text(name)] for name in names
    }
    portraits = expect_portraits(book)
    pictures = {
        name: expect_portrait(portraits.get(fold_name(name)), "portrait", is_lazy=not is_epub) for name in names
    }
    lines = [token for name in names for token in (*build_element("dt", pictures[name], terms[name]), *entries[name])]
    if is_epub:
        yield from build_element("h1", words["contributors"], id="contributors-title")
        yield from build_element("dl", lines)
    else:
        yield from build_element("h1", words["contributors"])
        kind = "contributors illustrated" if portraits else "contributors"
        yield from build_element("dl", lines, class_=kind, id="contributors")
