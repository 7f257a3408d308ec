"""Pages of packs are mirrored in languages that are read from the right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onrecord.editions.pdf.pages.geometry import find_copy_number_area, find_tab_area, get_pack_geometry
from onrecord.model import Trim
from onrecord.pipeline.finish_jobs import place_copy_stamp
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
