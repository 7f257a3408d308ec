"""A trim has a name, or is a width and a height."""

from __future__ import annotations

import pytest

from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, get_book_geometry
from onrecord.model import Trim
from onrecord.model.paper import LARGEST_MM, SMALLEST_MM, PageSize, fits_press, parse_trim


@pytest.mark.parametrize(
    ("text", "trim"),
    [
        ("A5", Trim.A5),
        ("letter", Trim.LETTER),
        ("6X9", Trim.SIX_BY_NINE),
        ("130 x 200 mm", PageSize(130, 200)),
        ("130×200mm", PageSize(130, 200)),
        ("13 x 20.5 cm", PageSize(130, 205)),
        ("130 mm x 20 cm", PageSize(130, 200)),
        ("5.5 x 8.5 in", PageSize(139.7, 215.9)),
        ("148 x 210 mm", Trim.A5),
        ("6 x 9 in", Trim.SIX_BY_NINE),
        ("130 x 200", None),
        ("A6", None),
        ("130 x 200 pt", None),
        ("", None),
    ],
)
def test_a_trim_is_read_in_any_unit(text: str, trim: Trim | PageSize | None) -> None:
    """A size that has a name is that of the name."""
    assert parse_trim(text) == trim
    if trim is not None:
        assert parse_trim(trim.value) == trim


@pytest.mark.parametrize("size", [SMALLEST_MM, (130, 200), (210, 210), (90, 420), (300, 120), LARGEST_MM])
def test_a_page_of_any_size_has_lines_and_margins(size: tuple[float, float]) -> None:
    """Lines of at most 28 em, whole lines, room for the addresses and for the folio."""
    page = get_book_geometry(PageSize(*size))
    assert fits_press(PageSize(*size))
    assert 19 <= page.measure_pt / page.text_pt <= 28
    assert min(page.inner_mm, page.outer_mm, page.top_mm, page.bottom_mm) >= 11
    assert 0 <= page.height_mm - page.top_mm - page.bottom_mm - page.lines * page.leading_pt / POINTS_PER_MM < 0.02
    assert not fits_press(PageSize(size[0] - 20, 119))
