"""A booklet is folded here by script, and the proof is shown broken ones."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from onrecord.finishing.booklet import BookletPaper, compute_creep_mm, impose_sides, make_booklet
from onrecord.finishing.copies import Stamp, stamp_copies
from onrecord.model.recipients import NumberedCopy, Recipient
from onrecord.proof import prove_booklet
from tests.support.bound import PLACE, bound, changed, objections, texts, without_pictures


def rules(data: bytes, language: str = "en") -> set[str]:
    return {problem.rule for problem in prove_booklet(bound(), data, language, PLACE)}


def fold(pages: int) -> list[int]:
    """The order in which a hand meets the pages, told from where each half lies when the stack is folded."""
    printed = list(impose_sides(pages))
    sheets = [(printed[index], printed[index + 1]) for index in range(0, len(printed), 2)]
    # Folded, the stack is leaves from front to back: right halves going in, left halves coming out.
    front = [(outside.right, inside.left) for outside, inside in sheets]
    back = [(inside.right, outside.left) for outside, inside in reversed(sheets)]
    return [page for leaf in (*front, *back) for page in leaf]


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5, 8, 13, 62, 64])
def test_a_folded_stack_reads_from_first_to_last(pages: int) -> None:
    """Whatever the number of pages; blanks are at the end and make it a multiple of four."""
    read = fold(pages)
    assert read == list(range(len(read)))
    assert len(read) % 4 == 0
    assert 0 <= len(read) - pages < 4


def test_the_folded_booklet_has_the_text_of_every_page() -> None:
    """Each half, cut out and read by itself, says what its page says, and nothing else."""
    data, original = make_booklet(bound()), texts(bound())
    with pypdfium2.PdfDocument(data) as document:
        halves = {}
        for index, side in enumerate(impose_sides(len(original))):
            width, height = document[index].get_size()
            reading = document[index].get_textpage()
            line = 24 if not index else 0  # how to print stands along the fold
            halves[side.left] = reading.get_text_bounded(0, 0, width / 2 - line, height)
            halves[side.right] = reading.get_text_bounded(width / 2, 0, width, height)
    for page in sorted(halves):
        expected = original[page] if page < len(original) else ""
        assert "".join(halves[page].split()) == "".join(expected.split()), f"page {page + 1}"


def test_the_proof_of_a_good_booklet_finds_nothing() -> None:
    for paper in (None, *BookletPaper):
        assert rules(make_booklet(bound(), paper)) == set(), paper


def test_a_numbered_copy_can_be_a_booklet() -> None:
    """Stamps at the foot and the line that says how to print do not meet; a line in another language is read too."""
    copy = NumberedCopy(7, 50, Recipient("The night desk", PLACE))
    for stamp in (Stamp.at_foot(148), Stamp.at_foot(148, y_mm=200)):
        ((_, data),) = stamp_copies(bound(), [copy], stamp)
        assert prove_booklet(data, make_booklet(data), "en", PLACE) == ()

    def translate(file: pikepdf.Pdf) -> None:
        file.Root.Lang = pikepdf.String("ru")

    russian = changed(bound(), translate)
    assert prove_booklet(russian, make_booklet(russian), "ru", PLACE) == ()
    assert {one.rule for one in prove_booklet(russian, make_booklet(russian), "de", PLACE)} == {
        "booklet-says-how-to-print"
    }


def test_a_booklet_hardly_grows() -> None:
    """Fonts and pictures are stored once; the tag tree is gone."""
    assert len(make_booklet(bound())) < 1.05 * len(bound())


def test_inner_sheets_move_to_the_fold() -> None:
    """Each by the thickness of the sheets around it, on both sides of the fold alike; the outermost not at all."""
    assert [compute_creep_mm(sheet, 0.1) for sheet in range(3)] == [0.0, 0.1, 0.2]
    thin, thick = (_places(make_booklet(bound(), thickness_mm=mm)) for mm in (0.0, 1.0))
    for (sheet, name), (x, _) in thin.items():
        moved = (thick[sheet, name][0] - x) * 25.4 / 72
        assert moved == pytest.approx(sheet if name == "/Left" else -sheet, abs=0.01)
    assert {name for _, name in thin} == {"/Left", "/Right"}


def _places(data: bytes) -> dict[tuple[int, str], tuple[float, float]]:
    found = {}
    with pikepdf.open(io.BytesIO(data)) as file:
        for index, page in enumerate(file.pages):
            matrix: list[float] = []
            for one in pikepdf.parse_content_stream(page):
                if str(one.operator) == "cm":
                    matrix = [float(value) for value in one.operands]
                elif str(one.operator) == "Do" and str(one.operands[0]) != "/Line":
                    found[index // 2, str(one.operands[0])] = matrix[4], matrix[0]
    return found


def test_a_booklet_is_for_printing_only_and_says_so() -> None:
    """No tags, links or claims; the title, the print dialog and the labels of the sides tell what it is."""
    with pikepdf.open(io.BytesIO(make_booklet(bound()))) as file:
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
    assert make_booklet(bound()) == make_booklet(bound())


@pytest.mark.slow
@pytest.mark.parametrize("pages", [1, 3, 8])
def test_qpdf_and_ghostscript_have_no_objection(pages: int, tmp_path: Path) -> None:
    """With blank pages too."""

    def shorten(file: pikepdf.Pdf) -> None:
        del file.pages[pages:]

    assert objections(make_booklet(bound()), tmp_path) == ""
    assert objections(make_booklet(changed(bound(), shorten)), tmp_path) == ""


# --- sabotage ---------------------------------------------------------------------------------------


def test_two_swapped_sides_are_caught() -> None:
    """As when the printer's second tray is turned."""

    def swap(file: pikepdf.Pdf) -> None:
        file.pages[2].obj.Contents, file.pages[3].obj.Contents = file.pages[3].obj.Contents, file.pages[2].obj.Contents
        file.pages[2].obj.Resources, file.pages[3].obj.Resources = (
            file.pages[3].obj.Resources,
            file.pages[2].obj.Resources,
        )

    assert "pages-fold-into-order" in rules(changed(make_booklet(bound()), swap))


def test_two_swapped_halves_are_caught() -> None:
    def swap(file: pikepdf.Pdf) -> None:
        both = (page.obj.Resources.XObject for page in file.pages if len(page.obj.Resources.XObject.keys()) == 2)
        drawn = next(one for one in both if "/Line" not in one)
        drawn["/Left"], drawn["/Right"] = drawn["/Right"], drawn["/Left"]

    assert "pages-fold-into-order" in rules(changed(make_booklet(bound()), swap))


def test_a_lost_page_is_caught() -> None:
    def lose(file: pikepdf.Pdf) -> None:
        file.pages[5].obj.Contents = file.make_stream(b"")

    assert rules(changed(make_booklet(bound()), lose)) == {"pages-fold-into-order"}


def test_a_lost_sheet_is_caught() -> None:
    def lose(file: pikepdf.Pdf) -> None:
        del file.pages[2:4]

    assert rules(changed(make_booklet(bound()), lose)) == {"sheets-are-complete"}


def test_a_page_across_the_fold_is_caught() -> None:
    def shift(file: pikepdf.Pdf) -> None:
        for page in file.pages:
            stream = page.obj.get("/Contents", file.make_stream(b""))
            stream.write(b"1 0 0 1 200 0 cm " + stream.read_bytes().replace(b"re W n", b"re n"))

    assert "pages-keep-to-their-half" in rules(changed(make_booklet(bound()), shift))


def test_a_booklet_that_does_not_say_how_to_print_is_caught() -> None:
    def silence(file: pikepdf.Pdf) -> None:
        file.pages[0].obj.Contents.write(file.pages[0].obj.Contents.read_bytes().replace(b"/Line Do", b""))

    assert rules(changed(make_booklet(bound()), silence)) == {"booklet-says-how-to-print"}


def test_a_claim_of_tags_is_caught() -> None:
    def claim(file: pikepdf.Pdf) -> None:
        file.Root.Metadata.write(
            file.Root.Metadata.read_bytes().replace(b"</dc:format>", b"</dc:format><pdfuaid:part>1</pdfuaid:part>")
        )

    assert rules(changed(make_booklet(bound()), claim)) == {"claims-are-true"}


def test_a_lost_picture_is_caught() -> None:
    assert rules(changed(make_booklet(bound()), without_pictures)) == {"pictures-are-there"}
