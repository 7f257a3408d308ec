"""Pages of packs are mirrored in languages that are read from the right."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf

import pytest

from onrecord.editions.pdf.pages.geometry import (
    POINTS_PER_MM,
    find_copy_number_area,
    find_tab_area,
    get_foot_size,
    get_pack_geometry,
)
from onrecord.editions.pdf.pages.specimens import Specimen, StampPiece
from onrecord.finishing.lettering import fit_line
from onrecord.model import Trim
from onrecord.pipeline.finish_jobs import place_copy_stamp
from onrecord.proof.rules.pack_rules import _is_folio
from onrecord.proof.rules.pdf import _has_page_number
from onrecord.runtime.face_choice import list_stamp_fonts
from onrecord.runtime.interface_texts import load_languages
from tests.support.sample import BOOK


@pytest.mark.parametrize("large_print", [False, True])
def test_a_recto_from_the_right_is_a_left_hand_page(large_print: bool) -> None:
    """Tabs stand at the outer edge, the number of a copy at the binding side, and margins change sides."""
    page, mirrored = (get_pack_geometry(Trim.A4, large_print=large_print, is_mirrored=side) for side in (False, True))
    for recto in (True, False):
        assert find_tab_area(mirrored, 1, 3, recto) == find_tab_area(page, 1, 3, not recto)
        assert find_copy_number_area(mirrored, recto) == find_copy_number_area(page, not recto)
    assert page.build_css() != mirrored.build_css()


def test_the_stamps_of_copies_change_sides() -> None:
    """In the foot at the binding side, which is on the right of a recto that is read from the right."""
    english = place_copy_stamp(replace(BOOK, language="en", trim=Trim.A4), large_print=False)
    hebrew = place_copy_stamp(replace(BOOK, language="he", trim=Trim.A4), large_print=False)
    assert (hebrew.recto, hebrew.verso) == (english.verso, english.recto)
    assert (english.recto.align, hebrew.recto.align) == ("left", "right")


@pytest.mark.parametrize("large_print", [False, True])
def test_the_stamp_of_a_copy_leaves_room_for_the_number_of_the_page(large_print: bool) -> None:
    """In all languages that our fonts can print: the words before the number are longer in some of them."""
    page = get_pack_geometry(Trim.A4, large_print=large_print)
    rooms = {}
    for language, words in load_languages().items():
        if language not in ("ja", "ko", "zh"):
            folio = words.texts["large_page_of" if large_print else "page_of"].format(page=100, pages=120)
            line = fit_line(folio, list_stamp_fonts(()), get_foot_size(page), inf, language)
            stamp = place_copy_stamp(replace(BOOK, language=language, trim=Trim.A4), large_print=large_print)
            rooms[language] = stamp.room_mm / (page.width_mm - page.inner_mm - page.outer_mm)
            free_mm = page.width_mm - page.inner_mm - page.outer_mm - line.width_pt / POINTS_PER_MM
            assert stamp.room_mm < free_mm, language
    assert min(rooms.values()) > 0.4, rooms
    assert rooms["en"] == pytest.approx(0.56)


def test_words_of_a_stamp_stand_in_the_order_of_its_language() -> None:
    """“page 3 of 16” in Hebrew: the number of pages is at the left, with its space beside the word before it."""
    glyphs = {digit: (int(digit), 500.0) for digit in "0136"}
    pieces = {"עמוד": StampPiece("[<0011>] TJ", 30), "מתוך": StampPiece("[<0022>] TJ", 40)}
    stamp = Specimen("Sans", 10, (0, 0, 0), glyphs, pieces, is_from_right=True)
    shown = re.findall(rb"0 1 (\S+) 0 Tm (\S+)", stamp.draw("עמוד 3 מתוך 16", 0, 0))
    assert shown == [(b"0", b"<00010006>"), (b"12.5", b"[<0022>]"), (b"55", b"<0003>"), (b"62.5", b"[<0011>]")]
    assert stamp.measure_width_pt("עמוד 3 מתוך 16") == 92.5
    turned = replace(stamp, is_from_right=False)
    assert re.findall(rb"<\w+>", turned.draw("עמוד 3 מתוך 16", 0, 0)) == [
        b"<0011>",
        b"<0003>",
        b"<0022>",
        b"<00010006>",
    ]


@pytest.mark.parametrize(
    ("text", "folio", "is_right"),
    [
        ("page 3 of 16", "page 3 of 16", True),
        ("page 16 of 3", "page 3 of 16", False),
        ("16 ךותמ 3 דומע", "עמוד 3 מתוך 16", True),
        ("3 ךותמ 16 דומע", "עמוד 3 מתוך 16", False),
        ("16 ךותמ 3 מוד", "עמוד 3 מתוך 16", False),
        ("पृष्ठ 3, कुल 16", "पृष्ठ 3, कुल 16", True),
        ("पृष्ठ 16, कुल 3", "पृष्ठ 3, कुल 16", False),
    ],
)
def test_a_folio_in_another_script_has_its_letters_and_numbers(text: str, folio: str, is_right: bool) -> None:
    """It is read from the left, without a tag tree; numbers that change places are noticed."""
    assert _is_folio(text, folio) == is_right


@pytest.mark.parametrize(
    ("contents", "is_given"), [("2 החלטה709:45", True), ("2 החלטה7 09:45", True), ("2 החלטה719:45", False)]
)
def test_a_page_number_in_an_agenda_from_the_right_touches_the_time(contents: str, is_given: bool) -> None:
    """No gap is read between them there; another number is still noticed."""
    assert _has_page_number(contents, "2 החלטה", "7", "09:45") == is_given
