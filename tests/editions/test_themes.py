"""Every theme reaches every edition: its tokens are read by layout, stamping, cover, e-book and web."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image

from onrecord import proof
from onrecord.editions import cover, design_tokens, epub, html, styles
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typesetter import adapt_page
from onrecord.model import Book, SourceLocation, TextLine, Trim
from onrecord.model.design import Brand, CoverDesign, Design, Theme
from onrecord.model.interview_style import InterviewStyle
from onrecord.model.rule import Rule
from onrecord.runtime import face_choice, screen_faces
from tests.support import sample
from tests.support.shared_results import draw_cover_anew
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER

NOWHERE = Path("nowhere")
SHORT = sample.build_short_book()


def assert_proved(book: Book, name: str) -> None:
    """Make an edition of the book and prove it."""
    if name == "pdf":
        report = proof.prove_pdf(book, edition.make_pdf(book, NOWHERE, CACHING_RUNNER).data)
    elif name == "epub":
        report = proof.prove_whole_epub(book, epub.make_epub(book, NOWHERE), PROVING_RUNNER)
    else:
        report = proof.prove_web_edition(book, html.make_html(book, NOWHERE), PROVING_RUNNER)
    assert not report.problems, "\n".join(map(str, report.problems))
    assert all(interview.words_expected == interview.words_found for interview in report.interviews)


@pytest.mark.parametrize("name", ["pdf", "epub", "html"])
@pytest.mark.parametrize(("theme", "style"), [("octavo", "initials"), ("review", "stacked"), ("brief", "hanging")])
def test_a_book_in_a_theme_is_proved(theme: str, style: str, name: str) -> None:
    """Three of the combinations, with all kinds of blocks; the slow test below has all of them."""
    assert_proved(sample.set_in(theme, style, SHORT), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pdf", "epub", "html"])
@pytest.mark.parametrize("style", [style.value for style in InterviewStyle])
@pytest.mark.parametrize("theme", [theme.value for theme in Theme])
def test_every_style_is_proved_in_every_theme(theme: str, style: str, name: str) -> None:
    """Labels run in, hang or stand alone; questions are bold, italic or roman."""
    assert_proved(sample.set_in(theme, style), name)


@pytest.mark.parametrize("theme", [theme for theme in Theme if theme is not Theme.OCTAVO])
def test_the_tokens_of_a_theme_are_known_and_reach_all_editions(theme: Theme) -> None:
    """A theme replaces tokens that there are, and changes what each edition is made of."""
    design, known = Design(theme), styles.read_packaged_tokens()
    tokens = styles.parse_tokens(styles.read_theme_stylesheet("tokens", theme))
    assert tokens
    assert set(tokens) <= set(known)
    face = design_tokens.read_family(NOWHERE, "--text-face", design)
    assert design_tokens.read_family(NOWHERE, "--text-face-print", design) == face
    for css in (
        design_tokens.join_print_stylesheets("", NOWHERE, "print", design=design),
        design_tokens.read_screen_stylesheet("epub", NOWHERE, design),
        design_tokens.write_screen_tokens(NOWHERE, design),
    ):
        assert face in css
    accent = tokens["--accent"].value
    assert accent in design_tokens.write_screen_tokens(NOWHERE, design)
    assert cover.read_cover_colors(NOWHERE, design) != cover.read_cover_colors(NOWHERE)
    assert f"fonts/{face.replace(' ', '')}-normal.woff2" in html.make_html(
        sample.set_in(theme, "names", SHORT), NOWHERE
    )


def test_a_theme_changes_type_and_folio_but_no_line() -> None:
    """The grid is that of the trim."""
    page = get_book_geometry(Trim.A5)
    review = adapt_page(page, NOWHERE, Design(Theme.REVIEW))
    assert review.has_centered_folio
    assert review.text_pt < page.text_pt
    assert replace(review, text_pt=page.text_pt, has_centered_folio=False) == page
    assert adapt_page(page, NOWHERE, Design()) == page


def test_the_rules_of_our_themes_are_for_known_tokens() -> None:
    """A `var()` of a token that nothing defines would be dropped in silence."""
    known = styles.read_packaged_tokens()
    for path in (Path(__file__).parents[2] / "styles/themes").rglob("*.css"):
        assert set(re.findall(r"var\((--[\w-]+)\)", path.read_text(encoding="utf-8"))) <= set(known), path
        assert path.stem in (*styles.PRINT_SHEETS, *styles.SCREEN_SHEETS)
        assert path.parent.name in list(Theme)


def test_a_brand_reaches_all_editions_and_the_cover() -> None:
    """A face that is ours, another one for headings, and a colour; rules and dark screens follow it."""
    here = SourceLocation("book.yaml", 5)
    brand = Brand(TextLine("#14532d", here), TextLine("Source Serif 4", here), TextLine("Source Sans 3", here))
    design = Design(brand=brand)
    printed = design_tokens.join_print_stylesheets("", NOWHERE, "print", design=design)
    screen = design_tokens.write_screen_tokens(NOWHERE, design)
    for css in (printed, screen):
        assert "--accent: #14532d" in css
        assert '--text-face: "Source Serif 4", "EB Garamond"' in css
        assert "--accent-rule: #14532d" in css
    assert '--heading-face-print: "Source Sans 3", "EB Garamond"' in printed
    e_book = design_tokens.read_screen_stylesheet("epub", NOWHERE, design)
    assert 'h6 { font-family: "Source Sans 3", "EB Garamond"' in e_book
    assert "#14532d" not in e_book
    assert cover.read_cover_colors(NOWHERE, design).accent == "#14532d"
    book = replace(SHORT, design=design)
    assert_proved(book, "html")
    assert_proved(book, "epub")


def test_the_fonts_of_a_brand_are_files_of_the_editions_for_screens(tmp_path: Path) -> None:
    """They come from `fonts/`; another font under their name is refused, and a missing one."""
    copy_font(tmp_path / "fonts", "Harbour")
    design = Design(brand=Brand(text_face=TextLine("Harbour", SourceLocation("book.yaml", 5))))
    book = replace(SHORT, design=design)
    files = html.make_html(book, tmp_path)
    name = "fonts/Harbour-normal.woff2"
    assert not proof.prove_web_edition(book, files, PROVING_RUNNER).problems
    assert b'font-family: "Harbour"; src: url("fonts/Harbour-normal.woff2")' in files["style.css"]
    other = {**files, name: files["fonts/SourceSans3-normal.woff2"]}
    missing = {path: data for path, data in files.items() if path != name}
    for spoiled in (other, missing):
        assert {problem.rule for problem in proof.prove_web_edition(book, spoiled, PROVING_RUNNER).problems} == {
            Rule.FILES_ARE_KNOWN
        }
    assert not proof.prove_whole_epub(book, epub.make_epub(book, tmp_path), PROVING_RUNNER).problems


def test_a_brand_may_be_a_font_of_a_collection(tmp_path: Path) -> None:
    """Each font of the collection is a file of its own on the web."""
    copy_font(tmp_path / "fonts", "Harbour")
    collection: Any = TTCollection()
    collection.fonts = [TTFont(BytesIO((tmp_path / "fonts/Harbour.ttf").read_bytes())) for _ in range(2)]
    collection.fonts[0]["name"].names = [record for record in collection.fonts[0]["name"].names if record.nameID == 6]
    (tmp_path / "fonts/Harbour.ttf").unlink()
    collection.save(str(tmp_path / "fonts/all.ttc"))
    (face,) = screen_faces.list_screen_faces("", ["Harbour"], tmp_path)
    assert (face.name, face.number) == ("Harbour-normal.woff2", 1)
    assert face.make_subset("Harbour").startswith(b"wOF2")


def draw_book_cover(folder: Path, design: Design) -> bytes:
    """Draw the cover of the sample book."""
    return cover.draw_cover(sample.BOOK, cover.read_cover_colors(folder), cover.read_cover_look(folder, design))


def test_the_covers_differ_and_show_the_logo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three designs, each with the logo of the house; a face of the house changes the letters."""
    images: list[Image.Image] = []

    def keep_image(image: Image.Image, _colors: int) -> bytes:
        images.append(image.resize((400, 600), Image.Resampling.NEAREST))  # every fourth pixel of every fourth line
        return images[-1].tobytes()

    monkeypatch.setattr(cover, "draw_cover", draw_cover_anew)
    monkeypatch.setattr(cover, "save_cover", keep_image)
    here = SourceLocation("book.yaml", 5)
    Image.new("RGBA", (300, 100), (0, 128, 0, 255)).save(tmp_path / "logo.png")
    brand = Brand(logo=TextLine("logo.png", here))
    plain = [draw_book_cover(tmp_path, Design(cover=design)) for design in CoverDesign]
    branded = [draw_book_cover(tmp_path, Design(cover=design, brand=brand)) for design in CoverDesign]
    assert len({*plain, *branded}) == 6
    for image in images[3:]:
        colors = image.convert("RGB").getcolors(400 * 600) or []
        assert {color: count for count, color in colors}.get((0, 128, 0), 0) > 1250
    assert draw_book_cover(tmp_path, Design(Theme.BRIEF)) not in plain


def test_a_picture_in_place_of_a_cover_is_shown_whole(tmp_path: Path) -> None:
    """It is scaled, and neither cut nor stretched; the e-book with it is proved."""
    Image.new("RGB", (300, 300), (200, 0, 0)).save(tmp_path / "front.jpg")
    design = Design(cover_file=TextLine("front.jpg", SourceLocation("book.yaml", 5)))
    image = Image.open(BytesIO(draw_book_cover(tmp_path, design))).convert("RGB")
    red = image.point(lambda value: 255 if value > 150 else 0).split()[1].point(lambda value: 255 - value)
    assert red.getbbox() == (0, (cover.HEIGHT - cover.WIDTH) // 2, cover.WIDTH, (cover.HEIGHT + cover.WIDTH) // 2)
    book = replace(SHORT, design=design)
    assert not proof.prove_whole_epub(book, epub.make_epub(book, tmp_path), PROVING_RUNNER).problems


def copy_font(folder: Path, family: str) -> None:
    """Write a font with Latin and Hebrew letters into a folder under another name."""
    font: Any = TTFont(BytesIO(face_choice.find_face("Frank Ruhl Libre", "normal")[0]))
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = family
    folder.mkdir()
    font.save(str(folder / f"{family}.ttf"))
