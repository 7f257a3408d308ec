"""Read the pages of a PDF as they are painted: runs of characters, and the tag tree.

All is read with PDFium, as what a viewer copies and what a screen reader is given: ToUnicode, marked content, and the
structure tree of each page through the parent tree (ISO 32000-1 §14.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

import pypdfium2

from onrecord.proof.reading import pdfium
from onrecord.proof.reading.normalize import SOFT_GAP
from onrecord.proof.reading.page_ink import InkedRun, find_unseen_runs
from onrecord.proof.reading.pdfium import Bounds, Matrix
from onrecord.runtime.task_runner import TaskFailure, TaskRunner, run_tasks

_Result = TypeVar("_Result")

# In place of a marked content id:
ARTIFACT = -1
UNMARKED = -2  # neither tagged nor an artifact


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


@dataclass(slots=True)
class TagElement:
    """A structure element of the whole file; kids by their place: elements, or (page index, marked content id)."""

    role: str
    id: str
    alt: str
    language: str = ""
    title: str = ""
    replacement: str = ""  # words that are read aloud in the place of the content: /ActualText or /E
    kids: dict[int, TagElement | tuple[int, int]] = field(default_factory=dict)

    def children(self) -> Iterator[TagElement | tuple[int, int]]:
        """Yield the kids in document order."""
        for place in sorted(self.kids):
            yield self.kids[place]


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A link on a page: its rectangle in points, and the destination or web address that it leads to."""

    bounds: Bounds
    target: str


@dataclass(slots=True)
class PdfPage:
    """A page as it is painted. `label` is the page number that a viewer shows."""

    label: str
    box: tuple[float, float, float, float]
    runs: list[TextRun]
    runs_by_id: dict[int, list[TextRun]]
    drawn_ids: set[int]  # marked content ids of what is drawn and is not text
    links: tuple[LinkArea, ...] = ()
    faults: tuple[str, ...] = ()  # what lies on the page and is no link


@dataclass(slots=True)
class PdfContent:
    """A whole PDF, or a range of it: its pages, and the structure tree joined over them.

    Page indices, also those in the tree, count from the first page of the range; `first` is that page's index in the
    file. `metadata` has Title, Keywords and so on.
    """

    pages: list[PdfPage]
    root: TagElement
    metadata: Mapping[str, str] = field(default_factory=dict)
    first: int = 0


class UnreadablePdfError(Exception):
    """PDFium cannot open the file; the message says why."""


# --- files ------------------------------------------------------------------------------------------

MIN_PAGES_PER_WORKER = 24  # pages that are worth sending to a worker
RANGE_COUNT = 8  # into which the pages of a file are divided for the workers


def read_whole_pdf(data: bytes, runner: TaskRunner | None = None, *, with_ink: bool = True) -> PdfContent:
    """Read a whole PDF, on the workers of `runner` if it is given. Raises `UnreadablePdfError`.

    Without `with_ink`, do not look whether the words can be seen under what lies on them.
    """
    with _open_document(data) as document:
        count, metadata = len(document), document.get_metadata_dict()
    size = max(MIN_PAGES_PER_WORKER, -(-count // RANGE_COUNT)) if runner else max(count, 1)
    ranges = [_Range(data, start, min(start + size, count), with_ink) for start in range(0, count, size)]
    if runner is None or len(ranges) < 2:
        parts = [_read_range(page_range) for page_range in ranges]
    else:
        results = run_tasks(
            runner.executor, _read_range, ranges, name=lambda page_range: f"sheet {page_range.start + 1}"
        )
        parts = [require_result(result) for result in results]
    root = TagElement("", "", "")
    for _, tree in parts:
        _merge_trees(root, tree)
    return PdfContent([page for pages, _ in parts for page in pages], root, metadata)


def read_pages_by_range(file: Path, ranges: Sequence[tuple[int, int]]) -> Iterator[PdfContent]:
    """Yield the content of each range of pages (from `start` to before `stop`), with its tree.

    Raises `UnreadablePdfError`.
    """
    with _open_document(file) as document:
        handle, metadata = pdfium.get_handle(document.raw), document.get_metadata_dict()
        for start, stop in ranges:
            root = TagElement("", "", "")
            pages = [_read_page(handle, index, root, index - start, with_ink=True) for index in range(start, stop)]
            yield PdfContent(pages, root, metadata, start)


def read_page_labels(data: bytes) -> tuple[str, ...]:
    """Return the page numbers that a viewer shows, by page. Raises `UnreadablePdfError`."""
    with _open_document(data) as document:
        handle = pdfium.get_handle(document.raw)
        return tuple(_read_label(handle, index) for index in range(len(document)))


def read_metadata(data: bytes) -> Mapping[str, str]:
    """Return the document information: Title, Keywords and so on. Raises `UnreadablePdfError`."""
    with _open_document(data) as document:
        return dict(document.get_metadata_dict())


@dataclass(frozen=True, slots=True)
class _Range:
    """Pages of a file, from `start` to before `stop`."""

    data: bytes
    start: int
    stop: int
    with_ink: bool


def _read_range(page_range: _Range) -> tuple[list[PdfPage], TagElement]:
    """Return the pages of the range, and their structure tree. Runs in a worker."""
    root = TagElement("", "", "")
    with _open_document(page_range.data) as document:
        handle = pdfium.get_handle(document.raw)
        indices = range(page_range.start, page_range.stop)
        pages = [_read_page(handle, index, root, index, with_ink=page_range.with_ink) for index in indices]
        return pages, root


def require_result(result: _Result | TaskFailure) -> _Result:
    """Return the result of a worker. Raises `UnreadablePdfError` where the worker failed."""
    if isinstance(result, TaskFailure):
        raise result.error if isinstance(result.error, UnreadablePdfError) else UnreadablePdfError(result.reason)
    return result


def _merge_trees(tree: TagElement, addition: TagElement) -> None:
    """Add to `tree` the elements and content that `addition`, from other pages, has."""
    for place, kid in addition.kids.items():
        known = tree.kids.get(place)
        if isinstance(known, TagElement) and isinstance(kid, TagElement):
            _merge_trees(known, kid)
        else:
            tree.kids[place] = kid


@contextmanager
def _open_document(data: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF and close it afterwards. Raises `UnreadablePdfError`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(str(error)) from error
    try:
        yield document
    finally:
        document.close()


# --- pages ------------------------------------------------------------------------------------------


@contextmanager
def _open_page(document: int, index: int) -> Iterator[int]:
    """Open page `index` (from 0), yield its handle, close it. Raises `UnreadablePdfError`."""
    page = pdfium.load_functions().LoadPage(document, index)
    if not page:
        raise UnreadablePdfError(f"sheet {index + 1} cannot be opened")
    try:
        yield page
    finally:
        pdfium.load_functions().ClosePage(page)


def _read_label(document: int, index: int) -> str:
    """Return the page number that a viewer shows for page `index` (from 0)."""
    return pdfium.read_string(pdfium.load_functions().GetPageLabel, document, index) or str(index + 1)


def _read_page(document: int, index: int, root: TagElement, number: int, *, with_ink: bool) -> PdfPage:
    """Return the page with that index, and add its structure to the tree under `root`, as page `number`."""
    with _open_page(document, index) as page:
        label = _read_label(document, index)
        box = pdfium.read_page_box(page)
        runs, drawn_ids = _read_runs(page, box, with_ink=with_ink)
        _join_page_tree(page, number, root)
        links, faults = read_annotations(document, page)
        if with_ink:
            _look_at_runs(page, box, runs)
    runs_by_id: dict[int, list[TextRun]] = {}
    for text_run in runs:
        runs_by_id.setdefault(text_run.content_id, []).append(text_run)
    return PdfPage(label, box, runs, runs_by_id, drawn_ids, links, faults)


def _look_at_runs(page: int, box: Bounds, runs: list[TextRun]) -> None:
    """Note for each run of a page that cannot be seen why; the page is not to be read afterwards."""
    visible = [run for run in runs if run.content_id >= 0 and run.text.strip() and not run.unseen_reason]
    inked = [
        InkedRun((run.left, run.bottom, run.right, run.top), run.size, run.darkness, sum(map(str.isalnum, run.text)))
        for run in visible
    ]
    for index, reason in find_unseen_runs(page, box, inked).items():
        visible[index].unseen_reason = reason


# --- painted text -----------------------------------------------------------------------------------

_DEEPEST = 200  # levels of structure and of forms; a book's tree has about ten
_WHITE = 245  # from here on a colour (0 to 255) is not seen on paper
_LEAST_DARKNESS = 0.3 * 255
_SMALLEST_PT = 2.5
_SLANT, _PRESSED = 0.4, 0.05  # shear of letters; how much narrower or wider than drawn they may be
_FILLED_MODES = (0, 2)  # filled, or filled and stroked
_INVISIBLE_MODES = (3, 7)  # ISO 32000-1 §9.3.6: neither fill nor stroke
_TEXT, _FORM = 1, 5  # FPDF_PAGEOBJ_*; all others are drawn: paths, images, shadings
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _read_runs(page: int, box: Bounds, *, with_ink: bool) -> tuple[list[TextRun], set[int]]:
    """Return the runs of a page in the order of painting, and the marked content ids of what is drawn."""
    get_type = pdfium.load_functions().PageObj_GetType
    texts = _read_texts(page)
    runs, drawn_ids = [], set()
    for handle, content_id, matrix in _iterate_objects(page):
        if get_type(handle) != _TEXT:
            drawn_ids.add(content_id)
        elif text := "".join(texts.get(handle, ())):
            text_run = _read_run(handle, text, content_id, matrix, box)
            if with_ink and content_id >= 0 and not text_run.unseen_reason and text.strip():
                text_run.unseen_reason = _explain_distortion(handle, _multiply(pdfium.read_matrix(handle), matrix))
            runs.append(text_run)
    return runs, drawn_ids


def _iterate_objects(page: int) -> Iterator[tuple[int, int, Matrix]]:
    """Yield what a page and its forms paint: handle, marked content id, and the matrix of the form."""
    functions = pdfium.load_functions()
    for index in range(functions.Page_CountObjects(page)):
        yield from _iterate_form(functions.Page_GetObject(page, index), None, _IDENTITY, 0)


def _iterate_form(handle: int, outer_id: int | None, matrix: Matrix, depth: int) -> Iterator[tuple[int, int, Matrix]]:
    """Yield an object, or what it paints if it is a form; `outer_id` is that of the form around it."""
    functions = pdfium.load_functions()
    content_id = _read_content_id(handle)
    if outer_id is not None and (content_id == UNMARKED or outer_id == ARTIFACT):
        content_id = outer_id
    if functions.PageObj_GetType(handle) != _FORM:
        yield handle, content_id, matrix
    elif depth < _DEEPEST:
        form_matrix = _multiply(pdfium.read_matrix(handle), matrix)
        for index in range(functions.FormObj_CountObjects(handle)):
            yield from _iterate_form(functions.FormObj_GetObject(handle, index), content_id, form_matrix, depth + 1)


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


def _read_texts(page_handle: int) -> dict[int, list[str]]:
    """Return each text object's characters by handle; SOFT_GAP for a gap without a space."""
    functions = pdfium.load_functions()
    reading = functions.Text_LoadPage(page_handle)
    texts: dict[int, list[str]] = {}
    try:
        get_unicode, get_object = functions.Text_GetUnicode, functions.Text_GetTextObject
        is_generated = functions.Text_IsGenerated
        for index in range(functions.Text_CountChars(reading)):
            code = get_unicode(reading, index)
            handle = get_object(reading, index)
            if code in _DOUBTFUL:
                if is_generated(reading, index) == 1:
                    if handle in texts:
                        texts[handle].append(SOFT_GAP)
                    continue
                code = _HYPHEN if code == _BROKEN_HYPHEN else code
            if handle:
                texts.setdefault(handle, []).append(_decode_character(code))
    finally:
        functions.Text_ClosePage(reading)
    return texts


_HYPHEN, _BROKEN_HYPHEN = 0x2D, 0x02  # PDFium gives a hyphen at the end of a line as U+0002
_DOUBTFUL = frozenset({0x20, 0x0A, 0x0D, _BROKEN_HYPHEN})  # characters that PDFium may have inserted itself


@cache
def _decode_character(code: int) -> str:
    """Return the character; U+FFFD where the font gives none."""
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or 0xFDD0 <= code < 0xFDF0 or code > 0x10FFFF:
        return "\N{REPLACEMENT CHARACTER}"
    return chr(code)


def _read_run(handle: int, text: str, content_id: int, matrix: Matrix, box: Bounds) -> TextRun:
    """Return a text object as a run, with its place on the page and why it cannot be seen."""
    bounds = pdfium.read_bounds(handle)
    _, _, c, d, x, y = pdfium.read_matrix(handle)
    size = pdfium.read_font_size(handle) * (c * c + d * d) ** 0.5
    if matrix is not _IDENTITY:
        bounds = _transform(bounds, matrix)
        y = matrix[1] * x + matrix[3] * y + matrix[5]
        size *= (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
    text_run = TextRun(text, content_id, *bounds, y, size)
    text_run.unseen_reason = _explain_invisibility(handle, text_run, box)
    return text_run


def _explain_distortion(handle: int, matrix: Matrix) -> str:
    """Return why letters are not shown as their face draws them, or ""."""
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
    """Return why the run cannot be seen on paper, or ""."""
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


def _multiply(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies `inner`, then `outer` (ISO 32000-1 §8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _transform(bounds: Bounds, matrix: Matrix) -> Bounds:
    """Return the bounds of the transformed rectangle."""
    left, bottom, right, top = bounds
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


# --- links ------------------------------------------------------------------------------------------

_LINK, _PRINTED = 2, 4  # FPDF_ANNOT_LINK; the flag of an annotation that is printed, the only one that links have
_URI_ACTION = 3  # PDFACTION_URI
_LINK_KEYS = (b"AP", b"AA", b"QuadPoints", b"OC", b"C", b"PA", b"NM", b"T")  # that links do not have


def read_annotations(document: int, page: int) -> tuple[tuple[LinkArea, ...], tuple[str, ...]]:
    """Return the links of a page, and what else lies on it, in words."""
    functions = pdfium.load_functions()
    links, faults = [], []
    for index in range(functions.Page_GetAnnotCount(page)):
        annotation = functions.Page_GetAnnot(page, index)
        if not annotation:
            faults.append("an annotation that cannot be read")
            continue
        try:
            if functions.Annot_GetSubtype(annotation) != _LINK:
                faults.append("an annotation that is no link")
            elif functions.Annot_GetFlags(annotation) != _PRINTED or _has_strange_key(annotation):
                faults.append("a link that is hidden, drawn or acts")
            else:
                links.append(_read_link(document, annotation))
        finally:
            functions.Page_CloseAnnot(annotation)
    return tuple(links), tuple(faults)


def _has_strange_key(annotation: int) -> bool:
    """Tell whether a link has more than a place and a target."""
    return any(pdfium.has_annotation_key(annotation, key) for key in _LINK_KEYS)


def _read_link(document: int, annotation: int) -> LinkArea:
    """Return a link: its place, and the name of its destination or its web address."""
    functions = pdfium.load_functions()
    target = pdfium.read_annotation_string(annotation, b"Dest")
    if pdfium.has_annotation_key(annotation, b"A"):
        link = functions.Annot_GetLink(annotation)
        action = functions.Link_GetAction(link) if link else 0
        is_web = action and functions.Action_GetType(action) == _URI_ACTION and not target
        target = pdfium.read_web_address(document, action) if is_web else "an action"
    description = pdfium.read_annotation_string(annotation, b"Contents")
    is_described = description in ("", target)
    return LinkArea(
        pdfium.read_annotation_rectangle(annotation), target if is_described else f"{target}: {description}"
    )


# --- structure --------------------------------------------------------------------------------------


def _join_page_tree(page: int, number: int, root: TagElement) -> None:
    """Add one page's structure elements to the tree of the file under `root`.

    PDFium gives a tree for each page. An element has the same place among its siblings on every page, so the places
    from the root identify the element.
    """
    functions = pdfium.load_functions()
    tree = functions.StructTree_GetForPage(page)
    if not tree:
        return
    try:
        for place in range(functions.StructTree_CountChildren(tree)):
            child = functions.StructTree_GetChildAtIndex(tree, place)
            if child:
                _join_element(child, place, root, number, 0)
    finally:
        functions.StructTree_Close(tree)


def _join_element(handle: int, place: int, parent: TagElement, page_number: int, depth: int) -> None:
    """Add a structure element, as seen from one page, to the kids of `parent` at `place`."""
    functions = pdfium.load_functions()
    element = parent.kids.get(place)
    if not isinstance(element, TagElement):
        element = parent.kids[place] = TagElement(
            role=pdfium.read_string(functions.StructElement_GetType, handle),
            id=pdfium.read_string(functions.StructElement_GetID, handle),
            alt=pdfium.read_string(functions.StructElement_GetAltText, handle),
            language=pdfium.read_string(functions.StructElement_GetLang, handle),
            title=pdfium.read_string(functions.StructElement_GetTitle, handle),
            replacement=pdfium.read_string(functions.StructElement_GetActualText, handle)
            or pdfium.read_string(functions.StructElement_GetExpansion, handle),
        )
    kids = element.kids
    for index in range(functions.StructElement_CountChildren(handle)):
        content_id = functions.StructElement_GetChildMarkedContentID(handle, index)
        if content_id >= 0:
            kids[index] = (page_number, content_id)
        elif depth < _DEEPEST:
            child = functions.StructElement_GetChildAtIndex(handle, index)
            if child:
                _join_element(child, index, element, page_number, depth + 1)
