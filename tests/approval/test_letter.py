"""Sending an interview, taking a file back after the manuscript changed, and recording who approved it."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from onrecord.approval import letter
from onrecord.approval.review import merge_changes, review_document
from onrecord.approval.sendings import read_sendings
from onrecord.approval.sent_paragraphs import list_sent_paragraphs
from onrecord.manuscript import read_book
from onrecord.manuscript.checks import check_approved_texts
from onrecord.model import Book
from onrecord.model.problems import Refused, select_errors
from onrecord.packs.clearance import ReleaseOptions, remove_held
from onrecord.proof.record import format_record
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.manuscript.test_rules import NOW
from tests.support.approval_books import KEEPER, write_approval_book
from tests.support.returned_documents import DocumentEditor
from tests.support.workers import MemoryCache


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_approval_book(tmp_path / "book")


READER = TaskRunner(NO_WORKERS.executor, MemoryCache())


def load(folder: Path) -> Book:
    """Return the book; an interview that another test has read is not read again."""
    book, problems = read_book.survey_book(folder, READER)
    assert book is not None
    assert not select_errors(problems)
    return book


def send(book: Path) -> Path:
    return letter.send_interview(book, "keeper", "The Keeper", date(2026, 12, 1))


def test_the_letter_says_what_to_do_and_until_when(book: Path) -> None:
    """In the language of the interview; changes are recorded, and each turn has a bookmark."""
    with zipfile.ZipFile(send(book)) as package:
        text = package.read("word/document.xml").decode()
        settings = package.read("word/settings.xml").decode()
    assert "For The Keeper" in text
    assert "Please answer by 1 December 2026." in text
    assert 'w:name="A1"' in text
    assert "<w:trackRevisions/>" in settings
    assert 'w:edit="trackedChanges" w:enforcement="1"' in settings


def test_the_same_interview_makes_the_same_bytes(book: Path) -> None:
    """No clock and no machine is in it."""
    first = send(book).read_bytes()
    assert send(book).read_bytes() == first
    assert len(read_sendings(book, "keeper")) == 1


def test_what_was_sent_is_remembered(book: Path) -> None:
    """Every paragraph with its looks, links and label."""
    send(book)
    (sending,) = read_sendings(book, "keeper")
    interview = load(book).interviews[0]
    remembered = [(entry.place, entry.style, entry.text, entry.looks, entry.note) for entry in sending.paragraphs]
    sent = [
        (entry.place, entry.style, entry.text, entry.looks, entry.note) for entry in list_sent_paragraphs(interview)
    ]
    assert remembered == sent
    assert sending.recipient == "The Keeper"


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"sendings": [{}]}', '{"sendings": [{"paragraphs": 1, "fingerprint": 2}]}']
)
def test_a_damaged_record_is_refused(damage: str, book: Path) -> None:
    send(book)
    (book / "approval/keeper.json").write_text(damage, encoding="utf-8")
    with pytest.raises(Refused, match="damaged"):
        send(book)


def test_a_document_that_somebody_changed_is_not_replaced(book: Path) -> None:
    """It may be the one that came back."""
    path = send(book)
    editor = DocumentEditor(path.read_bytes())
    editor.replace("dusk", "sunset")
    editor.save(path)
    with pytest.raises(Refused, match="somebody's changes"):
        send(book)


def change_manuscript(book: Path, old: str, new: str) -> str:
    path = book / "interviews/keeper.md"
    text = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(text, encoding="utf-8")
    return text


def test_changes_are_taken_into_a_manuscript_that_changed_elsewhere(book: Path, tmp_path: Path) -> None:
    """Those of a paragraph that changed at home are left to a person; new notes and questions do not confuse it."""
    editor = DocumentEditor(send(book).read_bytes())
    editor.replace("dusk", "sunset")
    editor.replace("One wick", "No wick")
    editor.replace("A tin of ", "A box of ", "word/footnotes.xml")
    change_manuscript(book, "- One wick.", "- Just one wick.")
    change_manuscript(
        book, "## The lamp", "**A new question?[^new]**\n\nIts answer.\n\n[^new]: A new note.\n\n## The lamp"
    )
    text = change_manuscript(book, "a [link]", "one [link]")
    review = review_document(book, editor.save(tmp_path / "renamed by somebody.docx"))
    assert review.has_changed_at_home
    merged = merge_changes(review, [change.number for change in review.changes])
    expected = text.replace("at dusk", "at sunset").replace("A tin of", "A box of")
    assert merged.text == expected
    (conflict,) = [change for change in review.changes if change.obstacle]
    assert (conflict.removed, conflict.added) == ("One wick", "No wick")


def test_a_file_is_written_with_its_line_ends(book: Path, tmp_path: Path) -> None:
    """And with the mark that some editors write at the beginning."""
    path = book / "interviews/keeper.md"
    path.write_bytes(b"\xef\xbb\xbf" + KEEPER.replace("\n", "\r\n").encode())
    editor = DocumentEditor(send(book).read_bytes())
    editor.replace("dusk", "sunset")
    review = review_document(book, editor.save(tmp_path / "back.docx"))
    letter.write_merged(review, merge_changes(review, [0]))
    assert path.read_bytes() == b"\xef\xbb\xbf" + KEEPER.replace("dusk", "sunset").replace("\n", "\r\n").encode()


def test_a_file_that_changed_meanwhile_is_not_written(book: Path, tmp_path: Path) -> None:
    editor = DocumentEditor(send(book).read_bytes())
    editor.replace("dusk", "sunset")
    review = review_document(book, editor.save(tmp_path / "back.docx"))
    text = change_manuscript(book, "The lamp", "The old lamp")
    with pytest.raises(Refused, match="changed meanwhile"):
        letter.write_merged(review, merge_changes(review, [0]))
    assert (book / "interviews/keeper.md").read_text(encoding="utf-8") == text


# --- what was approved --------------------------------------------------------------------------------


def read_changes(book: Path) -> list[str]:
    """Return what changed since the approval: line and sentence."""
    problems = list(check_approved_texts(load(book)))
    assert all(problem.rule == "approved-text-is-unchanged" for problem in problems)
    return [f"{problem.location.line}: {problem.sentence}" for problem in problems]


LATER_EDITS = [
    ("dusk", "sunset", ["19: the approved text changed at A1"]),
    ("A tin of", "A box of", ["63: the approved text changed at note 1"]),
    ("conversation", "talks", ["7: the approved text changed at byline"]),
]


@pytest.mark.parametrize(("old", "new", "changes"), LATER_EDITS)
def test_a_later_edit_says_where_the_approved_text_changed(book: Path, old: str, new: str, changes: list[str]) -> None:
    letter.record_approval(book, "keeper", "The Keeper", date(2026, 11, 26))
    assert read_changes(book) == []
    change_manuscript(book, old, new)
    assert read_changes(book) == changes


def test_a_new_question_changes_the_address_of_no_other(book: Path) -> None:
    """What follows it is still what was approved."""
    letter.record_approval(book, "keeper", "The Keeper", date(2026, 11, 26))
    change_manuscript(book, "## The lamp", "**A new question?**\n\nIts answer.\n\n## The lamp")
    assert read_changes(book) == [
        "15: Q1 is new since the text was approved",
        "17: A1 is new since the text was approved",
    ]


def hold_back(book: Path, *released: str) -> list[str]:
    """Return the slugs of a book that needs approval and may go out."""
    whole = load(book)
    kept, _ = remove_held(whole, ReleaseOptions(NOW.now, released))
    return [interview.slug for interview in kept.interviews]


def test_a_book_can_need_approval(book: Path) -> None:
    """An interview that nobody approved is held back, and so is one that changed afterwards; --release lets it out."""
    with (book / "book.yaml").open("a", encoding="utf-8") as file:
        file.write("needs_approval: yes\n")
    assert hold_back(book) == []
    letter.record_approval(book, "keeper", "The Keeper", date(2026, 11, 26))
    assert hold_back(book) == ["keeper"]
    assert hold_back(book, "panel") == ["keeper", "panel"]
    change_manuscript(book, "dusk", "sunset")
    assert hold_back(book) == []
    problems = remove_held(load(book), NOW)[1]
    assert "“keeper” was changed after it was approved (the approved text changed at A1), so it is left out" in {
        problem.sentence for problem in problems
    }


def test_the_record_of_a_proof_says_who_approved(book: Path) -> None:
    letter.record_approval(book, "keeper", "The Keeper", date(2026, 11, 26))
    record = json.loads(format_record(load(book), {}, ()))
    assert record["approved"] == [{"slug": "keeper", "by": "The Keeper", "date": "2026-11-26"}]


def test_a_wrong_approval_is_a_problem_of_its_file(book: Path) -> None:
    letter.record_approval(book, "keeper", "The Keeper", date(2026, 11, 26))
    path = book / "approval/keeper.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("by:", "buy:"), encoding="utf-8")
    _, problems = read_book.survey_book(book)
    assert "approval/keeper.yaml:2: error[key-is-known]" in str(problems[0])


def test_an_approval_of_somebody_with_marks_in_the_name_is_read(book: Path) -> None:
    """YAML would read a colon or a quotation mark otherwise."""
    letter.record_approval(book, "keeper", 'Anna: "the keeper"', date(2026, 11, 26))
    loaded: Book = load(book)
    approval = loaded.interviews[0].approval
    assert approval
    assert approval.by == 'Anna: "the keeper"'


def test_the_document_can_be_unpacked(book: Path) -> None:
    """Every part is there, and all have the date of nobody."""
    with zipfile.ZipFile(io.BytesIO(send(book).read_bytes())) as package:
        assert package.testzip() is None
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
