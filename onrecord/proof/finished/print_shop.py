"""Prove a file for the print shop: page boxes, crop marks, the claim, and every word in its place inside the trim.

PDFium shows no output intent and no default colours: tests check that these are written, the proof does not.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as raw

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.painting import (
    SLACK_PT,
    PagePlacement,
    count_images,
    describe_difference,
    read_claimed_standards,
    read_pdf_pair,
    select_visible_runs,
)
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage, UnreadablePdfError
from onrecord.proof.rules.report import HINT, Finding

_COPY = "the file for the print shop"
_BLEED_PT = 3 * 72 / 25.4
_HAIRLINE_PT = 1.0  # the widest crop mark

Box = tuple[float, float, float, float]  # left, bottom, right, top; points


def prove_print_shop(original: bytes, data: bytes, place: SourceLocation, *, claims_pdfx: bool) -> tuple[Problem, ...]:
    """Return the problems of the print-shop file: words, boxes, marks that differ from the bound PDF `original`."""
    try:
        bound, printed = read_pdf_pair(original, data)
    except UnreadablePdfError as error:
        return (Problem(place, Rule.COPY_CAN_BE_READ, f"{_COPY} cannot be opened: {error}", HINT),)
    findings = [*_check_pages(bound, printed, original, data), *check_standard_claims(data, claims_pdfx=claims_pdfx)]
    return tuple(Problem(place, rule, f"{_COPY} {fault}", HINT) for rule, fault in findings)


def _check_pages(bound: PdfContent, printed: PdfContent, original: bytes, data: bytes) -> Iterator[Finding]:
    """Yield what differs between the bound PDF and the print-shop file: number of pages, pictures, each page."""
    if len(bound.pages) != len(printed.pages):
        yield Rule.SHEETS_ARE_COMPLETE, f"has {len(printed.pages)} pages for {len(bound.pages)}"
        return
    if count_images(data) != count_images(original):
        yield Rule.PICTURES_ARE_THERE, "has lost a picture, or has one too many"
    document = pypdfium2.PdfDocument(data)
    try:
        for index, page in enumerate(document):
            for rule, fault in _check_page(page, bound.pages[index], printed.pages[index]):
                yield rule, f"{fault} on sheet {index + 1}"
    finally:
        document.close()


def _check_page(page: pypdfium2.PdfPage, before: PdfPage, after: PdfPage) -> Iterator[Finding]:
    """Yield what differs on a page for the print shop (`after`) from the bound page (`before`) that it was made of."""
    trim, bleed = page.get_trimbox(), page.get_bleedbox()
    page_size = (before.box[2] - before.box[0], before.box[3] - before.box[1])
    yield from check_box_sizes(page_size, trim, bleed, page.get_mediabox())
    yield from check_crop_marks(page, trim, bleed)
    placement, runs = PagePlacement(1.0, trim[0], trim[1]), (select_visible_runs(before), select_visible_runs(after))
    if fault := describe_difference(*runs, placement, has_guesses=before.is_from_right):
        yield Rule.PAGES_ARE_UNCHANGED, fault
    if after.label != before.label:
        yield Rule.PAGES_ARE_UNCHANGED, f"calls the page “{after.label}”"
    if raw.FPDFPage_GetAnnotCount(page.raw):
        yield Rule.PAGES_HAVE_NO_LINKS, "has links"


def check_box_sizes(page_size: tuple[float, float], trim: Box, bleed: Box, media: Box) -> Iterator[Finding]:
    """Yield a finding if the trim, the 3 mm of bleed or the paper size of a page for the print shop is wrong."""
    width, height = page_size
    trim_width, trim_height = trim[2] - trim[0], trim[3] - trim[1]
    if not _are_near((trim_width, trim_height), (width, height)):
        sizes = f"{trim_width:.1f} × {trim_height:.1f} pt, the page has {width:.1f} × {height:.1f} pt"
        yield Rule.TRIM_IS_THE_PAGE, f"is trimmed to {sizes}"
    expected = (trim[0] - _BLEED_PT, trim[1] - _BLEED_PT, trim[2] + _BLEED_PT, trim[3] + _BLEED_PT)
    if not _are_near(bleed, expected):
        yield Rule.BLEED_IS_3_MM, "has another bleed than 3 mm"
    if not (media[0] <= bleed[0] and media[1] <= bleed[1] and media[2] >= bleed[2] and media[3] >= bleed[3]):
        yield Rule.BLEED_IS_3_MM, "has a bleed beyond the paper"


def check_crop_marks(
    page: pypdfium2.PdfPage, trim: Box, bleed: Box, folds: tuple[float, ...] = ()
) -> Iterator[Finding]:
    """Yield marks outside the bleed that are no crop marks: two at each trim edge and each fold (in points)."""
    outside = []
    for drawing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        left, bottom, right, top = drawing.get_bounds()
        if right < bleed[0] or left > bleed[2] or top < bleed[1] or bottom > bleed[3]:
            outside.append((left, bottom, right, top))
    edges = sorted(_find_marked_edge(box, trim, folds) for box in outside)
    if edges != sorted(2 * ["left", "bottom", "right", "top", *(f"fold {fold:.0f}" for fold in folds)]):
        yield Rule.CROP_MARKS_STAND_AT_THE_CORNERS, f"has crop marks at {', '.join(edges) or 'no edge'}"


def _find_marked_edge(mark: Box, trim: Box, folds: tuple[float, ...]) -> str:
    """Return the trim edge, or the fold, that a crop mark is in line with, "" if none."""
    left, bottom, right, top = mark
    if right - left < _HAIRLINE_PT:
        middle = (left + right) / 2
        places = {"left": trim[0], "right": trim[2], **{f"fold {fold:.0f}": fold for fold in folds}}
        return next((name for name, place in places.items() if abs(middle - place) < SLACK_PT), "")
    if top - bottom < _HAIRLINE_PT:
        middle = (bottom + top) / 2
        return "bottom" if abs(middle - trim[1]) < SLACK_PT else "top" if abs(middle - trim[3]) < SLACK_PT else ""
    return ""


def _are_near(lengths: Sequence[float], expected: Sequence[float]) -> bool:
    """Return whether all lengths, in points, are the expected ones within the tolerance."""
    return all(abs(a - b) < SLACK_PT for a, b in zip(lengths, expected, strict=True))


def check_standard_claims(data: bytes, *, claims_pdfx: bool) -> Iterator[Finding]:
    """Yield metadata of a print-shop file that claim other standards than PDF/X-4 (none without `claims_pdfx`)."""
    expected = frozenset({"PDF/X-4"}) if claims_pdfx else frozenset()
    if read_claimed_standards(data) != expected:
        claimed = ", ".join(sorted(read_claimed_standards(data))) or "nothing"
        yield Rule.CLAIMS_ARE_TRUE, f"claims {claimed} instead of {', '.join(expected) or 'nothing'}"
    if claims_pdfx:
        document = pypdfium2.PdfDocument(data)
        entries = {key: _read_info_entry(document, key) for key in ("GTS_PDFXVersion", "Trapped")}
        document.close()
        if entries != {"GTS_PDFXVersion": "PDF/X-4", "Trapped": "False"}:
            stated = ", ".join(f"{key} “{text}”" for key, text in entries.items())
            yield Rule.CLAIMS_ARE_TRUE, f"states {stated} instead of GTS_PDFXVersion “PDF/X-4”, Trapped “False”"


def _read_info_entry(document: pypdfium2.PdfDocument, key: str) -> str:
    """Return an entry of a PDF's document information, "" if there is none."""
    buffer = ctypes.create_string_buffer(256)
    size = raw.FPDF_GetMetaText(document.raw, key.encode(), buffer, 256)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")
