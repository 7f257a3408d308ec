"""Compare what two PDFs paint: the same runs, in the same order, moved and scaled together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.normalize import SOFT_GAP, normalize_text, shorten_text
from onrecord.proof.reading.painted_text import FROM_RIGHT, TextRun
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage

_BRACKETS = str.maketrans(")]}»›>”’", "([{«‹<“‘")
_DEEPEST = 20  # levels of forms in forms
_SIZE_SLACK_PT = 0.1
SLACK_PT = 0.6  # PDFium rounds bounds of small glyphs
_CLAIMS = {b"pdfuaid:part": "PDF/UA", b"pdfaid:part": "PDF/A", b"GTS_PDFXVersion>PDF/X-4<": "PDF/X-4"}  # in XMP


@dataclass(frozen=True, slots=True)
class PagePlacement:
    """How a page was put on another one: scaled, then moved by `x` and `y` points."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def matches(self, original: TextRun, moved: TextRun) -> bool:
        """Return whether `moved` has the size and place that the original run has after this placement."""
        return (
            abs(original.left * self.scale + self.x - moved.left) < SLACK_PT
            and abs(original.baseline * self.scale + self.y - moved.baseline) < SLACK_PT
            and abs(original.size * self.scale - moved.size) < _SIZE_SLACK_PT
        )


def get_run_text(run: TextRun) -> str:
    """Return the characters of a run, without the gaps that PDFium sees between it and its neighbours."""
    return run.text.replace(SOFT_GAP, "")


def join_run_texts(runs: Sequence[TextRun]) -> str:
    """Return the normalized text of printed runs, with gaps as spaces."""
    return normalize_text("".join(run.text for run in runs).replace(SOFT_GAP, " "))


def select_visible_runs(page: PdfPage) -> list[TextRun]:
    """Return the runs of a PDF page that are not blank, in the order of painting."""
    return [run for run in page.runs if get_run_text(run).strip()]


def describe_difference(
    expected: Sequence[TextRun], actual: Sequence[TextRun], placement: PagePlacement, *, has_guesses: bool = False
) -> str:
    """Return the first difference of runs from the expected ones as placed, after "copy 7 of 50 ", or "".

    The page `has_guesses` if other words on it run from the right.
    """
    has_guesses = has_guesses or any(FROM_RIGHT.search(run.text) for run in expected)
    for original, moved in zip(expected, actual, strict=False):
        if not _have_same_text(original, moved, has_guesses):
            return f"has “{shorten_text(get_run_text(moved))}” where “{shorten_text(get_run_text(original))}” belongs"
        if not placement.matches(original, moved):
            return f"has “{shorten_text(get_run_text(moved))}” in another place"
        if moved.unseen_reason and not original.unseen_reason:
            return f"has “{shorten_text(get_run_text(moved))}” {moved.unseen_reason}"
    if len(actual) < len(expected):
        return f"has lost “{shorten_text(get_run_text(expected[len(actual)]))}”"
    if len(actual) > len(expected):
        return f"has “{shorten_text(get_run_text(actual[len(expected)]))}” too many"
    return ""


def fold_brackets(text: str) -> str:
    """Return the text with an opening bracket for each bracket: PDFium mirrors some of them."""
    return text.translate(_BRACKETS)


def _have_same_text(original: TextRun, moved: TextRun, has_guesses: bool) -> bool:
    """Return whether two runs have the same characters, with `has_guesses` but for spaces, brackets and ligatures.

    On a page with right-to-left words PDFium mirrors brackets and finds spaces by a guess, which depends on what stands
    beside them; there opening and closing brackets count as the same, and spaces do not count. In a file that is read
    from the right it also gives … as three full stops, as NFKC does.
    """
    texts = get_run_text(original), get_run_text(moved)
    if texts[0] == texts[1] or not has_guesses:
        return texts[0] == texts[1]
    first, second = ("".join(fold_brackets(normalize("NFKC", text)).split()) for text in texts)
    return first == second


def find_overlapping_run(run: TextRun, others: Sequence[TextRun]) -> TextRun | None:
    """Return the first of the other runs that is painted where `run` is, or None."""
    for other in others:
        if run.left < other.right and other.left < run.right and run.bottom < other.top and other.bottom < run.top:
            return other
    return None


@lru_cache(maxsize=3)
def read_pdf_cached(data: bytes) -> PdfContent:
    """Return a PDF's content; keeps the last three in memory. Raises `UnreadablePdfError`.

    A bound edition is compared with many copies, one after the other in the same worker.
    """
    return pdf_pages.read_whole_pdf(data, with_ink=False)


def read_pdf_pair(original: bytes, data: bytes) -> tuple[PdfContent, PdfContent]:
    """Return the content of the original and of the other PDF. Raises `UnreadablePdfError`."""
    return read_pdf_cached(original), read_pdf_cached(data)


@lru_cache(maxsize=3)
def count_images(data: bytes) -> tuple[int, ...]:
    """Return for each page of a PDF how many images it draws, also inside forms; keeps the last three in memory."""
    import pypdfium2
    import pypdfium2.raw as raw

    with pypdfium2.PdfDocument(data) as document:
        return tuple(
            sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST)) for page in document
        )


def read_claimed_standards(data: bytes) -> frozenset[str]:
    """Return the standards that the file's XMP metadata claim: "PDF/UA", "PDF/A", "PDF/X-4".

    XMP stands in a PDF without compression, so that any program finds it.
    """
    return frozenset(name for mark, name in _CLAIMS.items() if mark in data)
