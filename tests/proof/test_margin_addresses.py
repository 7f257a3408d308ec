"""Addresses in the margin of the PDF: where one must stand and does not, or stands wrong, the proof says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from onrecord import proof
from onrecord.editions.pdf import edition, interview_leaves
from onrecord.editions.pdf.bind.leaves import TurnAddress
from onrecord.model import Interview
from onrecord.model.rule import Rule
from tests.support.bound import ROOT, read_words
from tests.support.sample import BOOK
from tests.support.workers import CACHING_RUNNER


def hide_first_of_two_answers(address: TurnAddress) -> TurnAddress:
    question = address.destination.replace("a1", "q1")
    return address._replace(question=question) if address.text == "A1" else address


def number_wrongly(address: TurnAddress) -> TurnAddress:
    return address._replace(text="A9", question="") if address.text == "A2" else address


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(hide_first_of_two_answers, "not “A1”"), (number_wrongly, "marks answer 2 as “A9”, not “A2”")],
)
def test_an_address_that_must_stand_there_is_missed(
    change: Callable[[TurnAddress], TurnAddress], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = interview_leaves._list_addresses

    def list_addresses(interview: Interview) -> Iterator[TurnAddress]:
        yield from map(change, original(interview))

    monkeypatch.setattr(interview_leaves, "_list_addresses", list_addresses)
    report = proof.prove_pdf(BOOK, read_words(edition.make_pdf(BOOK, ROOT / "book", CACHING_RUNNER).data))
    (problem,) = [problem for problem in report.problems if problem.rule is Rule.ADDRESSES_ARE_RIGHT]
    assert sentence in problem.sentence
