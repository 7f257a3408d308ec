"""What both a build and its workers need, imported before a worker is a copy of the process that builds."""

from onrecord.editions import interview_article
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.typeset import weasyprint_adapter
from onrecord.proof import incremental

__all__ = ["edition", "incremental", "interview_article", "weasyprint_adapter"]
