"""The cover of the e-book in any script: shaped and from the right, in a face that has the letters, or left out."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from onrecord.editions import cover
from onrecord.editions.pdf import cover_pictures
from onrecord.editions.pdf.page_pictures import draw_pages
from onrecord.model import Book
from onrecord.model.design import CoverDesign
from onrecord.runtime.task_runner import NO_WORKERS
from tests.support import sample
from tests.support.shared_results import save_cover_in_its_colors


def write_cover(title: str, language: str, design: CoverDesign = CoverDesign.BAND) -> Book:
    design_of_book = replace(sample.BOOK.design, cover=design)
    return replace(
        sample.BOOK, title=title, subtitle="", editors=(), publisher="", language=language, design=design_of_book
    )


@pytest.fixture
def half_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw covers half as wide and half as high: that takes a quarter of the time."""

    def draw_small_pages(data: bytes, width: int, height: int) -> tuple[Image.Image, ...]:
        assert (width, height) == (cover.WIDTH, cover.HEIGHT)
        return draw_pages(data, width // 2, height // 2)

    monkeypatch.setattr(cover_pictures, "draw_pages", draw_small_pages)


def draw(book: Book, folder: Path) -> Image.Image:
    return Image.open(io.BytesIO(cover_pictures.build_cover(book, folder, NO_WORKERS))).convert("L")


def find_ink(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Return where dark letters stand in a part of the cover."""
    return image.crop(box).point(lambda value: 255 if value < 90 else 0).getbbox()


TITLE = (0, 150, 800, 500)


@pytest.mark.usefixtures("half_size")
def test_a_title_from_the_right_stands_at_the_right_and_is_shaped(tmp_path: Path) -> None:
    """In Arabic, joined letters take less room than single ones."""
    joined = find_ink(draw(write_cover("منارة", "ar"), tmp_path), TITLE)
    single = find_ink(draw(write_cover("م\u200cن\u200cا\u200cر\u200cة", "ar"), tmp_path), TITLE)
    hebrew = find_ink(draw(write_cover("מגדלור", "he"), tmp_path), TITLE)
    assert joined
    assert single
    assert hebrew
    assert all(ink[2] > 690 and ink[0] > 200 for ink in (joined, hebrew))
    assert joined[2] - joined[0] < 0.85 * (single[2] - single[0])


@pytest.mark.usefixtures("half_size")
def test_other_scripts_have_letters_and_no_boxes(tmp_path: Path) -> None:
    """Covers that differ in one word of one script look different, as they would not with boxes for letters."""
    book = replace(write_cover("दीपक", "hi"), subtitle="შუქი", publisher="ประภา")
    others = (replace(book, title="कदीप"), replace(book, subtitle="იქუშ"), replace(book, publisher="ภาประ"))
    assert len({draw(cover_book, tmp_path).tobytes() for cover_book in (book, *others)}) == 4


def test_what_no_font_has_is_left_out_with_a_warning(tmp_path: Path) -> None:
    book = write_cover("港口", "zh")
    (warning,) = cover_pictures.find_cover_problems(book, tmp_path)
    assert (warning.rule, warning.severity) == ("glyphs-exist", "warning")
    assert "no font has 口 港: the cover of the e-book leaves out" in warning.sentence
    assert find_ink(draw(book, tmp_path), (0, 300, 1600, 510)) is None  # the rule is below
    assert list(cover_pictures.find_cover_problems(write_cover("Harbour", "en"), tmp_path)) == []


@pytest.mark.parametrize("design", CoverDesign)
def test_a_cover_in_letters_of_the_face_is_drawn_as_before(design: CoverDesign, tmp_path: Path) -> None:
    book = replace(sample.BOOK, design=replace(sample.BOOK.design, cover=design))
    look = cover.read_cover_look(tmp_path, book.design)
    assert cover.is_drawn_by_letters(book, look)
    assert not cover.is_drawn_by_letters(replace(book, subtitle="от А до ქ"), look)
    colors = cover.read_cover_colors(tmp_path, book.design)
    assert cover_pictures.build_cover(book, tmp_path, NO_WORKERS) == cover.draw_cover(book, colors, look)


@pytest.mark.usefixtures("half_size")
def test_lines_of_a_tall_face_do_not_touch_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arabic letters reach far below the line; the rule below the title is red."""
    monkeypatch.setattr(cover, "save_cover", save_cover_in_its_colors)
    data = cover_pictures.build_cover(write_cover("الصفحة", "ar"), tmp_path, NO_WORKERS)
    red, green, _ = Image.open(io.BytesIO(data)).convert("RGB").split()
    is_red = red.crop((615, 150, 715, 600)).point(lambda value: 255 if value > 100 else 0)
    is_dark = green.crop((615, 150, 715, 600)).point(lambda value: 255 if value < 90 else 0)
    rule = ImageChops.multiply(is_red, is_dark).getbbox()
    ink = red.crop((0, 150, 800, 600)).point(lambda value: 255 if value < 90 else 0).getbbox()
    assert rule
    assert ink
    assert ink[3] + 4 < rule[1]
