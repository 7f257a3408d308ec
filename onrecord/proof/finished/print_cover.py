"""Prove the cover for the print shop: its measures and marks, every word in its place, and the barcode.

The page is also looked at as an image: what cannot be seen, or read by a scanner, is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from onrecord.model import Book, SourceLocation
from onrecord.model.design import CoverDesign
from onrecord.model.directions import is_from_right
from onrecord.model.names import divide_name
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.finished.print_shop import Box, check_box_sizes, check_crop_marks, check_standard_claims
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.barcode_image import compute_ean, read_barcodes
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.reading.painted_text import FROM_RIGHT, TextRun
from onrecord.proof.reading.painting import get_run_text, select_visible_runs
from onrecord.proof.reading.pdf_pages import UnreadablePdfError
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.rules.report import HINT, Finding
from onrecord.runtime.interface_texts import get_language

_COPY = "the cover"
_PT_PER_MM = 72 / 25.4
_DPI = 300  # of the image of the page
_LEAST_CONTRAST = 30  # between a letter and its ground, of 255
_SLACK_MM = 0.3
_SURE_SPINE_MM, _SPINE_END_MM = 5.0, 11.0  # from this width on a spine has a title that fits its length
_WIDEST_LETTER_MM = 1.6  # on average, in the smallest type of a spine


@dataclass(frozen=True, slots=True)
class _Panel:
    """A part of the sheet: its name, its sides in points from the left edge of the paper, and what it must say."""

    name: str
    left: float
    right: float
    texts: tuple[tuple[str, ...], ...]  # each possible text of it, in pieces


def prove_cover(
    book: Book, page_count: int, data: bytes, place: SourceLocation, *, claims_pdfx: bool
) -> tuple[Problem, ...]:
    """Return what is wrong with the print-shop cover of a book of `page_count` pages; of PDF/X-4 only the claim."""
    try:
        content = pdf_pages.read_whole_pdf(data, with_ink=False)
    except UnreadablePdfError as error:
        return (Problem(place, Rule.COPY_CAN_BE_READ, f"{_COPY} cannot be opened: {error}", HINT),)
    findings: list[Finding] = [*check_standard_claims(data, claims_pdfx=claims_pdfx)]
    if len(content.pages) != 1:
        findings.append((Rule.SHEETS_ARE_COMPLETE, f"has {len(content.pages)} pages instead of one"))
    else:
        spine_mm = (page_count + 1) // 2 * book.paper_thickness_mm
        with pypdfium2.PdfDocument(data) as document:
            findings += _check_cover_page(
                document[0], select_visible_runs(content.pages[0]), book, page_count, spine_mm
            )
    return tuple(Problem(place, rule, f"{_COPY} {fault}", HINT) for rule, fault in findings)


def _check_cover_page(
    page: pypdfium2.PdfPage, runs: list[TextRun], book: Book, page_count: int, spine_mm: float
) -> Iterator[Finding]:
    """Yield what is wrong with the measures, words and barcode of the sheet of the cover."""
    trim, bleed = page.get_trimbox(), page.get_bleedbox()
    width_mm, height_mm = book.trim.size_mm
    actual_mm = (trim[2] - trim[0]) / _PT_PER_MM - 2 * width_mm
    if abs(actual_mm - spine_mm) > _SLACK_MM / 3:
        pages = f"{page_count} pages on paper of {book.paper_thickness_mm:g} mm need {spine_mm:.2f} mm"
        yield Rule.SPINE_FITS_THE_PAGES, f"has a spine of {actual_mm:.2f} mm; {pages}"
        return
    size = ((2 * width_mm + spine_mm) * _PT_PER_MM, height_mm * _PT_PER_MM)
    yield from check_box_sizes(size, trim, bleed, page.get_mediabox())
    folds = (trim[0] + width_mm * _PT_PER_MM, trim[0] + (width_mm + spine_mm) * _PT_PER_MM)
    yield from check_crop_marks(page, trim, bleed, folds)
    bitmap = page.render(scale=_DPI / 72, grayscale=True)
    image = bitmap.to_pil()  # shares its memory
    panels = _expect_panels(book, trim, folds, spine_mm)
    yield from _check_words(panels, runs)
    yield from _check_visibility(image, runs, page.get_height(), trim)
    yield from _check_barcode(image, book)


# --- words ------------------------------------------------------------------------------------------


def _expect_panels(book: Book, trim: Box, folds: tuple[float, float], spine_mm: float) -> tuple[_Panel, ...]:
    """Return the back, spine and front that the cover must have, with their texts, from the left."""
    left, right = (trim[0], folds[0]), (folds[1], trim[2])
    front, back = (left, right) if is_from_right(book.language) else (right, left)
    return (
        _Panel("back", *back, (_expect_back_texts(book),)),
        _Panel("spine", *folds, _expect_spine_texts(book, spine_mm)),
        _Panel("front", *front, (_expect_front_texts(book),)),
    )


def _expect_front_texts(book: Book) -> tuple[str, ...]:
    """Return the texts that the front of the cover must show; () if it is a picture."""
    if book.design.cover_file:
        return ()
    letters: list[str] = []
    if book.design.cover is CoverDesign.INITIALS:
        guests = [person for interview in book.interviews for person in interview.guests]
        surnames = [divide_name(guest.name)[1] for guest in guests]
        letters = list(dict.fromkeys(name[0].upper() for name in surnames if name))[:9]
    return (
        *letters,
        book.title,
        book.subtitle,
        get_language(book.language).names.comma.join(book.editors),
        book.publisher,
    )


def _expect_back_texts(book: Book) -> tuple[str, ...]:
    """Return the texts that the back of the cover must show: blurb, publisher, ISBN, digits below the bars."""
    text = book.back_text.text if book.back_text else book.description
    if not book.isbn:
        return (text, book.publisher)
    digits = compute_ean(book.isbn)
    return (text, book.publisher, f"ISBN {book.printed_isbn}", digits[0], digits[1:7], digits[7:])


def _expect_spine_texts(book: Book, spine_mm: float) -> tuple[tuple[str, ...], ...]:
    """Return the alternatives that the spine may say: title and name, the title alone, or nothing for lack of room."""
    title, name = (
        book.short_title or book.title,
        get_language(book.language).names.comma.join(book.editors) or book.publisher,
    )
    room_mm = book.trim.size_mm[1] - 2 * _SPINE_END_MM
    has_room = spine_mm >= _SURE_SPINE_MM and len(title) * _WIDEST_LETTER_MM * 2 <= room_mm
    return ((title, name), (title,)) if has_room else ((title, name), (title,), ())


def _check_words(panels: tuple[_Panel, ...], runs: list[TextRun]) -> Iterator[Finding]:
    """Yield each panel of the cover that does not say its words, in their order, and each text that is in no panel."""
    by_panel: dict[str, list[str]] = {panel.name: [] for panel in panels}
    for run in runs:
        middle = (run.left + run.right) / 2
        panel = next((panel for panel in panels if panel.left <= middle <= panel.right), None)
        slack = _SLACK_MM * _PT_PER_MM
        if panel is None or run.left < panel.left - slack or run.right > panel.right + slack:
            where = f"the edge of the {panel.name}" if panel else "the edge of the sheet"
            yield Rule.COVER_SAYS_THE_WORDS, f"has “{shorten_text(get_run_text(run))}” across {where}"
        if panel:
            by_panel[panel.name].append(get_run_text(run))
    for panel in panels:
        actual = _keep_visible_characters("".join(by_panel[panel.name]))
        texts = [_keep_visible_characters("".join(pieces)) for pieces in panel.texts]
        if not any(_is_same_text(text, actual) for text in texts):
            yield Rule.COVER_SAYS_THE_WORDS, f"{_describe_loss(texts[0], actual)} on its {panel.name}"


def _keep_visible_characters(text: str) -> str:
    """Return the characters of a text that have ink, those that look alike made one."""
    return "".join(fold_glyphs(normalize_text(text)).split())


def _is_same_text(expected: str, actual: str) -> bool:
    """Return whether two cover texts are the same; right-to-left words, which PDFium reverses, by their letters."""
    if not FROM_RIGHT.search(expected):
        return expected == actual
    letters = [sorted(char for char in text if char.isalnum()) for text in (expected, actual)]
    return letters[0] == letters[1]


def _describe_loss(expected: str, actual: str) -> str:
    """Return the words for the first difference of the cover's text from the expected one, to follow “the cover ”."""
    index_of_difference = next(
        (index for index, pair in enumerate(zip(expected, actual, strict=False)) if pair[0] != pair[1]), -1
    )
    index_of_difference = min(len(expected), len(actual)) if index_of_difference < 0 else index_of_difference
    lost, added = shorten_text(expected[index_of_difference:]), shorten_text(actual[index_of_difference:])
    if lost and added:
        return f"says “{added}” where “{lost}” belongs"
    return f"has lost “{lost}”" if lost else f"says “{added}” besides"


def _check_visibility(image: Image.Image, runs: list[TextRun], height: float, trim: Box) -> Iterator[Finding]:
    """Yield each text of the cover that is cut off, or that has too little contrast with its background."""
    scale = _DPI / 72
    for run in runs:
        box = (run.left, height - run.top, run.right, height - run.bottom)
        pixels = [round(side * scale) for side in box]
        text = shorten_text(get_run_text(run))
        if run.bottom < trim[1] or run.top > trim[3]:
            yield Rule.COVER_SAYS_THE_WORDS, f"has “{text}” beyond its edge"
        elif pixels[2] > pixels[0] and pixels[3] > pixels[1]:
            darkest, lightest = image.crop((pixels[0], pixels[1], pixels[2], pixels[3])).getextrema()
            if float(str(lightest)) - float(str(darkest)) < _LEAST_CONTRAST:
                yield Rule.COVER_SAYS_THE_WORDS, f"has “{text}” that nobody can see"


def _check_barcode(image: Image.Image, book: Book) -> Iterator[Finding]:
    """Yield what is wrong if no scanner reads the cover's barcode, or it has another number than the book."""
    expected = {compute_ean(book.isbn)} if book.isbn else set()
    actual = read_barcodes(image)
    if expected - actual and not actual:
        yield Rule.BARCODE_IS_THE_ISBN, "has no barcode that can be read"
    elif actual != expected:
        yield Rule.BARCODE_IS_THE_ISBN, f"has the barcode of {', '.join(sorted(actual))}, not that of the book"
