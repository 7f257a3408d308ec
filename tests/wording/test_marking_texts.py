"""Every marking has its field, its key in a pack's file, and its texts."""

from __future__ import annotations

from dataclasses import fields

from onrecord.manuscript.pack_keys import PACK_KEYS
from onrecord.model.agenda import MARKINGS, Markings
from onrecord.runtime.interface_texts import PLACEHOLDERS


def test_the_fields_of_markings_are_the_version_and_the_registry() -> None:
    """The editions go by the registry, the proof by the fields."""
    assert [field.name for field in fields(Markings)] == ["version", *(marking.name for marking in MARKINGS)]
    assert {marking.name for marking in MARKINGS} < set(PACK_KEYS.names)


def test_each_marking_has_a_text_and_what_restricts_a_reader_an_explanation() -> None:
    """Every language has the texts that are listed."""
    names = {choice.value for marking in MARKINGS for choice in marking.choices or ()}
    names |= {marking.name for marking in MARKINGS if not marking.choices}
    assert names <= set(PLACEHOLDERS)
    free = {marking.unrestricted for marking in MARKINGS}
    explained = {name for name in PLACEHOLDERS if name.startswith("explain_")}
    assert explained == {f"explain_{name}" for name in names if name not in free}
