"""Read the pages of a PDF as they are painted: runs of characters, and the tag tree.

All is read with PDFium, as what a viewer copies and what a screen reader is given: ToUnicode, marked content, and the
structure tree of each page through the parent tree (ISO 32000-1 §14.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from onrecord.proof.reading import pdfium
from onrecord.proof.reading.normalize import replace_noncharacters
from onrecord.proof.reading.page_ink import (
    STRUCK,
    InkedRun,
    PageInk,
    PictureLook,
    count_area_letters,
)
from onrecord.proof.reading.painted_text import UNMARKED, TextRun, read_text_runs
from onrecord.proof.reading.pdfium import Bounds
from onrecord.proof.reading.shaped_scripts import SHAPED
from onrecord.runtime.task_runner import TaskFailure, TaskRunner, run_tasks

if TYPE_CHECKING:
    import pypdfium2

_Result = TypeVar("_Result")


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
        """Yield the kids of an element of a PDF's tag tree in document order."""
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
    pictures: tuple[PictureLook, ...] = ()
    is_from_right: bool = False  # of a file that is read from the right: PDFium turns its words and brackets round
    has_shaped_lines: bool = False  # a Span says lines of it in other words, or letters change with their neighbours


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


def read_pages_by_range(data: bytes, ranges: Sequence[tuple[int, int]]) -> Iterator[PdfContent]:
    """Yield the content of each range of a PDF's pages (from `start` to before `stop`), with its tag tree.

    Raises `UnreadablePdfError`.
    """
    with _open_document(data) as document:
        handle, metadata = pdfium.get_handle(document.raw), document.get_metadata_dict()
        for start, stop in ranges:
            root = TagElement("", "", "")
            pages = [_read_page(handle, index, root, index - start, with_ink=True) for index in range(start, stop)]
            yield PdfContent(pages, root, metadata, start)


def read_page_labels(data: bytes | Path) -> tuple[str, ...]:
    """Return the page numbers that a viewer shows of a PDF, by page. Raises `UnreadablePdfError`."""
    with _open_document(data) as document:
        handle = pdfium.get_handle(document.raw)
        return tuple(_read_label(handle, index) for index in range(len(document)))


def read_metadata(data: bytes) -> Mapping[str, str]:
    """Return a PDF's document information: Title, Keywords and so on. Raises `UnreadablePdfError`."""
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
    """Return the pages of a range of a PDF, and their tag tree. Runs in a worker."""
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
    """Add to a PDF's tag tree the elements and content that `addition`, from other pages, has."""
    for place, kid in addition.kids.items():
        known = tree.kids.get(place)
        if isinstance(known, TagElement) and isinstance(kid, TagElement):
            _merge_trees(known, kid)
        else:
            tree.kids[place] = kid


@contextmanager
def _open_document(data: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF and close it afterwards. Raises `UnreadablePdfError`."""
    import pypdfium2  # where no PDF is opened, classes of this module are read that a worker has filled

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
    """Return the page number that a viewer shows for page `index` (from 0) of a PDF."""
    return pdfium.read_string(pdfium.load_functions().GetPageLabel, document, index) or str(index + 1)


def _read_page(document: int, index: int, root: TagElement, number: int, *, with_ink: bool) -> PdfPage:
    """Return the PDF page with that index, and add its structure to the tree under `root`, as page `number`."""
    with _open_page(document, index) as page:
        label = _read_label(document, index)
        box = pdfium.read_page_box(page)
        is_from_right = pdfium.is_read_from_right(document)
        runs, drawn_ids = read_text_runs(page, box, with_ink=with_ink, is_from_right=is_from_right)
        actual_texts = _add_page_tree(page, number, root)
        links, faults = read_annotations(document, page)
        pictures: tuple[PictureLook, ...] = ()
        if with_ink:
            ink = PageInk(page, box)
            pictures = ink.read_picture_looks()
            _note_unseen_runs(ink, runs, are_notes_plain=not faults)
    if with_ink:  # without, only what is painted is compared, with a file that has no tags
        runs = _apply_actual_texts(runs, actual_texts)
    runs_by_id: dict[int, list[TextRun]] = {}
    for text_run in runs:
        runs_by_id.setdefault(text_run.content_id, []).append(text_run)
    is_shaped = bool(actual_texts) or any(run.is_said or SHAPED.search(run.text) for run in runs)
    return PdfPage(label, box, runs, runs_by_id, drawn_ids, links, faults, pictures, is_from_right, is_shaped)


def _apply_actual_texts(runs: list[TextRun], actual_texts: Mapping[int, str]) -> list[TextRun]:
    """Return the runs, those of marked content with other words (/ActualText) joined to one with these words.

    Whether these words are what is painted is judged by `rules.spoken_lines`.
    """
    joined: dict[int, TextRun] = {}
    results: list[TextRun] = []
    for run in runs:
        known = joined.get(run.content_id)
        if run.content_id not in actual_texts:
            results.append(run)
        elif known is None:
            joined[run.content_id] = replace(run, text=actual_texts[run.content_id])
            results.append(joined[run.content_id])
        else:
            known.cover_run(run)
    return results


def _note_unseen_runs(ink: PageInk, runs: list[TextRun], *, are_notes_plain: bool) -> None:
    """Note for each run of a PDF page that cannot be seen why; the page is not to be read afterwards.

    `are_notes_plain`: the page has no annotations but links that draw nothing.
    """
    visible = [run for run in runs if run.content_id != UNMARKED and run.text.strip() and not run.unseen_reason]
    inked = [
        InkedRun(
            (run.left, run.bottom, run.right, run.top),
            run.size,
            run.darkness,
            count_area_letters(run.text),
            run.baseline,
        )
        for run in visible
    ]
    for index, reason in ink.find_unseen_runs(inked, are_notes_plain=are_notes_plain).items():
        if reason == STRUCK:
            visible[index].is_struck = True
        else:
            visible[index].unseen_reason = reason


# --- links ------------------------------------------------------------------------------------------

_LINK, _PRINTED = 2, 4  # FPDF_ANNOT_LINK; the flag of an annotation that is printed, the only one that links have
_URI_ACTION = 3  # PDFACTION_URI
_LINK_KEYS = (b"AP", b"AA", b"QuadPoints", b"OC", b"C", b"PA", b"NM", b"T")  # that links do not have


def read_annotations(document: int, page: int) -> tuple[tuple[LinkArea, ...], tuple[str, ...]]:
    """Return the links of a PDF page, and what else lies on it, in words."""
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
            elif functions.Annot_GetFlags(annotation) != _PRINTED or _has_unknown_key(annotation):
                faults.append("a link that is hidden, drawn or acts")
            else:
                links.append(_read_link(document, annotation))
        finally:
            functions.Page_CloseAnnot(annotation)
    return tuple(links), tuple(faults)


def _has_unknown_key(annotation: int) -> bool:
    """Return whether a link of a PDF has more than a place and a target."""
    return any(pdfium.has_annotation_key(annotation, key) for key in _LINK_KEYS)


def _read_link(document: int, annotation: int) -> LinkArea:
    """Return a link of a PDF: its place, and the name of its destination or its web address."""
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


def _add_page_tree(page: int, number: int, root: TagElement) -> dict[int, str]:
    """Add one page's elements to the PDF's tag tree under `root`; return the /ActualText of its content.

    PDFium gives a tree for each page. An element has the same place among its siblings on every page, so the places
    from the root identify the element.
    """
    functions = pdfium.load_functions()
    actual_texts: dict[int, str] = {}
    tree = functions.StructTree_GetForPage(page)
    if not tree:
        return actual_texts
    try:
        for place in range(functions.StructTree_CountChildren(tree)):
            child = functions.StructTree_GetChildAtIndex(tree, place)
            if child:
                _add_page_element(child, place, root, number, 0, actual_texts)
    finally:
        functions.StructTree_Close(tree)
    return actual_texts


def _add_page_element(
    handle: int, place: int, parent: TagElement, page_number: int, depth: int, actual_texts: dict[int, str]
) -> None:
    """Add an element, as seen from one page, to the kids of `parent` in the PDF's tag tree at `place`.

    Add to `actual_texts` what is read aloud of the marked content in a Span, by its id.
    """
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
            if element.replacement and element.role == "Span":
                actual_texts[content_id] = replace_noncharacters(element.replacement)
        elif depth < pdfium.DEEPEST_LEVEL:
            child = functions.StructElement_GetChildAtIndex(handle, index)
            if child:
                _add_page_element(child, index, element, page_number, depth + 1, actual_texts)
