"""The labels before turns follow the interview's style, in editions and in the proof alike."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from onrecord.manuscript import interview_file
from onrecord.model import Answer, Interview, Person, Question, Role
from onrecord.model.design import THEMES, Theme
from onrecord.model.interview_style import STYLES, InterviewStyle, is_labelled
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.speaker_labels import expect_labels, list_generated_labels
from onrecord.wording.turn_labels import write_labels
from tests.support import sample

ADA = Person("Ada Moor", Role.INTERVIEWER, "", ("AM",))
BEN = Person("Benjamin Quay", Role.INTERVIEWEE, "", ("Ben",))
CAY = Person("Dr. Cay van der Strand", Role.INTERVIEWEE)
BEA = Person("Beatrice Quill", Role.INTERVIEWEE)
SINGLE = Person("Plato", Role.INTERVIEWEE)
PLACE = sample.HOW.location


def build_interview(style: str, *turns: tuple[str, Person | None, str], language: str = "en") -> Interview:
    """Return an interview with turns of these kinds (q, a), speakers and labels."""
    conversation = tuple(
        (Question if kind == "q" else Answer)(
            n, f"{kind}{n}", (sample.paragraph("Yes."),), PLACE, person, label, ordinal=1
        )
        for n, (kind, person, label) in enumerate(turns, 1)
    )
    people = tuple(dict.fromkeys(person for _, person, _ in turns if person))
    interview = replace(sample.HOW, footnotes=(), style=InterviewStyle(style), language=language)
    return replace(interview, people=people, conversation=conversation)


LABELLED = (("q", ADA, "AM:"), ("a", BEN, "Ben:"), ("q", ADA, "Ada Moor:"), ("a", BEN, "Ben:"))
PLAIN = (("q", ADA, ""), ("a", BEN, ""), ("q", ADA, ""), ("a", BEN, ""))
NAMELESS = (("q", None, ""), ("a", BEN, ""))
GROUP = (("q", ADA, "AM:"), ("a", BEN, "Ben:"), ("a", CAY, "Strand:"), ("q", ADA, "AM:"), ("a", CAY, "Strand:"))
ANSWERS_LABELLED = (("q", ADA, ""), ("a", BEN, "Ben:"), ("q", ADA, ""), ("a", BEN, "Ben:"))
CONTINUED = (("q", ADA, ""), ("q", ADA, ""), ("a", BEN, ""), ("a", BEN, ""))
SAME_INITIALS = (
    ("q", ADA, "A:"),
    ("a", BEN, "B:"),
    ("a", BEA, "Be:"),
    ("a", BEN, "B:"),
    ("a", SINGLE, "P:"),
    ("a", SINGLE, "P:"),
)


@pytest.mark.parametrize(
    ("style", "turns", "labels"),
    [
        ("bold", LABELLED, ["", "", "", ""]),
        ("bold", PLAIN, ["", "", "", ""]),
        ("bold", GROUP, ["", "Ben:", "Strand:", "", "Strand:"]),
        ("bold", ANSWERS_LABELLED, ["", "Ben:", "", "Ben:"]),
        ("letters", LABELLED, ["Q:", "A:", "Q:", "A:"]),
        ("letters", PLAIN, ["Q:", "A:", "Q:", "A:"]),
        ("letters", NAMELESS, ["Q:", "A:"]),
        ("letters", CONTINUED, ["Q:", "", "A:", ""]),
        ("letters", GROUP, ["Q:", "Ben:", "Strand:", "Q:", "Strand:"]),
        ("initials", LABELLED, ["Ada Moor:", "Benjamin Quay:", "AM:", "BQ:"]),
        ("initials", PLAIN, ["Ada Moor:", "Benjamin Quay:", "AM:", "BQ:"]),
        ("initials", GROUP, ["Ada Moor:", "Benjamin Quay:", "Dr. Cay van der Strand:", "AM:", "CS:"]),
        (
            "initials",
            SAME_INITIALS,
            ["Ada Moor:", "Benjamin Quay:", "Beatrice Quill:", "Benjamin Quay:", "Plato:", "Plato:"],
        ),
        ("names", LABELLED, ["AM:", "Ben:", "Ada Moor:", "Ben:"]),
        ("names", PLAIN, ["Ada Moor:", "Benjamin Quay:", "Ada Moor:", "Benjamin Quay:"]),
        ("names", NAMELESS, ["", "Benjamin Quay:"]),
        ("stacked", LABELLED, ["AM", "Ben", "Ada Moor", "Ben"]),
        ("stacked", PLAIN, ["Ada Moor", "Benjamin Quay", "Ada Moor", "Benjamin Quay"]),
        ("hanging", CONTINUED, ["Ada Moor:", "", "Benjamin Quay:", ""]),
        ("hanging", ANSWERS_LABELLED, ["", "Ben:", "", "Ben:"]),
    ],
)
def test_each_style_has_its_labels(
    style: str, turns: tuple[tuple[str, Person | None, str], ...], labels: list[str]
) -> None:
    """The proof derives the same ones by itself."""
    interview = build_interview(style, *turns)
    written = write_labels(interview)
    assert [written.get(turn.id, "") for turn in interview.turns] == labels
    assert [turn.label for turn in expect_labels(interview).turns] == labels


def test_generated_labels_are_in_the_language_of_the_interview_and_are_no_words_of_it() -> None:
    """A French colon stands after a no-break space."""
    french = build_interview("letters", *PLAIN, language="fr")
    assert list(write_labels(french).values()) == ["Q\u00a0:", "R\u00a0:", "Q\u00a0:", "R\u00a0:"]
    named = build_interview("names", *PLAIN, language="fr")
    assert next(iter(write_labels(named).values())) == "Ada Moor\u00a0:"
    assert expect_interview(named).generated_words == 12
    assert list_generated_labels(build_interview("names", *LABELLED)) == {}
    assert list_generated_labels(build_interview("stacked", *LABELLED)) == {}


@pytest.mark.parametrize("seed", range(40))
def test_editions_and_proof_agree_on_any_cast(seed: int) -> None:
    """Any mix of labels, speakers and kinds, in each style."""
    choose = random.Random(seed)
    people = [ADA, BEN, CAY, BEA, SINGLE, Person("Óscar-Luís Núñez", Role.TRANSLATOR), Person("山田", Role.MODERATOR)]
    turns = [
        (kind, choose.choice([*people, None]), choose.choice(["", "X:", "AM:"]))
        for kind in choose.choices("qa", k=choose.randint(1, 12))
    ]
    for style in InterviewStyle:
        interview = build_interview(style, *turns)
        written = write_labels(interview)
        assert {turn.id: turn.label for turn in expect_labels(interview).turns if turn.label} == written


def test_the_style_is_chosen_by_the_labels_of_the_questions() -> None:
    """A guest who is named now and then makes no conversation of names."""
    cases = ((LABELLED, True), (PLAIN, False), (ANSWERS_LABELLED, False), (GROUP, True), (NAMELESS, False))
    for turns, has_labels in cases:
        interview = build_interview("bold", *turns)
        assert is_labelled(interview.turns) == has_labels
        for theme, design in THEMES.items():
            chosen = interview_file._choose_style(interview, theme)
            assert chosen is (design.labelled_style if has_labels else InterviewStyle.BOLD)
    assert not is_labelled(())


def test_the_registries_are_whole() -> None:
    """A name without a row could be written into book.yaml."""
    assert list(STYLES) == list(InterviewStyle)
    assert list(THEMES) == list(Theme)
