"""Interviews may begin on left-hand pages: then no page stays empty, and every word is still where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from onrecord import proof
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.bind.leaves import BookLeaf, place_leaves
from onrecord.editions.pdf.interview_leaves import InterviewSetter
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource
from onrecord.model import Book, Interview, Openings, Part
from onrecord.proof.reading.painted_text import ARTIFACT
from onrecord.proof.reading.pdf_pages import PdfContent, read_whole_pdf
from tests.support.bound import ROOT
from tests.support.sample import BOOK, GERMAN, HOW
from tests.support.workers import CACHING_RUNNER, RUNNER

SAME_TITLE = replace(GERMAN, slug="noch-einmal", title=HOW.title)
TWO_PARTS = replace(BOOK, parts=(Part("In English", (SAME_TITLE,)), Part("In another language", (GERMAN,))))


def print_book(openings: Openings | None) -> tuple[Book, bytes]:
    book = replace(TWO_PARTS, openings=openings)
    return book, edition.make_pdf(book, ROOT / "book", CACHING_RUNNER).data


def list_blank_pages(paper: PdfContent) -> list[str]:
    """Return the numbers of the pages that hold nothing but artifacts."""
    return [page.label for page in paper.pages if not {*page.runs_by_id} - {ARTIFACT}]


@pytest.mark.parametrize("openings", [Openings.ANY, None])
def test_a_compact_book_has_no_blank_page(openings: Openings | None) -> None:
    """So has a short book that says nothing; its pages are numbered from the title page on."""
    book, data = print_book(openings)
    paper = read_whole_pdf(data)
    assert list_blank_pages(paper) == []
    assert [page.label for page in paper.pages] == [str(number) for number in range(1, len(paper.pages) + 1)]
    assert proof.prove_pdf(book, data).problems == ()


def test_a_book_with_right_hand_openings_keeps_its_blank_pages() -> None:
    _, data = print_book(Openings.RECTO)
    assert list_blank_pages(read_whole_pdf(data)) != []


@pytest.mark.parametrize(
    ("openings", "title", "side"),
    [(None, "", "verso"), (Openings.ANY, "", "verso"), (None, "A Part", "recto"), (Openings.RECTO, "", "recto")],
    ids=["says nothing", "any page", "after the page of a part", "right-hand pages"],
)
def test_the_only_interview_of_a_short_book_is_set_once(
    openings: Openings | None, title: str, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its side is known from the pages before it."""
    sides: list[str] = []
    make_source = InterviewSetter.make_source

    def make_and_record(setter: InterviewSetter, interview: Interview, numbers: Mapping[str, str]) -> PartSource:
        source = make_source(setter, interview, numbers)
        sides.append(source.first_side)
        return source

    monkeypatch.setattr(InterviewSetter, "make_source", make_and_record)
    book = replace(BOOK, parts=(Part(title, (GERMAN,)),), openings=openings)
    printed = edition.make_pdf(book, ROOT / "book", RUNNER)
    first = printed.pagination.labels.index(printed.pagination.leaves[GERMAN.slug][0].label)
    assert sides == [side]
    assert side == ("verso" if first % 2 else "recto")


def test_leaves_that_open_anywhere_follow_each_other() -> None:
    leaf = BookLeaf(cast("TypesetPart", SimpleNamespace(pages=(1, 2, 3))))
    flush = replace(leaf, opens_anywhere=True)
    assert [position.index for position in place_leaves([leaf, leaf])[0]] == [0, 4]
    assert place_leaves([leaf, leaf])[1] == 8
    assert [position.index for position in place_leaves([leaf, flush])[0]] == [0, 3]
    assert place_leaves([leaf, flush])[1] == 6
