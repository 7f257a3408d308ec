"""What both a build and its workers need, imported before a worker is a copy of the process that builds.

What only one of the two needs for a small book is imported by that one afterwards, while the other imports its own.
"""

from onrecord import model, proof
from onrecord.editions import styles
from onrecord.editions.pdf.typeset import hiding_styles, weasyprint_adapter

__all__ = ["NAMES", "hiding_styles", "styles", "weasyprint_adapter"]

NAMES = (model.Book, proof.PrintedBook)  # to name one imports its module
