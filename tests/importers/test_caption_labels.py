"""Test who speaks in captions whose lines begin with labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from onrecord.importers.common.draft import Draft
from tests.importers.test_import_file import import_draft

TALK = [
    (0, "Good evening, and thank you for coming."),
    (0, "How did you begin?"),
    (1, "My uncle had a small press."),
    (1, "I set my first line at nine."),
    (0, "Nine years old."),
    (1, "Nine, yes. And the type was heavy."),
    (0, "What does a printer see that a reader does not see?"),
    (1, "The gaps first."),
    (1, "If one is missing, I stop."),
    (0, "And then?"),
    (1, "Then I count them again."),
]
TURNS = [
    (0, "Good evening, and thank you for coming. How did you begin?"),
    (1, "My uncle had a small press. I set my first line at nine."),
    (0, "Nine years old."),
    (1, "Nine, yes. And the type was heavy."),
    (0, "What does a printer see that a reader does not see?"),
    (1, "The gaps first. If one is missing, I stop."),
    (0, "And then?"),
    (1, "Then I count them again."),
]
LABELS = {
    "names": ("Ada Quill: {}", "Ben Serif: {}", "Ada Quill", "Ben Serif"),
    "capitals": ("ADA: {}", "BEN: {}", "ADA", "BEN"),
    "brackets after": ("Ada Quill (host): {}", "Ben Serif (Type Foundry): {}", "Ada Quill", "Ben Serif"),
    "square brackets after": ("Ada [she/her]: {}", "Ben [he/him]: {}", "Ada", "Ben"),
    "in brackets": ("[Ada Quill]: {}", "[Ben Serif]: {}", "Ada Quill", "Ben Serif"),
    "in brackets, no colon": ("[Ada] {}", "[Ben] {}", "Ada", "Ben"),
    "round brackets": ("(ADA) {}", "(BEN) {}", "ADA", "BEN"),
    "machine": ("[SPEAKER_00]: {}", "[SPEAKER_01]: {}", "SPEAKER_00", "SPEAKER_01"),
    "numbered": ("Speaker 1: {}", "Speaker 2: {}", "Speaker 1", "Speaker 2"),
    "long": (
        "Ada Quill: {}",
        "Master Ben Emil Serif-Grotesk van der Type: {}",
        "Ada Quill",
        "Master Ben Emil Serif-Grotesk van der Type",
    ),
    "user names": ("ada_q: {}", "ben.serif: {}", "ada_q", "ben.serif"),
    "small letters": ("host: {}", "guest: {}", "host", "guest"),
    "dash": ("ADA - {}", "BEN - {}", "ADA", "BEN"),
    "long dash": ("Ada — {}", "Ben — {}", "Ada", "Ben"),
    "chinese": ("田中太郎：{}", "鈴木花子：{}", "田中太郎", "鈴木花子"),
    "cyrillic": ("Мария: {}", "Иван Петров: {}", "Мария", "Иван Петров"),
    "own line": ("Ada Quill:\n{}", "Ben Serif:\n{}", "Ada Quill", "Ben Serif"),
    "own line, no colon": ("Ada Quill\n{}", "Ben Serif\n{}", "Ada Quill", "Ben Serif"),
    "own line, brackets": ("(Ada Quill)\n{}", "[Ben Serif]\n{}", "Ada Quill", "Ben Serif"),
    "marks": (">> ADA: {}", ">> BEN: {}", "ADA", "BEN"),
    "dashes before": ("- Ada: {}", "- Ben: {}", "Ada", "Ben"),
    "initials": ("AQ: {}", "BS: {}", "AQ", "BS"),
    "titles": ("Dr. Ada Quill: {}", "Prof. Ben Serif: {}", "Ada Quill", "Ben Serif"),
    "apostrophe": ("Ada O’Quill: {}", "Ben D'Serif: {}", "Ada O’Quill", "Ben D'Serif"),
}


def format_captions(lines: Sequence[str], kind: str = "vtt") -> str:
    """Return captions with a cue for each of the lines."""
    mark = "." if kind == "vtt" else ","
    head = "WEBVTT\n\n" if kind == "vtt" else ""
    return head + "\n\n".join(
        f"{n + 1}\n00:00:{n * 2:02d}{mark}000 --> 00:00:{n * 2 + 1:02d}{mark}500\n{line}"
        for n, line in enumerate(lines)
    )


def list_turns(draft: Draft) -> list[tuple[str, str]]:
    """Return the name of each turn's speaker, and the words."""
    names = {form: person.name for person in draft.people for form in (person.name, *person.labels)}
    return [
        (names.get(turn.label.rstrip(":"), turn.label), " ".join(c.words for c in turn.clippings))
        for turn in draft.turns
    ]


@pytest.mark.parametrize("kind", ["vtt", "srt"])
@pytest.mark.parametrize("form", LABELS)
def test_labels_name_the_speakers(tmp_path: Path, form: str, kind: str) -> None:
    """Every cue has its label; labels that repeat the one before are set aside."""
    *labels, host, guest = LABELS[form]
    text = format_captions([labels[side].format(words) for side, words in TALK], kind)
    draft = import_draft(tmp_path, f"press.{kind}", text)
    assert list_turns(draft) == [((host, guest)[side], words) for side, words in TURNS]


@pytest.mark.parametrize("form", ["names", "capitals", "brackets after", "machine", "chinese", "marks", "user names"])
def test_labels_only_where_the_speaker_changes(tmp_path: Path, form: str) -> None:
    *labels, host, guest = LABELS[form]
    sides = [None, *(side for side, _ in TALK[:-1])]
    lines = [
        words if side == before else labels[side].format(words)
        for before, (side, words) in zip(sides, TALK, strict=True)
    ]
    draft = import_draft(tmp_path, "press.srt", format_captions(lines, "srt"))
    assert list_turns(draft) == [((host, guest)[side], words) for side, words in TURNS]


ONCE = {
    "capitals": ("CHAIR", "TOMAS", "BILL"),
    "names": ("Ada Quill", "Ben Serif", "Bill Sorts"),
    "first names": ("Ada", "Ben", "Bill"),
    "cyrillic": ("Мария", "Иван", "Пётр"),
    "with a title": ("Ada Quill", "Ben Serif", "Dr. Bill Sorts"),
}


@pytest.mark.parametrize("form", ONCE)
def test_a_speaker_named_once_has_a_turn(tmp_path: Path, form: str) -> None:
    chair, guest, once = ONCE[form]
    name = once.removeprefix("Dr. ")
    lines = [
        f"{chair}: Any questions?",
        f"{once}: Why was the light out?",
        f"{chair}: Thank you.",
        f"{guest}: A gull broke it.",
        f"{chair}: A gull?",
        f"{guest}: A large one.",
    ]
    draft = import_draft(tmp_path, "gull.srt", format_captions(lines, "srt"))
    assert [words for _, words in list_turns(draft)] == [line.partition(": ")[2] for line in lines]
    assert {person.name for person in draft.people} == {chair, guest, name}


def test_a_name_that_is_not_sure_is_a_doubt(tmp_path: Path) -> None:
    """Few cues have labels, and one name comes once."""
    lines = [
        "Ada: Any questions?",
        "Nobody?",
        "I can wait.",
        "There.",
        "Bill: Why was it out?",
        "We could not see.",
        "Ben: A gull broke it.",
        "It flew off.",
        "It came back.",
        "Ada: A gull?",
        "Ben: A large one.",
        "Very large.",
    ]
    draft = import_draft(tmp_path, "gull.srt", format_captions(lines, "srt"))
    asked = [words for _, clipping, ask in draft.passages if ask for words in (clipping.words,)]
    assert [words for words in asked if words.startswith("Bill:")], list_turns(draft)


@pytest.mark.parametrize("first", ["Remember", "Note", "Warning", "Rule one", "Listen"])
@pytest.mark.parametrize("small", [True, False])
def test_words_with_a_colon_are_no_labels(tmp_path: Path, first: str, small: bool) -> None:
    lines = [
        "I learned two rules.",
        f"{first}: {'t' if small else 'T'}he sea is older.",
        "That is the first.",
        f"{first}: {'t' if small else 'T'}he sea is stronger.",
        "And the second.",
        "Listen: they laugh.",
        "Nothing else.",
        f"Listen: {'u' if small else 'U'}ntil the storm.",
    ]
    draft = import_draft(tmp_path, "rules.vtt", format_captions(lines))
    assert draft.people == ()
    words = " ".join(c.words for c in (*draft.introduction, *(c for turn in draft.turns for c in turn.clippings)))
    assert words.split() == " ".join(lines).split()


def test_a_label_in_the_middle_of_a_line_begins_a_turn(tmp_path: Path) -> None:
    lines = ["ADA: How? BEN: So.", "ADA: Why?", "BEN: Just so. ADA: And then?", "BEN: Nothing."]
    draft = import_draft(tmp_path, "middle.srt", format_captions(lines, "srt"))
    assert list_turns(draft) == [
        ("ADA", "How?"),
        ("BEN", "So."),
        ("ADA", "Why?"),
        ("BEN", "Just so."),
        ("ADA", "And then?"),
        ("BEN", "Nothing."),
    ]


def test_a_blank_line_inside_a_cue_ends_no_turn(tmp_path: Path) -> None:
    lines = ["ADA: What did you\n\nsee?", "BEN: The lights.\n\n\nOnly the lights.", "ADA: And?"]
    draft = import_draft(tmp_path, "blank.srt", format_captions(lines, "srt"))
    assert list_turns(draft) == [("ADA", "What did you see?"), ("BEN", "The lights. Only the lights."), ("ADA", "And?")]


def test_forms_of_a_name_are_one_person(tmp_path: Path) -> None:
    lines = ["ADA Quill: How?", "Ben: So.", "Ada Quill: Why?", "Ben: Just so.", "ADA QUILL: And then?", "Ben: Nothing."]
    draft = import_draft(tmp_path, "forms.srt", format_captions(lines, "srt"))
    assert [person.name for person in draft.people] == ["Ben", "Ada Quill"]


@pytest.mark.parametrize("form", ["names", "machine", "in brackets", "initials", "cyrillic"])
def test_lines_with_labels_are_joined_to_turns_without_times(tmp_path: Path, form: str) -> None:
    *labels, host, guest = LABELS[form]
    text = "\n".join(labels[side].format(words) for side, words in TALK)
    draft = import_draft(tmp_path, "press.txt", text)
    assert list_turns(draft) == [((host, guest)[side], words) for side, words in TURNS]
    assert not any(turn.time for turn in draft.turns)


def test_a_label_before_each_piece_of_a_sentence_names_its_speaker(tmp_path: Path) -> None:
    """Most cues begin in the middle of a sentence; that says nothing about the labels before them."""
    pieces = [(side, piece) for side, words in TALK for piece in re.findall(r"\S+(?: \S+){0,2}", words)]
    lines = [f"{('Ada Quill', 'Ben Serif')[side]}: {piece}" for side, piece in pieces]
    assert list_turns(import_draft(tmp_path, "press.vtt", format_captions(lines))) == [
        (("Ada Quill", "Ben Serif")[side], words) for side, words in TURNS
    ]
