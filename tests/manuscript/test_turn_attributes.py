"""Braces at the end of a turn's first paragraph: an id, a time in the recording, the name of a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript import markdown
from onrecord.manuscript.conversation import Conversation
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.model import Answer, Person, Question, Role

PEOPLE = (
    Person("James O'Quay", Role.INTERVIEWEE, labels=("KEEPER",)),
    Person("Ada Pier", Role.INTERVIEWER, labels=("DESK",)),
)


def read_turns(body: str) -> tuple[list[Question | Answer], list[str]]:
    """Return the turns, and each problem as rule and hint."""
    problems = Problems("interviews/light.md", [])
    document = markdown.read_markdown(body, 1, (), TextStyle("en"), Pictures(Path()), problems)
    assert document is not None
    _, conversation = Conversation(PEOPLE, problems).read_pieces(document.pieces)
    turns = [entry for entry in conversation if isinstance(entry, Question | Answer)]
    return turns, [f"{problem.rule}: {problem.hint}" for problem in problems.entries]


@pytest.mark.parametrize(
    "opening",
    [
        "**Why?** {#why t=00:12:41 question=the-reason}",
        "### Why? {#why t=00:12:41 question=the-reason}",
        "{#why t=00:12:41 question=the-reason}\n**Why?**",
        "**DESK:** Why? {t=00:12:41 #why question=the-reason}",
    ],
)
def test_braces_say_id_time_and_name(opening: str) -> None:
    (question, answer), problems = read_turns(f"{opening}\n\n**KEEPER:** Because. {{t=01:00:02}}\n\nAnd so on.")
    assert problems == []
    assert (question.id, question.remarks.seconds, question.remarks.question_name) == ("why", 761, "the-reason")
    assert (answer.id, answer.remarks.seconds, answer.remarks.question_name) == ("a1", 3602, "")


def test_an_answer_without_a_label_may_have_braces() -> None:
    (_, answer), problems = read_turns("**Why?**\n\nBecause. {#because t=00:00:09}\n\nAnd so on.")
    assert problems == []
    assert (answer.id, answer.remarks.seconds) == ("because", 9)


FAULTS = {
    "a time without hours": ("**Why?** {t=12:41}", "times-are-whole"),
    "a time with words": ("**Why?** {t=00:12:41,5}", "times-are-whole"),
    "minutes beyond the hour": ("**Why?** {t=00:61:00}", "times-are-whole"),
    "a name with capitals": ("**Why?** {question=Energy}", "ids-are-plain"),
    "another key": ("**Why?** {time=00:12:41}", "markup-is-known"),
    "a class": ("**Why?** {.large}", "markup-is-known"),
    "a key twice": ("**Why?** {t=00:12:41 t=00:12:42}", "key-stands-once"),
    "no turn": ("**Why?**\n\nBecause.\n\nAnd so on. {t=00:12:41}", "ids-stand-on-turns"),
    "a division": ("**Why?**\n\nBecause.\n\n## Later {question=later}", "ids-stand-on-turns"),
    "the number of another turn": ("**Why?** {#a7}", "ids-are-unique"),
    "another number": ("**Why?** {#q2}", "ids-are-unique"),
}


@pytest.mark.parametrize(("body", "rule"), FAULTS.values(), ids=FAULTS)
def test_anything_else_in_the_braces_is_a_problem(body: str, rule: str) -> None:
    assert [problem.partition(":")[0] for problem in read_turns(body)[1]] == [rule]


def test_a_turn_may_repeat_its_own_number() -> None:
    assert read_turns("**Why?** {#q1}\n\nBecause.")[1] == []


def test_addresses_are_unique_although_turns_have_ids() -> None:
    turns, _ = read_turns(
        "**DESK:** A? {#first}\n\n**DESK:** B? {#second}\n\n**KEEPER:** C.\n\n**James O’Quay:** D. {#fourth}\n\n"
        "**Ada Pier:** E?\n\n**James O'Quay:** F."
    )
    assert [turn.address for turn in turns] == ["Q1", "Q1-2", "A1", "A1-2", "Q2", "A2"]
    assert [turn.id for turn in turns] == ["first", "second", "a1", "fourth", "q2", "a2"]


LABELS = {
    "[laughs]": "**KEEPER:** [laughs] …",
    "(laughing)": "**KEEPER:** (laughing) …",
    "(00:12:03)": "{t=00:12:03}",
    "[12:03]": "{t=00:12:03}",
    "(1:02:03)": "{t=01:02:03}",
}


@pytest.mark.parametrize(("bracket", "hint"), LABELS.items())
@pytest.mark.parametrize("form", ["**KEEPER {}:** Yes.", "**KEEPER {}**: Yes.", "**keeper{}:** Yes."])
def test_a_bracket_in_a_label_gets_a_hint(form: str, bracket: str, hint: str) -> None:
    (problem,) = read_turns(f"**Why?**\n\n{form.format(bracket)}")[1]
    assert hint.casefold() in problem.casefold()


def test_the_hint_for_a_bracket_works() -> None:
    turns, problems = read_turns("**Why?**\n\n**KEEPER:** [laughs] Yes. {t=00:12:03}")
    assert problems == []
    assert turns[1].remarks.seconds == 723
