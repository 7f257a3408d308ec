"""Test that speech which a rule for pages sets aside inside a conversation is noticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from onrecord.importers import import_file
from onrecord.importers.common.draft import Draft
from onrecord.importers.output.set_aside import find_lost_speech
from onrecord.importers.readers import page_frame
from tests.importers.test_import_file import create_book, import_draft

TURNS = [
    ("Ada", "Who lights the lamp on the pier every evening?"),
    ("Ben", "The keeper lights it at dusk, and in fog."),
    ("Ada", "And who puts it out again in the morning?"),
    ("Ben", "Nobody does, because it goes out by itself."),
]


def write_page(inside: str = "") -> str:
    paragraphs = [f"<p><b>{name}:</b> {words}</p>" for name, words in TURNS]
    body = "".join([*paragraphs[:2], inside, *paragraphs[2:]])
    return f"<html><body><article><h1>The Lamp</h1>{body}</article></body></html>"


def drop(draft: Draft, number: int, reason: str, words: str = "") -> Draft:
    """Return the draft with a turn set aside for a reason."""
    turn = draft.turns[number]
    words = words or f"{turn.label} {turn.clippings[0].words}"
    aside = replace(turn.clippings[0], kind="aside", reason=reason, words=words)
    return replace(draft, turns=(*draft.turns[:number], *draft.turns[number + 1 :]), asides=(*draft.asides, aside))


@pytest.mark.parametrize("reason", ["a list of links", "share buttons", "advertising", "something new"])
def test_a_turn_of_a_named_speaker_is_an_error(tmp_path: Path, reason: str) -> None:
    draft = drop(import_draft(tmp_path, "lamp.html", write_page()), 1, reason)
    problems = list(find_lost_speech(draft, "lamp.html"))
    assert [(problem.rule, problem.severity) for problem in problems] == [("speech-is-kept", "error")]
    assert "Ben: The keeper" in problems[0].sentence


def test_many_sentences_are_an_error_and_a_few_words_a_warning(tmp_path: Path) -> None:
    draft = import_draft(tmp_path, "lamp.html", write_page())
    sentences = list(find_lost_speech(drop(draft, 2, "around the text", "It burns all night. It is lit."), "lamp.html"))
    assert [problem.severity for problem in sentences] == ["error"]
    few = list(find_lost_speech(drop(draft, 2, "a list of links", "Lamps Piers"), "lamp.html"))
    assert [problem.severity for problem in few] == ["warning"]
    assert "2 words" in few[0].sentence
    assert "Lamps Piers" in few[0].sentence


def test_what_a_named_rule_sets_aside_is_no_problem(tmp_path: Path) -> None:
    draft = import_draft(tmp_path, "lamp.html", write_page())
    for reason in ("the same label again", "a settled comment", "the time of a paragraph inside a turn", "tags"):
        assert list(find_lost_speech(drop(draft, 2, reason, "Lamps. They burn all night."), "lamp.html")) == []


def test_an_import_refuses_a_page_whose_turns_a_rule_takes_for_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written, also with --yes."""
    words_of_links = page_frame.explain_by_words

    def take_for_links(element: HtmlElement, amount: page_frame.TextAmount) -> str:
        is_answer = element.tag == "p" and "keeper" in element.text_content()
        return "a list of links" if is_answer else words_of_links(element, amount)

    monkeypatch.setattr(page_frame, "explain_by_words", take_for_links)
    (tmp_path / "lamp.html").write_text(write_page(), "utf-8")
    results, problems = import_file.import_files([tmp_path / "lamp.html"], create_book(tmp_path / "book"), accept=True)
    assert results == ()
    assert "speech-is-kept" in [problem.rule for problem in problems]
