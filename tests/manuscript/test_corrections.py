"""Corrections stand at the end of an interview, each with its date, in the language of the interview."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.approval.sent_paragraphs import list_sent_paragraphs
from onrecord.manuscript import read_book
from onrecord.model import Book, Part, SourceLocation, find_links, iterate_blocks, iterate_passages
from onrecord.model.approved_text import list_short_digests
from onrecord.model.extracts import cut_extract, find_turns
from onrecord.proof.rules.extract_rules import check_corrections

SETTINGS = "title: A book\nlanguage: {}\ndate: 2026-01-31\ndisclaimer: none\n"
INTERVIEW = """---
title: The Light
byline: The desk and the keeper
people: [{name: The Keeper, role: interviewee}]
corrections:
  - {date: 2026-11-01, text: "The lamp burns oil, not gas: see A1."}
  - date: 2026-12-26
    text: The tin is of brass.
---

**Who lights it?**

The keeper.

**And then?**

Nothing.
"""


def read(folder: Path, language: str = "en") -> Book:
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text(SETTINGS.format(language), encoding="utf-8")
    (folder / "interviews/light.md").write_text(INTERVIEW, encoding="utf-8")
    return read_book.read_book(folder)


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "Correction, 1 November 2026: The lamp burns oil, not gas: see A1."),
        ("de", "Berichtigung, 1. November 2026: The lamp burns oil, not gas: see A1."),
        ("xx", "Correction, 2026-11-01: The lamp burns oil, not gas: see A1."),
    ],
)
def test_corrections_end_the_interview(tmp_path: Path, language: str, first: str) -> None:
    """As an editor's note, in the order of the file."""
    (interview,) = read(tmp_path, language).interviews
    texts = [passage.text for passage in iterate_passages(interview)]
    assert texts[-2] == first
    assert texts[-1].endswith(": The tin is of brass.")
    assert interview.conversation[-1].kind == "note"


def test_the_proof_puts_each_sentence_together_again(tmp_path: Path) -> None:
    """A correction that is lost, or has another date, is noticed."""
    book = read(tmp_path)
    (interview,) = book.interviews
    assert list(check_corrections(book)) == []
    lost = replace(interview, conversation=interview.conversation[:-1])
    other = replace(interview, corrections=interview.corrections[1:] + interview.corrections[:1])
    for spoiled in (lost, other):
        problems = check_corrections(replace(book, parts=(Part("", (spoiled,)),)))
        assert [problem.rule.value for problem in problems] == ["corrections-are-printed"]


def test_an_extract_keeps_the_corrections(tmp_path: Path) -> None:
    """They may concern its turns."""
    (interview,) = read(tmp_path).interviews
    entries = find_turns(interview, "a1")
    assert entries
    extract = cut_extract(interview, "a1", entries, SourceLocation("packs/desk.yaml", 1))
    assert [entry.kind for entry in extract.conversation] == ["question", "answer", "note"]
    whole = cut_extract(interview, "q1-a2", interview.conversation, SourceLocation("packs/desk.yaml", 1))
    assert [entry.kind for entry in whole.conversation].count("note") == 1


def test_corrections_are_not_sent_for_approval(tmp_path: Path) -> None:
    """They are words of the desk."""
    (interview,) = read(tmp_path).interviews
    assert "Correction" not in " ".join(paragraph.text for paragraph in list_sent_paragraphs(interview))


def test_keys_of_the_desk_are_printed_where_asked(tmp_path: Path) -> None:
    """Before the corrections, with the words of book.yaml; an address is a link; nobody needs to approve them."""
    plain = read(tmp_path)
    settings = SETTINGS.format("fr") + "printed_more: {accession: Cote, tape: Bande, other: Autre}\n"
    (tmp_path / "book.yaml").write_text(settings, encoding="utf-8")
    more = 'more: {accession: "OH *14*", tape: "https://example.org/a_b", secret: yes}\ncorrections:'
    (tmp_path / "interviews/light.md").write_text(INTERVIEW.replace("corrections:", more), encoding="utf-8")
    book = read_book.read_book(tmp_path)
    (interview,) = book.interviews
    texts = [passage.text for passage in iterate_passages(interview)]
    assert texts[-4:-2] == ["Cote\u00a0: OH *14*", "Bande\u00a0: https://example.org/a_b"]
    assert [link.target for link, _ in find_links(iterate_blocks(interview))] == ["https://example.org/a_b"]
    assert "secret" not in "".join(texts)
    assert list(check_corrections(book)) == []
    assert list(list_short_digests(interview)) == list(list_short_digests(plain.interviews[0]))
    assert all("Cote" not in paragraph.text for paragraph in list_sent_paragraphs(interview))
    (lost,) = check_corrections(replace(book, printed_more=(("accession", "Cotes"),)))
    assert lost.rule.value == "corrections-are-printed"
