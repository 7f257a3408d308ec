"""What the workers of a build need, for a process that imports it once and of which each worker is a copy.

Nothing is used here, only imported: Pango and fontconfig start threads when they are used, and a copy has no threads.
"""

import contextlib
import gc

from onrecord import proof
from onrecord.editions.pdf.typeset import weasyprint_adapter
from onrecord.pipeline import formats, shared_modules

__all__ = ["PROOFS", "formats", "shared_modules"]

PROOFS = (proof.read_bound_pdf, proof.prove_pdf_file, proof.list_parts)  # to name one imports its module

with contextlib.suppress(Exception):  # whatever is missing, the worker that uses it says so
    weasyprint_adapter.import_weasyprint()
gc.freeze()  # the collector need not look at what lives as long as the process; a search now would copy shared memory
