"""What a supplement says: an editor's changes to a book, each made here and looked for."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from onrecord.model import (
    Answer,
    Book,
    EditorNote,
    Footnote,
    Interview,
    NoteReference,
    Paragraph,
    Question,
    SourceLocation,
    Strong,
    Text,
    TextLine,
)
from onrecord.model.changes import Change, ChangeKind, InterviewChange
from onrecord.model.inserted_pages import build_label_ranges, format_insert_labels
from onrecord.model.problems import Refused
from onrecord.packs.delivered_pieces import build_record, parse_record
from onrecord.packs.delivery_changes import find_changes
from tests.support.sample import BOOK, DISCLAIMER, GERMAN, HOW, book_of

HERE = SourceLocation("interviews/x.md", 9)


def said(text: str) -> tuple[Paragraph, ...]:
    return (Paragraph((Text(text),), HERE),)


def conversation(*pairs: tuple[str, str]) -> Interview:
    """An interview of these questions and answers, numbered from 1."""
    turns: list[Question | Answer] = []
    for number, (question, answer) in enumerate(pairs, 1):
        turns += [
            Question(number, f"q{number}", said(question), HERE),
            Answer(number, f"a{number}", said(answer), HERE),
        ]
    return replace(GERMAN, slug="press", title=TextLine("The Press", HERE), language="en", conversation=tuple(turns))


PAIRS = [
    ("What do you take?", "Text."),
    ("What do you give?", "Books."),
    ("Do you sleep?", "No."),
    ("Do you forget?", "No."),
]
PAGES = {
    "press": "9",
    "press.q1": "9",
    "press.a1": "9",
    "press.q2": "10",
    "press.a2": "10",
    "press.q4": "12",
    "press.a4": "12",
}


def compared(before: Interview | Book, now: Interview | Book) -> tuple[InterviewChange, ...]:
    """By way of JSON, as it is kept on the disk."""
    books = [one if isinstance(one, Book) else book_of(one) for one in (before, now)]
    record = json.dumps(build_record(books[0], PAGES)).encode()
    return find_changes(parse_record(record, "pack.record.json"), books[1])


def told(found: Sequence[InterviewChange]) -> list[tuple[str, str, str]]:
    """Kind, what people call it, and its page before, of every change in the one interview."""
    (interview,) = found
    return [(str(one.kind), _called(one), one.page) for one in interview.changes]


def _called(change: Change) -> str:
    piece = change.now or change.before
    assert piece
    return piece.name or piece.id or piece.kind


def test_the_same_book_has_no_changes() -> None:
    assert compared(BOOK, BOOK) == ()


def test_the_record_keeps_no_words_of_turns() -> None:
    """A withdrawn answer does not live on in the record; titles do, to name what is withdrawn."""
    record = json.dumps(build_record(BOOK, {}), ensure_ascii=False)
    assert HOW.title.text in json.loads(record)["interviews"][0]["title"]
    for words in ("Then nothing is delivered", "jedes Wort", "build folder", DISCLAIMER.text):
        assert words not in record


def test_a_changed_answer_is_told_with_its_page_and_its_words_now() -> None:
    now = conversation(*PAIRS[:1], ("What do you give?", "Books and packs."), *PAIRS[2:])
    found = compared(conversation(*PAIRS), now)
    assert told(found) == [("changed", "A2", "10")]
    assert (found[0].kind, found[0].page, found[0].changes[0].text) == (ChangeKind.CHANGED, "9", "Books and packs.")


def test_an_inserted_pair_is_new_and_shifts_nothing() -> None:
    """The numbers behind it change; the words do not."""
    now = conversation(PAIRS[0], ("Who reads you?", "A proof."), *PAIRS[1:])
    assert told(compared(conversation(*PAIRS), now)) == [("new", "Q2", ""), ("new", "A2", "")]


def test_an_edit_behind_an_insertion_is_a_change() -> None:
    """Q5 now is Q4 of before, with other words."""
    now = conversation(PAIRS[0], ("Who reads you?", "A proof."), PAIRS[1], PAIRS[2], ("Do you forget?", "Never."))
    found = compared(conversation(*PAIRS), now)
    assert told(found) == [("new", "Q2", ""), ("new", "A2", ""), ("changed", "A5", "12")]


def test_a_withdrawn_pair_is_told_with_its_page_and_count() -> None:
    found = compared(conversation(*PAIRS), conversation(PAIRS[0], *PAIRS[2:]))
    assert told(found) == [("withdrawn", "Q2", "10"), ("withdrawn", "A2", "10")]
    assert [one.before.words for one in found[0].changes if one.before] == [4, 1]
    assert {one.text for one in found[0].changes} == {""}


def test_what_has_moved_is_not_changed() -> None:
    """A pair at another place, an interview at another place, under another file name, in another part."""
    assert compared(conversation(*PAIRS), conversation(*PAIRS[1:], PAIRS[0])) == ()
    assert compared(conversation(*PAIRS), replace(conversation(*PAIRS), slug="the-press")) == ()
    assert compared(BOOK, replace(BOOK, parts=tuple(reversed(BOOK.parts)))) == ()


def test_the_same_words_twice_are_counted_twice() -> None:
    """“No.” stands there twice; one of them goes."""
    found = compared(conversation(*PAIRS), conversation(*PAIRS[:3]))
    assert told(found) == [("withdrawn", "Q4", "12"), ("withdrawn", "A4", "12")]


def test_an_answer_under_another_question_is_a_change() -> None:
    """Words that were moved mean something else there: swapped answers are two changes."""
    (first, one), (second, other), *rest = PAIRS
    found = compared(conversation(*PAIRS), conversation((first, other), (second, one), *rest))
    assert told(found) == [("changed", "A1", "9"), ("changed", "A2", "10")]


def test_an_edited_question_leaves_its_answer_as_it_was() -> None:
    """Even when other pairs come before it."""
    edited = ("And what do you give?", PAIRS[1][1])
    assert told(compared(conversation(*PAIRS), conversation(PAIRS[0], edited, *PAIRS[2:]))) == [("changed", "Q2", "10")]
    now = conversation(PAIRS[0], ("Who reads you?", "A proof."), edited, *PAIRS[2:])
    assert told(compared(conversation(*PAIRS), now)) == [("new", "Q2", ""), ("new", "A2", ""), ("changed", "Q3", "10")]


def test_interviews_come_and_go() -> None:
    both = replace(BOOK, parts=BOOK.parts[:1])
    (gone,) = compared(BOOK, both)
    assert (gone.kind, gone.slug, gone.title) == (ChangeKind.WITHDRAWN, GERMAN.slug, GERMAN.title.text)
    (come,) = compared(both, BOOK)
    assert (come.kind, come.slug) == (ChangeKind.NEW, GERMAN.slug)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("title", lambda one: replace(one, title=TextLine("Another Title", HERE))),
        ("standfirst", lambda one: replace(one, standfirst=TextLine("Another.", HERE))),
        ("byline", lambda one: replace(one, byline=TextLine("By nobody", HERE))),
        ("introduction", lambda one: replace(one, introduction=said("They met elsewhere."))),
        ("disclaimer", lambda one: replace(one, disclaimer=replace(DISCLAIMER, text="None of it."))),
        ("rights", lambda one: replace(one, rights=TextLine("Of nobody.", HERE))),
        ("A2", lambda one: _turn(one, "a2", label="XX:")),
        ("break", lambda one: replace(one, conversation=tuple(_retitled(item) for item in one.conversation))),
        (
            "note-1",
            lambda one: replace(
                one,
                conversation=tuple(
                    EditorNote(said("Silence."), HERE) if isinstance(item, EditorNote) else item
                    for item in one.conversation
                ),
            ),
        ),
    ],
)
def test_every_part_of_an_interview_is_watched(name: str, change: Callable[[Interview], Interview]) -> None:
    assert told(compared(book_of(HOW), book_of(change(HOW)))) == [("changed", name, "")]


def _turn(interview: Interview, identity: str, **values: object) -> Interview:
    turns = (
        replace(turn, **values) if getattr(turn, "id", "") == identity else turn  # type: ignore[arg-type]
        for turn in interview.conversation
    )
    return replace(interview, conversation=tuple(turns))


def _retitled(item: object) -> object:
    return replace(item, content=(Text("After the storm"),)) if getattr(item, "id", "") == "break" else item  # type: ignore[type-var]


def test_a_footnote_belongs_to_the_turn_that_calls_it() -> None:
    called = _turn(conversation(*PAIRS), "a2", blocks=(Paragraph((Text("Books."), NoteReference(1)), HERE),))
    before = replace(called, footnotes=(Footnote(1, said("Of paper."), HERE),))
    now = replace(called, footnotes=(Footnote(1, said("Of paper and light."), HERE),))
    assert told(compared(before, now)) == [("changed", "A2", "10")]


def test_another_look_is_no_change() -> None:
    """Bold type, another line end in the source: the words are the same."""
    now = _turn(conversation(*PAIRS), "a2", blocks=(Paragraph((Strong((Text("Books."),)),), replace(HERE, line=90)),))
    assert compared(conversation(*PAIRS), now) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"nothing",
        b'{"version": 2, "interviews": []}',
        b'{"version": 1, "interviews": [{"slug": 3}]}',
        b'{"version": 1, "interviews": 5}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parse_record(data, "pack.record.json")
    assert [(str(one.location), one.rule) for one in refused.value.problems] == [
        ("pack.record.json", "record-is-whole")
    ]


# --- numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "count", "already", "labels"),
    [
        ("23", 2, 0, ("23a", "23b")),
        ("23", 2, 2, ("23c", "23d")),
        ("23", 0, 0, ()),
        ("23", 3, 25, ("23z", "23aa", "23bb")),
        ("ix", 1, 0, ("ix-a",)),
        ("7-12", 1, 0, ("7-12a",)),
    ],
)
def test_inserts_are_numbered_behind_their_page(page: str, count: int, already: int, labels: tuple[str, ...]) -> None:
    assert format_insert_labels(page, count, already) == labels


@pytest.mark.parametrize(
    "labels",
    [
        ["i", "ii", "iii", "iv", "1", "2", "3"],
        ["1", "2", *format_insert_labels("2", 30), "3", "4", *format_insert_labels("4", 1), "5"],
        ["viii", "ix", *format_insert_labels("ix", 3), "x", "1", "2"],
        ["7-i", "7-ii", "7-1", "7-2", "7-2a", "7-3"],
        ["xcix", "c", "ci", "cxl", "1", "cover", "10", "0"],
    ],
)
def test_a_viewer_shows_the_numbers_as_printed(labels: list[str]) -> None:
    """Written as a number tree, read back by PDFium."""
    file, nums = pikepdf.new(), Array()
    for one in build_label_ranges(labels):
        entry = Dictionary(P=String(one.prefix), St=one.start)
        if one.style:
            entry.S = Name(f"/{one.style}")
        nums.extend(Array([one.index, entry]))
    for _ in labels:
        file.add_blank_page()
    file.Root.PageLabels = Dictionary(Nums=nums)
    out = io.BytesIO()
    file.save(out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        assert [document.get_page_label(index) for index in range(len(labels))] == labels


def test_runs_of_numbers_are_one_range() -> None:
    assert len(build_label_ranges([str(number) for number in range(1, 100)])) == 1
    assert [
        (one.index, one.prefix, one.style, one.start) for one in build_label_ranges(["1", "2", "2a", "2b", "3"])
    ] == [
        (0, "", "D", 1),
        (2, "2", "a", 1),
        (4, "", "D", 3),
    ]
