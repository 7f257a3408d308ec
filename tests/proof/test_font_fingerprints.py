"""The glyphs that a content stream shows, found without the assumption that On Record wrote the stream."""

from __future__ import annotations

import pytest

from onrecord.proof.reading.font_fingerprints import (
    FontFingerprint,
    FontFingerprints,
    ShownGlyphs,
    find_shown_glyphs,
    fingerprint_font,
)
from onrecord.runtime import font_files, font_subsets

FONT = next(
    path for path in font_files.list_font_files(font_files.list_package_folders()) if path.suffix == ".ttf"
).read_bytes()
GLYPHS = {40: "a", 41: "b"}


def embed_font(glyphs: dict[int, str], widths: dict[int, int]) -> FontFingerprint:
    program = font_subsets.subset_font(FONT, 0, glyphs, {})
    return fingerprint_font(
        program,
        font_subsets.make_to_unicode_map(glyphs),
        [value for glyph, width in widths.items() for value in (glyph, [width])],
    )


def test_an_added_glyph_does_not_change_the_other_fingerprints() -> None:
    few, more = embed_font(GLYPHS, {40: 500, 41: 510}), embed_font({**GLYPHS, 900: "c"}, {40: 500, 41: 510, 900: 600})
    assert few.common == more.common
    assert {code: more.glyphs[code] for code in few.glyphs} == few.glyphs


@pytest.mark.parametrize(("glyphs", "widths"), [({40: "x", 41: "b"}, {40: 500, 41: 510}), (GLYPHS, {40: 501, 41: 510})])
def test_another_text_or_width_gives_another_fingerprint(glyphs: dict[int, str], widths: dict[int, int]) -> None:
    before, after = embed_font(GLYPHS, {40: 500, 41: 510}), embed_font(glyphs, widths)
    assert before.glyphs[40] != after.glyphs[40]
    assert before.glyphs[41] == after.glyphs[41]


def test_the_outline_of_another_instance_gives_another_fingerprint() -> None:
    """The same font, a little bolder."""
    weights = [font_subsets.subset_font(FONT, 0, GLYPHS, {"wght": weight}) for weight in (500, 501)]
    if weights[0] == weights[1]:
        pytest.skip("this font has one weight")
    light, bold = (
        fingerprint_font(data, font_subsets.make_to_unicode_map(GLYPHS), [40, [500], 41, [510]]) for data in weights
    )
    assert light.glyphs[40] != bold.glyphs[40]


def test_a_map_of_ranges_is_refused() -> None:
    with pytest.raises(ValueError, match="ranges"):
        fingerprint_font(FONT, b"1 beginbfrange\n<0001> <0005> <0041>\nendbfrange", [])


def test_the_glyphs_of_each_font_are_listed_once_and_in_order() -> None:
    content = b"q BT /A 10 Tf [<0002>0<00010002>-5<>] TJ ET Q BT /B 9.5 Tf <0001> Tj /A 8 Tf <0003> Tj ET"
    assert find_shown_glyphs([content]) == (("A", (1, 2, 3)), ("B", (1,)))


def test_properties_of_marked_content_show_nothing() -> None:
    content = b"/P <</MCID 0/ActualText( )>> BDC BT /A 10 Tf <0001> Tj ET EMC /Artifact<</Type/Pagination>>BDC EMC"
    assert find_shown_glyphs([content]) == (("A", (1,)),)


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
def test_no_glyphs_are_listed_for_a_stream_that_is_not_understood(content: bytes) -> None:
    assert find_shown_glyphs([content]) is None


@pytest.mark.parametrize(
    ("shown_glyphs", "is_same"),
    [
        ((("A", (1,)),), True),
        ((("A", (1, 2)),), False),
        ((("A", (1, 3)),), False),
        ((("B", (1,)),), True),
        ((("C", (1,)),), False),
        (None, False),
    ],
)
def test_a_fingerprint_changes_only_with_a_glyph_that_is_shown(shown_glyphs: ShownGlyphs | None, is_same: bool) -> None:
    """The second glyph of A differs, the third is new, and there is one more font."""
    before = FontFingerprints({"A": FontFingerprint("", {1: b"one", 2: b"two"}), "B": FontFingerprint("", {1: b"b"})})
    after = FontFingerprints(
        {
            "A": FontFingerprint("", {1: b"one", 2: b"other", 3: b"new"}),
            "B": FontFingerprint("", {1: b"b"}),
            "C": FontFingerprint("", {1: b"c"}),
        }
    )
    assert (before.fingerprint_glyphs(shown_glyphs) == after.fingerprint_glyphs(shown_glyphs)) is is_same
