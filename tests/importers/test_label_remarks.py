"""Test what labels say besides names: affiliations, roles, pronouns."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers.recognition.label_remarks import read_remarks
from tests.importers.test_import_file import import_draft


@pytest.mark.parametrize(
    ("label", "affiliation"),
    [
        ("Nora Field (Harbour Board)", "Harbour Board"),
        ("Nora Field, Harbour Board", "Harbour Board"),
        ("Nora Field [keeper of the light]", "keeper of the light"),
        ("Nora Field, keeper of the light", "keeper of the light"),
        ("Nora Field (she/her)", ""),
        ("Nora Field (NF)", ""),
        ("Nora Field (host)", ""),
        ("Nora Field (Unverified)", ""),
        ("Nora Field (12:41)", ""),
        ("Nora Field (cont’d)", ""),
        ("Nora Field (she/her) (Harbour Board)", "Harbour Board"),
    ],
)
def test_brackets_and_what_follows_a_comma_are_affiliations(label: str, affiliation: str) -> None:
    assert read_remarks("Nora Field", [label]).affiliation == affiliation


@pytest.mark.parametrize("label", ["Field, Nora", "Nora Field.", "Nora Field | Harbour Board", "Nora Field – Keeper"])
def test_a_name_is_written_as_one_says_it(label: str) -> None:
    assert read_remarks(label, [label]).name == "Nora Field"


@pytest.mark.parametrize("name", ["Nora Field, Jr.", "Nora Field, PhD", "Nora Field"])
def test_other_commas_belong_to_the_name(name: str) -> None:
    assert read_remarks(name, [name]).name == name


def test_a_label_says_who_asks(tmp_path: Path) -> None:
    """By their words alone, the guest would be the one who asks."""
    turns = [
        "Nora Field (host): The keeper counts ships.",
        "Ben Shaw (guest): Does he? Who pays him for it?",
        "Nora Field (host): The owners pay him.",
        "Ben Shaw (guest): And what do they pay? Is it much?",
    ]
    draft = import_draft(tmp_path, "talk.txt", "\n\n".join(turns))
    assert [(person.name, person.role.value) for person in draft.people] == [
        ("Ben Shaw", "interviewee"),
        ("Nora Field", "interviewer"),
    ]


def test_people_have_the_affiliations_of_their_labels(tmp_path: Path) -> None:
    turns = ["0:04 - Nora Field (The Desk)\n  Who counts?", "0:09 - Ben Shaw (Harbour Board)\n  The keeper does."]
    text = "\n\n".join(turn.replace("0:", f"{n}:") for n in range(3) for turn in turns)
    draft = import_draft(tmp_path, "talk.txt", text)
    assert [(person.name, person.affiliation) for person in draft.people] == [
        ("Ben Shaw", "Harbour Board"),
        ("Nora Field", "The Desk"),
    ]
