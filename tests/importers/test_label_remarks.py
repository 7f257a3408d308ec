"""Test what labels say besides names: affiliations, roles, pronouns."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file
from onrecord.importers.recognition.label_remarks import read_remarks
from tests.importers.test_import_file import import_draft
from tests.importers.test_weighed_conventions import recognize


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


@pytest.mark.parametrize("name", ["Nora Field, Jr.", "Nora Field"])
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


TITLED = {
    "Dr. Nora Field": ("Nora Field", "Dr."),
    "Prof. Dr. Nora Field": ("Nora Field", "Prof. Dr."),
    "DR. NORA FIELD": ("NORA FIELD", "Dr."),
    "Frau Dr. Field": ("Field", "Dr."),
    "Mr Field": ("Field", ""),
    "Mme Field": ("Field", ""),
    "Dra. Field": ("Field", "Dra."),
    "Captain Field": ("Field", "Captain"),
    "Sir Ben Field": ("Ben Field", "Sir"),
    "Nora Field, PhD": ("Nora Field", "PhD"),
    "Field, Dr. Nora": ("Nora Field", ""),
    "д-р Нора Филд": ("Нора Филд", "Д-р"),
    "nora van der field": ("Nora van der Field", ""),
    "o'field": ("O'Field", ""),
    "//Nora Field": ("Nora Field", ""),
    "Nora's iPhone": ("Nora", ""),
    "Interviewer (Nora Field)": ("Nora Field", ""),
    "Speaker 1 (Nora Field)": ("Nora Field", ""),
    "nora_f": ("nora_f", ""),
    "host": ("host", ""),
    "speaker 1": ("speaker 1", ""),
    "Don Field": ("Don Field", ""),
    "Secretary General": ("Secretary General", ""),
    "Doctor": ("Doctor", ""),
}


@pytest.mark.parametrize("label", TITLED)
def test_titles_and_signs_are_no_part_of_a_name(label: str) -> None:
    remarks = read_remarks(label, [label])
    assert (remarks.name, remarks.titles) == TITLED[label]


PEOPLE = {
    "titles": (
        ("Dr. Anna Keeper", "Ben", "Dr. Keeper", "Ben", "Keeper", "Ben", "Anna Keeper"),
        ["Anna Keeper (Dr. Anna Keeper, Dr. Keeper, Keeper)", "Ben"],
    ),
    "turned round": (
        ("Dr. Anna Keeper", "Ben", "Keeper, Anna", "Ben", "Anna Keeper", "Ben"),
        ["Anna Keeper (Dr. Anna Keeper, Keeper, Anna)", "Ben"],
    ),
    "small letters": (("anna keeper", "nora field") * 2, ["Anna Keeper", "Nora Field"]),
    "several words in small letters": (("mary ann keeper", "ben") * 3, ["Mary Ann Keeper", "Ben"]),
    "man and wife": (("Mr Keeper", "Mrs Keeper", "Ben") * 2, ["Mr Keeper", "Mrs Keeper", "Ben"]),
    "man and wife, one with the whole name": (
        ("Mr Ben Keeper", "Mrs Keeper", "Mr Keeper") * 2,
        ["Ben Keeper (Mr Ben Keeper, Mr Keeper)", "Keeper (Mrs Keeper)"],
    ),
    "French": (("Mme Keeper", "M. Field") * 2, ["Keeper (Mme Keeper)", "Field (M. Field)"]),
    "an initial": (("Anna Keeper", "M. Field") * 2, ["Anna Keeper", "M. Field"]),
    "two with one label": (
        ("Nora Field and Ben Shaw", "Anna Keeper") * 2,
        ["Anna Keeper", "Nora Field (Nora Field and Ben Shaw)", "Ben Shaw"],
    ),
    "three with one label": (
        ("Nora, Ben and Tom", "Anna") * 2,
        ["Anna", "Nora (Nora, Ben and Tom)", "Ben", "Tom"],
    ),
    "two who also speak alone": (
        ("Nora Field", "Anna Keeper", "Ben Shaw", "Anna Keeper") * 2 + ("Nora Field & Ben Shaw", "Anna Keeper"),
        ["Anna Keeper", "Nora Field (Nora Field & Ben Shaw)", "Ben Shaw"],
    ),
}


@pytest.mark.parametrize("form", PEOPLE)
def test_forms_of_a_label_are_one_person_or_several(form: str) -> None:
    """Nobody else is listed, and each turn has the label that was printed."""
    labels, people = PEOPLE[form]
    words = ("What lights the pier?", "The lamp does, and it has done so for years.", "Who brings oil?", "A boat does.")
    turns = [f"{label}: {text}" for label, text in zip(labels, words * 3, strict=False)]
    draft = recognize("\n\n".join(turns), "one.txt")
    described = [f"{p.name} ({', '.join(p.labels)})" if p.labels else p.name for p in draft.people]
    assert sorted(described) == sorted(people)
    assert [turn.label for turn in draft.turns] == [f"{label}:" for label in labels]


def test_a_title_is_a_note_on_the_person(tmp_path: Path) -> None:
    text = "\n\n".join(("Dr. Nora Field: What is lit?", "Ben: The lamp.") * 2)
    (tmp_path / "one.txt").write_text(text, "utf-8")
    results, problems = import_file.import_files([tmp_path / "one.txt"], tmp_path / "book", accept=True)
    written = results[0].path.read_text("utf-8")
    assert not problems
    assert '  - name: Nora Field\n    role: interviewer\n    note: "Dr."\n    labels: [Dr. Nora Field]\n' in written
    report = results[0].report
    assert report is not None
    assert "Nora Field, interviewer, Dr." in report.read_text("utf-8")
