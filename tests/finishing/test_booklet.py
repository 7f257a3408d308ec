"""Booklets: a script folds them and reads the pages, and the proof refuses broken ones."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from onrecord.finishing.booklet import BookletPaper, compute_creep_mm, impose_sides, make_booklet
from onrecord.finishing.copies import Stamp, StampPlace, stamp_copies
from onrecord.model.recipients import NumberedCopy, Recipient
from onrecord.proof import prove_booklet
from onrecord.proof.finished.booklet import _check_instruction
from onrecord.proof.reading.painted_text import ARTIFACT, TextRun
from onrecord.runtime.interface_texts import get_language
from tests.support.bound import (
    PLACE,
    build_leaflet,
    build_sample_pdf,
    build_sheet,
    change_pdf,
    find_objections,
    read_page_texts,
    remove_pictures,
)


@cache
def build_booklet() -> bytes:
    """Return the booklet of a book of five pages."""
    return make_booklet(build_leaflet())


@cache
def build_thick_booklet() -> bytes:
    """Return the booklet of the sample book."""
    return make_booklet(build_sample_pdf())


def list_broken_rules(data: bytes) -> set[str]:
    """Return the rules that a booklet of the book of five pages breaks."""
    return {problem.rule for problem in prove_booklet(build_leaflet(), data, "en", PLACE)}


def fold_sheets(pages: int) -> list[int]:
    """Return the pages in reading order, from the place of each half after folding."""
    sides = list(impose_sides(pages))
    sheets = [(sides[index], sides[index + 1]) for index in range(0, len(sides), 2)]
    # The folded stack shows right halves up to the middle, then left halves.
    front = [(outside.right, inside.left) for outside, inside in sheets]
    back = [(inside.right, outside.left) for outside, inside in reversed(sheets)]
    return [page for pages_of_sheet in (*front, *back) for page in pages_of_sheet]


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5, 8, 13, 62, 64])
def test_a_folded_booklet_has_its_pages_in_order(pages: int) -> None:
    """Blank pages at the end make the number of pages a multiple of four."""
    order = fold_sheets(pages)
    assert order == list(range(len(order)))
    assert len(order) % 4 == 0
    assert 0 <= len(order) - pages < 4


def test_the_folded_booklet_has_the_text_of_every_page() -> None:
    """Each half of a side has the text of its page and no other."""
    data, original = build_thick_booklet(), read_page_texts(build_sample_pdf())
    with pypdfium2.PdfDocument(data) as document:
        halves = {}
        for index, side in enumerate(impose_sides(len(original))):
            width, height = document[index].get_size()
            text_page = document[index].get_textpage()
            line = 24 if not index else 0  # the printing instructions stand along the fold
            halves[side.left] = text_page.get_text_bounded(0, 0, width / 2 - line, height)
            halves[side.right] = text_page.get_text_bounded(width / 2, 0, width, height)
    for page in sorted(halves):
        expected = original[page] if page < len(original) else ""
        assert "".join(halves[page].split()) == "".join(expected.split()), f"page {page + 1}"


def test_the_proof_accepts_a_correct_booklet() -> None:
    assert prove_booklet(build_sample_pdf(), build_thick_booklet(), "en", PLACE) == ()
    for paper in (None, *BookletPaper):
        assert list_broken_rules(make_booklet(build_leaflet(), paper)) == set(), paper


def test_a_numbered_copy_can_be_a_booklet() -> None:
    """The stamp and the printing instructions do not overlap; other languages are proved too."""
    copy = NumberedCopy(7, 50, Recipient("The night desk", PLACE))
    for place in (StampPlace(74, 6), StampPlace(74, 200)):
        stamp = Stamp(place, place, room_mm=118)
        ((_, data),) = stamp_copies(build_leaflet(), [copy], stamp)
        assert prove_booklet(data, make_booklet(data), "en", PLACE) == ()

    russian = build_sheet("ru")
    assert prove_booklet(russian, make_booklet(russian), "ru", PLACE) == ()
    assert {problem.rule for problem in prove_booklet(russian, make_booklet(russian), "de", PLACE)} == {
        "booklet-says-how-to-print"
    }


@pytest.mark.parametrize("language", ["he", "ar", "fa", "hi", "ka"])
def test_a_booklet_says_how_to_print_in_the_script_of_its_language(language: str) -> None:
    """The proof shapes the line anew: it refuses glyphs that change places, and the line of another language."""

    def spoil(file: pikepdf.Pdf) -> None:
        form = file.pages[0].obj.Resources.XObject.Line
        form.write(re.sub(rb"(<\w{4}> )(<\w{4}> )(<\w{4}> )", rb"\3\1\2", form.read_bytes()))

    data = build_sheet(language)
    booklet = make_booklet(data)
    assert prove_booklet(data, booklet, language, PLACE) == ()
    for other, name in ((change_pdf(booklet, spoil), language), (booklet, "el")):
        assert "booklet-says-how-to-print" in {problem.rule for problem in prove_booklet(data, other, name, PLACE)}


def test_a_booklet_is_hardly_larger_than_the_book() -> None:
    """Fonts and pictures are stored once; the tag tree is left out."""
    assert len(build_thick_booklet()) < 1.05 * len(build_sample_pdf())


def test_inner_sheets_move_to_the_fold() -> None:
    """Each by the thickness of the sheets around it, on both sides of the fold; the outermost not at all."""
    assert [compute_creep_mm(sheet, 0.1) for sheet in range(3)] == [0.0, 0.1, 0.2]
    thin, thick = (_read_page_places(make_booklet(build_sample_pdf(), thickness_mm=mm)) for mm in (0.0, 1.0))
    for (sheet, name), (x, _) in thin.items():
        moved = (thick[sheet, name][0] - x) * 25.4 / 72
        assert moved == pytest.approx(sheet if name == "/Left" else -sheet, abs=0.01)
    assert {name for _, name in thin} == {"/Left", "/Right"}


def _read_page_places(data: bytes) -> dict[tuple[int, str], tuple[float, float]]:
    places = {}
    with pikepdf.open(io.BytesIO(data)) as file:
        for index, page in enumerate(file.pages):
            matrix: list[float] = []
            for instruction in pikepdf.parse_content_stream(page):
                if str(instruction.operator) == "cm":
                    matrix = [float(value) for value in instruction.operands]
                elif str(instruction.operator) == "Do" and str(instruction.operands[0]) != "/Line":
                    places[index // 2, str(instruction.operands[0])] = matrix[4], matrix[0]
    return places


def test_a_booklet_is_marked_as_for_printing_only() -> None:
    """No tags, links or claims; the title, the print dialog and the labels of the sides name its purpose."""
    with pikepdf.open(io.BytesIO(build_thick_booklet())) as file:
        assert not {"/StructTreeRoot", "/MarkInfo", "/Outlines", "/OutputIntents", "/Names"} & set(file.Root.keys())
        assert all("/Annots" not in page for page in file.pages)
        assert str(file.docinfo.Title) == "The Parts Speak (booklet, for printing)"
        assert "flip on the short edge" in str(file.docinfo.Subject)
        assert file.Root.ViewerPreferences.Duplex == pikepdf.Name.DuplexFlipShortEdge
        assert [page.label for page in file.pages][:3] == ["Sheet 1 outside", "Sheet 1 inside", "Sheet 2 outside"]
        metadata = file.Root.Metadata.read_bytes()
    assert b"pdfuaid:part" not in metadata
    assert b"pdfaid:part" not in metadata


def test_the_same_book_gives_the_same_booklet() -> None:
    assert make_booklet(build_sample_pdf()) == build_thick_booklet()


@pytest.mark.slow
@pytest.mark.parametrize("pages", [1, 3, 8])
def test_qpdf_and_ghostscript_report_nothing(pages: int, tmp_path: Path) -> None:
    """Blank pages included."""

    def shorten(file: pikepdf.Pdf) -> None:
        del file.pages[pages:]

    assert find_objections(make_booklet(build_sample_pdf()), tmp_path) == ""
    assert find_objections(make_booklet(change_pdf(build_sample_pdf(), shorten)), tmp_path) == ""


# --- sabotage ---------------------------------------------------------------------------------------


def test_two_swapped_sides_are_caught() -> None:
    """This happens when the second tray of the printer is turned."""

    def swap_sides(file: pikepdf.Pdf) -> None:
        file.pages[2].obj.Contents, file.pages[3].obj.Contents = file.pages[3].obj.Contents, file.pages[2].obj.Contents
        file.pages[2].obj.Resources, file.pages[3].obj.Resources = (
            file.pages[3].obj.Resources,
            file.pages[2].obj.Resources,
        )

    assert "pages-fold-into-order" in list_broken_rules(change_pdf(build_booklet(), swap_sides))


def test_two_swapped_halves_are_caught() -> None:
    def swap_halves(file: pikepdf.Pdf) -> None:
        pairs = (page.obj.Resources.XObject for page in file.pages if len(page.obj.Resources.XObject.keys()) == 2)
        pair = next(pair for pair in pairs if "/Line" not in pair)
        pair["/Left"], pair["/Right"] = pair["/Right"], pair["/Left"]

    assert "pages-fold-into-order" in list_broken_rules(change_pdf(build_booklet(), swap_halves))


def test_a_lost_page_is_caught() -> None:
    def lose(file: pikepdf.Pdf) -> None:
        file.pages[1].obj.Contents = file.make_stream(b"")

    assert list_broken_rules(change_pdf(build_booklet(), lose)) == {"pages-fold-into-order"}


def test_a_lost_sheet_is_caught() -> None:
    def lose(file: pikepdf.Pdf) -> None:
        del file.pages[2:4]

    assert list_broken_rules(change_pdf(build_booklet(), lose)) == {"sheets-are-complete"}


def test_a_page_across_the_fold_is_caught() -> None:
    def shift(file: pikepdf.Pdf) -> None:
        for page in file.pages:
            stream = page.obj.get("/Contents", file.make_stream(b""))
            stream.write(b"1 0 0 1 200 0 cm " + stream.read_bytes().replace(b"re W n", b"re n"))

    assert "pages-keep-to-their-half" in list_broken_rules(change_pdf(build_booklet(), shift))


def test_a_booklet_without_printing_instructions_is_caught() -> None:
    def remove_instructions(file: pikepdf.Pdf) -> None:
        file.pages[0].obj.Contents.write(file.pages[0].obj.Contents.read_bytes().replace(b"/Line Do", b""))

    assert list_broken_rules(change_pdf(build_booklet(), remove_instructions)) == {"booklet-says-how-to-print"}


def test_a_false_claim_of_tags_is_caught() -> None:
    def claim(file: pikepdf.Pdf) -> None:
        file.Root.Metadata.write(
            file.Root.Metadata.read_bytes().replace(b"</dc:format>", b"</dc:format><pdfuaid:part>1</pdfuaid:part>")
        )

    assert list_broken_rules(change_pdf(build_booklet(), claim)) == {"claims-are-true"}


def test_a_lost_picture_is_caught() -> None:
    assert list_broken_rules(change_pdf(build_booklet(), remove_pictures)) == {"pictures-are-there"}


def test_a_file_that_is_no_pdf_is_caught() -> None:
    assert list_broken_rules(b"no PDF") == {"copy-can-be-read"}


@pytest.mark.parametrize("sides", [[1], [0, 1, 2, 3]], ids=["one", "all"])
def test_sheets_that_cannot_be_folded_are_caught(sides: list[int]) -> None:
    """A side of another size, or all of them in portrait format."""

    def narrow(file: pikepdf.Pdf) -> None:
        for side in sides:
            file.pages[side].MediaBox = pikepdf.Array([0, 0, 500, 595.2756])

    assert list_broken_rules(change_pdf(build_booklet(), narrow)) == {"sheets-are-complete"}


def test_printing_instructions_that_cannot_be_read_are_caught() -> None:
    """White on white."""

    def whiten(file: pikepdf.Pdf) -> None:
        form = file.pages[0].obj.Resources.XObject.Line
        form.write(form.read_bytes().replace(b"0.35 g", b"1 g", 1))

    (problem,) = prove_booklet(build_leaflet(), change_pdf(build_booklet(), whiten), "en", PLACE)
    assert problem.rule == "booklet-says-how-to-print"
    assert "cannot be read" in problem.sentence


def test_printing_instructions_over_the_text_of_a_page_are_caught() -> None:
    """The same line beside the text can be read."""
    text = get_language("en").texts["booklet_print"].format(paper="A4", sheets=2)
    line = TextRun(text, ARTIFACT, left=100, bottom=0, right=200, top=8, baseline=2, size=6)
    for left, sentences in ((300, []), (150, [f"says how to print it where “{text}” cannot be read"])):
        word = TextRun("Ja", 0, left=left, bottom=0, right=left + 20, top=8, baseline=2, size=6)
        assert [sentence for _, sentence in _check_instruction([line], [word], 2, "en")] == sentences
