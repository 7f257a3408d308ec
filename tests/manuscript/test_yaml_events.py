"""libyaml reads settings ten times as fast as Python; what it may read in another way is left to Python."""

from __future__ import annotations

import random

import pytest
import yaml

from onrecord.manuscript import yaml_events
from tests.support.paths import ROOT, TESTS

SIGNS = [
    *" \n:-,[]{}#'\"|>&*!?%@`\\~.aé中\u2028\x85\ufeff\t\r\x1b",
    ": ",
    "- ",
    " #",
    "\n\n",
    "\n  ",
    "---\n",
    ": |\n",
    "? ",
]
READ_OTHERWISE = {
    "a tab": "title:\tA light\n",
    "a byte order mark": "a: b\n\ufeffc: d\n",
    "a tag": "a: ! {b: c}\n",
    "a comment after a sign": "a: |#\n  b\n",
    "a question mark in brackets": "a: [Why?]\n",
    "an empty value in brackets": "a: {b: }\n",
}


def describe_event(event: yaml.Event) -> tuple[object, ...]:
    """Return what is used of an event: what it is, what it says, and where it begins."""
    words = (type(event), getattr(event, "value", ""), getattr(event, "style", None) or "")
    marks = (getattr(event, "anchor", None), getattr(event, "tag", None))
    begins = isinstance(event, yaml.NodeEvent) and event.start_mark
    return (*words, *marks, *((begins.line, begins.column, begins.index) if begins else ()))


def find_difference(text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the text if libyaml reads it, and otherwise than Python; "" if it does not read it, or the same."""
    events = yaml_events._read_fast(text)
    if events is None:
        return ""
    with monkeypatch.context() as patch:
        patch.setattr(yaml_events, "_FAST_LOADER", None)
        slow_events, mistake = yaml_events._read_events(text)
    is_same = mistake is None and list(map(describe_event, events)) == list(map(describe_event, slow_events))
    return "" if is_same else text


def list_settings() -> list[str]:
    """Return the settings of the shipped books and of some broken ones."""
    paths = [*TESTS.glob("broken/[a-k]*/**/book.yaml"), *ROOT.glob("book/*.yaml"), *ROOT.glob("book/packs/*.yaml")]
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(paths)]


def damage(text: str, chance: random.Random) -> str:
    """Return the text with a few signs more or characters less."""
    for _ in range(chance.randint(0, 3)):
        place, lost = chance.randrange(len(text) + 1), chance.choice([0, 0, 2])
        text = text[:place] + chance.choice(SIGNS) + text[place + lost :]
    return text


@pytest.mark.skipif(yaml_events._FAST_LOADER is None, reason="this PyYAML was built without libyaml")
def test_both_parsers_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, texts = random.Random(3), list_settings()
    damaged = [damage(text, chance) for text in texts for _ in range(4) if len(text) < 400]
    assert [text for text in (*texts, *damaged) if find_difference(text, monkeypatch)] == []
    assert sum(yaml_events._read_fast(text) is not None for text in damaged) > 0.2 * len(damaged)


@pytest.mark.parametrize("text", READ_OTHERWISE.values(), ids=READ_OTHERWISE)
def test_what_libyaml_reads_otherwise_is_left_to_python(text: str) -> None:
    assert yaml_events._read_fast(text) is None


@pytest.mark.parametrize("text", ["a: b: c\n", "a: [\n", "a: \x1b\n", "a: \ud800\n", f"a: {'[' * 30}{']' * 30}\n"])
def test_mistakes_are_described_by_python(text: str) -> None:
    assert yaml_events._read_fast(text) is None
