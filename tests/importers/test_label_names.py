"""Test which labels name nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file
from onrecord.importers.common import labels


@pytest.mark.parametrize(
    "name",
    ["iPhone", "iPhone 13 Pro", "Galaxy S21", "Zoom Room 3", "Call-In User 1", "DESKTOP-4F8A2B", "+1 202-555-0100"],
)
def test_a_device_is_nobody(name: str) -> None:
    assert labels.is_device_name(name)


@pytest.mark.parametrize("name", ["Mara Lind", "Mara's iPhone", "Rose Pixel", "Max Mini", "Room", "Galaxy Quest"])
def test_a_person_is_no_device(name: str) -> None:
    assert not labels.is_device_name(name)


def test_people_of_a_meeting_have_names_or_a_warning(tmp_path: Path) -> None:
    """Labels stay as they were printed, so that every turn has its speaker."""
    turns = [("iPhone", "Who lights the lamp?"), ("Mara Lind", "The keeper does.")] * 3
    lines = [f"00:0{i}.000 --> 00:0{i}.900\n<v {name}>{words}</v>\n" for i, (name, words) in enumerate(turns)]
    (tmp_path / "talk.vtt").write_text("WEBVTT\n\n" + "\n".join(lines), "utf-8")
    results, problems = import_file.import_files([tmp_path / "talk.vtt"], tmp_path / "book", accept=True)
    draft = results[0].draft
    assert draft is not None
    assert {person.name for person in draft.people} == {"iPhone", "Mara Lind"}
    assert [problem.sentence for problem in problems] == ["“iPhone” is no name"]


@pytest.mark.parametrize("mark", [".", ".-"])
@pytest.mark.parametrize("name", ["P", "JR", "ANN POE", "Pregunta"])
def test_a_stop_with_a_dash_ends_a_label(name: str, mark: str) -> None:
    """Spanish and Portuguese interviews print “P.- …” and “JR.- …”."""
    label = labels.parse_label(f"{name}{mark} What lights the pier?")
    assert label is not None
    assert label.name == name
