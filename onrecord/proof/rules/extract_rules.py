"""Check the interviews of a pack against the book they are from: their words, and where they say that they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from onrecord.model import Answer, Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.normalize import insert_notes, shorten_text
from onrecord.proof.rules.report import HINT
from onrecord.wording import translations

_FIELDS = ("title", "byline", "disclaimer", "date", "people", "language")


def check_extracts(book: Book) -> Iterator[Problem]:
    """Report each difference of a pack's interview or extract from the interview in the book."""
    if book.pack is None or book.pack.whole_book is None:
        return
    originals = {interview.slug: interview for interview in book.pack.whole_book.interviews}
    for interview in book.interviews:
        original = originals.get(_original_slug(interview))
        differences = (
            _compare_interviews(interview, original) if original is not None else ["is in no interview of the book"]
        )
        place = interview.extract.location if interview.extract else interview.location
        for what in differences:
            yield Problem(place, Rule.EXTRACTS_ARE_TRUE, f"“{interview.slug}” {what}", HINT)


def _original_slug(interview: Interview) -> str:
    """Return the slug of the interview in the book that a pack's interview was taken from."""
    return interview.extract.whole_slug if interview.extract else interview.slug


def _compare_interviews(interview: Interview, original: Interview) -> Iterator[str]:
    """Yield what differs in a pack's interview from the original, its pointer included."""
    for name in _FIELDS:
        if getattr(interview, name) != getattr(original, name):
            yield f"has another {name} than the interview in the book"
    if interview.rights != original.rights:
        yield "has another line of rights than the interview in the book"
    yield from _compare_turns(interview, original)
    if interview.pointer is None:
        yield "does not say where it stands in the book"
    elif interview.extract:
        yield from _check_extract_pointer(interview, original, interview.pointer.text)


def _compare_turns(interview: Interview, original: Interview) -> Iterator[str]:
    """Yield the turns that are added or changed in a pack's interview, or in another order."""
    turns, original_turns = _collect_turns(interview), _collect_turns(original)
    ids, original_ids = list(turns), list(original_turns)
    for turn, text in turns.items():
        if turn not in original_turns:
            yield f"has a turn “{turn}”, which is not in the interview"
        elif text != original_turns[turn]:
            yield f"changes the words of “{turn}”"
    first = original_ids.index(ids[0]) if ids and ids[0] in original_turns else 0
    if ids != (original_ids[first : first + len(ids)] if interview.extract else original_ids):
        yield "leaves out turns, or puts them in another order"


def _check_extract_pointer(interview: Interview, original: Interview, pointer: str) -> Iterator[str]:
    """Yield what is wrong in an extract's pointer: its first or last turn, answer count."""
    extract, texts = interview.extract, translations.get_interface_texts(interview.language)
    answers = sum(isinstance(turn, Answer) for turn in original.turns)
    addresses = [turn.address for turn in interview.turns]
    assert extract is not None
    key = "extract" if extract.first != extract.last else "extract_one"
    expected = texts[key].format(first=extract.first, last=extract.last, count=answers)
    if expected not in pointer:
        yield f"does not say “{expected}” but “{shorten_text(pointer)}”"
    if extract.first not in addresses or addresses[-1] != extract.last:
        yield f"says that it runs from {extract.first} to {extract.last}, but has {addresses[0]} to {addresses[-1]}"


def _collect_turns(interview: Interview) -> dict[str, str]:
    """Return the kind, address and words of each turn by its id, with the words of its notes in their places."""
    expected = expect_interview(interview)
    notes = {str(number): " ".join(piece.text for piece in content) for number, content in expected.notes}
    texts: dict[str, list[str]] = {turn.id: [f"{turn.kind} {turn.address}"] for turn in interview.turns}
    for piece in expected.passages:
        if piece.owner in texts:
            texts[piece.owner].append(insert_notes(piece.text, notes))
    return {turn: " ".join(pieces) for turn, pieces in texts.items()}


def check_pointers(book: Book, labels: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Report pointers that do not name the whole book's pages (`labels`, by slug)."""
    assert book.pack is not None
    assert book.pack.whole_book is not None
    for interview in book.interviews:
        expected = _describe_pages(labels.get(_original_slug(interview), ()), interview.language)
        pointer = interview.pointer.text if interview.pointer else ""
        if not re.search(rf"{re.escape(expected.strip())}(?!\w)", pointer) or book.pack.whole_book.title not in pointer:
            sentence = f"“{interview.slug}” says “{shorten_text(pointer)}”, but the book has it on {expected}"
            yield Problem(interview.location, Rule.POINTERS_ARE_TRUE, sentence, HINT)


def _describe_pages(labels: Sequence[str], language: str) -> str:
    """Return the pages in words of the language, or the words for an interview that is not in the book yet."""
    texts = translations.get_interface_texts(language)
    if not labels:
        return texts["not_yet_in"].format(book="")
    return texts["page_in" if len(labels) == 1 else "pages_in"].format("–".join(dict.fromkeys((labels[0], labels[-1]))))
