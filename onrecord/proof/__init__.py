"""The proof: open finished files with libraries that did not write them, and compare them with the book."""

from __future__ import annotations

from onrecord.proof.finished.booklet import prove_booklet
from onrecord.proof.finished.copies import prove_copies, prove_identifiers, prove_print_file, prove_receipts
from onrecord.proof.finished.identify import Kind, copy_on, described, prove_register
from onrecord.proof.finished.print_shop import prove_print_shop
from onrecord.proof.incremental import hear
from onrecord.proof.reading.pdf_pages import Paper, UnreadableError, read
from onrecord.proof.record import format_of
from onrecord.proof.rules.compare import HINT
from onrecord.proof.rules.epub import prove_epub
from onrecord.proof.rules.html import prove_html
from onrecord.proof.rules.large_print import prove_normal_pages
from onrecord.proof.rules.page_parity import prove_twins
from onrecord.proof.rules.pdf import Printed, prove_pdf, prove_pointers
from onrecord.proof.rules.report import InterviewReport, Report

__all__ = [
    "HINT",
    "hear",
    "InterviewReport",
    "Kind",
    "Paper",
    "Printed",
    "Report",
    "UnreadableError",
    "copy_on",
    "described",
    "format_of",
    "prove_booklet",
    "prove_copies",
    "prove_epub",
    "prove_html",
    "prove_normal_pages",
    "prove_pdf",
    "prove_pointers",
    "prove_print_file",
    "prove_print_shop",
    "prove_receipts",
    "prove_twins",
    "prove_identifiers",
    "prove_register",
    "read",
]
