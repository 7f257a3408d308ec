"""Test the times of imported turns: they become t=, in whole seconds, or are set aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.importers.common.recording_times import format_time, read_time
from onrecord.manuscript import read_book
from onrecord.manuscript.outline import render_outline_json
from tests.importers.test_import_file import import_source, store_source

TURNS = (
    ("Nora Field", "What does the keeper count at night?"),
    ("Ben Shaw", "The ships that pass, and the hours until dawn."),
    ("Nora Field", "Why does the keeper count them?"),
    ("Ben Shaw", "The owners pay for each ship, so the number is written down."),
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:04", 4), ("00:12:41.5", 761), ("0:0:4.000", 4), ("75:30", 4530), ("100:00:00", 360_000), ("1:02:03:12", 3723)],
)
def test_times_are_read_in_whole_seconds(text: str, seconds: int) -> None:
    assert read_time(text) == seconds


@pytest.mark.parametrize("text", ["", "12", "1:75:00", "0:99", "4 pm", "Mark 4:12 says"])
def test_other_numbers_are_no_times(text: str) -> None:
    assert read_time(text) is None


def test_times_beyond_a_recording_are_not_written() -> None:
    assert format_time(3599.99) == "00:59:59"
    assert format_time(-1) == format_time(float("inf")) == format_time(float("nan")) == ""


def test_the_outline_gives_the_times_of_imported_turns(tmp_path: Path) -> None:
    """Two turns in the same second both have it; no time becomes an address or a word."""
    text = "\n\n".join(f"{name} (01:0{n // 2}):\n{words}" for n, (name, words) in enumerate(TURNS))
    store_source(tmp_path, "talk.txt", text)
    book, _ = read_book.survey_book(tmp_path)
    assert book is not None
    turns = json.loads(render_outline_json(book))["parts"][0]["interviews"][0]["turns"]
    assert [turn.get("t") for turn in turns] == [60, 60, 61, 61]
    assert [turn["text"] for turn in turns] == [words for _, words in TURNS]
    assert [turn["id"] for turn in turns] == ["q1", "a1", "q2", "a2"]


@pytest.mark.parametrize("form", ["[{name}] 11:00:0{n}\n{words}", "[{name}] 23:59:0{n}\n{words}"])
def test_times_of_day_are_set_aside_with_a_warning(tmp_path: Path, form: str) -> None:
    text = "\n\n".join(form.format(name=name, n=n, words=words) for n, (name, words) in enumerate(TURNS))
    draft, result, problems = import_source(tmp_path, "meeting.txt", text)
    assert [" ".join(c.words for c in turn.clippings if c.words) for turn in draft.turns] == [w for _, w in TURNS]
    assert [(problem.rule, problem.location.line) for problem in problems] == [("times-are-of-the-recording", 1)]
    assert "the times of 4 turns" in problems[0].sentence
    assert "t=" not in result
    assert "00:0" not in result
    assert "59:0" not in result
