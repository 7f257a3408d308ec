"""Draw the manual's drawings of pages, to scale, from the measures that the layout has; sheets of booklets, a pack.

    python -m benchmarks.page_drawings  # writes docs/images/spread.png, trim-sizes.png, pack-*.png and booklet*.png

Run it when margins, type sizes, the lines of a page or the sample book have changed.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry, get_book_geometry
from onrecord.finishing.booklet import make_booklet
from onrecord.model import Trim
from onrecord.pipeline.build import build_book
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import BuildOptions, FinishOptions
from onrecord.runtime import face_choice
from onrecord.runtime.task_runner import NO_WORKERS

_IMAGES = Path(__file__).parents[1] / "docs/images"
_INK, _ACCENT, _TEXT, _QUIET, _BLOCK = "#1d1b19", "#7a1717", "#b4b4b4", "#635d57", "#f4f0ea"
_DPI_FACTOR = 2  # drawn larger, then made smaller, for smooth edges
_BOOK = Path(__file__).parents[1] / "book"
_PACK_WIDTH, _QUESTION = 1300, "what role will cooperation"
_SHEET = (4, 5)  # of the booklet: the outside and the inside of its third sheet
_PARAGRAPHS = (7, 8, 6, 9, 5)  # lines


class _Drawing:
    """A white picture, measured in millimetres."""

    def __init__(self, width_mm: float, height_mm: float, scale: float) -> None:
        self._scale = scale * _DPI_FACTOR
        self.image = Image.new("RGB", (round(width_mm * self._scale), round(height_mm * self._scale)), "white")
        self._pen = ImageDraw.Draw(self.image)

    def draw_box(self, left: float, top: float, width: float, height: float, fill: str, outline: str = "") -> None:
        """Draw a rectangle, with an outline if it has a colour."""
        sides = [side * self._scale for side in (left, top, left + width, top + height)]
        self._pen.rectangle(sides, fill=fill, outline=outline or None, width=round(0.5 * self._scale))

    def draw_line(self, left: float, y: float, width: float, thickness: float, colour: str = _TEXT) -> None:
        """Draw a line of text as a bar in the middle of `y`."""
        self.draw_box(left, y - thickness / 2, width, thickness, colour)

    def write(self, text: str, x: float, y: float, size_mm: float, colour: str = _INK, anchor: str = "mm") -> None:
        """Write a few words; the anchor is Pillow's."""
        data, _ = face_choice.find_face("Source Sans 3", "normal")
        font = ImageFont.truetype(io.BytesIO(data), size_mm * self._scale)
        font.set_variation_by_axes([600 if colour != _QUIET else 400])
        self._pen.text((x * self._scale, y * self._scale), text, font=font, fill=colour, anchor=anchor)

    def number(self, number: int, x: float, y: float) -> None:
        """Draw a number in a disc."""
        radius = 4.6
        sides = [side * self._scale for side in (x - radius, y - radius, x + radius, y + radius)]
        self._pen.ellipse(sides, fill=_ACCENT)
        self.write(str(number), x, y, 5.2, "#ffffff")

    def save(self, name: str) -> None:
        """Write the picture, in few colours."""
        size = self.image.width // _DPI_FACTOR, self.image.height // _DPI_FACTOR
        small = self.image.resize(size, Image.Resampling.LANCZOS)
        small.quantize(64).save(_IMAGES / f"{name}.png", optimize=True)


def draw_trim_sizes() -> None:
    """Draw a right-hand page of each size with its block of text: as many lines as it has."""
    pages = [(trim, get_book_geometry(trim)) for trim in (Trim.A5, Trim.SIX_BY_NINE, Trim.A4, Trim.LETTER)]
    gap, foot = 14.0, 34.0
    height = max(page.height_mm for _, page in pages)
    drawing = _Drawing(sum(page.width_mm + gap for _, page in pages) + gap, height + gap + foot, 1.65)
    left = gap
    for trim, page in pages:
        top = gap + height - page.height_mm
        drawing.draw_box(left, top, page.width_mm, page.height_mm, "white", _INK)
        measure, leading = page.measure_pt / POINTS_PER_MM, page.leading_pt / POINTS_PER_MM
        block = left + page.inner_mm, top + page.top_mm
        drawing.draw_box(block[0] - 2, block[1] - 1, measure + 4, page.lines * leading + 2, _BLOCK)
        for line in range(page.lines):
            is_last = any(line + 1 == sum(_PARAGRAPHS[:count]) for count in range(1, len(_PARAGRAPHS)))
            drawing.draw_line(block[0], block[1] + (line + 0.5) * leading, measure * (0.55 if is_last else 1), 1.1)
        middle = left + page.width_mm / 2
        drawing.write(trim.value, middle, gap + height + 11, 14, _ACCENT)
        width, page_height = trim.size_mm
        drawing.write(f"{width:g} × {page_height:g} mm", middle, gap + height + 25, 10.5, _QUIET)
        left += page.width_mm + gap
    drawing.save("trim-sizes")


def draw_spread() -> None:
    """Draw an open book in A5 with numbers that point at its parts."""
    page = get_book_geometry(Trim.A5)
    edge, head = 24.0, 8.0
    drawing = _Drawing(2 * page.width_mm + 2 * edge, page.height_mm + 2 * head, 3.78)
    for side in (0, 1):
        drawing.draw_box(edge + side * page.width_mm, head, page.width_mm, page.height_mm, "white", _INK)
    _draw_left_page(drawing, page, edge + page.outer_mm, head)
    _draw_right_page(drawing, page, edge + page.width_mm + page.inner_mm, head)
    drawing.save("spread")


def _draw_left_page(drawing: _Drawing, page: PageGeometry, left: float, head: float) -> None:
    """Draw a page inside an interview: heads, addresses, a footnote and the page number."""
    measure, leading = page.measure_pt / POINTS_PER_MM, page.leading_pt / POINTS_PER_MM
    top = head + page.top_mm

    def place(line: float) -> float:
        """Return the height of a line."""
        return top + (line + 0.5) * leading

    drawing.write("The book", left, head + page.top_mm - 9.5, 4.4, anchor="ls")
    drawing.number(1, left + 32, head + page.top_mm - 11)
    for line in (*range(6), *range(10, 19), *range(22, 27)):
        drawing.draw_line(left, place(line), measure, 0.9)
    for line in (6, 19, 27):
        drawing.draw_line(left, place(line), measure * 0.6, 0.9)
    for line, share in ((8, 1.0), (9, 0.8), (21, 0.55)):
        drawing.draw_line(left, place(line), measure * share, 1.6, _ACCENT)
    for line, address in ((8, "Q4"), (21, "Q5")):
        drawing.write(address, left - 6, place(line), 3.4, _QUIET, "rm")
    drawing.number(2, 11, place(8))
    drawing.draw_line(15.6, place(8), left - 17 - 12, 0.4, _ACCENT)
    drawing.draw_line(left, place(29) - 1, 22, 0.5, _INK)
    drawing.write("1", left, place(30) - 0.8, 3.0, anchor="lm")
    for line, share in ((30, 1.0), (30.8, 0.6)):
        drawing.draw_line(left + 5, place(line) - 0.8, (measure - 5) * share, 0.8)
    drawing.number(3, 11, place(30) - 0.8)
    drawing.draw_line(15.6, place(30) - 0.8, left - 18, 0.4, _ACCENT)
    folio = head + page.height_mm - page.bottom_mm * 0.42
    drawing.write("14", left, folio, 4.2, anchor="lm")
    drawing.number(4, 11, folio)
    drawing.draw_line(15.6, folio, left - 18, 0.4, _ACCENT)


def _draw_right_page(drawing: _Drawing, page: PageGeometry, left: float, head: float) -> None:
    """Draw the opening of an interview: title, standfirst, byline, and its first question and answer."""
    measure, leading = page.measure_pt / POINTS_PER_MM, page.leading_pt / POINTS_PER_MM
    top, outside = head + page.top_mm, left + measure + page.outer_mm + 13

    def place(line: float) -> float:
        """Return the height of a line."""
        return top + (line + 0.5) * leading

    for line, share in ((3.4, 0.95), (5.15, 0.7)):
        drawing.draw_line(left, place(line), measure * share, 4.6, _INK)
    for line, share in ((7.1, 1.0), (8.2, 0.9), (9.3, 0.5)):
        drawing.draw_line(left, place(line), measure * share, 1.1, _QUIET)
    drawing.draw_line(left, place(10.4), measure, 0.4, _ACCENT)
    drawing.draw_line(left, place(11.2), measure * 0.8, 0.9)
    drawing.draw_line(left, place(13), measure * 0.85, 1.6, _ACCENT)
    for line in range(14, 31):
        drawing.draw_line(left, place(line), measure, 0.9)
    drawing.draw_line(left, place(31), measure * 0.6, 0.9)
    drawing.write("Q1", left + measure + 6, place(13), 3.4, _QUIET, "lm")
    for number, line in ((5, 4.3), (6, 8.2), (7, 11.2)):
        drawing.draw_line(left + measure + 2, place(line), outside - left - measure - 6.6, 0.4, _ACCENT)
        drawing.number(number, outside, place(line))


def draw_booklet() -> None:
    """Draw both sides of a sheet of the sample book's booklet, as they lie before they are folded."""
    book, _ = load_book(_BOOK)
    sheets = pypdfium2.PdfDocument(make_booklet(edition.make_pdf(book, _BOOK, NO_WORKERS).data))
    sides = [sheets[index].render(scale=0.74).to_pil().convert("RGB") for index in _SHEET]
    gap = 24
    width, height = sides[0].size
    ground = Image.new("RGB", (2 * width + 3 * gap, height + 2 * gap), "#9a9a9a")
    for number, side in enumerate(sides):
        pen = ImageDraw.Draw(side)
        for y in range(0, height, 10):  # the fold
            pen.line((width // 2, y, width // 2, y + 4), fill=_TEXT)
        ground.paste(side, (gap + number * (width + gap), gap))
    ground.quantize(32).save(_IMAGES / "booklet.png", optimize=True)


def draw_pack() -> None:
    """Draw pages of the sample book's pack: as it is, in large print, and the first sheet of its booklet."""
    with tempfile.TemporaryDirectory() as home:
        options = BuildOptions("desk-meeting", finishing=FinishOptions(booklet=True))
        build_book(_BOOK, Path(home), ("pdf",), NO_WORKERS, lambda *_: None, options)
        booklet, large, normal = (
            pypdfium2.PdfDocument(next(Path(home).glob(pattern)).read_bytes())
            for pattern in ("*.booklet.pdf", "*-large-print.pdf", "*-quotation.pdf")
        )
    _save_row([normal[index] for index in (0, 6, 8)], "pack-pages")
    first = next(index for index, page in enumerate(large) if _QUESTION in page.get_textpage().get_text_range())
    _save_row([normal[8], large[first], large[first + 1]], "pack-large-print")
    sheet = booklet[0].render(scale=_PACK_WIDTH / booklet[0].get_width()).to_pil().convert("RGB")
    pen = ImageDraw.Draw(sheet)
    for y in range(0, sheet.height, 12):  # the fold
        pen.line((sheet.width // 2, y, sheet.width // 2, y + 6), fill=_QUIET)
    sheet.quantize(24).save(_IMAGES / "booklet-sheet.png", optimize=True)


def _save_row(pages: Sequence[pypdfium2.PdfPage], name: str) -> None:
    """Write a picture of some pages side by side."""
    gap = 15
    width = (_PACK_WIDTH - gap * (len(pages) + 1)) // len(pages)
    images = [page.render(scale=width / page.get_width()).to_pil().convert("RGB") for page in pages]
    row = Image.new("RGB", (_PACK_WIDTH, max(image.height for image in images) + 2 * gap), "#e4dfd8")
    for number, image in enumerate(images):
        row.paste(image, (gap + number * (width + gap), gap))
    row.quantize(24).save(_IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    draw_trim_sizes()
    draw_spread()
    draw_booklet()
    draw_pack()
