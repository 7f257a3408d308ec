"""A printed page as an eye sees it."""

from __future__ import annotations

import io

import pypdfium2


def picture(data: bytes, sheet: int, width_px: int) -> bytes:
    """The sheet (from 0) of a PDF as a PNG of that width."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[sheet]
        bitmap = page.render(scale=width_px / page.get_width())
        out = io.BytesIO()
        bitmap.to_pil().save(out, "PNG")
        return out.getvalue()
    finally:
        document.close()
