"""Read the runs of text that a page paints, in the order of painting, and why one of them cannot be seen.

PDFium gives the characters as a viewer copies them: ToUnicode and marked content (ISO 32000-1 §9.10, §14.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from onrecord.proof.reading import pdfium
from onrecord.proof.reading.normalize import SOFT_GAP
from onrecord.proof.reading.pdfium import Bounds, Matrix

# In place of a marked content id:
ARTIFACT = -1
UNMARKED = -2  # neither tagged nor an artifact
_WHITE = 245  # from here on a colour (0 to 255) is not seen on paper
_LEAST_DARKNESS = 0.3 * 255
_SMALLEST_PT = 2.5
_SAME_PLACE_PT = 0.01
_MOST_LINES, _LONG_LINE = 5, 0.126  # so many objects PDFium looks back; the step to a line, by its length (an eighth)
_SLANT, _PRESSED = 0.4, 0.05  # shear of letters; how much narrower or wider than drawn they may be
_FILLED_MODES = (0, 2)  # filled, or filled and stroked
_INVISIBLE_MODES = (3, 7)  # ISO 32000-1 §9.3.6: neither fill nor stroke
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class TextRun:
    """Characters painted by one operator; points from the lower left corner of the page."""

    text: str
    content_id: int  # marked content id, ARTIFACT or UNMARKED
    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    size: float
    unseen_reason: str = ""  # why it cannot be seen
    darkness: float = 255.0  # of its ink: 0 is white, 255 black
    is_struck: bool = False  # a line runs through its letters
    is_said: bool = False  # its text is not that of its glyphs, but of marked content around them

    def cover_run(self, other: TextRun) -> None:
        """Extend this run by the area of another and how it is seen; the text stays."""
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.bottom, self.top = min(self.bottom, other.bottom), max(self.top, other.top)
        self.size = max(self.size, other.size)
        self.unseen_reason = self.unseen_reason or other.unseen_reason
        self.is_struck = self.is_struck or other.is_struck
        self.darkness = min(self.darkness, other.darkness)


def read_text_runs(
    page: int, box: Bounds, *, with_ink: bool, is_from_right: bool = False
) -> tuple[list[TextRun], set[int]]:
    """Return the text runs of a page in the order of painting, and the marked content ids of what is drawn besides.

    `with_ink`: also say why words cannot be seen. `is_from_right`: the document is read from the right.
    """
    get_type = pdfium.load_functions().PageObj_GetType
    texts, starts = _read_object_texts(page, is_from_right=is_from_right)
    runs: list[TextRun] = []
    drawn_ids = set()
    clusters: dict[int, TextRun] = {}  # by the handle of the mark that says their text
    for handle, content_id, matrix in _iterate_page_objects(page):
        if get_type(handle) != pdfium.TEXT_OBJECT:
            drawn_ids.add(content_id)
            continue
        mark, text = _read_spoken_mark(handle)
        text = _join_surrogates(texts.get(handle, "")) if mark is None else text
        text_run = _build_run(handle, text, content_id, matrix, box)
        if not text:
            text_run.text = text = _find_left_out_text(text_run, runs)
        if text:
            if starts.get(handle, text_run.left) - text_run.left > _LEAST_GAP * text_run.size:
                text_run.text = SOFT_GAP + text_run.text
            if with_ink and content_id != UNMARKED and not text_run.unseen_reason and text.strip():
                text_run.unseen_reason = _explain_distortion(
                    handle, _multiply_matrices(pdfium.read_matrix(handle), matrix)
                )
            if mark in clusters:
                clusters[mark].cover_run(text_run)
                continue
            if mark is not None:
                clusters[mark] = text_run
                text_run.is_said = True
            runs.append(text_run)
    return runs, drawn_ids


def _find_left_out_text(empty_run: TextRun, runs: Sequence[TextRun]) -> str:
    """Return the text of a line that PDFium left out because one of the last lines has the same glyphs; "" if none has.

    PDFium takes a long line below another, in a face whose letters are high, for the same line painted twice.
    """
    for run in runs[: -_MOST_LINES - 1 : -1]:
        step, widths = abs(run.baseline - empty_run.baseline), (run.right - run.left, empty_run.right - empty_run.left)
        is_in_column = abs(run.left - empty_run.left) <= run.size == empty_run.size
        is_long = 0.5 * run.size < step <= _LONG_LINE * max(widths)
        if is_in_column and is_long and abs(widths[0] - widths[1]) < _SAME_PLACE_PT:
            return run.text.lstrip(SOFT_GAP)
    return ""


def _read_spoken_mark(handle: int) -> tuple[int | None, str]:
    """Return the mark in marked content that gives an object other words, and these words; None if none does."""
    functions = pdfium.load_functions()
    for index in range(functions.PageObj_CountMarks(handle)):
        mark = functions.PageObj_GetMark(handle, index)
        if not index and pdfium.read_mark_name(mark) != "Span":
            continue  # the content itself; in a form it has none around it
        if (text := pdfium.read_mark_text(mark)) is not None:
            return mark, text
    return None, ""


def _iterate_page_objects(page: int) -> Iterator[tuple[int, int, Matrix]]:
    """Yield what a PDF page and its forms paint: handle, marked content id, and the matrix of the form."""
    functions = pdfium.load_functions()
    for index in range(functions.Page_CountObjects(page)):
        yield from _iterate_form_objects(functions.Page_GetObject(page, index), None, _IDENTITY, 0)


def _iterate_form_objects(
    handle: int, outer_id: int | None, matrix: Matrix, depth: int
) -> Iterator[tuple[int, int, Matrix]]:
    """Yield an object, or what it paints if it is a form; `outer_id` is that of the form around it."""
    functions = pdfium.load_functions()
    content_id = _read_content_id(handle)
    if outer_id is not None and (content_id == UNMARKED or outer_id == ARTIFACT):
        content_id = outer_id
    if functions.PageObj_GetType(handle) != pdfium.FORM_OBJECT:
        yield handle, content_id, matrix
    elif depth < pdfium.DEEPEST_LEVEL:
        form_matrix = _multiply_matrices(pdfium.read_matrix(handle), matrix)
        for index in range(functions.FormObj_CountObjects(handle)):
            yield from _iterate_form_objects(
                functions.FormObj_GetObject(handle, index), content_id, form_matrix, depth + 1
            )


def _read_content_id(handle: int) -> int:
    """Return the marked content id of an object, ARTIFACT or UNMARKED."""
    functions = pdfium.load_functions()
    content_id: int = functions.PageObj_GetMarkedContentID(handle)
    if content_id >= 0:
        return content_id
    for index in range(functions.PageObj_CountMarks(handle)):
        if pdfium.read_mark_name(functions.PageObj_GetMark(handle, index)) == "Artifact":
            return ARTIFACT
    return UNMARKED


def _read_object_texts(page_handle: int, *, is_from_right: bool) -> tuple[dict[int, str], dict[int, float]]:
    """Return each text object's characters by handle, with marks for gaps, and where objects begin.

    PDFium leaves out a space at the beginning of an object if another one is painted before it, wherever that stands.
    So the place of the first character is returned for each object that may have lost one.
    """
    functions = pdfium.load_functions()
    reading = functions.Text_LoadPage(page_handle)
    texts: dict[int, str] = {}
    places: dict[int, list[int]] = {}  # of the characters of each object in the text of the page
    starts: dict[int, float] = {}
    stop = 0
    try:
        codes, handles = pdfium.read_characters(reading)
        page_text = _decode_characters(reading, codes)
        for handle, group in groupby(handles):
            start, stop = stop, stop + len([*group])
            text = page_text[start:stop]
            if handle and handle not in texts and (text := text.lstrip(SOFT_GAP)):
                start = stop - len(text)
                if start and codes[start - 1] == _SPACE:
                    starts[handle] = pdfium.read_character_x(reading, start)
            if handle and text:
                texts[handle] = texts.get(handle, "") + text
                places.setdefault(handle, []).extend(range(start, stop))
        if is_from_right or any(map(FROM_RIGHT.search, texts.values())):
            texts |= _undo_reversal(reading, texts, places)
            starts.clear()
    finally:
        functions.Text_ClosePage(reading)
    return texts, starts


def _decode_characters(reading: int, codes: Sequence[int]) -> str:
    """Return the characters of a page, SOFT_GAP in the place of each that PDFium inserted itself."""
    is_generated = pdfium.load_functions().Text_IsGenerated
    characters = [*map(_decode_character, codes)]
    for index, code in enumerate(codes):
        if code in _DOUBTFUL and is_generated(reading, index) == 1:
            characters[index] = SOFT_GAP
    return "".join(characters)


def _undo_reversal(
    reading: int, texts: Mapping[int, str], places: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, str]]:
    """Yield each text object that PDFium gave out of order, its characters now from left to right without SOFT_GAP.

    PDFium turns round what stands in a line with right-to-left words, also the signs and numbers beside them, and in
    a document that is read from the right the words of every line.
    """
    for handle, indices in places.items():
        xs = [
            (pdfium.read_character_x(reading, index), char)
            for index, char in zip(indices, texts[handle], strict=True)
            if char != SOFT_GAP
        ]
        if any(before > after + _SAME_PLACE_PT for (before, _), (after, _) in pairwise(xs)):
            yield handle, "".join(char for _, char in sorted(xs, key=lambda pair: round(pair[0], 2)))


_LEAST_GAP = 0.1  # of the size of the letters
_SPACE = 0x20
_BROKEN_HYPHEN = 0x02  # so PDFium gives a hyphen at the end of a line
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATES = re.compile("([\ud800-\udbff][\udc00-\udfff])|([\udc00-\udfff])([\ud800-\udbff])")
FROM_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_DOUBTFUL = frozenset({0x20, 0x0A, 0x0D, _BROKEN_HYPHEN})  # characters that PDFium may have inserted itself


@cache
def _decode_character(code: int) -> str:
    """Return the character of a code that PDFium gives, or half of a surrogate pair; U+FFFD where there is none."""
    if code == _BROKEN_HYPHEN:
        return "-"
    if code in (0, 0xFFFE, 0xFFFF) or 0xFDD0 <= code < 0xFDF0 or code > 0x10FFFF:
        return "\N{REPLACEMENT CHARACTER}"
    return chr(code)


def _join_surrogates(text: str) -> str:
    """Return the text with pairs of surrogates joined, as PDFium gives characters beyond U+FFFF; U+FFFD for others.

    PDFium turns such a pair round, too, where it turns what stands in a line.
    """
    if not _SURROGATE.search(text):
        return text
    text = _SURROGATES.sub(lambda pair: pair[1] or pair[3] + pair[2], text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _build_run(handle: int, text: str, content_id: int, matrix: Matrix, box: Bounds) -> TextRun:
    """Return a PDF text object as a run, with its place on the page and why it cannot be seen."""
    bounds = pdfium.read_bounds(handle)
    _, _, c, d, x, y = pdfium.read_matrix(handle)
    size = pdfium.read_font_size(handle) * (c * c + d * d) ** 0.5
    if matrix is not _IDENTITY:
        bounds = _transform_bounds(bounds, matrix)
        y = matrix[1] * x + matrix[3] * y + matrix[5]
        size *= (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
    text_run = TextRun(text, content_id, *bounds, y, size)
    text_run.unseen_reason = _explain_invisibility(handle, text_run, box)
    return text_run


def _explain_distortion(handle: int, matrix: Matrix) -> str:
    """Return why letters of a PDF text object are not shown as their face draws them, or ""."""
    functions = pdfium.load_functions()
    a, b, c, d, _, _ = matrix
    if d <= 0 or abs(b) > _SLANT * d or abs(c) > _SLANT * d or abs(a / d - 1) > _PRESSED:
        return "turned, mirrored or pressed together"
    if functions.ClipPath_CountPaths(functions.PageObj_GetClipPath(handle)) > 0:
        return "cut by a clipping path"
    if functions.PageObj_HasTransparency(handle):
        return "painted through a mask or transparent"
    if functions.TextObj_GetTextRenderMode(handle) not in _FILLED_MODES:
        return "painted as outlines only"
    return ""


def _explain_invisibility(handle: int, text_run: TextRun, box: Bounds) -> str:
    """Return why a printed run cannot be seen on paper, or ""."""
    if pdfium.load_functions().TextObj_GetTextRenderMode(handle) in _INVISIBLE_MODES:
        return "painted with invisible ink"
    left, bottom, right, top = box
    slack = 0.35 * text_run.size
    if min(text_run.left - left, text_run.bottom - bottom) < -slack:
        return "painted beyond the edge of the paper"
    if max(text_run.right - right, text_run.top - top) > slack:
        return "painted beyond the edge of the paper"
    if text_run.size < _SMALLEST_PT:
        return "painted too small to read"
    if colour := pdfium.read_fill_colour(handle):
        *rgb, alpha = colour
        text_run.darkness = (255 - (rgb[0] * 30 + rgb[1] * 59 + rgb[2] * 11) / 100) * alpha / 255
        if alpha < 255 - _WHITE or min(rgb) >= _WHITE:
            return "painted white on white"
        if text_run.darkness < _LEAST_DARKNESS:
            return "painted too pale to read"
    return ""


def _multiply_matrices(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies `inner`, then `outer` (ISO 32000-1 §8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _transform_bounds(bounds: Bounds, matrix: Matrix) -> Bounds:
    """Return the bounds of the rectangle after a transformation by the matrix."""
    left, bottom, right, top = bounds
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)
