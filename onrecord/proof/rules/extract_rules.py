"""Check the interviews of a pack against the book they are from: their words, and where they say that they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from onrecord.model import Book, Interview, iterate_passages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.normalize import insert_notes, normalize_text, shorten_text
from onrecord.proof.reading.sentences import (
    ANY_PAGES,
    expect_credit,
    expect_date,
    expect_first_and_last,
    expect_pointer,
)
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_LONGEST = 160  # letters of a pointer in a message
_FIELDS = ("title", "byline", "disclaimer", "date", "people", "language")


def check_extracts(book: Book) -> Iterator[Problem]:
    """Yield a problem for each difference of a pack's interview or extract from the interview in the book."""
    if book.pack is None or book.pack.whole_book is None:
        return
    originals = {interview.slug: interview for interview in book.pack.whole_book.interviews}
    for interview in book.interviews:
        original = originals.get(_get_original_slug(interview))
        differences = (
            [
                *_compare_interviews(interview, original),
                *_check_pointer(interview, original, book.pack.whole_book.title),
            ]
            if original is not None
            else ["is in no interview of the book"]
        )
        place = interview.extract.location if interview.extract else interview.location
        for difference in differences:
            yield Problem(place, Rule.EXTRACTS_ARE_TRUE, f"“{interview.slug}” {difference}", HINT)


def _get_original_slug(interview: Interview) -> str:
    """Return the slug of the interview in the book that a pack's interview or extract was taken from."""
    return interview.extract.whole_slug if interview.extract else interview.slug


def _compare_interviews(interview: Interview, original: Interview) -> Iterator[str]:
    """Yield what differs in a pack's interview from the original; not its pointer."""
    for name in _FIELDS:
        if getattr(interview, name) != getattr(original, name):
            yield f"has another {name} than the interview in the book"
    if interview.rights != original.rights:
        yield "has another line of rights than the interview in the book"
    yield from _compare_turns(interview, original)
    if interview.extract:
        yield from _check_range(interview)


def _compare_turns(interview: Interview, original: Interview) -> Iterator[str]:
    """Yield the turns that are added or changed in a pack's interview, or in another order."""
    turns, original_turns = _collect_turn_texts(interview), _collect_turn_texts(original)
    ids, original_ids = list(turns), list(original_turns)
    for turn, text in turns.items():
        if turn not in original_turns:
            yield f"has a turn “{turn}”, which is not in the interview"
        elif text != original_turns[turn]:
            yield f"changes the words of “{turn}”"
    first = original_ids.index(ids[0]) if ids and ids[0] in original_turns else 0
    if ids != (original_ids[first : first + len(ids)] if interview.extract else original_ids):
        yield "leaves out turns, or puts them in another order"


def _check_range(interview: Interview) -> Iterator[str]:
    """Yield what is wrong if an extract in a pack has other turns than those from its first to its last named one."""
    extract, addresses = interview.extract, [turn.address for turn in interview.turns]
    assert extract is not None
    if extract.first not in addresses or addresses[-1] != extract.last:
        yield f"says that it runs from {extract.first} to {extract.last}, but has {addresses[0]} to {addresses[-1]}"


def _check_pointer(interview: Interview, original: Interview, title: str) -> Iterator[str]:
    """Yield what is wrong in an extract's line that says where the interview stands in the book; page numbers aside."""
    if interview.pointer is None:
        yield "does not say where it stands in the book"
        return
    with_pages, without_pages, missing = (
        normalize_text(expect_pointer(interview, original, title, pages, is_missing=is_missing))
        for pages, is_missing in ((ANY_PAGES, False), ("", False), ("", True))
    )
    pointer = normalize_text(interview.pointer.text)
    pattern = re.escape(with_pages).replace(re.escape(ANY_PAGES), ".+")
    if pointer not in (without_pages, missing) and not re.fullmatch(pattern, pointer):
        yield f"does not say “{shorten_text(without_pages, _LONGEST)}” but “{shorten_text(pointer, _LONGEST)}”"


def _collect_turn_texts(interview: Interview) -> dict[str, str]:
    """Return kind, address and words of each turn as one text by its id, with its notes' words in their places."""
    expected = expect_interview(interview, with_typed_labels=True)
    notes = {str(number): " ".join(piece.text for piece in content) for number, content in expected.notes}
    texts: dict[str, list[str]] = {turn.id: [f"{turn.kind} {turn.address}"] for turn in interview.turns}
    for piece in expected.passages:
        if piece.owner in texts:
            texts[piece.owner].append(insert_notes(piece.text, notes))
    return {turn: " ".join(pieces) for turn, pieces in texts.items()}


def check_corrections(book: Book) -> Iterator[Problem]:
    """Yield a problem for each interview whose notice of corrections is not the sentence that the proof expects.

    What is at the end of an interview is compared with each edition elsewhere.
    """
    for interview in book.interviews if book.pack is None else ():
        head = get_language(interview.language).texts["correction"]
        colon = get_language(interview.language).colon
        texts = dict(interview.more)
        expected = [f"{words}{colon}{texts[key]}" for key, words in book.printed_more if key in texts]
        expected += [
            f"{head.replace('{}', expect_date(correction.day, interview.language))} {correction.text.text}"
            for correction in interview.corrections
        ]
        if not expected:
            continue
        printed = [passage.text for passage in iterate_passages(interview) if passage.kind == "text"]
        if printed[-len(expected) :] != expected:
            sentence = f"interview “{interview.slug}” does not end with “{shorten_text(expected[0])}”"
            yield Problem(interview.location, Rule.CORRECTIONS_ARE_PRINTED, sentence, HINT)


def check_translation_credits(book: Book) -> Iterator[Problem]:
    """Yield a problem for each translation whose line of credit is not the one that the proof expects."""
    known = book.pack.whole_book.interviews if book.pack and book.pack.whole_book else book.interviews
    originals = {interview.slug: interview for interview in known}
    for interview in book.interviews:
        original = originals.get(interview.translation_of.slug) if interview.translation_of else None
        expected = expect_credit(interview, original) if original else ""
        printed = interview.credit.text if interview.credit else ""
        if original and printed != expected:
            sentence = f"“{interview.slug}” says “{shorten_text(printed)}”, but right is “{shorten_text(expected)}”"
            yield Problem(interview.location, Rule.CREDITS_ARE_TRUE, sentence, HINT)


def check_pointers(book: Book, labels: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Report pointers that do not name the whole book's pages (`labels`, by slug)."""
    assert book.pack is not None
    assert book.pack.whole_book is not None
    whole = book.pack.whole_book
    originals = {interview.slug: interview for interview in whole.interviews}
    for interview in book.interviews:
        slug = _get_original_slug(interview)
        pages = expect_first_and_last(labels.get(slug, ()))
        original = originals.get(slug)
        expected = expect_pointer(interview, original, whole.title, pages, is_missing=not pages) if original else ""
        pointer = interview.pointer.text if interview.pointer else ""
        if normalize_text(pointer) != normalize_text(expected):
            sentence = f"“{interview.slug}” says “{shorten_text(pointer)}”, but right is “{shorten_text(expected)}”"
            yield Problem(interview.location, Rule.POINTERS_ARE_TRUE, sentence, HINT)
