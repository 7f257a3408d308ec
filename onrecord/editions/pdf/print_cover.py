"""The cover of the printed book as one sheet: back, spine and front; a book read from the right is mirrored.

The sheet has the size of the trim, and paints 3 mm more on every side. It is laid out like the pages of the book, with
the designs that the cover of the e-book has.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

from PIL import Image, ImageFont

from onrecord import __version__
from onrecord.editions import cover, design_tokens
from onrecord.editions.colors import compute_contrast, parse_color
from onrecord.editions.cover_canvas import WIDTH, Lettering, MarkupCanvas, flatten_picture
from onrecord.editions.cover_designs import DESIGNS, TextRuler, break_lines, load_font
from onrecord.editions.pdf import isbn_bars, spine_text
from onrecord.editions.pdf.bind.binding import bind_document
from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.unbound_document import Bookmark, UnboundDocument
from onrecord.editions.pdf.pages.geometry import PageGeometry, get_book_geometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.pages.printable import list_font_folders
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, StampCharacters, set_part, shape_specimens
from onrecord.model import Book, SourceLocation
from onrecord.model.dates import get_first_day
from onrecord.model.design import CoverDesign
from onrecord.model.directions import direct_block, is_from_right
from onrecord.model.paper import compute_spine_mm
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import face_choice, font_files
from onrecord.wording import translations

BLEED_MM = 3.0
_LEAST_UNITS = 2100  # the height of a cover in units; a wide page has more of them in its width
_MARGIN, _BACK_TOP, _GAP = 160, 330, 60  # in units
_SMALLEST_PT, _LARGEST_PT = 8.0, 14.0
_POINT_MM = 25.4 / 72
_MEASURED_SIZE = 40.0  # pixels
_BLACK = (0.0, 0.0, 0.0)
_LEAST_DPI, _MOST_LOSS = 200, 0.12
_CSS = """
@page :right { margin: 0 }
@page :left { margin: 0 }
html { font-family: var(--heading-face-print); line-height: 1; color: var(--ink) }
body { margin: 0; hyphens: manual }
p, div { position: absolute; margin: 0; white-space: nowrap }
img { display: block; width: 100%; height: 100%; image-rendering: crisp-edges }
#back {
  font-family: var(--text-face-print); white-space: normal; overflow-wrap: break-word;
  font-variant-numeric: oldstyle-nums; text-wrap: pretty;
}
#back p { position: static; white-space: normal; text-align: start }
#back p + p { margin-top: 0.5em }
#bars { font-family: "Source Sans 3"; font-variant-numeric: lining-nums tabular-nums }
.running-head { position: static; break-before: page }
.specimen { position: static; break-before: page }
"""


@dataclass(frozen=True, slots=True)
class PrintCover:
    """The sheet as PDF in the size of its trim, with warnings about it, and where it is folded (from the left)."""

    data: bytes
    spine_mm: float
    folds_mm: tuple[float, float]
    warnings: tuple[Problem, ...] = ()


def print_cover(book: Book, folder: Path, page_count: int) -> PrintCover:
    """Return the cover of a book with so many pages; `folder` has its styles, fonts and pictures.

    Raises `Refused` if the layout engine complains or a character has no glyph.
    """
    return _CoverSheet(book, folder, page_count).print()


def find_cover_problems(book: Book, folder: Path) -> Iterator[Problem]:
    """Yield what shows before layout: a back without room for its text, a picture that does not fit."""
    sheet = _CoverSheet(book, folder, 2)
    if book.paper_thickness_mm == 0:
        sentence = "the width of the spine is not known: book.yaml does not say how thick the paper is"
        hint = "ask the printer how thick one sheet is, and write it in millimetres: paper_thickness_mm: 0.11"
        yield Problem(book.location, Rule.PAPER_IS_MEASURED, sentence, hint)
    place = book.back_text.location if book.back_text else book.location
    text = _get_back_text(book)
    known = font_files.list_code_points(font_files.list_font_files(list_font_folders(folder)))
    if missing := sorted({char for char in text if char.isprintable() and ord(char) not in known and char != " "}):
        characters = " ".join(f"{char!r} (U+{ord(char):04X})" for char in missing)
        hint = "put a font that has it into fonts/"
        yield Problem(place, Rule.GLYPHS_EXIST, f"no font has {characters}, on the back of the cover", hint)
    if sheet.back_size_pt == 0:
        key = "back_text" if book.back_text else "description"
        sentence = f"the text on the back of the cover has no room: {len(text)} characters"
        hint = f"shorten {key}" if book.back_text else "write a shorter one for the cover: back_text: …"
        yield Problem(place, Rule.COVER_HAS_ROOM, sentence, hint)
    yield from _find_picture_problems(sheet)


def _get_back_text(book: Book) -> str:
    """Return the text for the back of the cover, an empty line between its paragraphs."""
    return book.back_text.text if book.back_text else book.description


class _CoverSheet:
    """The cover of one book, while it is laid out."""

    def __init__(self, book: Book, folder: Path, page_count: int) -> None:
        self.book, self.folder = book, folder
        self.width_mm, self.height_mm = book.trim.size_mm
        self.spine_mm = compute_spine_mm(page_count, book.paper_thickness_mm)
        self.front_ratio = (self.width_mm + BLEED_MM) / (self.height_mm + 2 * BLEED_MM)
        self.is_mirrored = is_from_right(book.language)
        self.mm = min(self.width_mm / WIDTH, self.height_mm / _LEAST_UNITS)
        self.colors = cover.read_cover_colors(folder, book.design)
        self.look = cover.read_cover_look(folder, book.design)
        fonts = font_files.list_font_files([folder / "fonts"])
        self.fonts = tuple((path.name, path.read_bytes()) for path in fonts)
        page = PageGeometry(self.width_mm * 2 + self.spine_mm, self.height_mm, 0, 0, 0, 11, 11, 1)
        self.page = page
        tokens = design_tokens.join_print_stylesheets(page.build_css(), folder, design=book.design)
        self.css = f"{tokens}\n{_CSS}"

    def print(self) -> PrintCover:
        """Return the print-shop cover with back, spine and front."""
        left_mm = self.width_mm + self.spine_mm
        front = self._make_canvas(0.0 if self.is_mirrored else left_mm, is_left=self.is_mirrored)
        back = self._make_canvas(left_mm if self.is_mirrored else 0.0, is_left=not self.is_mirrored)
        self._draw_front(front)
        self._draw_back(back)
        spine, warnings = self._write_spine()
        html = "".join((self._write_ground(), *front.html, *back.html, spine))
        warnings += tuple(_find_picture_problems(self))
        folds = (self.width_mm, left_mm)
        return PrintCover(_bind(self, html, tuple(front.pictures)), self.spine_mm, folds, warnings)

    # the three panels

    def _make_canvas(self, left_mm: float, *, is_left: bool) -> MarkupCanvas:
        """Return the canvas of front or back; `is_left`: it is at the left edge of the sheet."""
        return MarkupCanvas(
            width=self.width_mm / self.mm,
            height=self.height_mm / self.mm,
            mm=self.mm,
            left_mm=left_mm,
            paper=self.colors.paper,
            language=self.book.language,
            bleed_mm=BLEED_MM,
            bleeds_left=is_left,
            bleeds_right=not is_left,
        )

    @property
    def _is_plate(self) -> bool:
        """Return whether the whole sheet has the colour of the accent, with plates of paper on it."""
        return self.book.design.cover is CoverDesign.PLATE and not self.look.picture

    def _write_ground(self) -> str:
        """Return the ground of the sheet and of its bleed, and the band that runs around it."""
        colour = self.colors.accent if self._is_plate else self.colors.paper
        left, width = -BLEED_MM, self.page.width_mm + 2 * BLEED_MM
        blocks = [_format_rectangle(left, -BLEED_MM, width, self.height_mm + 2 * BLEED_MM, colour)]
        if self.book.design.cover is CoverDesign.BAND and not self.look.picture:
            blocks.append(_format_rectangle(left, -BLEED_MM, width, 46 * self.mm + BLEED_MM, self.colors.accent))
        return "".join(blocks)

    def _draw_front(self, canvas: MarkupCanvas) -> None:
        """Draw the design of the cover, or its picture, over all of the front."""
        if not self.look.picture:
            DESIGNS[self.book.design.cover](canvas, self.book, self.colors, self.look)
            return
        with Image.open(io.BytesIO(self.look.picture), formats=("PNG", "JPEG")) as picture:
            flat, kind = flatten_picture(picture, self.colors.paper), picture.format or "PNG"
        canvas.cover_with(flat.crop(_choose_crop(flat.size, self.front_ratio)), kind)

    def _draw_back(self, canvas: MarkupCanvas) -> None:
        """Draw the back of the print-shop cover: text, publisher and barcode."""
        colors, book = self.colors, self.book
        if self._is_plate:
            canvas.fill((70, 70, canvas.width - 70, canvas.height - 70), colors.paper)
            canvas.draw_frame((100, 100, canvas.width - 100, canvas.height - 100), colors.accent, 4)
        margin, foot = self._margins
        if text := _get_back_text(book):
            style = f"left: {canvas.left_mm + margin * self.mm:.3f}mm; top: {_BACK_TOP * self.mm:.3f}mm"
            style += f"; width: {self._measure * self.mm:.3f}mm; font-size: {self.back_size_pt}pt"
            style += f"; line-height: {self.back_size_pt * 1.34:.2f}pt; color: {colors.ink}"
            paragraphs = "".join(_write_paragraph(words, book.language) for words in text.split("\n\n"))
            canvas.html.append(f'<div id="back" style="{style}">{paragraphs}</div>')
        if book.publisher:
            self._write_publisher(canvas)
        if book.isbn:
            panel = isbn_bars.PANEL_WIDTH_MM / self.mm
            left = margin if self.is_mirrored else canvas.width - margin - panel
            top = canvas.height - foot - isbn_bars.PANEL_HEIGHT_MM / self.mm
            place = (canvas.left_mm + left * self.mm, top * self.mm)
            canvas.html.append(isbn_bars.write_bars(book.isbn, book.printed_isbn, *place))

    def _write_publisher(self, canvas: MarkupCanvas) -> None:
        """Write the publisher at the foot of the back, beside the barcode if there is one."""
        margin, foot = self._margins
        room = self._measure - (isbn_bars.PANEL_WIDTH_MM / self.mm + _GAP if self.book.isbn else 0)
        size = 10 * _POINT_MM / self.mm
        font = self._load_face("--heading-face", size)
        lines = break_lines(self.book.publisher.split(), TextRuler(font), room)
        lettering = Lettering("normal", 400, self.colors.quiet, font)
        for number, line in enumerate(lines):
            top = canvas.height - foot - (len(lines) - number) * size * 1.25
            canvas.write(line, top, lettering, "left", margin)

    @property
    def _margins(self) -> tuple[float, float]:
        """The margins of the back at its sides and at its foot, in units."""
        return _MARGIN + (40 if self._is_plate else 0), _MARGIN + (40 if self._is_plate else -10)

    @property
    def _measure(self) -> float:
        """The width of the text on the back, in units."""
        return self.width_mm / self.mm - 2 * self._margins[0]

    @cached_property
    def back_size_pt(self) -> float:
        """The type size of the text on the back, 0 if it has no room in the smallest one."""
        foot = isbn_bars.PANEL_HEIGHT_MM / self.mm if self.book.isbn else 100
        room = self.height_mm / self.mm - _BACK_TOP - self._margins[1] - foot - _GAP
        size_pt = min(_LARGEST_PT, get_book_geometry(self.book.trim).text_pt)
        paragraphs = [words.split() for words in _get_back_text(self.book).split("\n\n")]
        ruler = TextRuler(self._load_face("--text-face", _MEASURED_SIZE))
        length = sum(ruler.measure(" ".join(words)) for words in paragraphs)
        while size_pt >= _SMALLEST_PT:
            size = size_pt * _POINT_MM / self.mm
            measure = self._measure * 0.97 * _MEASURED_SIZE / size
            is_possible = length / measure * size <= room
            lines = [len(break_lines(words, ruler, measure)) for words in paragraphs] if is_possible else [0]
            if is_possible and (sum(lines) * 1.34 + (len(lines) - 1) * 0.5) * size <= room:
                return size_pt
            size_pt -= 0.25
        return 0.0

    def _write_spine(self) -> tuple[str, tuple[Problem, ...]]:
        """Return the text of the spine as HTML; "" and a warning if there is no room for it."""

        def load(size: float) -> ImageFont.FreeTypeFont:
            """Return the face of the spine in this size."""
            return self._load_face("--heading-face", size)

        text = spine_text.fit_spine_text(self.book, self.spine_mm, self.height_mm, load)
        if text is None:
            if self.spine_mm < spine_text.NARROWEST_MM:
                sentence = f"the spine is {self.spine_mm:g} mm wide: too narrow for a text, so it has none"
                hint = "nothing needs to be done; a text needs 5 mm"
            else:
                sentence = f"the title is too long for a spine of {self.spine_mm:g} mm, so it has no text"
                hint = "write a shorter one for it: short_title: …"
            place = self.book.location
            return "", (Problem(place, Rule.SPINE_HAS_ROOM, sentence, hint, severity=Severity.WARNING),)
        grounds = {True: self.colors.accent, False: self.colors.paper}
        colour = _choose_legible(grounds[self._is_plate], self.colors.ink, self.colors.paper)
        html = spine_text.write_spine(text, self.book, self.width_mm, self.spine_mm, self.height_mm, colour)
        return html, ()

    def _load_face(self, token: str, size: float) -> ImageFont.FreeTypeFont:
        """Return the face that a token names, in this size, to measure texts with it."""
        family = design_tokens.read_family(self.folder, token, self.book.design)
        return load_font(*face_choice.find_face(family, "normal", self.fonts), size, 400)


def _bind(sheet: _CoverSheet, html: str, pictures: tuple[tuple[str, str, bytes], ...]) -> bytes:
    """Return the sheet as a PDF of one page."""
    book, words = sheet.book, translations.get_interface_texts(sheet.book.language)
    body = f'<section id="cover" data-title="{words["cover"]}">{html}</section>'
    part = set_part(PartSource(body, sheet.css, book.language, words["cover"], pictures, sheet.fonts))
    _refuse_complaints(part, book.location)
    stamp_fonts, stamps = shape_specimens(StampCharacters(sheet.css, (("folio", "0"), ("address", "Q")), sheet.fonts))
    paths = font_files.list_font_files(list_font_folders(sheet.folder))
    paths_by_hash = {font_files.compute_digest(path): path for path in paths}
    head = set_part(PartSource("", sheet.css, book.language, words["cover"], fonts=sheet.fonts, head="&nbsp;"))
    document = UnboundDocument(
        title=f"{book.title} ({words['cover']})",
        language=book.language,
        authors=", ".join(book.editors),
        subject="",
        publisher=book.publisher,
        date=get_first_day(book.date).isoformat(),
        identifier="",
        leaves=(BookLeaf(part, has_heads=False),),
        bookmarks=(Bookmark(words["cover"], "cover"),),
        page=sheet.page,
        folio=stamps["folio"],
        address=stamps["address"],
        verso_head=head,
        stamp_fonts=stamp_fonts,
        version=__version__,
    )
    return bind_document(document, lambda sha256: paths_by_hash[sha256].read_bytes()).data


def _choose_legible(ground: str, *texts: str) -> str:
    """Return the colour that can be read best on a ground, all as `#rrggbb`."""
    parsed = {text: parse_color(text) for text in (ground, *texts)}
    return max(texts, key=lambda text: compute_contrast(parsed[text] or _BLACK, parsed[ground] or _BLACK))


def _choose_crop(size: tuple[int, int], ratio: float) -> tuple[int, int, int, int]:
    """Return the part of a picture, from its middle, whose width is `ratio` of its height."""
    width, height = size
    crop_width, crop_height = min(width, height * ratio), min(height, width / ratio)
    left, top = round((width - crop_width) / 2), round((height - crop_height) / 2)
    return left, top, left + max(1, round(crop_width)), top + max(1, round(crop_height))


def _find_picture_problems(sheet: _CoverSheet) -> Iterator[Problem]:
    """Yield a warning if the picture of the front is small, or loses much at its edges."""
    place = sheet.book.design.cover_file
    if not sheet.look.picture or place is None:
        return
    with Image.open(io.BytesIO(sheet.look.picture), formats=("PNG", "JPEG")) as picture:
        size = picture.size
    left, top, right, bottom = _choose_crop(size, sheet.front_ratio)
    loss = 1 - (right - left) * (bottom - top) / (size[0] * size[1])
    width_mm, height_mm = sheet.width_mm + BLEED_MM, sheet.height_mm + 2 * BLEED_MM
    needed = [round(side / 25.4 * 300) for side in (width_mm, height_mm)]
    hint = f"save it as {needed[0]} × {needed[1]} pixels, bleed included"
    if loss > _MOST_LOSS:
        edges = "left and right" if right - left < size[0] else "top and bottom"
        sentence = f"the picture of the cover has other proportions than the page: {loss:.0%} of it is cut off, {edges}"
        yield Problem(place.location, Rule.COVER_PICTURE_FITS, sentence, hint, severity=Severity.WARNING)
    dpi = round((right - left) / width_mm * 25.4)
    if dpi < _LEAST_DPI:
        sentence = f"the picture of the cover has {dpi} dots per inch on paper; print needs 300"
        yield Problem(place.location, Rule.COVER_PICTURE_FITS, sentence, hint, severity=Severity.WARNING)


def _write_paragraph(words: str, language: str) -> str:
    """Return a paragraph of the back, in the direction of its first letter."""
    direction = direct_block(words, language)
    attribute = f' dir="{direction}"' if direction else ""
    return f"<p{attribute}>{escape(words)}</p>"


def _format_rectangle(left_mm: float, top_mm: float, width_mm: float, height_mm: float, colour: str) -> str:
    """Return an HTML rectangle of one colour for the print-shop cover."""
    place = f"left: {left_mm:.3f}mm; top: {top_mm:.3f}mm; width: {width_mm:.3f}mm; height: {height_mm:.3f}mm"
    return f'<p style="{place}; background: {colour}"></p>'


def _refuse_complaints(part: TypesetPart, place: SourceLocation) -> None:
    """Raise Refused if the layout engine complained, a character has no glyph, or there is a second page."""
    if part.missing_characters:
        characters = " ".join(f"{char!r} (U+{ord(char):04X})" for char in part.missing_characters)
        hint = "put a font that has it into fonts/"
        raise Refused([Problem(place, Rule.GLYPHS_EXIST, f"no font has {characters}, on the cover", hint)])
    complaints = (*part.complaints, *(("it needs more than one page",) if len(part.pages) > 1 else ()))
    if complaints:
        hint = "shorten the texts of the cover"
        raise Refused(Problem(place, Rule.COVER_HAS_ROOM, f"the cover: {text}", hint) for text in complaints)
