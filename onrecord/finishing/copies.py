"""Numbered and named copies: laid out once, then stamped with “Copy 7 of 50 · NAME” on every page.

A copy for a reader keeps tags, links and both claims (PDF/UA, PDF/A) of the bound file; the stamp is an artifact. The
print file with all copies is for the printer alone: one set of pages that all copies share, no tags, no links, no
claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, Stream, String

from onrecord.finishing.finished_file import (
    POINTS_PER_MM,
    FileMetadata,
    format_numbers,
    list_contents,
    make_rectangle,
    measure_page,
    open_pdf,
    save_pdf,
    write_metadata,
)
from onrecord.finishing.lettering import StampFonts, StampLine, fit_line
from onrecord.model.recipients import NumberedCopy
from onrecord.runtime import face_choice
from onrecord.wording import translations
from onrecord.wording.markings import format_copy_stamp

_FORM = "CopyStamp"


@dataclass(frozen=True, slots=True)
class StampPlace:
    """The start, middle or end of a stamp's baseline, from the lower left corner of the page."""

    x_mm: float
    y_mm: float
    align: Literal["left", "centre", "right"] = "centre"


@dataclass(frozen=True, slots=True)
class Stamp:
    """How copies are stamped; a name that is too long for the room is set smaller."""

    recto: StampPlace
    verso: StampPlace
    room_mm: float
    size_pt: float = 7.0
    grey: float = 0.0

    def shape_line(self, copy: NumberedCopy, language: str, paths: Sequence[Path]) -> StampLine:
        """Return the stamp's text for this copy, shaped with the fonts in `paths` to fit.

        Raises ValueError if there is no room for it, or no font for a character (`lettering` has the check).
        """
        text = format_copy_stamp(copy, language)
        return fit_line(text, paths, self.size_pt, self.room_mm * POINTS_PER_MM, language)

    def draw_stamp(self, line: StampLine, name: str, *, recto: bool) -> bytes:
        """Return a content stream that draws the form `name` as an artifact.

        ISO 32000-1 §14.8.2.2.
        """
        place = self.recto if recto else self.verso
        shift = {"left": 0.0, "centre": line.width_pt / 2, "right": line.width_pt}[place.align]
        x, y = place.x_mm * POINTS_PER_MM - shift, place.y_mm * POINTS_PER_MM
        artifact = "/Artifact<</Type/Pagination/Subtype/Footer>>BDC"
        return f"{artifact} q {format_numbers(1, 0, 0, 1, x, y)} cm /{name} Do Q EMC".encode()


# --- one file for each copy ---------------------------------------------------------------------------


def stamp_copies(
    data: bytes, copies: Sequence[NumberedCopy], stamp: Stamp, fonts: Sequence[Path] = ()
) -> Iterator[tuple[NumberedCopy, bytes]]:
    """Yield each copy with its stamped PDF. `fonts`: folders with fonts of the book.

    Each page says number and name once, document information and XMP say them as keywords, the identifier is the
    copy's own, and all else is as it was bound.
    """
    if not copies:
        return
    paths = face_choice.list_stamp_fonts(fonts)
    for copy in copies:
        # Opened again for each copy: a file that was changed and saved keeps what was stamped before.
        pdf = open_pdf(data)
        _stamp_pages(pdf, copy, stamp, paths)
        _add_keywords(pdf, copy)
        yield copy, save_pdf(pdf)


def _stamp_pages(pdf: Pdf, copy: NumberedCopy, stamp: Stamp, paths: Sequence[Path]) -> None:
    """Draw the copy's stamp on every page of `pdf`, and embed the stamp's fonts."""
    line = stamp.shape_line(copy, FileMetadata.read_from(pdf).language, paths)
    stamp_fonts = StampFonts(pdf)
    form = stamp_fonts.build_form(line, stamp.grey)
    sides = _make_sides(pdf, stamp, line, _FORM)
    for index, page in enumerate(pdf.pages):
        _add_form(page.obj, _FORM, form)
        page.obj.Contents = Array([*list_contents(page.obj), sides[index % 2]])
    stamp_fonts.embed_fonts()


def _make_sides(pdf: Pdf, stamp: Stamp, line: StampLine, name: str) -> list[Stream]:
    """Return two content streams that draw the stamp form `name`: for rectos and for versos."""
    return [pdf.make_stream(stamp.draw_stamp(line, name, recto=is_recto)) for is_recto in (True, False)]


def _add_form(page: Dictionary, name: str, form: Object) -> None:
    """Add `form` as `name` to the page's resources; other pages that share these get it, too."""
    if "/Resources" not in page:
        page.Resources = Dictionary()
    if "/XObject" not in page.Resources:
        page.Resources.XObject = Dictionary()
    page.Resources.XObject[f"/{name}"] = form


def _add_keywords(pdf: Pdf, copy: NumberedCopy) -> None:
    """Write the copy's stamp text and organisation as the PDF's keywords, which viewers show."""
    text = format_keywords(copy, FileMetadata.read_from(pdf).language)
    pdf.docinfo["/Keywords"] = String(text)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdf:Keywords"] = text


def format_keywords(copy: NumberedCopy, language: str) -> str:
    """Return the keywords of a copy: the stamp's text, and the organisation if there is one."""
    return "; ".join(filter(None, (format_copy_stamp(copy, language), copy.recipient.organisation)))


# --- one file for the printer --------------------------------------------------------------------------


def make_print_file(data: bytes, copies: Sequence[NumberedCopy], stamp: Stamp, fonts: Sequence[Path] = ()) -> bytes:
    """Return one PDF with all stamped copies, each begun on a right-hand page.

    What the pages paint is stored once. Every copy begins on a right-hand page: a blank page is added where their
    number is odd. A viewer calls page 12 of copy 7 “7-12”, and the outline has one line for each copy.
    """
    source = open_pdf(data)
    return _PrintFile(source, stamp, face_choice.list_stamp_fonts(fonts)).build(copies)


class _PrintFile:
    """The file with all copies, built from the pages of the bound file."""

    def __init__(self, source: Pdf, stamp: Stamp, paths: Sequence[Path]) -> None:
        self.source, self.stamp, self.paths = source, stamp, paths
        self.about = FileMetadata.read_from(source)
        self.pdf = Pdf.new()
        self.stamp_fonts = StampFonts(self.pdf)
        self.shared: dict[tuple[int, int], Dictionary] = {}
        self.resources = [self._copy_resources(page.obj) for page in source.pages]
        self.contents = [[self.pdf.copy_foreign(stream) for stream in list_contents(page.obj)] for page in source.pages]
        self.boxes = [make_rectangle(0, 0, *measure_page(page.obj)) for page in source.pages]

    def build(self, copies: Sequence[NumberedCopy]) -> bytes:
        """Return the print file with these numbered copies, one after the other, as a PDF."""
        labels = Array()
        with self.pdf.open_outline() as outline:
            for copy in copies:
                outline.root.append(OutlineItem(format_copy_stamp(copy, self.about.language), len(self.pdf.pages)))
                labels.extend(self._build_labels(copy, len(self.pdf.pages)))
                self._add_copy(copy)
        self.stamp_fonts.embed_fonts()
        self.pdf.Root.PageLabels = Dictionary(Nums=labels)
        self.pdf.Root.PageMode = Name.UseOutlines
        self.pdf.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipLongEdge
        )
        title = translations.get_interface_texts(self.about.language)["all_copies"].format(self.about.title)
        write_metadata(self.pdf, replace(self.about, title=title))
        return save_pdf(self.pdf)

    def _copy_resources(self, page: Dictionary) -> Dictionary:
        """Return the page's resources in the new file, shared as in the bound file."""
        resources = page.get("/Resources", Dictionary())
        key = resources.objgen
        if key == (0, 0):  # the page's own: those of blank pages and note pages
            return self.pdf.copy_foreign(self.source.make_indirect(resources))  # type: ignore[return-value]
        if key not in self.shared:
            self.shared[key] = self.pdf.copy_foreign(resources)  # type: ignore[assignment]
        return self.shared[key]

    def _add_copy(self, copy: NumberedCopy) -> None:
        """Append the copy's stamped pages; an odd count is followed by a stamped blank page."""
        line = self.stamp.shape_line(copy, self.about.language, self.paths)
        name = f"{_FORM}{copy.number}"
        form = self.stamp_fonts.build_form(line, self.stamp.grey)
        sides = _make_sides(self.pdf, self.stamp, line, name)
        pages = list(zip(self.boxes, self.resources, self.contents, strict=True))
        if len(pages) % 2:
            pages.append((self.boxes[-1], Dictionary(), []))
        for index, (page_box, resources, contents) in enumerate(pages):
            page = Dictionary(Type=Name.Page, MediaBox=page_box, TrimBox=page_box, Resources=resources)
            _add_form(page, name, form)
            side = sides[index % 2]
            page.Contents = Array([*contents, side]) if index < len(self.boxes) else side
            self.pdf.pages.append(Page(page))

    def _build_labels(self, copy: NumberedCopy, start: int) -> Array:
        """Return the bound file's page labels, with “7-” before each, from page `start` on."""
        source_labels = self.source.Root.get("/PageLabels", Dictionary(Nums=Array([0, Dictionary(S=Name.D)])))
        nums = list(source_labels.Nums)
        labels = Array()
        for index, source_label in zip(nums[::2], nums[1::2], strict=True):
            label = Dictionary(dict(source_label.items()))
            label.P = String(f"{copy.number}-{label.get('/P', '')}")
            labels.extend(Array([start + int(index), label]))
        return labels
