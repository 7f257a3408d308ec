"""All words of an interview stand in the text block; the proof has its own measures of it."""

from __future__ import annotations

import pytest

from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry, get_book_geometry, get_pack_geometry
from onrecord.model import Trim
from onrecord.model.paper import AnyTrim, PageSize, parse_trim
from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage, TagElement
from onrecord.proof.reading.reading_order import join_runs
from onrecord.proof.reading.tag_tree import TagTreeReader
from onrecord.proof.reading.text_block import (
    BOOK_MARGINS,
    LARGE_PRINT_MARGINS,
    PACK_MARGINS,
    expect_margins,
    find_moved_edge,
    find_stray_edge,
)

A5 = PdfPage("1", (0, 0, 419.53, 595.28), [], {}, set())


def make_run(left: float, baseline: float, width: float = 50, text: str = "word") -> TextRun:
    return TextRun(text, 0, left, baseline - 3, left + width, baseline + 8, baseline, 11)


def get_margins(page: PageGeometry) -> dict[tuple[float, float], tuple[float, float, float, float]]:
    return {(page.width_mm, page.height_mm): (page.top_mm, page.bottom_mm, page.inner_mm, page.outer_mm)}


def test_the_proof_knows_the_margins_of_every_page() -> None:
    """It keeps its own table, so that a slip in the layout does not hide itself."""
    papers = (Trim.A5, Trim.A4, Trim.LETTER)
    assert {
        size: margins for trim in Trim for size, margins in get_margins(get_book_geometry(trim)).items()
    } == BOOK_MARGINS
    packs = [get_margins(get_pack_geometry(trim)) for trim in papers]
    assert {size: margins for page in packs for size, margins in page.items()} == PACK_MARGINS
    large = [get_margins(get_pack_geometry(trim, large_print=True)) for trim in papers]
    assert {size: margins for page in large for size, margins in page.items()} == LARGE_PRINT_MARGINS


@pytest.mark.parametrize("width_mm", [90.0, 118.4, 139.7, 148.0, 170.0, 300.0])
@pytest.mark.parametrize("height_mm", [120.0, 155.0, 215.9, 420.0])
def test_the_proof_derives_the_margins_of_a_page_without_a_name(width_mm: float, height_mm: float) -> None:
    """By its size alone: it does not ask the layout."""
    page = get_book_geometry(PageSize(width_mm, height_mm))
    margins = (page.top_mm, page.bottom_mm, page.inner_mm, page.outer_mm)
    assert expect_margins(width_mm, height_mm) == pytest.approx(margins, abs=0.011)  # a foot is cut to hundredths


@pytest.mark.parametrize("trim", ["8.27 x 11.69 in", "5.83 x 8.27 in", "152 x 229 mm"])
def test_a_page_that_is_nearly_a_named_one_has_margins_of_its_own(trim: str) -> None:
    """The first is A4 in inches: wider than A4 by a tenth of a millimetre."""
    size = parse_trim(trim)
    assert isinstance(size, PageSize)
    page = get_book_geometry(size)
    box = (0, 0, page.width_mm * POINTS_PER_MM, page.height_mm * POINTS_PER_MM)
    line = make_run(page.inner_mm * POINTS_PER_MM, 300, page.measure_pt)
    assert find_stray_edge(line, PdfPage("1", box, [], {}, set()), BOOK_MARGINS, is_right_hand=True) == ""
    assert find_moved_edge([line] * 6, PdfPage("1", box, [], {}, set()), BOOK_MARGINS, is_right_hand=True) == ""


@pytest.mark.parametrize(("index", "edge"), [(0, "left of"), (1, "right of")])
def test_lines_near_the_binding_are_found_on_pages_without_a_name(index: int, edge: str) -> None:
    """Also on low ones, on which an original and its translation face each other."""
    page = get_book_geometry(PageSize(148, 120))
    sheet = PdfPage("1", (0, 0, 148 * POINTS_PER_MM, 120 * POINTS_PER_MM), [], {}, set())
    left = (page.outer_mm if index else page.inner_mm) * POINTS_PER_MM
    moved = 6 * POINTS_PER_MM * (1 if index else -1)
    assert find_stray_edge(make_run(left, 200, page.measure_pt), sheet, BOOK_MARGINS, is_right_hand=not index) == ""
    assert (
        find_stray_edge(make_run(left + moved, 200, page.measure_pt), sheet, BOOK_MARGINS, is_right_hand=not index)
        == edge
    )


@pytest.mark.parametrize("trim", [Trim.A4, PageSize(300.0, 420.0)])
@pytest.mark.parametrize(("is_mirrored", "edges"), [(False, ["right of", ""]), (True, ["", "right of"])])
def test_a_book_that_is_read_from_the_right_begins_with_a_left_hand_page(
    trim: AnyTrim, is_mirrored: bool, edges: list[str]
) -> None:
    """On the largest page without a name, the margin at the binding is 7 mm less than the outer one."""
    page = get_book_geometry(trim)
    box = (0, 0, page.width_mm * POINTS_PER_MM, page.height_mm * POINTS_PER_MM)
    sheets = [PdfPage(label, box, [], {}, set()) for label in "12"]
    paper = PdfContent(sheets, TagElement("Document", "", ""), {})
    reader = TagTreeReader(paper, margins=BOOK_MARGINS, is_mirrored=is_mirrored)
    line = make_run(page.outer_mm * POINTS_PER_MM, 500, page.measure_pt)  # of a left-hand page
    assert [reader.find_stray_edge(line, index) for index in (0, 1)] == edges


@pytest.mark.parametrize(
    ("run", "recto", "verso"),
    [
        (make_run(60, 300), "", ""),
        (make_run(52, 300), "", "left of"),
        (make_run(318, 300), "right of", ""),
        (make_run(330, 300), "right of", "right of"),
        (make_run(60, 545), "above", "above"),
        (make_run(60, 50), "below", "below"),
    ],
)
def test_a_run_outside_the_text_block_is_found(run: TextRun, recto: str, verso: str) -> None:
    """The outer margin is at the right of a right-hand page."""
    assert find_stray_edge(run, A5, BOOK_MARGINS, is_right_hand=True) == recto
    assert find_stray_edge(run, A5, BOOK_MARGINS, is_right_hand=False) == verso


@pytest.mark.parametrize(("index", "edge"), [(0, "right of"), (1, "left of")])
def test_exchanged_margins_are_found_where_they_differ_little(index: int, edge: str) -> None:
    """On A5 by 1 mm: less than a quotation mark may reach over the edge."""
    page = get_book_geometry(Trim.A5)
    left, other = ((page.inner_mm, page.outer_mm)[:: -1 if index else 1][n] * POINTS_PER_MM for n in (0, 1))
    lines = [make_run(left, 500 - 14 * number, page.measure_pt) for number in range(8)]
    exchanged = [make_run(other, 500 - 14 * number, page.measure_pt) for number in range(8)]
    assert find_moved_edge(lines, A5, BOOK_MARGINS, is_right_hand=not index) == ""
    assert find_moved_edge(exchanged, A5, BOOK_MARGINS, is_right_hand=not index) == edge
    assert find_moved_edge([*exchanged, lines[0]], A5, BOOK_MARGINS, is_right_hand=not index) == ""
    assert find_moved_edge(exchanged[:5], A5, BOOK_MARGINS, is_right_hand=not index) == ""


def join_lines(*lines: str) -> str:
    return join_runs(
        [(0, make_run(60, 300 - 20 * n, text=line)) for n, line in enumerate(lines)],
        lambda _page, _run: "",
        breaks_words=False,
    )[0]


def test_a_word_alone_on_its_line_may_go_on_in_the_next_line() -> None:
    """It had no room in the whole line; a word after other words had, and would have been moved down."""
    assert join_lines("disclaim", "er of") == "disclaim\ufdd5er of"
    assert join_lines("the disclaim", "er of") == "the disclaim er of"
    assert join_lines("the extraordinarily", "extraordinary") == "the extraordinarily\ufdd5extraordinary"


def test_a_line_in_a_script_without_spaces_may_end_between_letters() -> None:
    """Thai words are not divided by spaces; a consonant may be the last of a line."""
    assert join_lines("และ น้ำขึ้น กำลัง", "ทำงาน") == "และ น้ำขึ้น กำลัง\ufdd5ทำงาน"
    assert join_lines("the harbour", "light") == "the harbour light"
