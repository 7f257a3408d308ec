"""What a supplement holds and tells is proved against the record: each test breaks the code that compares the packs."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from onrecord.model import (
    Answer,
    Book,
    Division,
    EditorNote,
    Interview,
    Markings,
    Pack,
    Part,
    Question,
    SourceLocation,
)
from onrecord.model.changes import Supplement
from onrecord.model.problems import Problem
from onrecord.packs import delivered_pieces, delivery_changes
from onrecord.proof.rules.supplement_rules import prove_supplement
from tests.support.sample import BOOK, GERMAN, TOOLCHAIN, inlines, paragraph, words

HERE = SourceLocation("packs/late.yaml", 1)
PACK = Pack("late", "late", "Lamps", "Keepers", datetime(2026, 2, 1, 9, tzinfo=UTC), "", "", (), HERE, Markings())


def build_interview(slug: str, *answers: str) -> Interview:
    """Build an interview with a question before each answer."""
    turns: list[Question | Answer] = []
    for number, answer in enumerate(answers, 1):
        turns.append(Question(number, f"q{number}", (paragraph(f"Lamp {number}?"),), HERE))
        turns.append(Answer(number, f"a{number}", (paragraph(answer),), HERE, TOOLCHAIN, "TT:"))
    return replace(GERMAN, slug=slug, title=words(slug.title()), conversation=tuple(turns))


def build_pack(*items: Sequence[Interview]) -> Book:
    """Build a pack with these agenda items."""
    return replace(BOOK, slug="late", pack=PACK, parts=tuple(Part("", tuple(item)) for item in items))


def record_delivery(pack: Book) -> Any:
    """Return the record of a delivery in which each interview has three pages."""
    first_pages = {interview.slug: 1 + 3 * index for index, interview in enumerate(pack.interviews)}
    pages = {slug: str(page) for slug, page in first_pages.items()}
    return delivered_pieces.build_record(pack, pages, {slug: str(page + 2) for slug, page in first_pages.items()})


def prove(earlier: Book, now: Book) -> tuple[Problem, ...]:
    """Reduce a pack to a supplement with the code as it is now; return the problems of the proof."""
    record = record_delivery(earlier)
    changes, inserts = delivery_changes.find_changes(record, now), delivery_changes.find_inserts(record, now)
    slugs = {insert.slug for insert in inserts}
    papers = tuple(interview for interview in now.interviews if interview.slug in slugs)
    pack = replace(PACK, supplement=Supplement("Lamps", changes, inserts))
    return prove_supplement(now, replace(now, parts=(Part("", papers),), pack=pack), record["interviews"])


BELL, HORN, LAMP, MAST = (build_interview(slug, "Yes.", "No.") for slug in ("bell", "horn", "lamp", "mast"))
EARLIER = build_pack((BELL, HORN), (LAMP,))
NOW = build_pack((BELL, build_interview("horn", "Yes.", "Perhaps."), MAST), (build_interview("oil", "Yes."),))


def test_the_supplement_is_proved() -> None:
    """It has a changed interview, two new ones and a withdrawn one."""
    assert prove(EARLIER, NOW) == ()


def drop_last(values: Any) -> Any:
    return tuple(values)[:-1]


def drop_first(values: Any) -> Any:
    return tuple(values)[1:]


def reverse(values: Any) -> Any:
    return tuple(values)[::-1]


def repeat_last(values: Any) -> Any:
    return values + values[-1:] if isinstance(values, str) else (values := tuple(values)) + values[-1:]


@pytest.mark.parametrize(
    ("owner", "name", "spoil"),
    [
        (delivery_changes, "find_changes", drop_first),
        (delivery_changes, "find_changes", drop_last),
        (delivery_changes, "find_changes", reverse),
        (delivery_changes, "find_inserts", drop_last),
        (delivery_changes, "find_inserts", reverse),
        (delivery_changes, "find_inserts", repeat_last),
        (delivery_changes, "_compare_pieces", drop_last),
        (delivery_changes, "_compare_pieces", repeat_last),
        (delivery_changes, "_pair_interviews", drop_last),
        (delivery_changes, "_find_page_for_new", repeat_last),
        (delivery_changes, "iterate_pieces", drop_last),
        (delivery_changes, "parse_interviews", drop_first),
    ],
)
def test_a_broken_comparison_is_refused(
    owner: object, name: str, spoil: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper that is left out, or a change that is not listed, is missed by everybody at the meeting."""
    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *values: spoil(original(*values)))
    assert {problem.rule.value for problem in prove(EARLIER, NOW)} == {"changes-are-told"}


def invent_interview(choices: random.Random, slug: str) -> Interview:
    """Build an interview of few different words, so that pieces repeat."""
    conversation: list[Any] = []
    for number in range(1, choices.randint(1, 4)):
        conversation += choices.choice([[Division(inlines("Oil"), f"d{number}", HERE)], [], []])
        conversation += choices.choice([[EditorNote((paragraph("A gap."),), HERE)], [], []])
        conversation.append(Question(number, f"q{number}", (paragraph(choices.choice(["Why?", "How?"])),), HERE))
        answer = (paragraph(choices.choice(["Yes.", "No."])),)
        conversation.append(Answer(number, f"a{number}", answer, HERE, TOOLCHAIN, "TT:"))
    return replace(GERMAN, slug=slug, conversation=tuple(conversation))


def change_interview(choices: random.Random, interview: Interview) -> Interview:
    """Return an interview as it is, under another name, with its turns in another order, or without one."""
    turns = list(interview.conversation)
    kind = choices.choice(["same", "renamed", "moved", "shorter", "other"])
    if kind == "moved":
        choices.shuffle(turns)
    if kind == "other":
        return invent_interview(choices, interview.slug)
    slug = f"{interview.slug}-2" if kind == "renamed" else interview.slug
    return replace(interview, slug=slug, conversation=tuple(turns[1:] if kind == "shorter" else turns))


def test_invented_supplements_are_proved() -> None:
    """Whatever is moved, renamed, withdrawn or repeated: generator and proof agree on it."""
    for seed in range(150):
        choices = random.Random(seed)
        interviews = [invent_interview(choices, f"talk-{number}") for number in range(choices.randint(1, 4))]
        later = [change_interview(choices, interview) for interview in interviews if choices.random() < 0.8]
        later += [invent_interview(choices, f"new-{number}") for number in range(choices.randint(0, 2))]
        first, second = (choices.randint(0, len(group)) for group in (interviews, later))
        earlier = build_pack(interviews[:first], interviews[first:])
        assert prove(earlier, build_pack(later[second:], later[:second])) == (), seed
