"""The receipt sheet, on which recipients sign for their copies."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar

import page
import pytest

from onrecord.editions.pdf.receipts import ReceiptSheet, print_receipts
from onrecord.model import Attribution, Distribution, Markings, Pack, SourceLocation, Trim
from onrecord.model.problems import Refused
from onrecord.model.recipients import NumberedCopy, Recipient, number_copies
from onrecord.proof import prove_receipts
from onrecord.runtime.task_runner import TaskRunner
from onrecord.wording.markings import format_markings
from onrecord.wording.translations import format_date_and_time
from tests.support.bound import PLACE, ROOT, change_page_content, read_page_texts
from tests.support.sample import BOOK
from tests.support.workers import CACHING_RUNNER, RUNNER, MemoryCache

R = TypeVar("R")

SHEET = ReceiptSheet(
    "Night Shipping",
    ("Monday round", "31 January 2026, 09:00 CET, Harbour house"),
    "en",
    date(2026, 1, 31),
    "Named recipients only",
)


def build_copies(*names: str) -> tuple[NumberedCopy, ...]:
    return number_copies(
        Recipient(name, SourceLocation("recipients.csv", line), "Harbour office, and its many affairs beyond the pier")
        for line, name in enumerate(names, 2)
    )


def print_sheet(*names: str) -> bytes:
    return print_receipts(SHEET, build_copies(*names), ROOT / "book")


def test_every_copy_has_a_row_and_the_sheet_names_its_occasion() -> None:
    names = [
        "The night desk",
        "Читальный зал",
        "Αρχείο Žižek",
        "<b>&amp; {{ 1 }}",
        *(f"Desk {number}" for number in range(6)),
    ]
    data = print_sheet(*names)
    assert prove_receipts(data, build_copies(*names), "en", PLACE) == ()
    for text in (
        "Night Shipping",
        "Monday round",
        "31 January 2026, 09:00 CET, Harbour house",
        "Named recipients only",
        "Copies in all: 10",
    ):
        assert text in read_page_texts(data)[0]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (12, 3)])
def test_no_page_of_the_sheet_is_blank(count: int, pages: int) -> None:
    """It is no book, whose last leaf has two sides: one page of names is one page."""
    ending = " of the harbour" * 14 if count > 1 else ""
    texts = read_page_texts(print_sheet(*(f"Desk {number}{ending}" for number in range(count))))
    assert len(texts) == pages
    assert all("Desk" in text for text in texts)


def test_the_same_copies_give_the_same_sheet() -> None:
    """Set by a worker, in this process, and without any layout if its pages are in the cache."""
    copies, folder, cache = build_copies("Desk 0"), ROOT / "book", MemoryCache()
    data = print_receipts(SHEET, copies, folder, TaskRunner(RUNNER.executor, cache))
    assert data == print_sheet("Desk 0")
    assert print_receipts(SHEET, copies, folder, TaskRunner(NoExecutor(), cache)) == data


def test_an_error_of_the_layout_engine_is_raised() -> None:
    with pytest.raises(NotImplementedError):
        print_receipts(SHEET, build_copies("Desk 0"), ROOT / "book", TaskRunner(NoExecutor(), MemoryCache()))


class NoExecutor(Executor):
    """An executor whose tasks all fail."""

    def submit(self, _task: Callable[..., R], /, *_: object, **__: object) -> Future[R]:
        future: Future[R] = Future()
        future.set_exception(NotImplementedError())
        return future


FOREIGN_NAMES = ("דוד כהן (מר)", "أمين المكتبة", "Ada Moor", "शर्मा जी")


@cache
def print_foreign_sheet(language: str) -> bytes:
    """Return the receipt sheet of names in other scripts."""
    return print_receipts(replace(SHEET, language=language), build_copies(*FOREIGN_NAMES), ROOT / "book")


@pytest.mark.parametrize("language", ["en", "he"])
def test_names_that_run_from_the_right_are_on_the_sheet(language: str) -> None:
    """The proof reads what is read aloud of a row, and compares it with the glyphs."""
    data = print_foreign_sheet(language)
    assert prove_receipts(data, build_copies(*FOREIGN_NAMES), language, PLACE) == ()
    others = build_copies("דוד כהן (רמ)", *FOREIGN_NAMES[1:])
    assert [problem.rule for problem in prove_receipts(data, others, language, PLACE)] == ["copies-are-signed-for"]


@pytest.mark.parametrize("trim", [Trim.A4, Trim.LETTER])
def test_the_sheet_is_valid_pdf_ua_and_pdf_a(trim: Trim) -> None:
    """Empty cells are tagged as cells."""
    sheet = ReceiptSheet(SHEET.title, SHEET.about, "de", SHEET.date, trim=trim)
    data = print_receipts(
        sheet,
        number_copies(
            [
                Recipient("Das Archiv", SourceLocation("r.csv", 2), copies=2),
                Recipient("Der Saal", SourceLocation("r.csv", 3), large_print=True),
            ]
        ),
        ROOT / "book",
    )
    assert "Großdruck" in read_page_texts(data)[0]
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
        assert [failure.rule_id for failure in page.validate_pdf_bytes(data, profile=profile).failures] == []


def test_the_proof_catches_wrong_rows() -> None:
    """Names that are lost, swapped, changed or not on the list."""
    data = print_sheet("The night desk", "The reader")
    assert prove_receipts(data, build_copies("The night desk", "The reader"), "en", PLACE) == ()
    for names in (
        ["The reader", "The night desk"],
        ["The night desk"],
        ["The night desk", "The reader", "The pilot"],
        ["The night desk", "The leader"],
    ):
        assert [problem.rule for problem in prove_receipts(data, build_copies(*names), "en", PLACE)] == [
            "copies-are-signed-for"
        ]


def test_the_proof_says_what_is_wrong_with_a_sheet() -> None:
    """Words of another language, another name, a row too many, and a file that is no PDF."""
    names = ("The night desk", "The reader")
    data, copies = print_sheet(*names), build_copies(*names)
    for sheet, listed, language, fault in (
        (data, copies, "de", "does not say “Empfang"),
        (data, build_copies("The night desk", "The leader"), "en", "has “2Thereader"),
        (data, copies[:1], "en", "has 2 rows for 1 copies"),
        (b"no PDF", copies, "en", "cannot be opened: "),
    ):
        (problem,) = prove_receipts(sheet, listed, language, PLACE)
        assert problem.sentence.startswith(f"the receipt sheet {fault}")


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_proof_catches_a_lost_line_on_the_pack(language: str) -> None:
    """Lines lost here: the marking, the time of the meeting, and which copies are in large print."""
    markings = Markings(distribution=Distribution.NAMED, attribution=Attribution.NOT_FOR_QUOTATION)
    starts = datetime(2026, 1, 31, 9, tzinfo=UTC)
    pack = Pack("night", "night", SHEET.title, "Monday round", starts, "Harbour house", "", (), PLACE, markings)
    book = replace(BOOK, title=SHEET.title, language=language, pack=pack)
    about = (pack.meeting, format_date_and_time(starts, language), pack.venue)
    sheet = replace(SHEET, about=about, language=language, marking=format_markings(markings, language))
    recipients = [Recipient("Ada Moor", PLACE), Recipient("Ben Quay", PLACE, "Pier", large_print=True)]
    copies = number_copies(recipients)
    unmarked = number_copies([replace(recipient, large_print=False) for recipient in recipients])

    def find_faults(printed: ReceiptSheet, listed: tuple[NumberedCopy, ...] = copies) -> list[str]:
        data = print_receipts(printed, listed, ROOT / "book", CACHING_RUNNER)
        return [problem.sentence for problem in prove_receipts(data, copies, language, PLACE, (), book)]

    assert find_faults(sheet) == []
    assert find_faults(replace(sheet, marking="")) == [f"the receipt sheet does not say “{sheet.marking}”"]
    assert find_faults(replace(sheet, about=about[::2])) == [f"the receipt sheet does not say “{about[1]}”"]
    assert find_faults(sheet, unmarked) == ["the receipt sheet does not say that copy 2 is in large print"]


def test_the_proof_catches_other_glyphs_than_are_read_aloud() -> None:
    """Two glyphs of a name in Devanagari change places; its text beside them is the same."""

    def swap_glyphs(content: bytes) -> bytes:
        return re.sub(rb"(ActualText<feff09.*?BDC\n\[<....> 0 )(<....>) 0 (<....>)", rb"\1\3 0 \2", content, count=1)

    spoiled = change_page_content(print_foreign_sheet("en"), 0, swap_glyphs)
    (problem,) = prove_receipts(spoiled, build_copies(*FOREIGN_NAMES), "en", PLACE)
    assert "prints other words than are read aloud" in problem.sentence


def test_a_name_without_glyphs_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        print_sheet("読者")
    assert {problem.rule for problem in refused.value.problems} == {"receipts-can-be-set"}
