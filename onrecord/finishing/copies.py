"""Numbered and named copies: laid out once, then stamped with “Copy 7 of 50 · NAME” on every page.

A copy for a reader keeps tags, links and both claims of the bound file; the stamp is an artifact. The print file
with all copies is for the printer alone: one set of pages that all copies share, no tags, no links, no claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, Stream, String

from onrecord.finishing.finished_file import POINTS_PER_MM, About, box, describe, numbers, opened, saved, size_of
from onrecord.finishing.lettering import Case, Line, fitted
from onrecord.model.recipients import NumberedCopy
from onrecord.runtime import font_files
from onrecord.wording import translations
from onrecord.wording.markings import format_copy_stamp

_FORM = "CopyStamp"


@dataclass(frozen=True, slots=True)
class StampPlace:
    """Where the baseline of a stamp stands: millimetres from the lower left corner of the page."""

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

    @classmethod
    def at_foot(cls, width_mm: float, y_mm: float = 6.0, margin_mm: float = 15.0) -> Stamp:
        """In the middle of the foot of every page."""
        place = StampPlace(width_mm / 2, y_mm)
        return cls(place, place, width_mm - 2 * margin_mm)

    def line(self, copy: NumberedCopy, language: str, paths: Sequence[Path]) -> Line:
        """The shaped stamp. Raises ValueError when it has no room or a character has no face (see `unstampable`)."""
        return fitted(format_copy_stamp(copy, language), paths, self.size_pt, self.room_mm * POINTS_PER_MM)

    def drawn(self, line: Line, name: str, *, recto: bool) -> bytes:
        """The stamp on one page, as an artifact (ISO 32000-1 §14.8.2.2)."""
        place = self.recto if recto else self.verso
        shift = {"left": 0.0, "centre": line.width_pt / 2, "right": line.width_pt}[place.align]
        x, y = place.x_mm * POINTS_PER_MM - shift, place.y_mm * POINTS_PER_MM
        return f"/Artifact<</Type/Pagination/Subtype/Footer>>BDC q {numbers(1, 0, 0, 1, x, y)} cm /{name} Do Q EMC".encode()


# --- one file for each copy ---------------------------------------------------------------------------


def stamped(
    data: bytes, copies: Sequence[NumberedCopy], stamp: Stamp, fonts: Sequence[Path] = ()
) -> Iterator[tuple[NumberedCopy, bytes]]:
    """Each copy with its file. `fonts`: folders of the book's own faces.

    Afterwards each page says number and name once, Info and XMP say them as keywords, the identifier is the
    copy's own, and all else is as it was bound.
    """
    if not copies:
        return
    paths = font_files.stamping(fonts)
    for copy in copies:
        # Opened again for each: a file that was changed and saved must not remember the copy before.
        pdf = opened(data)
        _stamp_pages(pdf, copy, stamp, paths)
        _name_in_metadata(pdf, copy)
        yield copy, saved(pdf)


def _stamp_pages(pdf: Pdf, copy: NumberedCopy, stamp: Stamp, paths: Sequence[Path]) -> None:
    line = stamp.line(copy, About.of(pdf).language, paths)
    case = Case(pdf)
    form = case.form(line, stamp.grey)
    sides = [pdf.make_stream(stamp.drawn(line, _FORM, recto=recto)) for recto in (True, False)]
    for index, page in enumerate(pdf.pages):
        _with_form(page.obj, _FORM, form)
        page.obj.Contents = Array([*_contents(page.obj), sides[index % 2]])
    case.close()


def _with_form(page: Dictionary, name: str, form: Object) -> None:
    """The page's resources, which other pages may share, know the form."""
    if "/Resources" not in page:
        page.Resources = Dictionary()
    if "/XObject" not in page.Resources:
        page.Resources.XObject = Dictionary()
    page.Resources.XObject[f"/{name}"] = form


def _contents(page: Dictionary) -> list[Object]:
    contents = page.get("/Contents", Array())
    return [contents] if isinstance(contents, Stream) else list(contents)


def _name_in_metadata(pdf: Pdf, copy: NumberedCopy) -> None:
    """Number and name as keywords, which every viewer shows."""
    told = keywords(copy, About.of(pdf).language)
    pdf.docinfo["/Keywords"] = String(told)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdf:Keywords"] = told


def keywords(copy: NumberedCopy, language: str) -> str:
    """The stamp's words, and the organisation if there is one."""
    return "; ".join(filter(None, (format_copy_stamp(copy, language), copy.recipient.organisation)))


# --- one file for the printer --------------------------------------------------------------------------


def print_file(data: bytes, copies: Sequence[NumberedCopy], stamp: Stamp, fonts: Sequence[Path] = ()) -> bytes:
    """All copies one after the other, for printing on both sides; what the pages paint is stored once.

    Afterwards every copy begins on a right-hand page (a blank one is added where pages are odd in number), a viewer
    calls page 12 of copy 7 “7-12”, and the outline has one line for each copy.
    """
    source = opened(data)
    return _PrintFile(source, stamp, font_files.stamping(fonts)).made(copies)


class _PrintFile:
    def __init__(self, source: Pdf, stamp: Stamp, paths: Sequence[Path]) -> None:
        self.source, self.stamp, self.paths = source, stamp, paths
        self.about = About.of(source)
        self.pdf = Pdf.new()
        self.case = Case(self.pdf)
        self.shared: dict[tuple[int, int], Dictionary] = {}
        self.resources = [self._resources(page.obj) for page in source.pages]
        self.contents = [[self.pdf.copy_foreign(one) for one in _contents(page.obj)] for page in source.pages]
        self.boxes = [box(0, 0, *size_of(page.obj)) for page in source.pages]

    def made(self, copies: Sequence[NumberedCopy]) -> bytes:
        labels = Array()
        with self.pdf.open_outline() as outline:
            for copy in copies:
                outline.root.append(OutlineItem(format_copy_stamp(copy, self.about.language), len(self.pdf.pages)))
                labels.extend(self._labels(copy, len(self.pdf.pages)))
                self._add(copy)
        self.case.close()
        self.pdf.Root.PageLabels = Dictionary(Nums=labels)
        self.pdf.Root.PageMode = Name.UseOutlines
        self.pdf.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipLongEdge
        )
        title = translations.words(self.about.language)["all_copies"].format(self.about.title)
        describe(self.pdf, replace(self.about, title=title))
        return saved(self.pdf)

    def _resources(self, page: Dictionary) -> Dictionary:
        """The page's resources in the new file: once for all pages that share them."""
        resources = page.get("/Resources", Dictionary())
        key = resources.objgen
        if key == (0, 0):  # the page's own: those of blank pages and note pages
            return self.pdf.copy_foreign(self.source.make_indirect(resources))  # type: ignore[return-value]
        if key not in self.shared:
            self.shared[key] = self.pdf.copy_foreign(resources)  # type: ignore[assignment]
        return self.shared[key]

    def _add(self, copy: NumberedCopy) -> None:
        line = self.stamp.line(copy, self.about.language, self.paths)
        name = f"{_FORM}{copy.number}"
        form = self.case.form(line, self.stamp.grey)
        sides = [self.pdf.make_stream(self.stamp.drawn(line, name, recto=recto)) for recto in (True, False)]
        for index, resources in enumerate(self.resources):
            page = Dictionary(
                Type=Name.Page, MediaBox=self.boxes[index], TrimBox=self.boxes[index], Resources=resources
            )
            _with_form(page, name, form)
            page.Contents = Array([*self.contents[index], sides[index % 2]])
            self.pdf.pages.append(Page(page))
        if len(self.resources) % 2:
            page = Dictionary(Type=Name.Page, MediaBox=self.boxes[-1], TrimBox=self.boxes[-1], Resources=Dictionary())
            _with_form(page, name, form)
            page.Contents = sides[1]
            self.pdf.pages.append(Page(page))

    def _labels(self, copy: NumberedCopy, start: int) -> Array:
        """The bound file's page labels for one copy: “7-” before each."""
        nums = list(self.source.Root.get("/PageLabels", Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))).Nums)
        found = Array()
        for index, label in zip(nums[::2], nums[1::2], strict=True):
            label = Dictionary(dict(label.items()))
            label.P = String(f"{copy.number}-{label.get('/P', '')}")
            found.extend(Array([start + int(index), label]))
        return found
