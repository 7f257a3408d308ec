"""The proof: open finished files with libraries that did not write them, and compare them with the book.

The names below are loaded at first use (PEP 562): a command that proves nothing starts without PDFium and lxml.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onrecord.proof.file_parts import list_parts
    from onrecord.proof.finished.booklet import prove_booklet
    from onrecord.proof.finished.copies import prove_copies, prove_identifiers, prove_print_file, prove_receipts
    from onrecord.proof.finished.identify import FileKind, describe_file, identify_copy, prove_register
    from onrecord.proof.finished.print_cover import prove_cover
    from onrecord.proof.finished.print_shop import prove_print_shop
    from onrecord.proof.finished.single_file import prove_single_file
    from onrecord.proof.incremental import read_bound_pdf
    from onrecord.proof.reading.bound_file import BoundFile
    from onrecord.proof.reading.pdf_pages import PdfContent, UnreadablePdfError, read_page_labels, read_whole_pdf
    from onrecord.proof.record import detect_format
    from onrecord.proof.rules.citations import read_web_page_labels
    from onrecord.proof.rules.compare import HINT
    from onrecord.proof.rules.epub import prove_epub, prove_whole_epub
    from onrecord.proof.rules.html import prove_html, prove_web_edition
    from onrecord.proof.rules.large_print import prove_normal_pages
    from onrecord.proof.rules.own_design_hints import name_own_design
    from onrecord.proof.rules.page_faults import find_page_faults
    from onrecord.proof.rules.page_parity import prove_page_parity
    from onrecord.proof.rules.pdf import (
        list_offprint_pages,
        prove_offprint,
        prove_pdf,
        prove_pdf_file,
        prove_pointers,
    )
    from onrecord.proof.rules.printed_book import PrintedBook
    from onrecord.proof.rules.reader_rules import EReader, check_for_reader
    from onrecord.proof.rules.report import InterviewReport, Report
    from onrecord.proof.rules.supplement_rules import prove_supplement
    from onrecord.proof.unpacked_size import find_excess

__all__ = [
    "HINT",
    "EReader",
    "check_for_reader",
    "read_bound_pdf",
    "InterviewReport",
    "BoundFile",
    "FileKind",
    "PdfContent",
    "PrintedBook",
    "Report",
    "UnreadablePdfError",
    "identify_copy",
    "describe_file",
    "find_excess",
    "find_page_faults",
    "detect_format",
    "list_parts",
    "name_own_design",
    "prove_booklet",
    "prove_copies",
    "prove_cover",
    "prove_whole_epub",
    "prove_epub",
    "prove_web_edition",
    "prove_html",
    "prove_normal_pages",
    "list_offprint_pages",
    "prove_offprint",
    "read_web_page_labels",
    "prove_pdf",
    "prove_pdf_file",
    "prove_pointers",
    "prove_print_file",
    "prove_print_shop",
    "prove_receipts",
    "prove_page_parity",
    "prove_identifiers",
    "prove_register",
    "prove_single_file",
    "prove_supplement",
    "read_page_labels",
    "read_whole_pdf",
]

_MODULES = {  # the module of each name above
    "file_parts": ("list_parts",),
    "finished.booklet": ("prove_booklet",),
    "finished.copies": ("prove_copies", "prove_identifiers", "prove_print_file", "prove_receipts"),
    "finished.identify": ("FileKind", "describe_file", "identify_copy", "prove_register"),
    "finished.print_cover": ("prove_cover",),
    "finished.print_shop": ("prove_print_shop",),
    "finished.single_file": ("prove_single_file",),
    "incremental": ("read_bound_pdf",),
    "reading.bound_file": ("BoundFile",),
    "reading.pdf_pages": ("PdfContent", "UnreadablePdfError", "read_page_labels", "read_whole_pdf"),
    "record": ("detect_format",),
    "rules.citations": ("read_web_page_labels",),
    "rules.compare": ("HINT",),
    "rules.epub": ("prove_whole_epub", "prove_epub"),
    "rules.html": ("prove_html", "prove_web_edition"),
    "rules.large_print": ("prove_normal_pages",),
    "rules.own_design_hints": ("name_own_design",),
    "rules.page_faults": ("find_page_faults",),
    "rules.page_parity": ("prove_page_parity",),
    "rules.pdf": (
        "prove_pdf",
        "prove_pdf_file",
        "prove_pointers",
        "prove_offprint",
        "list_offprint_pages",
    ),
    "rules.printed_book": ("PrintedBook",),
    "rules.reader_rules": ("EReader", "check_for_reader"),
    "rules.report": ("InterviewReport", "Report"),
    "rules.supplement_rules": ("prove_supplement",),
    "unpacked_size": ("find_excess",),
}


def __getattr__(name: str) -> object:
    """Import the module that holds the name; raise AttributeError for a name that is not in `__all__`."""
    for module, names in _MODULES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
