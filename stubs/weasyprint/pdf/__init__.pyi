from collections.abc import Callable

from pydyf import PDF, Dictionary
from weasyprint.document import Document
from weasyprint.pdf.stream import Stream

add_tags: Callable[[PDF, Document, str, list[Stream]], None]
build_fonts_dictionary: Callable[..., Dictionary]
add_outlines: Callable[..., None]

def generate_pdf(document: Document, target: object, zoom: float, **options: object) -> PDF: ...
