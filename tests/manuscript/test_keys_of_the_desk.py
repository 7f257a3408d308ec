"""Keys and roles of the desk's own: `more`, `roles`, and what is known of a person."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.manuscript import read_book
from onrecord.manuscript.outline import render_outline_json, render_outline_text
from onrecord.model import Role
from onrecord.model.problems import select_errors
from onrecord.proof.reading.sentences import expect_contributors
from onrecord.wording.contributors import list_contributors

FRONT = """---
title: Keys
byline: The desk and the keeper
roles: {{Timekeeper: contributor}}
more:
  accession: OH-1987-14
  signed: 1987-04-02
  tape: https://example.org/tapes/14#side-b
people:
  - {{name: The Keeper, role: narrator, labels: [K], id: "https://example.org/people/1", more: {{born: 1931}}}}
  - {{name: The Desk, role: {role}, labels: [D], note: asks by letter}}
  - {{name: The Clerk, role: timekeeper}}
---

**D:** Where is the light?

**K:** Here.
"""
SETTINGS = """title: A book
language: en
date: 2026-01-31
disclaimer: none
roles: {narrator: interviewee, chair: Interviewer}
more: {series: Lights}
"""


def write_book(folder: Path, role: str = "chair", settings: str = SETTINGS) -> Path:
    (folder / "interviews").mkdir()
    (folder / "interviews/keys.md").write_text(FRONT.format(role=role), encoding="utf-8")
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    return folder


def test_roles_of_your_own_act_as_known_ones(tmp_path: Path) -> None:
    """The turns of a chair are questions; the list of people prints the name of the role."""
    book = read_book.read_book(write_book(tmp_path))
    (interview,) = book.interviews
    assert [turn.kind for turn in interview.turns] == ["question", "answer"]
    assert [person.role for person in interview.people] == [Role.INTERVIEWEE, Role.INTERVIEWER, Role.CONTRIBUTOR]
    assert [person.role_name for person in interview.people] == ["narrator", "chair", "Timekeeper"]
    printed = [text for _, _, text in expect_contributors(book, None)]
    assert printed == ["Timekeeper: Keys.", "Asks by letter. Chair: Keys.", "Narrator: Keys."]
    assert [entry.role for person in list_contributors(book) for entry in person.entries] == [
        "Timekeeper: ",
        "Chair: ",
        "Narrator: ",
    ]


def test_keys_of_your_own_are_in_the_outline(tmp_path: Path) -> None:
    """With every text to the letter; dates and addresses, too."""
    book = read_book.read_book(write_book(tmp_path))
    outline = json.loads(render_outline_json(book))
    interview = outline["parts"][0]["interviews"][0]
    assert outline["more"] == {"series": "Lights"}
    assert interview["more"] == {
        "accession": "OH-1987-14",
        "signed": "1987-04-02",
        "tape": "https://example.org/tapes/14#side-b",
    }
    assert interview["people"][0] == {
        "name": "The Keeper",
        "role": "interviewee",
        "affiliation": "",
        "role_name": "narrator",
        "labels": ["K"],
        "id": "https://example.org/people/1",
        "more": {"born": "1931"},
    }
    assert interview["people"][1]["note"] == "asks by letter"
    assert "  accession   OH-1987-14\n" in render_outline_text(book)


def test_a_role_acts_as_a_known_role(tmp_path: Path) -> None:
    """Neither as another role of your own, nor under the name of a known one."""
    settings = SETTINGS.replace("{narrator: interviewee", "{narrator: interviewee, host: chair, Editor: interviewer")
    _, problems = read_book.survey_book(write_book(tmp_path, settings=settings))
    assert [problem.sentence for problem in select_errors(problems)] == [
        "“host” acts as “chair”, which is no role that On Record knows",
        "“Editor” is a role that On Record knows already",
    ]


@pytest.mark.parametrize("role", ["char", "narator"])
def test_an_unknown_role_gets_a_hint_with_yours(tmp_path: Path, role: str) -> None:
    _, problems = read_book.survey_book(write_book(tmp_path, role))
    (problem,) = [problem for problem in problems if problem.rule.value == "role-is-known"]
    assert f"did you mean “{'chair' if role == 'char' else 'narrator'}”?" in problem.hint
    assert "roles: {narrator: interviewee}" in problem.hint


def test_another_affiliation_changes_only_the_entry(tmp_path: Path) -> None:
    """It stands before the name of the role, as a sentence."""
    book = read_book.read_book(write_book(tmp_path))
    (part,) = book.parts
    (interview,) = part.interviews
    people = tuple(replace(person, affiliation="the pier") for person in interview.people[:1])
    book = replace(book, parts=(replace(part, interviews=(replace(interview, people=people),)),))
    assert [text for _, _, text in expect_contributors(book, None)] == ["The pier. Narrator: Keys."]
