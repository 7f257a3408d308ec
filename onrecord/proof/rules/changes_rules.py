"""Prove the page “Changes in this edition”: it is put together here a second time, from the texts and their digests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from onrecord.model import Book, Division, EditorNote, Interview
from onrecord.model.approved_text import TextChange, list_short_digests
from onrecord.model.edition_comparison import EditionChange, list_edition_changes
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.value import ByIdentity
from onrecord.proof.reading.extracted_text import LineEndReader
from onrecord.proof.reading.markup_tokens import Token, build_element, escape_text
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.reading.sentences import expect_date
from onrecord.proof.reading.tag_tree import format_tag
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

CHANGES_PAGE = "edition-changes"
_COPY = "the PDF"
_ORDER = ((TextChange.CHANGED, "sheet_changed"), (TextChange.NEW, "sheet_new"), (TextChange.GONE, "sheet_withdrawn"))
_NUMBERED = {"heading": "piece_heading", "editor's note": "piece_note", "note": "piece_footnote"}


def has_changes(book: Book) -> bool:
    """Return whether the editions of a book must have a page of changes since an earlier edition."""
    return bool(_find_changes(ByIdentity(book)))


@lru_cache(maxsize=4)
def _find_changes(key: ByIdentity[Book]) -> tuple[EditionChange, ...]:
    """Return the changes since the earlier edition that a book names; () for a pack or an off-print."""
    book = key.value
    is_asked_for = book.earlier is not None and book.pack is None and book.offprint is None
    return list_edition_changes(book, book.earlier) if is_asked_for and book.earlier else ()


def check_changes_are_listed(book: Book) -> Iterator[Problem]:
    """Yield a problem for each text with a difference from the earlier edition that the list of changes does not have.

    Here the digests of its pieces are counted. A slug that a redirect names is not checked for being new or gone.
    """
    if book.earlier is None or book.pack or book.offprint:
        return
    changes = _find_changes(ByIdentity(book))
    earlier = {
        interview.slug: Counter(digest for _, digest in interview.digests) for interview in book.earlier.interviews
    }
    listed = {(change.slug, change.place, change.change) for change in changes}
    renamed = {slug for redirect in book.redirects for slug in (redirect.old, redirect.new)}
    unlisted = [
        (interview.slug, interview.location)
        for interview in book.interviews
        if not (
            _are_pieces_listed(interview, earlier[interview.slug], changes)
            if interview.slug in earlier
            else interview.slug in renamed or (interview.slug, "", TextChange.NEW) in listed
        )
    ]
    gone = earlier.keys() - {interview.slug for interview in book.interviews} - renamed
    unlisted += [(slug, book.location) for slug in sorted(gone) if (slug, "", TextChange.GONE) not in listed]
    for slug, place in unlisted:
        sentence = f"the page of changes leaves out something that differs from the earlier edition in “{slug}”"
        yield Problem(place, Rule.CHANGES_ARE_TOLD, sentence, HINT)


def _are_pieces_listed(interview: Interview, earlier: Counter[str], changes: Sequence[EditionChange]) -> bool:
    """Return whether the changes name each place with new words, and as many other words as are no longer there."""
    digests = list_short_digests(interview)
    of_interview = [change for change in changes if change.slug == interview.slug]
    new_places = {place for place, digest in digests.items() if digest not in earlier}
    lost_count = (earlier - Counter(digests.values())).total()
    is_named = new_places <= {change.place for change in of_interview if change.change is not TextChange.GONE}
    return is_named and lost_count <= sum(change.change is not TextChange.NEW for change in of_interview)


@dataclass(frozen=True, slots=True)
class _Place:
    """The words for a piece of an interview, and the id of its turn or heading, "" if it has none."""

    words: str
    id: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """An interview that has changed: its title, itself unless it is gone, and its lines: a beginning and places."""

    title: str
    interview: Interview | None
    lines: tuple[tuple[str, tuple[_Place, ...]], ...]


def expect_changes_intro(book: Book) -> str:
    """Return the sentence that must name the earlier edition on the page of changes."""
    assert book.earlier is not None
    day = expect_date(book.earlier.date, book.language) if book.earlier.date else ""
    language = get_language(book.language)
    name = language.comma.join(part for part in (book.earlier.edition, day) if part) or book.earlier.title
    before, after = language.texts["changes_since"].split("{}")
    return f"{before}{name}{after}"


def _list_changed_interviews(book: Book) -> Iterator[_Entry]:
    """Yield the interviews that have changed since the earlier edition, in the order of the book, removed ones last."""
    language = get_language(book.language)
    interviews = {interview.slug: interview for interview in book.interviews}
    slugs = dict.fromkeys(change.slug for change in _find_changes(ByIdentity(book)))
    for slug in slugs:
        interview = interviews.get(slug)
        changes = [change for change in _find_changes(ByIdentity(book)) if change.slug == slug]
        lines = []
        for kind, key in _ORDER:
            of_kind = [change for change in changes if change.change is kind]
            places = tuple(_expect_change_place(change, interview, book.language) for change in of_kind if change.place)
            beginning = language.texts[key] + (language.colon if places else "")
            lines += [(beginning, places)] if of_kind else []
        title = interview.title.text if interview else changes[0].title or slug
        yield _Entry(title, interview, tuple(lines))


def _expect_change_place(change: EditionChange, interview: Interview | None, language: str) -> _Place:
    """Return the words that must name a changed piece of an interview, and its id if it is in this edition."""
    texts = get_language(language).texts
    match = re.fullmatch(r"(heading|editor's note|note) (\d+)", change.place)
    words = f"{texts[_NUMBERED[match[1]]]} {match[2]}" if match else texts.get(f"piece_{change.place}", change.place)
    if interview is None or change.change is TextChange.GONE:
        return _Place(words, "")
    divisions = [part for part in interview.conversation if isinstance(part, Division)]
    if match and match[1] == "heading":
        return _Place(words, divisions[int(match[2]) - 1].id)
    turns = (part for part in interview.conversation if not isinstance(part, Division | EditorNote))
    return _Place(words, next((turn.id for turn in turns if turn.address == change.place), ""))


def list_changes_lines(book: Book) -> Iterator[str]:
    """Yield the lines that the page of changes must have in e-book and web edition, without its heading."""
    stop = get_language(book.language).stop.strip()
    yield expect_changes_intro(book)
    for entry in _list_changed_interviews(book):
        yield entry.title
        for beginning, places in entry.lines:
            yield beginning + get_language(book.language).semicolon.join(place.words for place in places) + stop
    yield get_language(book.language).texts["changes_end"]


def expect_changes_section(book: Book, words: Mapping[str, str], *, is_epub: bool) -> list[Token]:
    """Return the HTML tokens that the page of changes must have in e-book and web edition."""
    if not has_changes(book):
        return []
    suffix, language = ".xhtml" if is_epub else ".html", get_language(book.language)
    lines: list[Token] = []
    for entry in _list_changed_interviews(book):
        slug = entry.interview.slug if entry.interview else ""
        term: list[Token] = [escape_text(entry.title)]
        if entry.interview:
            spoken = {"lang": entry.interview.language}
            spoken |= {"xml:lang": entry.interview.language} if is_epub else {}
            term = build_element("a", entry.title, href=f"{slug}{suffix}", attributes=spoken)
        lines += build_element("dt", term)
        for beginning, places in entry.lines:
            content: list[Token] = [escape_text(beginning)]
            for number, place in enumerate(places):
                content += [escape_text(language.semicolon)] if number else []
                href = f"{slug}{suffix}#{place.id}"
                content += build_element("a", place.words, href=href) if place.id else [escape_text(place.words)]
            lines += build_element("dd", content, escape_text(language.stop.strip()))
    return build_element(
        "section",
        build_element("h1", words["edition_changes"], id="edition-changes-title"),
        build_element("p", expect_changes_intro(book)),
        build_element("dl", lines),
        build_element("p", words["changes_end"]),
        class_=CHANGES_PAGE,
        id=CHANGES_PAGE,
        role="doc-appendix" if is_epub else None,
        aria_labelledby="edition-changes-title",
        attributes={"epub:type": "appendix"} if is_epub else {},
    )


def check_printed_changes(
    book: Book, blocks: Sequence[str], links: Sequence[tuple[str, str]], labels: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for the first wrong line and the first wrong link of the printed page of changes.

    `blocks` are its text blocks, `links` the text of each link in it with what it leads to, `labels` the pages on which
    interviews and their turns (“keeper.a1”) begin.
    """
    lines = list(expect_printed_changes(book, labels)) if has_changes(book) else []
    expected = [_normalize_print(line.text) for line in lines]
    reader = LineEndReader(" ".join(expected))
    actual = [reader.read_line_ends(block) for block in blocks]
    for expected_line, actual_line in zip_longest(expected, actual, fillvalue=""):
        if expected_line != actual_line:
            shown = [shorten_text(text, 80) or "its end" for text in (actual_line, expected_line)]
            sentence = f"{_COPY}: the page of changes has “{shown[0]}” where “{shown[1]}” belongs"
            yield Problem(book.location, Rule.CHANGES_ARE_TOLD, sentence, HINT)
            return
    expected_links = [(_normalize_print(text), target) for line in lines for text, target in line.links]
    for right_link, link in zip_longest(expected_links, [(_normalize_print(text), target) for text, target in links]):
        if right_link != link:
            shown_link = " → ".join(link or right_link or ())
            sentence = f"{_COPY}: the page of changes has lost, added or changed the link {shorten_text(shown_link)}"
            yield Problem(book.location, Rule.LINKS_ARE_TRUE, sentence, HINT)
            return


@dataclass(frozen=True, slots=True)
class PrintedChange:
    """A line of the printed page: the roles of its elements, its text, and its links with what they lead to."""

    tags: tuple[str, ...]
    text: str
    links: tuple[tuple[str, str], ...] = ()


def expect_printed_changes(book: Book, labels: Mapping[str, str]) -> Iterator[PrintedChange]:
    """Yield the lines that the printed page of changes must have; `labels` as in `check_printed_changes`."""
    language = get_language(book.language)
    page = language.texts["page"]
    yield PrintedChange(("H1",), language.texts["edition_changes"])
    yield PrintedChange(("P",), expect_changes_intro(book))
    first: tuple[str, ...] = ("L",)
    for entry in _list_changed_interviews(book):
        slug = entry.interview.slug if entry.interview else ""
        other = entry.interview.language if entry.interview and entry.interview.language != book.language else ""
        phrase = (format_tag("Span", other),) if other else ()
        title = f"{entry.title}{language.comma}{page} {labels.get(slug, '')}" if slug else entry.title
        tags = (*first, "LI", "LBody", *(("Link", *phrase) if slug else ()))
        yield PrintedChange(tags, title, ((title, slug),) if slug else ())
        first = ()
        for beginning, places in entry.lines:
            words: list[str] = []
            links: list[tuple[str, str]] = []
            for place in places:
                target = f"{slug}.{place.id}"
                words.append(
                    f"{place.words}{language.comma}{page} {labels.get(target, '?')}" if place.id else place.words
                )
                links += [(words[-1], target)] if place.id else []
            line = beginning + language.semicolon.join(words) + language.stop.strip()
            yield PrintedChange(("LI", "LBody", *("Link" for _ in links)), line, tuple(links))
    yield PrintedChange(("P",), language.texts["changes_end"])


def _normalize_print(text: str) -> str:
    """Return a text as the proof reads it in a printed file: normalized, glyphs that look alike made one."""
    return fold_glyphs(normalize_text(text))
