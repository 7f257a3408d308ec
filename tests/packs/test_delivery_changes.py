"""The changes that a supplement lists; each kind of change to a book is made here and must be found."""

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


def write_paragraphs(text: str) -> tuple[Paragraph, ...]:
    return (Paragraph((Text(text),), HERE),)


def build_interview(*pairs: tuple[str, str]) -> Interview:
    """Build an interview of these questions and answers, numbered from 1."""
    turns: list[Question | Answer] = []
    for number, (question, answer) in enumerate(pairs, 1):
        turns += [
            Question(number, f"q{number}", write_paragraphs(question), HERE),
            Answer(number, f"a{number}", write_paragraphs(answer), HERE),
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


def compare(before: Interview | Book, now: Interview | Book) -> tuple[InterviewChange, ...]:
    """Find the changes by way of the JSON record, as it is written to the disk."""
    books = [state if isinstance(state, Book) else book_of(state) for state in (before, now)]
    record = json.dumps(build_record(books[0], PAGES)).encode()
    return find_changes(parse_record(record, "pack.record.json"), books[1])


def list_changes(interview_changes: Sequence[InterviewChange]) -> list[tuple[str, str, str]]:
    """List kind, name and earlier page of every change in the only interview that changed."""
    (interview,) = interview_changes
    return [(str(change.kind), _name_piece(change), change.page) for change in interview.changes]


def _name_piece(change: Change) -> str:
    piece = change.now or change.before
    assert piece
    return piece.name or piece.id or piece.kind


def test_the_same_book_has_no_changes() -> None:
    assert compare(BOOK, BOOK) == ()


def test_the_record_keeps_no_words_of_turns() -> None:
    """A withdrawn answer must not stay in the record; titles stay, to name a withdrawn interview."""
    record = json.dumps(build_record(BOOK, {}), ensure_ascii=False)
    assert HOW.title.text in json.loads(record)["interviews"][0]["title"]
    for words in ("Then nothing is delivered", "jedes Wort", "build folder", DISCLAIMER.text):
        assert words not in record


def test_a_changed_answer_is_listed_with_its_page_and_its_new_words() -> None:
    now = build_interview(*PAIRS[:1], ("What do you give?", "Books and packs."), *PAIRS[2:])
    changes = compare(build_interview(*PAIRS), now)
    assert list_changes(changes) == [("changed", "A2", "10")]
    assert (changes[0].kind, changes[0].page, changes[0].changes[0].text) == (
        ChangeKind.CHANGED,
        "9",
        "Books and packs.",
    )


def test_an_inserted_pair_is_new_and_shifts_nothing() -> None:
    """The numbers after it change; the words do not."""
    now = build_interview(PAIRS[0], ("Who reads you?", "A proof."), *PAIRS[1:])
    assert list_changes(compare(build_interview(*PAIRS), now)) == [("new", "Q2", ""), ("new", "A2", "")]


def test_an_edit_after_an_insertion_is_a_change() -> None:
    """The new Q5 is the earlier Q4, and its answer has other words."""
    now = build_interview(PAIRS[0], ("Who reads you?", "A proof."), PAIRS[1], PAIRS[2], ("Do you forget?", "Never."))
    changes = compare(build_interview(*PAIRS), now)
    assert list_changes(changes) == [("new", "Q2", ""), ("new", "A2", ""), ("changed", "A5", "12")]


def test_a_withdrawn_pair_is_listed_with_its_page_and_word_count() -> None:
    changes = compare(build_interview(*PAIRS), build_interview(PAIRS[0], *PAIRS[2:]))
    assert list_changes(changes) == [("withdrawn", "Q2", "10"), ("withdrawn", "A2", "10")]
    assert [change.before.words for change in changes[0].changes if change.before] == [4, 1]
    assert {change.text for change in changes[0].changes} == {""}


def test_a_piece_that_moved_is_not_changed() -> None:
    """A pair may move in its interview; an interview may move, or have another file name or part."""
    assert compare(build_interview(*PAIRS), build_interview(*PAIRS[1:], PAIRS[0])) == ()
    assert compare(build_interview(*PAIRS), replace(build_interview(*PAIRS), slug="the-press")) == ()
    assert compare(BOOK, replace(BOOK, parts=tuple(reversed(BOOK.parts)))) == ()


def test_the_same_words_twice_are_counted_twice() -> None:
    """“No.” occurs twice, and one of them is withdrawn."""
    changes = compare(build_interview(*PAIRS), build_interview(*PAIRS[:3]))
    assert list_changes(changes) == [("withdrawn", "Q4", "12"), ("withdrawn", "A4", "12")]


def test_an_answer_under_another_question_is_a_change() -> None:
    """Swapped answers are two changes: under another question the words mean something else."""
    (question1, answer1), (question2, answer2), *later_pairs = PAIRS
    swapped = build_interview((question1, answer2), (question2, answer1), *later_pairs)
    changes = compare(build_interview(*PAIRS), swapped)
    assert list_changes(changes) == [("changed", "A1", "9"), ("changed", "A2", "10")]


def test_an_edited_question_does_not_change_its_answer() -> None:
    """This holds even if other pairs come before it."""
    edited = ("And what do you give?", PAIRS[1][1])
    assert list_changes(compare(build_interview(*PAIRS), build_interview(PAIRS[0], edited, *PAIRS[2:]))) == [
        ("changed", "Q2", "10")
    ]
    now = build_interview(PAIRS[0], ("Who reads you?", "A proof."), edited, *PAIRS[2:])
    assert list_changes(compare(build_interview(*PAIRS), now)) == [
        ("new", "Q2", ""),
        ("new", "A2", ""),
        ("changed", "Q3", "10"),
    ]


def test_a_withdrawn_interview_and_a_new_interview_are_listed() -> None:
    shorter = replace(BOOK, parts=BOOK.parts[:1])
    (withdrawn,) = compare(BOOK, shorter)
    assert (withdrawn.kind, withdrawn.slug, withdrawn.title) == (ChangeKind.WITHDRAWN, GERMAN.slug, GERMAN.title.text)
    (added,) = compare(shorter, BOOK)
    assert (added.kind, added.slug) == (ChangeKind.NEW, GERMAN.slug)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("title", lambda interview: replace(interview, title=TextLine("Another Title", HERE))),
        ("standfirst", lambda interview: replace(interview, standfirst=TextLine("Another.", HERE))),
        ("byline", lambda interview: replace(interview, byline=TextLine("By nobody", HERE))),
        ("introduction", lambda interview: replace(interview, introduction=write_paragraphs("They met elsewhere."))),
        ("disclaimer", lambda interview: replace(interview, disclaimer=replace(DISCLAIMER, text="None of it."))),
        ("rights", lambda interview: replace(interview, rights=TextLine("Of nobody.", HERE))),
        ("A2", lambda interview: _change_turn(interview, "a2", label="XX:")),
        (
            "break",
            lambda interview: replace(
                interview, conversation=tuple(_retitle_division(part) for part in interview.conversation)
            ),
        ),
        (
            "note-1",
            lambda interview: replace(
                interview,
                conversation=tuple(
                    EditorNote(write_paragraphs("Silence."), HERE) if isinstance(part, EditorNote) else part
                    for part in interview.conversation
                ),
            ),
        ),
    ],
)
def test_a_change_in_any_part_of_an_interview_is_found(name: str, change: Callable[[Interview], Interview]) -> None:
    assert list_changes(compare(book_of(HOW), book_of(change(HOW)))) == [("changed", name, "")]


def _change_turn(interview: Interview, identity: str, **values: object) -> Interview:
    turns = (
        replace(turn, **values) if getattr(turn, "id", "") == identity else turn  # type: ignore[arg-type]
        for turn in interview.conversation
    )
    return replace(interview, conversation=tuple(turns))


def _retitle_division(part: object) -> object:
    if getattr(part, "id", "") != "break":
        return part
    return replace(part, content=(Text("After the storm"),))  # type: ignore[type-var]


def test_a_footnote_belongs_to_the_turn_that_calls_it() -> None:
    called = _change_turn(build_interview(*PAIRS), "a2", blocks=(Paragraph((Text("Books."), NoteReference(1)), HERE),))
    before = replace(called, footnotes=(Footnote(1, write_paragraphs("Of paper."), HERE),))
    now = replace(called, footnotes=(Footnote(1, write_paragraphs("Of paper and light."), HERE),))
    assert list_changes(compare(before, now)) == [("changed", "A2", "10")]


def test_another_style_is_no_change() -> None:
    """Bold type and another line of the source do not change the words."""
    now = _change_turn(
        build_interview(*PAIRS), "a2", blocks=(Paragraph((Strong((Text("Books."),)),), replace(HERE, line=90)),)
    )
    assert compare(build_interview(*PAIRS), now) == ()


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
def test_an_invalid_record_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parse_record(data, "pack.record.json")
    assert [(str(problem.location), problem.rule) for problem in refused.value.problems] == [
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
def test_inserts_continue_the_number_of_the_page_before_them(
    page: str, count: int, already: int, labels: tuple[str, ...]
) -> None:
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
    """PDFium reads them from the number tree that is written here."""
    file, nums = pikepdf.new(), Array()
    for label_range in build_label_ranges(labels):
        entry = Dictionary(P=String(label_range.prefix), St=label_range.start)
        if label_range.style:
            entry.S = Name(f"/{label_range.style}")
        nums.extend(Array([label_range.index, entry]))
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
        (label_range.index, label_range.prefix, label_range.style, label_range.start)
        for label_range in build_label_ranges(["1", "2", "2a", "2b", "3"])
    ] == [
        (0, "", "D", 1),
        (2, "2", "a", 1),
        (4, "", "D", 3),
    ]
