"""Which glyphs a content stream shows, told without believing that it was written by us."""

from __future__ import annotations

import pytest

from onrecord.proof.alphabet import Alphabet, Face, Shown, shown


def test_the_glyphs_of_each_font_are_told_once_and_in_order() -> None:
    content = b"q BT /A 10 Tf [<0002>0<00010002>-5<>] TJ ET Q BT /B 9.5 Tf <0001> Tj /A 8 Tf <0003> Tj ET"
    assert shown([content]) == (("A", (1, 2, 3)), ("B", (1,)))


def test_properties_of_marked_content_show_nothing() -> None:
    content = b"/P <</MCID 0/ActualText( )>> BDC BT /A 10 Tf <0001> Tj ET EMC /Artifact<</Type/Pagination>>BDC EMC"
    assert shown([content]) == (("A", (1,)),)


@pytest.mark.parametrize(
    "content",
    [
        b"BT <0001> Tj ET",
        b"BT /A 10 Tf (text) Tj ET",
        b"/P <</ActualText(/B 10 Tf)>> BDC BT /A 10 Tf <0001> Tj ET EMC",
        b"q BT /A 10 Tf <0001> Tj ET Q BT <0002> Tj ET",
        b"BT /A 10 Tf <00 01> Tj ET",
        b"BT /A 10 Tf <0001 Tj ET",
    ],
)
def test_where_it_cannot_be_told_nothing_is(content: bytes) -> None:
    assert shown([content]) is None


@pytest.mark.parametrize(
    ("letters", "same"),
    [((("A", (1,)),), True), ((("A", (1, 2)),), False), ((("A", (1, 3)),), False), ((("B", (1,)),), True), ((("C", (1,)),), False), (None, False)],
)
def test_a_name_changes_with_a_glyph_that_is_shown_and_with_no_other(letters: Shown | None, same: bool) -> None:
    """The second glyph of A is another, the third is new, and there is a font more."""
    before = Alphabet({"A": Face("", {1: b"one", 2: b"two"}), "B": Face("", {1: b"b"})})
    after = Alphabet({"A": Face("", {1: b"one", 2: b"other", 3: b"new"}), "B": Face("", {1: b"b"}), "C": Face("", {1: b"c"})})
    assert (before.name(letters) == after.name(letters)) is same
