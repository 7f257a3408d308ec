"""Test questions without labels in several registers and six languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers.common import features
from tests.importers.test_import_file import import_draft
from tests.support.paths import TESTS

# The title, an empty line, then paragraphs, each after Q or A.
REGISTERS = {path.stem: path for path in sorted((TESTS / "registers").glob("*.txt"))}


@pytest.mark.parametrize("name", REGISTERS)
def test_each_register_is_recognized(tmp_path: Path, name: str) -> None:
    """Every paragraph has its kind; at most one is in doubt."""
    title, body = REGISTERS[name].read_text("utf-8").split("\n\n", 1)
    kinds, paragraphs = zip(*(line.split(" ", 1) for line in body.strip().splitlines()), strict=True)
    draft = import_draft(tmp_path, "one.txt", "\n\n".join((title, *paragraphs)))
    assert not draft.introduction
    recognized = [(turn.kind[0].upper(), clipping.words) for turn in draft.turns for clipping in turn.clippings]
    assert recognized == [*zip(kinds, paragraphs, strict=True)]
    assert len(draft.doubts) <= 1
    assert (draft.title, draft.language) == (title, name[:2])


@pytest.mark.parametrize(
    "words",
    [
        "Есть ли у неё указатель?",
        "О чём она спрашивает?",
        "Y aura-t-il un index ?",
        "Sur quoi travaille-t-elle ?",
        "Se trompe-t-il souvent ?",
        "¿Sobre qué discuten?",
        "Y ¿cómo se nota?",
        "Worüber wird gestritten?",
        "Seit wann gibt es sie?",
        "Haben Sie sie gelesen?",
        "وماذا عن الصور؟",
        "为什么不能读取？",
    ],
)
def test_a_question_word_need_not_come_first(words: str) -> None:
    """A preposition, a verb or a word joined to it may come first."""
    assert features.compute_paragraph_features(words)[8] == 1.0


@pytest.mark.parametrize(
    "words",
    [
        "Ein Rendezvous ist vereinbart.",
        "Un rendez-vous est pris.",
        "В какой-то день строка пропала.",
        "من الملف إلى الكتاب.",
    ],
)
def test_a_statement_begins_with_no_question_word(words: str) -> None:
    assert features.compute_paragraph_features(words)[8] == 0.0


def test_german_you_is_recognized_by_its_capital() -> None:
    """Only within a sentence: at its beginning both have a capital."""
    spoken_to, others = (
        "Dann haben Sie die Seiten geprüft und Ihre Marken gesetzt.",
        "Dann haben sie die Seiten geprüft und ihre Marken gesetzt.",
    )
    assert features.compute_paragraph_features(spoken_to)[12] > features.compute_paragraph_features(others)[12] == 0.0


LONG = "So the page is read, the words are counted, and what is missing is named with its line"


@pytest.mark.parametrize("tag", [", right?", ", you know?", ", так?", ", n’est-ce pas ?", ", ¿verdad?", ", oder?"])
def test_a_tag_question_within_an_explanation_is_no_question(tag: str) -> None:
    """In a short sentence a tag question asks; in a long text it is a habit of speaking."""
    assert features.ends_in_unquoted_question(f"It is on one page{tag}")
    assert not features.ends_in_unquoted_question(f"{' '.join([LONG] * 4)}{tag}")
    assert features.compute_paragraph_features(f"{LONG}{tag} Then it is printed.")[4] == 1.0
    assert features.ends_in_unquoted_question(f"{' '.join([LONG] * 4)}. Is that right?")
