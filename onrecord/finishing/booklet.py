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
    About,
    as_form,
    box,
    describe,
    drawing,
    numbers,
    opened,
    saved,
    size_of,
)
from onrecord.finishing.lettering import Case, fitted
from onrecord.runtime import font_files
from onrecord.wording import translations

_LINE_PT, _LINE_MM, _LINE_GREY = (
    6.0,
    6.0,
    0.35,
)  # size, distance from the fold: in the binding margin nothing else is printed


class Paper(StrEnum):
    """What the booklet is printed on; its pages are half as wide."""

    A4 = "A4"
    A3 = "A3"
    LETTER = "Letter"
    TABLOID = "Tabloid"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the sheet, lying."""
        return {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "Letter": (279.4, 215.9), "Tabloid": (431.8, 279.4)}[
            self.value
        ]

    @classmethod
    def for_page(cls, width_pt: float, height_pt: float) -> Paper:
        """Letter for pages measured in inches, A4 for all others."""
        inches = [side / 72 * 2 for side in (width_pt, height_pt)]
        return cls.LETTER if all(abs(side - round(side)) < 0.01 for side in inches) else cls.A4


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: places of pages, from 0; beyond the last page they are blank. `sheet` counts from 0, outside in."""

    sheet: int
    outside: bool
    left: int
    right: int


def sides(pages: int) -> Iterator[Side]:
    """Every side in the order of printing: outside and inside of each sheet, the outermost sheet first.

    The sheet is turned over its short edge, so what stands behind the left half is the right half.
    """
    sheets = -(-pages // 4)
    for sheet in range(sheets):
        first, last = 2 * sheet, 4 * sheets - 1 - 2 * sheet
        yield Side(sheet, True, left=last, right=first)
        yield Side(sheet, False, left=first + 1, right=last - 1)


def creep_mm(sheet: int, thickness_mm: float) -> float:
    """How far the pages of a sheet move to the fold: its place from the outside times the thickness of the paper.

    In a folded stack each sheet lies inside the one before, and its fold is pushed out by that one's thickness; so
    its fore edge stands out by as much, and the knife takes that from the outer margin. (That is a fold pressed
    flat; a round back would push by up to π/2 of it.)
    """
    return sheet * thickness_mm


def booklet(data: bytes, paper: Paper | None = None, thickness_mm: float = 0.1, fonts: Sequence[Path] = ()) -> bytes:
    """The bound file imposed as a booklet. `fonts`: folders of the book's own faces.

    Afterwards the pages are scaled to half a sheet and touch the fold, blank ones are added up to a multiple of
    four, links are gone, and a line along the fold, on the outside beside the last page, says how to print.
    """
    source = opened(data)
    pages = [page.obj for page in source.pages]
    paper = paper or Paper.for_page(*size_of(pages[0]))
    return _Imposition(source, paper, thickness_mm, fonts).made()


class _Imposition:
    def __init__(self, source: Pdf, paper: Paper, thickness_mm: float, fonts: Sequence[Path]) -> None:
        self.source, self.paper, self.thickness_mm = source, paper, thickness_mm
        self.about = About.of(source)
        self.words = translations.words(self.about.language)
        self.fonts = fonts
        self.pdf = Pdf.new()
        self.width, self.height = (side * POINTS_PER_MM for side in paper.size_mm)

    def made(self) -> bytes:
        pages = [page.obj for page in self.source.pages]
        # A blank page is not drawn: Ghostscript 10.0 cannot read a form without content.
        forms = [self.pdf.copy_foreign(as_form(self.source, page)) if drawing(page) else None for page in pages]
        sizes = [size_of(page) for page in pages]
        case = Case(self.pdf)
        labels = Array()
        for index, side in enumerate(sides(len(pages))):
            drawn, drawings = Dictionary(), []
            for name, place in (("/Left", side.left), ("/Right", side.right)):
                if place < len(pages) and (form := forms[place]) is not None:
                    drawn[name] = form
                    drawings.append(self._half(name, sizes[place], side.sheet))
            if not index:
                drawn["/Line"], shown = self._line(case)
                drawings.append(shown)
            page = Dictionary(
                Type=Name.Page, MediaBox=box(0, 0, self.width, self.height), Resources=Dictionary(XObject=drawn)
            )
            if drawings:
                page.Contents = self.pdf.make_stream("\n".join(drawings).encode())
            self.pdf.pages.append(Page(page))
            label = self.words["sheet_outside" if side.outside else "sheet_inside"].format(side.sheet + 1)
            labels.extend(Array([index, Dictionary(P=String(label))]))
        case.close()
        self._finish(labels)
        return saved(self.pdf)

    def _half(self, name: str, size: tuple[float, float], sheet: int) -> str:
        """The page on its half: scaled to fit, at the fold, in the middle of the height, nothing beyond the fold."""
        half, (width, height) = self.width / 2, size
        scale = min(half / width, self.height / height)
        creep = creep_mm(sheet, self.thickness_mm) * POINTS_PER_MM
        left = name == "/Left"
        x = half - width * scale + creep if left else half - creep
        clip = numbers(0 if left else half, 0, half, self.height)
        place = numbers(scale, 0, 0, scale, x, (self.height - height * scale) / 2)
        return f"q {clip} re W n {place} cm {name} Do Q"

    def _line(self, case: Case) -> tuple[object, str]:
        """How to print, along the fold on the outside: heads, folios and stamps of the page stand elsewhere."""
        line = fitted(self._how(), font_files.stamping(self.fonts), _LINE_PT, self.height - 20 * POINTS_PER_MM)
        x, y = self.width / 2 - _LINE_MM * POINTS_PER_MM, (self.height - line.width_pt) / 2
        return case.form(line, _LINE_GREY), f"q {numbers(0, 1, -1, 0, x, y)} cm /Line Do Q"

    def _how(self) -> str:
        sheets = -(-len(self.source.pages) // 4)
        return self.words["booklet_print" if sheets > 1 else "booklet_one"].format(paper=self.paper, sheets=sheets)

    def _finish(self, labels: Array) -> None:
        root = self.pdf.Root
        root.PageLabels = Dictionary(Nums=labels)
        # What a print dialog offers first (ISO 32000-1 §12.2): the sheet as it is, turned over its short edge.
        root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge, PickTrayByPDFSize=True
        )
        about = replace(self.about, title=self.words["booklet"].format(self.about.title))
        describe(self.pdf, about, info={"/Subject": self._how()})
