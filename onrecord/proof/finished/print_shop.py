"""Proves a file for the print shop: boxes, crop marks, the claim, and every word where it was, inside the trim.

PDFium shows no output intent and no default colours: their presence is tested, not proved with each file.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as raw

from onrecord.model import Place
from onrecord.model.problems import Problem
from onrecord.proof.reading.ink import SLACK_PT, Move, claims, difference, images_on, inked, read_both
from onrecord.proof.reading.pdf_pages import Paper, UnreadableError
from onrecord.proof.rules.compare import HINT

_COPY = "the file for the print shop"
_BLEED_PT = 3 * 72 / 25.4

Box = tuple[float, float, float, float]
Finding = tuple[str, str]


def prove_print_shop(original: bytes, data: bytes, place: Place, *, claims_pdfx: bool) -> tuple[Problem, ...]:
    """What is wrong with the file made of `original`; `claims_pdfx`: it was given a profile."""
    try:
        bound, printed = read_both(original, data)
    except UnreadableError as error:
        return (Problem(place, "copy-can-be-read", f"{_COPY} cannot be opened: {error}", HINT),)
    found = [*_pages(bound, printed, original, data), *_claims(data, claims_pdfx=claims_pdfx)]
    return tuple(Problem(place, rule, f"{_COPY} {what}", HINT) for rule, what in found)


def _pages(bound: Paper, printed: Paper, original: bytes, data: bytes) -> Iterator[Finding]:
    if len(bound.sheets) != len(printed.sheets):
        yield "sheets-are-complete", f"has {len(printed.sheets)} pages for {len(bound.sheets)}"
        return
    if images_on(data) != images_on(original):
        yield "pictures-are-there", "has lost a picture, or has one too many"
    document = pypdfium2.PdfDocument(data)
    try:
        for index, page in enumerate(document):
            where = f"on sheet {index + 1}"
            trim, bleed, media = page.get_trimbox(), page.get_bleedbox(), page.get_mediabox()
            yield from ((rule, f"{what} {where}") for rule, what in _boxes(bound.sheets[index].box, trim, bleed, media))
            yield from ((rule, f"{what} {where}") for rule, what in _marks(page, trim, bleed))
            what = difference(inked(bound.sheets[index]), inked(printed.sheets[index]), Move(1.0, trim[0], trim[1]))
            if what:
                yield "pages-are-unchanged", f"{what} {where}"
            if printed.sheets[index].label != bound.sheets[index].label:
                yield "pages-are-unchanged", f"calls the page “{printed.sheets[index].label}” {where}"
            if raw.FPDFPage_GetAnnotCount(page.raw):
                yield "pages-have-no-links", f"has links {where}"
    finally:
        document.close()


def _boxes(page: Box, trim: Box, bleed: Box, media: Box) -> Iterator[Finding]:
    size = (page[2] - page[0], page[3] - page[1])
    if not _near((trim[2] - trim[0], trim[3] - trim[1]), size):
        yield (
            "trim-is-the-page",
            f"is trimmed to {trim[2] - trim[0]:.1f} × {trim[3] - trim[1]:.1f} pt, the page has {size[0]:.1f} × {size[1]:.1f} pt",
        )
    wanted = (trim[0] - _BLEED_PT, trim[1] - _BLEED_PT, trim[2] + _BLEED_PT, trim[3] + _BLEED_PT)
    if not _near(bleed, wanted):
        yield "bleed-is-3-mm", "has another bleed than 3 mm"
    if not (media[0] <= bleed[0] and media[1] <= bleed[1] and media[2] >= bleed[2] and media[3] >= bleed[3]):
        yield "bleed-is-3-mm", "has a bleed beyond the paper"


def _marks(page: pypdfium2.PdfPage, trim: Box, bleed: Box) -> Iterator[Finding]:
    """Eight hairlines outside the bleed, two in line with each edge of the trim; nothing else out there."""
    outside = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        left, bottom, right, top = item.get_bounds()
        if right < bleed[0] or left > bleed[2] or top < bleed[1] or bottom > bleed[3]:
            outside.append((left, bottom, right, top))
    hits = [_in_line(box, trim) for box in outside]
    wanted = sorted(edge for edge in ("left", "bottom", "right", "top") for _ in range(2))
    if sorted(hits) != wanted:
        yield "crop-marks-stand-at-the-corners", f"has crop marks at {', '.join(sorted(hits)) or 'no edge'}"


def _in_line(mark: Box, trim: Box) -> str:
    """The edge of the trim that a hairline is in line with, "" if none."""
    left, bottom, right, top = mark
    if right - left < 1.0:
        middle = (left + right) / 2
        return "left" if abs(middle - trim[0]) < SLACK_PT else "right" if abs(middle - trim[2]) < SLACK_PT else ""
    if top - bottom < 1.0:
        middle = (bottom + top) / 2
        return "bottom" if abs(middle - trim[1]) < SLACK_PT else "top" if abs(middle - trim[3]) < SLACK_PT else ""
    return ""


def _near(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(abs(a - b) < SLACK_PT for a, b in zip(one, other, strict=True))


def _claims(data: bytes, *, claims_pdfx: bool) -> Iterator[Finding]:
    wanted = frozenset({"PDF/X-4"}) if claims_pdfx else frozenset()
    if claims(data) != wanted:
        yield (
            "claims-are-true",
            f"claims {', '.join(sorted(claims(data))) or 'nothing'} instead of {', '.join(wanted) or 'nothing'}",
        )
    if claims_pdfx:
        document = pypdfium2.PdfDocument(data)
        told = {key: _told(document, key) for key in ("GTS_PDFXVersion", "Trapped")}
        document.close()
        if told != {"GTS_PDFXVersion": "PDF/X-4", "Trapped": "False"}:
            yield "claims-are-true", f"says of itself: {told}"


def _told(document: pypdfium2.PdfDocument, key: str) -> str:
    buffer = ctypes.create_string_buffer(256)
    size = raw.FPDF_GetMetaText(document.raw, key.encode(), buffer, 256)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")
