"""Opens a PDF with PDFium and gives its pages as they were painted: runs of characters, and the tag tree.

PDFium's own readings are used (ToUnicode, marked content, structure tree per page through the parent
tree, ISO 32000-1 §14.7): what a viewer copies and a screen reader is given. Only its raw interface has
marked content and structure; we call it with our own prototypes, because handles as plain numbers
can be compared and cost half the time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TypeAlias, TypeVar

import pypdfium2
import pypdfium2.raw as raw

from onrecord.proof.reading.normalize import SOFT
from onrecord.runtime.task_runner import Failure, Press, run

R = TypeVar("R")

_DEPTH = 200  # of structure and of forms; a book's tree has about ten levels
_WHITE = 245  # from here on a colour (0 to 255) is not seen on paper
_SMALLEST_PT = 2.5
_INVISIBLE_MODES = (3, 7)  # ISO 32000-1 §9.3.6: neither fill nor stroke
_TEXT, _FORM = 1, 5  # FPDF_PAGEOBJ_*; all others are drawn: paths, images, shadings
ARTIFACT, STRAY = -1, -2  # in place of a marked content id


@dataclass(slots=True)
class Run:
    """Characters painted by one operator; points from the lower left corner of the sheet."""

    text: str
    mark: int  # marked content id, ARTIFACT or STRAY
    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    size: float
    unseen: str = ""  # why no eye can see it


@dataclass(slots=True)
class Element:
    """A structure element of the whole file; kids by their place: elements, or (sheet, marked content id)."""

    role: str
    id: str
    alt: str
    kids: dict[int, Element | tuple[int, int]] = field(default_factory=dict)

    def children(self) -> Iterator[Element | tuple[int, int]]:
        """The kids in document order."""
        for place in sorted(self.kids):
            yield self.kids[place]


@dataclass(slots=True)
class Sheet:
    """A page as it was painted. `label` is the page number that a viewer shows."""

    label: str
    box: tuple[float, float, float, float]
    runs: list[Run]
    by_mark: dict[int, list[Run]]
    pictures: set[int]  # marks of what is drawn and is no text


@dataclass(slots=True)
class Paper:
    """A whole file, or a stretch of it from sheet `first` on: its sheets, and the structure tree joined over them."""

    sheets: list[Sheet]
    root: Element
    about: Mapping[str, str] = field(default_factory=dict)  # Title, Keywords …
    first: int = 0  # marks are told by (sheet, marked content id), sheets counted from here


class UnreadableError(Exception):
    """PDFium cannot open the file; the message says why."""


def read(data: bytes, press: Press | None = None) -> Paper:
    """Read a whole PDF, on the workers of a press if there is one. Raises `UnreadableError`."""
    with _opened(data) as document:
        count, about = len(document), document.get_metadata_dict()
    size = max(FEWEST, -(-count // RANGES)) if press else max(count, 1)
    ranges = [_Range(data, start, min(start + size, count)) for start in range(0, count, size)]
    if press is None or len(ranges) < 2:
        found = [_read_range(one) for one in ranges]
    else:
        found = [
            there(one) for one in run(press.executor, _read_range, ranges, name=lambda one: f"sheet {one.start + 1}")
        ]
    root = Element("", "", "")
    for _, tree in found:
        _merge(root, tree)
    return Paper([sheet for sheets, _ in found for sheet in sheets], root, about)


def stretches(file: Path, ranges: Sequence[tuple[int, int]]) -> Iterator[Paper]:
    """The sheets of a PDF from `start` to before `stop`, range by range, each with its own tree. Raises `UnreadableError`."""
    with _opened(file) as document:
        handle, about = _address(document.raw), document.get_metadata_dict()
        for start, stop in ranges:
            root = Element("", "", "")
            found = [_sheet(handle, index, root, index - start) for index in range(start, stop)]
            yield Paper(found, root, about, start)


def labels(data: bytes) -> tuple[str, ...]:
    """What a viewer calls each page. Raises `UnreadableError`."""
    with _opened(data) as document:
        handle = _address(document.raw)
        return tuple(_label(handle, index) for index in range(len(document)))


def about(data: bytes) -> Mapping[str, str]:
    """What the file says of itself: Title, Keywords … Raises `UnreadableError`."""
    with _opened(data) as document:
        return dict(document.get_metadata_dict())


FEWEST = 24  # sheets that are worth a worker's while
RANGES = 8  # into which the sheets of a file are divided


@dataclass(frozen=True, slots=True)
class _Range:
    """Sheets of a file, from `start` to before `stop`."""

    data: bytes
    start: int
    stop: int


def _read_range(wanted: _Range) -> tuple[list[Sheet], Element]:
    """Some sheets, and what the structure tree says of them. Runs in a worker."""
    root = Element("", "", "")
    with _opened(wanted.data) as document:
        handle = _address(document.raw)
        return [_sheet(handle, index, root, index) for index in range(wanted.start, wanted.stop)], root


def there(result: R | Failure) -> R:
    """The result. Raises `UnreadableError` where a worker failed."""
    if isinstance(result, Failure):
        raise result.error if isinstance(result.error, UnreadableError) else UnreadableError(result.reason)
    return result


def _merge(tree: Element, more: Element) -> None:
    """Hang the same tree, as it stands on other sheets, into this one."""
    for place, kid in more.kids.items():
        known = tree.kids.get(place)
        if isinstance(known, Element) and isinstance(kid, Element):
            _merge(known, kid)
        else:
            tree.kids[place] = kid


@contextmanager
def _opened(data: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(str(error)) from error
    try:
        yield document
    finally:
        document.close()


# --- PDFium -----------------------------------------------------------------------------------------

_HANDLE, _NUMBER, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
_FLOATS = [ctypes.c_float() for _ in range(4)]
_FLOAT_PLACES = tuple(ctypes.addressof(value) for value in _FLOATS)
_COLOURS = [ctypes.c_uint() for _ in range(4)]
_COLOUR_PLACES = tuple(ctypes.addressof(value) for value in _COLOURS)
_MATRIX = (ctypes.c_float * 6)()
_MATRIX_PLACE = ctypes.addressof(_MATRIX)

_Kind: TypeAlias = type[ctypes.c_void_p] | type[ctypes.c_int] | type[ctypes.c_uint] | type[ctypes.c_ulong]

_PROTOTYPES: dict[str, tuple[_Kind | None, *tuple[_Kind, ...]]] = {
    # result, then arguments; every pointer is a plain address
    "FPDF_LoadPage": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_ClosePage": (None, _HANDLE),
    "FPDF_GetPageLabel": (_SIZE, _HANDLE, _NUMBER, _HANDLE, _SIZE),
    "FPDFPage_GetMediaBox": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFPage_GetCropBox": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFPage_CountObjects": (_NUMBER, _HANDLE),
    "FPDFPage_GetObject": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFFormObj_CountObjects": (_NUMBER, _HANDLE),
    "FPDFFormObj_GetObject": (_HANDLE, _HANDLE, _SIZE),
    "FPDFPageObj_GetType": (_NUMBER, _HANDLE),
    "FPDFPageObj_GetMarkedContentID": (_NUMBER, _HANDLE),
    "FPDFPageObj_CountMarks": (_NUMBER, _HANDLE),
    "FPDFPageObj_GetMark": (_HANDLE, _HANDLE, _SIZE),
    "FPDFPageObjMark_GetName": (_NUMBER, _HANDLE, _HANDLE, _SIZE, _HANDLE),
    "FPDFPageObj_GetBounds": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFPageObj_GetMatrix": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFPageObj_GetFillColor": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFTextObj_GetFontSize": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFTextObj_GetTextRenderMode": (_NUMBER, _HANDLE),
    "FPDFText_LoadPage": (_HANDLE, _HANDLE),
    "FPDFText_ClosePage": (None, _HANDLE),
    "FPDFText_CountChars": (_NUMBER, _HANDLE),
    "FPDFText_GetUnicode": (ctypes.c_uint, _HANDLE, _NUMBER),
    "FPDFText_IsGenerated": (_NUMBER, _HANDLE, _NUMBER),
    "FPDFText_HasUnicodeMapError": (_NUMBER, _HANDLE, _NUMBER),
    "FPDFText_GetTextObject": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_StructTree_GetForPage": (_HANDLE, _HANDLE),
    "FPDF_StructTree_Close": (None, _HANDLE),
    "FPDF_StructTree_CountChildren": (_NUMBER, _HANDLE),
    "FPDF_StructTree_GetChildAtIndex": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_StructElement_CountChildren": (_NUMBER, _HANDLE),
    "FPDF_StructElement_GetChildAtIndex": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_StructElement_GetChildMarkedContentID": (_NUMBER, _HANDLE, _NUMBER),
    "FPDF_StructElement_GetType": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetID": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetAltText": (_SIZE, _HANDLE, _HANDLE, _SIZE),
}


@cache
def _pdfium() -> SimpleNamespace:
    """PDFium's functions under their names, without the prefixes FPDF_ and FPDF."""
    functions = {}
    for name, (result, *arguments) in _PROTOTYPES.items():
        place = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
        functions[name.removeprefix("FPDF").removeprefix("_")] = ctypes.CFUNCTYPE(result, *arguments)(place or 0)
    return SimpleNamespace(**functions)


def _address(pointer: raw.FPDF_DOCUMENT) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _string(function: Callable[..., int], *arguments: int) -> str:
    """A string that PDFium writes as UTF-16 into a buffer of ours."""
    size = function(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.addressof(buffer), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


@contextmanager
def _page(document: int, index: int) -> Iterator[int]:
    page = _pdfium().LoadPage(document, index)
    if not page:
        raise UnreadableError(f"sheet {index + 1} cannot be opened")
    try:
        yield page
    finally:
        _pdfium().ClosePage(page)


def _label(document: int, index: int) -> str:
    return _string(_pdfium().GetPageLabel, document, index) or str(index + 1)


def _sheet(document: int, index: int, root: Element, number: int) -> Sheet:
    """The page with that index; the marks on it are told by `number`."""
    with _page(document, index) as page:
        label = _label(document, index)
        box = _box(page)
        runs, pictures = _runs(page, box)
        _join_tree(page, number, root)
    by_mark: dict[int, list[Run]] = {}
    for one in runs:
        by_mark.setdefault(one.mark, []).append(one)
    return Sheet(label, box, runs, by_mark, pictures)


def _box(page: int) -> tuple[float, float, float, float]:
    """What is left of the page after cutting: left, bottom, right, top."""
    pdfium = _pdfium()
    if not pdfium.Page_GetCropBox(page, *_FLOAT_PLACES) and not pdfium.Page_GetMediaBox(page, *_FLOAT_PLACES):
        return 0.0, 0.0, 612.0, 792.0
    left, bottom, right, top = (value.value for value in _FLOATS)
    return left, bottom, right, top


# --- painted text -----------------------------------------------------------------------------------


def _runs(page: int, box: tuple[float, float, float, float]) -> tuple[list[Run], set[int]]:
    """The runs of a page in the order they were painted, and the marks of what is drawn."""
    texts = _texts(page)
    runs, pictures = [], set()
    for handle, mark, move in _objects(page):
        if _pdfium().PageObj_GetType(handle) != _TEXT:
            pictures.add(mark)
        elif text := "".join(texts.get(handle, ())):
            runs.append(_run(handle, text, mark, move, box))
    return runs, pictures


_Move = tuple[float, float, float, float, float, float]
_STILL: _Move = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _objects(page: int) -> Iterator[tuple[int, int, _Move]]:
    """What a page and its forms paint: handle, mark, and the matrix of the form."""
    pdfium = _pdfium()
    for index in range(pdfium.Page_CountObjects(page)):
        yield from _object(pdfium.Page_GetObject(page, index), None, _STILL, 0)


def _object(handle: int, outer: int | None, move: _Move, depth: int) -> Iterator[tuple[int, int, _Move]]:
    pdfium = _pdfium()
    kind = pdfium.PageObj_GetType(handle)
    mark = _mark(handle)
    if outer is not None and (mark == STRAY or outer == ARTIFACT):
        mark = outer
    if kind != _FORM:
        yield handle, mark, move
    elif depth < _DEPTH:
        inner = _within(_matrix(handle), move)
        for index in range(pdfium.FormObj_CountObjects(handle)):
            yield from _object(pdfium.FormObj_GetObject(handle, index), mark, inner, depth + 1)


def _mark(handle: int) -> int:
    """The marked content an object belongs to."""
    pdfium = _pdfium()
    mark: int = pdfium.PageObj_GetMarkedContentID(handle)
    if mark >= 0:
        return mark
    for index in range(pdfium.PageObj_CountMarks(handle)):
        buffer, size = ctypes.create_string_buffer(64), ctypes.c_ulong()
        name = pdfium.PageObj_GetMark(handle, index)
        if pdfium.PageObjMark_GetName(name, ctypes.addressof(buffer), 64, ctypes.addressof(size)) and (
            buffer.raw[: size.value].decode("utf-16-le", "replace").rstrip("\0") == "Artifact"
        ):
            return ARTIFACT
    return STRAY


def _texts(page: int) -> dict[int, list[str]]:
    """The characters of each text object. A gap that PDFium sees, and no space fills, is SOFT."""
    pdfium = _pdfium()
    reading = pdfium.Text_LoadPage(page)
    texts: dict[int, list[str]] = {}
    try:
        unicode_of, object_of, is_generated = pdfium.Text_GetUnicode, pdfium.Text_GetTextObject, pdfium.Text_IsGenerated
        for index in range(pdfium.Text_CountChars(reading)):
            code = unicode_of(reading, index)
            handle = object_of(reading, index)
            if code in _DOUBTFUL:
                if is_generated(reading, index) == 1:
                    if handle in texts:
                        texts[handle].append(SOFT)
                    continue
                code = _HYPHEN if code == _BROKEN else code
            if handle:
                texts.setdefault(handle, []).append(_character(code))
    finally:
        pdfium.Text_ClosePage(reading)
    return texts


_HYPHEN, _BROKEN = 0x2D, 0x02  # PDFium shows a hyphen at the end of a line as U+0002
_DOUBTFUL = frozenset({0x20, 0x0A, 0x0D, _BROKEN})  # what PDFium may have put in itself


@cache
def _character(code: int) -> str:
    """The character; U+FFFD for what no font says a character for."""
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or 0xFDD0 <= code < 0xFDF0 or code > 0x10FFFF:
        return "\N{REPLACEMENT CHARACTER}"
    return chr(code)


def _run(handle: int, text: str, mark: int, move: _Move, box: tuple[float, float, float, float]) -> Run:
    pdfium = _pdfium()
    pdfium.PageObj_GetBounds(handle, *_FLOAT_PLACES)
    left, bottom, right, top = (value.value for value in _FLOATS)
    _, _, c, d, x, y = _matrix(handle)
    pdfium.TextObj_GetFontSize(handle, _FLOAT_PLACES[0])
    size = _FLOATS[0].value * (c * c + d * d) ** 0.5
    if move is not _STILL:
        left, bottom, right, top = _moved((left, bottom, right, top), move)
        y = move[1] * x + move[3] * y + move[5]
        size *= (move[2] ** 2 + move[3] ** 2) ** 0.5
    run = Run(text, mark, left, bottom, right, top, y, size)
    run.unseen = _unseen(handle, run, box)
    return run


def _unseen(handle: int, run: Run, box: tuple[float, float, float, float]) -> str:
    """Why the run cannot be seen on paper, or ""."""
    pdfium = _pdfium()
    if pdfium.TextObj_GetTextRenderMode(handle) in _INVISIBLE_MODES:
        return "painted with invisible ink"
    slack = 0.35 * run.size
    if min(run.left - box[0], run.bottom - box[1]) < -slack or max(run.right - box[2], run.top - box[3]) > slack:
        return "painted beyond the edge of the paper"
    if run.size < _SMALLEST_PT:
        return "painted too small to read"
    if pdfium.PageObj_GetFillColor(handle, *_COLOUR_PLACES):
        *colour, alpha = (value.value for value in _COLOURS)
        if alpha < 255 - _WHITE or min(colour) >= _WHITE:
            return "painted white on white"
    return ""


def _matrix(handle: int) -> _Move:
    _pdfium().PageObj_GetMatrix(handle, _MATRIX_PLACE)
    a, b, c, d, e, f = _MATRIX
    return a, b, c, d, e, f


def _within(inner: _Move, outer: _Move) -> _Move:
    """The matrix that applies `inner`, then `outer` (ISO 32000-1 §8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _moved(bounds: tuple[float, float, float, float], move: _Move) -> tuple[float, float, float, float]:
    left, bottom, right, top = bounds
    a, b, c, d, e, f = move
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


# --- structure --------------------------------------------------------------------------------------


def _join_tree(page: int, sheet: int, root: Element) -> None:
    """Hang what the structure tree says of one page into the tree of the file.

    PDFium gives a tree per page: an element keeps its place among its siblings on every page, so the
    places from the root name the element.
    """
    pdfium = _pdfium()
    tree = pdfium.StructTree_GetForPage(page)
    if not tree:
        return
    try:
        for place in range(pdfium.StructTree_CountChildren(tree)):
            child = pdfium.StructTree_GetChildAtIndex(tree, place)
            if child:
                _join(child, place, root, sheet, 0)
    finally:
        pdfium.StructTree_Close(tree)


def _join(handle: int, place: int, parent: Element, sheet: int, depth: int) -> None:
    pdfium = _pdfium()
    element = parent.kids.get(place)
    if not isinstance(element, Element):
        element = parent.kids[place] = Element(
            role=_string(pdfium.StructElement_GetType, handle),
            id=_string(pdfium.StructElement_GetID, handle),
            alt=_string(pdfium.StructElement_GetAltText, handle),
        )
    kids = element.kids
    for index in range(pdfium.StructElement_CountChildren(handle)):
        mark = pdfium.StructElement_GetChildMarkedContentID(handle, index)
        if mark >= 0:
            kids[index] = (sheet, mark)
        elif depth < _DEPTH:
            child = pdfium.StructElement_GetChildAtIndex(handle, index)
            if child:
                _join(child, index, element, sheet, depth + 1)
