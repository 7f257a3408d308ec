"""A character that no face has is one problem for its script and file, with what helps; signs without ink need none."""

from __future__ import annotations

import pytest

from onrecord.editions.pdf.pages.missing_glyphs import find_missing_glyphs
from onrecord.model import SourceLocation
from onrecord.runtime import font_files
from onrecord.runtime.font_files import is_drawn

KNOWN = frozenset(map(chr, font_files.list_code_points(font_files.list_font_files(font_files.list_package_folders()))))


def at(line: int, file: str = "a.md") -> SourceLocation:
    return SourceLocation(file, line)


def test_a_script_is_one_problem_for_each_file() -> None:
    """It stands at the first line, and counts the others."""
    passages = [(at(3), "港"), (at(5), "港口 灯"), (at(9), "ሻይ"), (at(3, "b.md"), "港")]
    problems = list(find_missing_glyphs(passages, KNOWN))
    assert [(str(problem.location), problem.sentence) for problem in problems] == [
        ("a.md:3", "no font has '口' (U+53E3) '港' (U+6E2F) '灯' (U+706F); also on 1 other line"),
        ("a.md:9", "no font has 'ሻ' (U+123B) 'ይ' (U+12ED)"),
        ("b.md:3", "no font has '港' (U+6E2F)"),
    ]
    assert ["NotoSerifCJK" in problem.hint for problem in problems] == [True, False, True]
    assert all("epub html" in problem.hint for problem in problems)
    assert "NotoSansEthiopic" in problems[1].hint


@pytest.mark.parametrize("text", ["𐍈 𝄞", "𝄞 𐍈"])
def test_problems_of_one_line_stand_in_the_order_of_its_text(text: str) -> None:
    """So two runs of `check` say the same in the same order."""
    sentences = [problem.sentence for problem in find_missing_glyphs([(at(1), text)], KNOWN)]
    assert [sentence.split("'")[1] for sentence in sentences] == text.split()


def test_a_long_list_of_characters_is_cut() -> None:
    """The sentence stays readable."""
    (problem,) = find_missing_glyphs([(at(1), "".join(map(chr, range(0x4E00, 0x4E20))))], KNOWN)
    assert problem.sentence.endswith("and 24 more characters")


def test_the_hint_names_a_package_that_has_the_face() -> None:
    """Nothing is installed because a book asks for it."""
    (problem,) = find_missing_glyphs([(at(1), "தேநீர்")], frozenset())
    assert "pip install fontpkg-noto-sans-tamil" in problem.hint


@pytest.mark.parametrize(
    "char", [*"\n\t \u00a0\u2003\u3000", *"\u00ad\u200b\u200c\u200d\u200e\u2060\ufe0f\ufeff\U000e0067"]
)
def test_spaces_and_invisible_characters_need_no_glyph(char: str) -> None:
    """Spaces, joiners, selectors, marks of direction, tags."""
    assert not is_drawn(char)


@pytest.mark.parametrize(
    "text",
    [
        "😀👨‍👩‍👧👍🏽❤️🇩🇪✅",
        "→ ⇒ ☎ ✉ ★ ⌘ ⏎ ⚓",
        "𝑥 ∈ ℝ, ∑ ≤ ∞",
        "שָׁלוֹם",
        "مرحبا؟ پچگ ٹڈ",
        "हिन्दी क्षत्रिय",
        "ภาษาไทย",
        "საქართველო",
        "Հայերեն",
    ],
)
def test_our_own_faces_draw_these_scripts(text: str) -> None:
    """Without a font in the book's folder."""
    assert not list(find_missing_glyphs([(at(1), text)], KNOWN))
