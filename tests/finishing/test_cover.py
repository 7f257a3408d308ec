"""The cover for the print shop: spine, words, barcode and marks; what the proof says of a spoiled one."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from barcode import EAN13
from PIL import Image

from onrecord import proof
from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions.pdf import isbn_bars, print_cover, spine_text
from onrecord.editions.pdf.print_cover import find_cover_problems
from onrecord.finishing.print_shop import make_print_shop_file
from onrecord.model import Book, TextLine, Trim
from onrecord.model.design import Brand, CoverDesign, Design, Theme
from onrecord.model.directions import is_spine_read_upwards
from onrecord.model.paper import PageSize, compute_spine_mm, parse_thickness_mm
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.pipeline.check import check_book
from onrecord.proof.finished.print_cover import _expect_spine_texts
from onrecord.proof.reading.barcode_image import compute_ean, read_barcodes
from tests.support.bound import PLACE, change_pdf, find_objections
from tests.support.sample import BOOK

MM = 72 / 25.4
PAGES = 240
LONG_TITLE = "All the lights that burn along the northern coast and the people who light them every evening"
SAMPLE = replace(
    BOOK,
    title="Voices from the Harbour",
    subtitle="Ten conversations about light",
    editors=("First Editor", "Second Editor"),
    publisher="The Publications Desk",
    identifier="urn:isbn:9783161484100",
    language="en",
    trim=Trim.A5,
    design=Design(),
    paper_thickness_mm=0.11,
    back_text=TextLine("Ten people who work while others sleep.\n\nThey speak of fog.", PLACE),
)
BRAND = Brand(accent=TextLine("#ffe066", PLACE), logo=TextLine("logo.png", PLACE))
BRANDED = replace(SAMPLE, design=Design(cover=CoverDesign.PLATE, brand=BRAND))
PICTURE: dict[str, Any] = {
    "design": Design(cover_file=TextLine("square.png", PLACE)),
    "editors": (),
    "identifier": "urn:none:1",
}


@cache
def print_sheet(book: Book, folder: Path, pages: int = PAGES) -> print_cover.PrintCover:
    return print_cover.print_cover(book, folder, pages)


@cache
def make_cover(book: Book, folder: Path, pages: int = PAGES) -> bytes:
    cover = print_sheet(book, folder, pages)
    return make_print_shop_file(cover.data, None, cover.folds_mm, is_cover=True)


@cache
def prove_cover(data: bytes, book: Book, pages: int) -> tuple[Problem, ...]:
    return tuple(proof.prove_cover(book, pages, data, PLACE, claims_pdfx=False))


def list_rules(data: bytes, book: Book = SAMPLE, pages: int = PAGES) -> set[Rule]:
    return {problem.rule for problem in prove_cover(data, book, pages)}


def list_sentences(data: bytes, book: Book = SAMPLE) -> str:
    return "\n".join(problem.sentence for problem in prove_cover(data, book, PAGES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book's folder with a small square picture, and a logo with transparent parts."""
    path = tmp_path_factory.mktemp("book")
    Image.linear_gradient("L").convert("RGB").save(path / "square.png")
    Image.new("RGBA", (300, 120), (20, 80, 40, 120)).save(path / "logo.png")
    return path


# --- what is made -----------------------------------------------------------------------------------


def test_the_spine_has_the_thickness_of_the_sheets(folder: Path) -> None:
    """240 pages are 120 sheets; the boxes are those of back, spine and front together."""
    assert [compute_spine_mm(pages, 0.11) for pages in (240, 239, 1, 1200)] == [13.2, 13.2, 0.11, 66.0]
    with pikepdf.open(io.BytesIO(make_cover(SAMPLE, folder))) as file:
        (page,) = file.pages
        trim, bleed = ([float(value) / MM for value in page.obj[name]] for name in ("/TrimBox", "/BleedBox"))
        assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([2 * 148 + 13.2, 210], abs=0.01)
        assert bleed == pytest.approx([trim[0] - 3, trim[1] - 3, trim[2] + 3, trim[3] + 3], abs=0.01)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"design": Design(theme=Theme.BRIEF, cover=CoverDesign.PLATE), "language": "de"},
        pytest.param(
            {"design": Design(theme=Theme.REVIEW, cover=CoverDesign.INITIALS), "trim": Trim.A4}, marks=pytest.mark.slow
        ),
        pytest.param(
            {"design": Design(brand=Brand(accent=TextLine("#14532d", PLACE))), "trim": PageSize(200.0, 120.0)},
            marks=pytest.mark.slow,
        ),
        PICTURE,
        {"title": LONG_TITLE, "subtitle": LONG_TITLE, "identifier": "urn:isbn:316148410X"},
        {
            "language": "ar",
            "title": "أصوات من الميناء",
            "subtitle": "عشر محادثات عن الضوء",
            "editors": ("محرر أول",),
            "back_text": TextLine("عشرة أشخاص يعملون بينما ينام الآخرون.", PLACE),
        },
    ],
    ids=["band", "plate", "initials", "brand", "picture", "long-title", "from-the-right"],
)
def test_every_cover_is_proved(folder: Path, changes: dict[str, Any]) -> None:
    """In each design, direction and size; each can be read by qpdf and Ghostscript."""
    book = replace(SAMPLE, **changes)
    data = make_cover(book, folder)
    assert list_sentences(data, book) == ""


def test_the_spine_can_be_read_on_a_pale_accent(folder: Path) -> None:
    """On a plate the spine has the colour of the house; its text is dark or light, whichever can be read."""
    assert list_sentences(make_cover(BRANDED, folder), BRANDED) == ""


def test_the_same_cover_has_the_same_bytes(folder: Path) -> None:
    """Made twice."""
    cover = print_cover.print_cover(SAMPLE, folder, PAGES)
    assert make_print_shop_file(cover.data, None, cover.folds_mm, is_cover=True) == make_cover(SAMPLE, folder)


@pytest.mark.slow
def test_other_programs_read_the_cover(folder: Path, tmp_path: Path) -> None:
    """With qpdf and Ghostscript."""
    assert find_objections(make_cover(SAMPLE, folder), tmp_path) == ""


def test_a_narrow_spine_has_no_text_and_says_so(folder: Path) -> None:
    """20 pages are 1.1 mm thick; the sentence names the width."""
    thin = print_sheet(SAMPLE, folder, 20)
    assert [(problem.rule, problem.sentence) for problem in thin.warnings] == [
        (Rule.SPINE_HAS_ROOM, "the spine is 1.1 mm wide: too narrow for a text, so it has none")
    ]
    assert list_rules(make_cover(SAMPLE, folder, 20), pages=20) == set()


def test_the_text_of_a_spine_has_its_largest_size() -> None:
    """A long title is divided on a thick spine; on a narrow one the name is left out first, then all."""
    sheet = print_cover._CoverSheet(SAMPLE, Path(), PAGES)

    def fit(title: str, spine_mm: float, height_mm: float = 210.0) -> spine_text.SpineText | None:
        book = replace(SAMPLE, title=title)
        return spine_text.fit_spine_text(
            book, spine_mm, height_mm, lambda size: sheet._load_face("--heading-face", size)
        )

    short, thick, narrow = fit(SAMPLE.title, 13.2), fit(LONG_TITLE, 66), fit(f"{LONG_TITLE}: {LONG_TITLE[:85]}", 6)
    assert short
    assert (short.title, short.name) == ((SAMPLE.title,), "First Editor, Second Editor")
    assert thick
    assert (len(thick.title), thick.size_mm > 5) == (3, True)
    assert narrow
    assert (len(narrow.title), narrow.name) == (1, "")
    assert fit(LONG_TITLE * 3, 6) is None


def test_a_spine_is_read_as_the_trade_of_its_country_reads_it() -> None:
    """Upwards in German and French, downwards in English and in languages that we do not know."""
    assert [is_spine_read_upwards(tag) for tag in ("de-AT", "fr", "en", "nl", "ar", "xx")] == [True, True, *4 * [False]]


# --- what is refused --------------------------------------------------------------------------------


def test_paper_is_measured_before_a_cover_is_made(folder: Path) -> None:
    """`--cover` without `paper_thickness_mm` is refused with what to type."""
    (problem,) = find_cover_problems(replace(SAMPLE, paper_thickness_mm=0.0), folder)
    assert problem.rule is Rule.PAPER_IS_MEASURED
    assert "paper_thickness_mm: 0.11" in problem.hint
    assert [parse_thickness_mm(text) for text in ("0.11", ",09 mm", "0,1", "thin", "-1")] == [
        0.11,
        0.09,
        0.1,
        None,
        None,
    ]


def test_a_text_too_long_for_the_back_is_refused(folder: Path) -> None:
    """A text without room is an error that counts its characters; so is a character without a glyph."""
    long = replace(SAMPLE, back_text=TextLine("Ten people work. " * 300, PLACE))
    assert [problem.rule for problem in find_cover_problems(long, folder)] == [Rule.COVER_HAS_ROOM]
    strange = replace(SAMPLE, back_text=TextLine("A sign \U00013000", PLACE))
    assert [problem.rule for problem in find_cover_problems(strange, folder)] == [Rule.GLYPHS_EXIST]


def test_a_picture_with_other_proportions_is_cut_with_a_warning(folder: Path) -> None:
    """A square of 256 points on A5: a third of it is lost, and it is too small."""
    book = replace(SAMPLE, **PICTURE)
    warnings = print_sheet(book, folder).warnings
    assert [problem.rule for problem in warnings] == 2 * [Rule.COVER_PICTURE_FITS]
    assert "30% of it is cut off, left and right" in warnings[0].sentence


def test_check_says_what_a_cover_would_refuse(tmp_path: Path) -> None:
    """If the book says how thick its paper is."""
    text = "title: Harbours\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\npaper_thickness_mm: 0.1\n"
    (tmp_path / "interviews").mkdir()
    (tmp_path / "interviews" / "light.md").write_text(
        "---\ntitle: The Light\nbyline: The desk\npeople: [{name: The Keeper, role: interviewee}]\n---\n\n"
        "**Who lights it?**\n\nThe keeper.\n"
    )
    (tmp_path / "book.yaml").write_text(f"{text}back_text: {'Ten people work. ' * 300}\n")
    with pytest.raises(Exception, match="cover-has-room"):
        check_book(tmp_path)


@pytest.mark.parametrize("option", [["--pack", "night"], ["--only", "light"]])
def test_packs_and_offprints_have_no_cover(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["pdf", "--cover", *option]) == ExitCode.WRONG_USAGE
    assert "--cover is for a whole book" in capsys.readouterr().err


# --- the proof --------------------------------------------------------------------------------------


def spoil(folder: Path, before: bytes, after: bytes) -> bytes:
    """Return the sample cover with one piece of its content stream replaced."""

    def replace_bytes(file: pikepdf.Pdf) -> None:
        stream = file.pages[0].obj.Contents
        data = stream.read_bytes()
        assert data.count(before) >= 1, before
        stream.write(data.replace(before, after, 1))

    return change_pdf(make_cover(SAMPLE, folder), replace_bytes)


def change_box(name: str, shift_mm: float) -> Callable[[pikepdf.Pdf], None]:
    """Return a change that makes a page box wider."""

    def change(file: pikepdf.Pdf) -> None:
        box = [float(value) for value in file.pages[0].obj[name]]
        file.pages[0].obj[name] = pikepdf.Array([*box[:2], box[2] + shift_mm * MM, box[3]])

    return change


def test_the_proof_finds_a_spine_of_another_width(folder: Path) -> None:
    """Of another paper, of a book with more pages, or a trim box that is a millimetre wider."""
    data = make_cover(SAMPLE, folder)
    thicker = replace(SAMPLE, paper_thickness_mm=0.12)
    assert list_rules(data, thicker) == {Rule.SPINE_FITS_THE_PAGES}
    assert list_rules(data, pages=PAGES + 8) == {Rule.SPINE_FITS_THE_PAGES}
    assert list_rules(change_pdf(data, change_box("/TrimBox", 1))) == {Rule.SPINE_FITS_THE_PAGES}
    assert list_rules(change_pdf(data, change_box("/BleedBox", 1))) >= {Rule.BLEED_IS_3_MM}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "Voices from the Harbours"}, "front"),
        ({"subtitle": "Nine conversations about light"}, "front"),
        ({"publisher": ""}, "back"),
        ({"back_text": TextLine("Ten people who sleep.", PLACE)}, "back"),
        ({"editors": ("First Editor",)}, "spine"),
        ({"identifier": "urn:isbn:9780306406157"}, "back"),
        ({"language": "ar"}, "front"),
    ],
)
def test_the_proof_finds_other_words(folder: Path, changes: dict[str, Any], where: str) -> None:
    """The cover is compared with a book that has one other word."""
    data = make_cover(SAMPLE, folder)
    book = replace(SAMPLE, **changes)
    assert Rule.COVER_SAYS_THE_WORDS in list_rules(data, book)
    assert f"on its {where}" in list_sentences(data, book)


def test_the_proof_finds_another_barcode(folder: Path) -> None:
    """Bars of another number, none, bars without a quiet zone, bars too pale; and bars where there is no ISBN."""
    data = make_cover(SAMPLE, folder)
    assert Rule.BARCODE_IS_THE_ISBN in list_rules(data, replace(SAMPLE, identifier="urn:isbn:9780306406157"))
    assert Rule.BARCODE_IS_THE_ISBN in list_rules(data, replace(SAMPLE, identifier="urn:none:1"))
    x = (10 + 148 - 148 * 160 / 1600 - isbn_bars.PANEL_WIDTH_MM + 1) * MM  # in the quiet zone
    y = (10 + 148 * 150 / 1600) * MM
    for operators in (b"q 0 g %.2f %.2f 2 90 re f Q" % (x, y), b"q 1 g %.2f %.2f 20 90 re f Q" % (x + 20, y)):
        assert "has no barcode that can be read" in list_sentences(paint(data, operators))


def paint(data: bytes, operators: bytes) -> bytes:
    """Return the cover with something painted on top of it."""

    def append(file: pikepdf.Pdf) -> None:
        stream = file.pages[0].obj.Contents
        stream.write(stream.read_bytes() + b"\n" + operators)

    return change_pdf(data, append)


def test_the_barcode_is_that_of_the_isbn() -> None:
    """Check digits by ISO 2108; an ISBN of ten digits gets 978 before it."""
    for isbn, ean in {
        "9783161484100": "9783161484100",
        "316148410X": "9783161484100",
        "0306406152": "9780306406157",
    }.items():
        assert isbn_bars.convert_to_ean(isbn) == compute_ean(isbn) == ean


def test_a_scanner_reads_a_barcode_in_any_place_and_none_in_noise() -> None:
    """The reader knows no place: it finds bars that are drawn by hand, three pixels to the module."""
    modules = "".join(EAN13("9780306406157").build())
    image = Image.new("L", (600, 200), 255)
    for index, module in enumerate(modules):
        if module == "1":
            image.paste(0, (120 + 3 * index, 40, 123 + 3 * index, 140))
    assert read_barcodes(image) == {"9780306406157"}
    assert read_barcodes(image.crop((100, 0, 600, 200))) == set()  # the quiet zone is too narrow
    assert read_barcodes(image.crop((0, 90, 600, 200))) == set()  # they are too low
    assert read_barcodes(Image.effect_noise((400, 200), 120)) == set()


def test_the_proof_finds_a_file_that_is_no_cover(folder: Path) -> None:
    """No PDF, two pages, and a cover without the claim that its file should make."""
    data = make_cover(SAMPLE, folder)
    assert list_rules(b"no PDF") == {Rule.COPY_CAN_BE_READ}
    assert list_rules(change_pdf(data, lambda file: file.pages.append(file.pages[0]))) == {Rule.SHEETS_ARE_COMPLETE}
    problems = proof.prove_cover(SAMPLE, 2 * PAGES, data, PLACE, claims_pdfx=True)
    assert {problem.rule for problem in problems} >= {Rule.CLAIMS_ARE_TRUE}


def test_the_proof_says_which_words_belong_on_the_cover(folder: Path) -> None:
    book = replace(SAMPLE, subtitle="Nine conversations about light")
    assert "says “Tenconv" in list_sentences(make_cover(SAMPLE, folder), book)


def test_the_spine_must_say_the_title_where_it_has_room() -> None:
    """The short one, if there is one; the name may be left out."""
    title, name = SAMPLE.title, "First Editor, Second Editor"
    assert _expect_spine_texts(SAMPLE, 13.2) == ((title, name), (title,))
    assert _expect_spine_texts(replace(SAMPLE, short_title="Voices"), 13.2) == (("Voices", name), ("Voices",))
    for book, spine_mm in ((SAMPLE, 4.9), (replace(SAMPLE, title=LONG_TITLE), 13.2)):
        assert _expect_spine_texts(book, spine_mm)[-1] == ()


@pytest.mark.parametrize(
    ("x", "y", "where"),
    [
        (b"590.5", b"234.977729", "across the edge of the front"),
        (b"915.1", b"234.977729", "across the edge of the front"),
        (b"1110.1", b"234.977729", "across the edge of the sheet"),
        (b"665.19685", b"20.1", "beyond its edge"),
        (b"665.19685", b"793.1", "beyond its edge"),
    ],
    ids=["fold", "right", "outside", "top", "bottom"],
)
def test_the_proof_finds_words_in_no_panel(folder: Path, x: bytes, y: bytes, where: str) -> None:
    """The first line of the title, moved over the fold and to each edge."""
    moved = spoil(folder, b"665.19685 234.977729 Tm", b"%s %s Tm" % (x, y))
    assert where in list_sentences(moved)


def test_the_proof_finds_hidden_words_and_wrong_marks(folder: Path) -> None:
    """A white plate over the front; a fold mark that is gone; words pushed over the fold."""
    data = make_cover(SAMPLE, folder)
    covered = paint(data, b"q 1 1 1 rg %.1f 60 380 500 re f Q" % (180 * MM))
    assert "that nobody can see" in list_sentences(covered)
    moved = spoil(folder, b"q /CropMarks CS", b"q 1 0 0 1 3 0 cm /CropMarks CS")
    assert Rule.CROP_MARKS_STAND_AT_THE_CORNERS in list_rules(moved)
    added = paint(data, b"q 0 g 420 10 0.3 8 re f Q")
    assert Rule.CROP_MARKS_STAND_AT_THE_CORNERS in list_rules(added)


def test_the_cover_has_no_transparency_and_holds_its_fonts(folder: Path) -> None:
    """A logo with transparent parts is put on the colour of the paper; every font is embedded."""
    data = make_cover(BRANDED, folder)
    assert list_sentences(data, BRANDED) == ""
    with pikepdf.open(io.BytesIO(data)) as file:
        descriptors = [each for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
        assert descriptors
        assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)
        states = [each for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/ca" in each]
        assert all(float(state["/ca"]) == 1 for state in states)
        assert not [each for each in file.objects if isinstance(each, pikepdf.Stream) and "/SMask" in each]


@pytest.mark.slow
def test_the_command_delivers_and_proves_a_cover(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The record names it; `prove` reads it again and says when the book has changed."""
    command_line.main(["new", str(tmp_path / "book")])
    with (tmp_path / "book" / "book.yaml").open("a", encoding="utf-8") as file:
        file.write("paper_thickness_mm: 0.11\n")
    words = ["--book", str(tmp_path / "book"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    assert command_line.main(["pdf", "--cover", *words]) == ExitCode.DONE
    assert "the cover: spine 0." in capsys.readouterr().out
    (cover,) = (tmp_path / "out").glob("*.cover.pdf")
    assert cover.name in next((tmp_path / "out").glob("*.proof.json")).read_text(encoding="utf-8")
    assert command_line.main(["prove", *words]) == ExitCode.DONE
    path = tmp_path / "book" / "book.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("paper_thickness_mm: 0.11", "paper_thickness_mm: 0.2"))
    assert command_line.main(["prove", *words]) == ExitCode.PROBLEMS
    assert "spine-fits-the-pages" in capsys.readouterr().err
