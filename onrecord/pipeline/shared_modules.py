"""What both a build and its workers need, imported before a worker is a copy of the process that builds.

What only one of the two needs for a small book is imported by that one afterwards, while the other imports its own.
"""

from onrecord.editions.pdf.typeset import weasyprint_adapter
from onrecord.proof import incremental

__all__ = ["incremental", "weasyprint_adapter"]
