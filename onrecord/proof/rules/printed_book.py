"""The printed book as the proof has read it: its page ranges, and its texts page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.model import Book
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.pdf_pages import PdfContent
from onrecord.proof.rules.page_range import PageRange, read_page_range

# A PDF: its bytes, its sheets, or its consecutive page ranges.
PrintedBook = bytes | PdfContent | tuple[PageRange, ...]


@dataclass(frozen=True, slots=True)
class ReadPages:
    """The printed book page by page: see `PageRange`; `texts` is the running text of each interview by slug."""

    labels: tuple[str, ...]
    texts: Mapping[str, str]
    people: tuple[str, ...]
    index: tuple[str, ...]
    changes: tuple[str, ...]
    names: tuple[frozenset[str], ...]


def get_whole_content(printed: PrintedBook) -> PdfContent:
    """Return the PDF read as a whole. Raise `UnreadablePdfError`, or `TypeError` if it was read in page ranges."""
    if isinstance(printed, tuple):
        raise TypeError("page ranges do not keep the sheets they were read from")
    return printed if isinstance(printed, PdfContent) else pdf_pages.read_whole_pdf(printed)


def read_page_ranges(book: Book, printed: PrintedBook) -> tuple[PageRange, ...]:
    """Return the content of each page range of a PDF; one not read yet is read as a single range.

    Raises UnreadablePdfError.
    """
    return printed if isinstance(printed, tuple) else (read_page_range(book, get_whole_content(printed)),)


def read_printed_pages(book: Book, printed: PrintedBook) -> ReadPages:
    """Return the page labels of a PDF, and the text it prints, by interview. Raise `UnreadablePdfError`."""
    ranges = read_page_ranges(book, printed)
    return ReadPages(
        tuple(label for page_range in ranges for label in page_range.labels),
        {interview.slug: interview.text for page_range in ranges for interview in page_range.interviews},
        tuple(block for page_range in ranges for block in page_range.people),
        tuple(block for page_range in ranges for block in page_range.index),
        tuple(block for page_range in ranges for block in page_range.changes),
        tuple(names for page_range in ranges for names in page_range.names),
    )


def remove_line_ends(text: str) -> str:
    """Return the text without spaces and hyphens, the characters that line breaks change."""
    return "".join(char for char in text if char.isalnum())
