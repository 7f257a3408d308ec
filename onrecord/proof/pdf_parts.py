"""What a PDF consists of, with the SHA-256 of each sheet, font and picture."""

from __future__ import annotations

import io

import pikepdf

from onrecord.proof.reading.part_digests import hash_descriptions, hash_fonts_and_pictures, hash_sheet


def list_pdf_parts(data: bytes) -> dict[str, str]:
    """Return the SHA-256 of each sheet, font and picture of a PDF, by a name for each; {} for a broken file."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            parts = {f"sheet {number}": hash_sheet(page.obj) for number, page in enumerate(pdf.pages, 1)}
            parts |= hash_fonts_and_pictures(pdf.objects)
            parts |= hash_descriptions(pdf.docinfo, pdf.Root.get("/Metadata"))
            return parts
    except (pikepdf.PdfError, ValueError, LookupError, NotImplementedError, OSError):
        return {}
