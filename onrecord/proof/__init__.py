"""The proof: reopens finished copies with libraries that did not write them, and compares them with the book."""

from __future__ import annotations

from onrecord.proof.booklet import prove_booklet
from onrecord.proof.compare import HINT
from onrecord.proof.copies import prove_copies, prove_identifiers, prove_print_file, prove_receipts
from onrecord.proof.epub import prove_epub
from onrecord.proof.finished import Kind, copy_on, described, prove_register
from onrecord.proof.hearing import hear
from onrecord.proof.html import prove_html
from onrecord.proof.large import prove_normal_pages
from onrecord.proof.pdf import Printed, prove_pdf, prove_pointers
from onrecord.proof.print_shop import prove_print_shop
from onrecord.proof.record import format_of
from onrecord.proof.report import InterviewReport, Report
from onrecord.proof.sheets import Paper, UnreadableError, read
from onrecord.proof.twins import prove_twins

__all__ = [
    "HINT", "hear", "InterviewReport", "Kind", "Paper", "Printed", "Report", "UnreadableError", "copy_on", "described", "format_of", "prove_booklet", "prove_copies", "prove_epub", "prove_html", "prove_normal_pages", "prove_pdf",
    "prove_pointers", "prove_print_file", "prove_print_shop", "prove_receipts", "prove_twins",
    "prove_identifiers", "prove_register", "read",
]  # fmt: skip
