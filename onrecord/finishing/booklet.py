"""A booklet for saddle stitch: two pages side by side on each side of a sheet, to be folded once and stapled.

For printing only: a sheet has no reading order, so the file has no tags and claims neither PDF/UA nor PDF/A.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Page, Pdf, String

from onrecord.finishing.finished_file import (
    POINTS_PER_MM,
    FileMetadata,
    convert_to_form,
    format_numbers,
    make_rectangle,
    measure_page,
    open_pdf,
    read_page_content,
    save_pdf,
    write_metadata,
)
from onrecord.finishing.lettering import StampFonts, fit_line
from onrecord.model.directions import is_from_right
from onrecord.runtime import face_choice
from onrecord.wording import translations

# The line that says how to print: its type, and its distance from the fold. Nothing else is in the binding margin.
_LINE_PT, _LINE_GREY, _LINE_MM = 6.0, 0.35, 6.0


class BookletPaper(StrEnum):
    """What the booklet is printed on; its pages are half as wide."""

    A4 = "A4"
    A3 = "A3"
    LETTER = "Letter"
    TABLOID = "Tabloid"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Return width and height of a booklet's sheet in landscape, in millimetres."""
        sizes = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "Letter": (279.4, 215.9), "Tabloid": (431.8, 279.4)}
        return sizes[self.value]

    @classmethod
    def for_page(cls, width_pt: float, height_pt: float) -> BookletPaper:
        """Return Letter paper for pages measured in half inches, A4 for all other pages."""
        half_inches = [side / 72 * 2 for side in (width_pt, height_pt)]
        return cls.LETTER if all(abs(side - round(side)) < 0.01 for side in half_inches) else cls.A4


@dataclass(frozen=True, slots=True)
class SheetSide:
    """One side of a sheet: the indices (from 0) of the pages on its left and right half.

    Pages count from 0; those beyond the last page are blank. Sheets count from 0, from the outside in.
    """

    sheet: int
    is_outside: bool
    left: int
    right: int

    def mirror(self) -> SheetSide:
        """Return the side of a booklet that is read from the right."""
        return replace(self, left=self.right, right=self.left)


def impose_sides(pages: int) -> Iterator[SheetSide]:
    """Yield every side of a booklet in printing order: outside, inside, outermost sheet first.

    The sheet is turned over its short edge, so the right half is printed on the back of the left half.
    """
    sheets = _count_sheets(pages)
    for sheet in range(sheets):
        first, last = 2 * sheet, 4 * sheets - 1 - 2 * sheet
        yield SheetSide(sheet, True, left=last, right=first)
        yield SheetSide(sheet, False, left=first + 1, right=last - 1)


def _count_sheets(pages: int) -> int:
    """Return how many sheets a booklet of `pages` pages takes: four pages on each."""
    return -(-pages // 4)


def compute_creep_mm(sheet: int, thickness_mm: float) -> float:
    """Return how far a sheet's pages move to the fold: its place (0: outermost) × thickness.

    In a folded stack each sheet lies inside the one before, and its fold is pushed out by the thickness of that one;
    so its fore edge stands out by as much, and the knife takes that from the outer margin. (This is true of a fold
    pressed flat; a round back would push by up to π/2 of it.)
    """
    return sheet * thickness_mm


def make_booklet(
    data: bytes, paper: BookletPaper | None = None, thickness_mm: float = 0.1, fonts: Sequence[Path] = ()
) -> bytes:
    """Return the bound file imposed as a booklet. `fonts`: folders with fonts of the book.

    The pages are scaled to half a sheet and touch the fold, blank pages are added up to a multiple of four, links are
    removed, and a line along the fold, on the outside beside the last page, says how to print.
    """
    source = open_pdf(data)
    pages = [page.obj for page in source.pages]
    paper = paper or BookletPaper.for_page(*measure_page(pages[0]))
    return _Imposition(source, paper, thickness_mm, fonts).build()


class _Imposition:
    """The sheets of one booklet."""

    def __init__(self, source: Pdf, paper: BookletPaper, thickness_mm: float, fonts: Sequence[Path]) -> None:
        self.source, self.paper, self.thickness_mm = source, paper, thickness_mm
        self.about = FileMetadata.read_from(source)
        self.words = translations.get_interface_texts(self.about.language)
        self.is_mirrored = is_from_right(self.about.language)
        self.fonts = fonts
        self.pdf = Pdf.new()
        self.width, self.height = (side * POINTS_PER_MM for side in paper.size_mm)
        pages = [page.obj for page in source.pages]
        # A blank page is not drawn: Ghostscript 10.0 cannot read a form without content.
        self.forms = [
            self.pdf.copy_foreign(convert_to_form(source, page)) if read_page_content(page) else None for page in pages
        ]
        self.sizes = [measure_page(page) for page in pages]

    def build(self) -> bytes:
        """Return the imposed booklet as a PDF, with a page for each side of a sheet."""
        line_fonts = StampFonts(self.pdf)
        labels = Array()
        for index, side in enumerate(impose_sides(len(self.forms))):
            forms, drawings = self._place_pages(side.mirror() if self.is_mirrored else side)
            if not index:
                forms["/Line"], line_drawing = self._build_instruction_form(line_fonts)
                drawings.append(line_drawing)
            sheet_box = make_rectangle(0, 0, self.width, self.height)
            page = Dictionary(Type=Name.Page, MediaBox=sheet_box, Resources=Dictionary(XObject=forms))
            if drawings:
                page.Contents = self.pdf.make_stream("\n".join(drawings).encode())
            self.pdf.pages.append(Page(page))
            label = self.words["sheet_outside" if side.is_outside else "sheet_inside"].format(side.sheet + 1)
            labels.extend(Array([index, Dictionary(P=String(label))]))
        line_fonts.embed_fonts()
        self._add_properties(labels)
        return save_pdf(self.pdf)

    def _place_pages(self, side: SheetSide) -> tuple[Dictionary, list[str]]:
        """Return a side's page forms by name (/Left, /Right), and the operators that draw them."""
        forms, drawings = Dictionary(), []
        for name, index in (("/Left", side.left), ("/Right", side.right)):
            if index < len(self.forms) and (form := self.forms[index]) is not None:
                forms[name] = form
                drawings.append(self._draw_half(name, self.sizes[index], side.sheet))
        return forms, drawings

    def _draw_half(self, name: str, size: tuple[float, float], sheet: int) -> str:
        """Return the operators that draw the page form `name` (/Left or /Right) on its half.

        The page is scaled to fit, at the fold, in the middle of the height, and clipped at the fold.
        """
        half, (width, height) = self.width / 2, size
        scale = min(half / width, self.height / height)
        creep = compute_creep_mm(sheet, self.thickness_mm) * POINTS_PER_MM
        is_left = name == "/Left"
        x = half - width * scale + creep if is_left else half - creep
        clip = format_numbers(0 if is_left else half, 0, half, self.height)
        matrix = format_numbers(scale, 0, 0, scale, x, (self.height - height * scale) / 2)
        return f"q {clip} re W n {matrix} cm {name} Do Q"

    def _build_instruction_form(self, line_fonts: StampFonts) -> tuple[object, str]:
        """Return the printing instruction of a booklet as a form, and the operators that draw it.

        It runs along the fold on the outside, where no running head, folio or stamp of a page is.
        """
        room = self.height - 20 * POINTS_PER_MM
        paths = face_choice.list_stamp_fonts(self.fonts)
        line = fit_line(self._format_instruction(), paths, _LINE_PT, room, self.about.language)
        x, y = self.width / 2 - _LINE_MM * POINTS_PER_MM, (self.height - line.width_pt) / 2
        if self.is_mirrored:  # the last page is on the other half
            x = self.width / 2 + _LINE_MM * POINTS_PER_MM + _LINE_PT
        return line_fonts.build_form(line, _LINE_GREY), f"q {format_numbers(0, 1, -1, 0, x, y)} cm /Line Do Q"

    def _format_instruction(self) -> str:
        """Return the sentence that says how to print this booklet, in the file's language."""
        sheets = _count_sheets(len(self.forms))
        return self.words["booklet_print" if sheets > 1 else "booklet_one"].format(paper=self.paper, sheets=sheets)

    def _add_properties(self, labels: Array) -> None:
        """Write page labels, viewer preferences and metadata into the booklet."""
        root = self.pdf.Root
        root.PageLabels = Dictionary(Nums=labels)
        # What a print dialog offers first (ISO 32000-1 §12.2): the sheet as it is, turned over its short edge.
        root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge, PickTrayByPDFSize=True
        )
        about = replace(self.about, title=self.words["booklet"].format(self.about.title))
        write_metadata(self.pdf, about, info={"/Subject": self._format_instruction()})
