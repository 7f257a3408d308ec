"""Draw a page of a PDF as an image."""

from __future__ import annotations

import io

import pypdfium2


def render_page(data: bytes, index: int, width_px: int) -> bytes:
    """Return the PDF's page with this index (from 0) as a PNG of that width."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[index]
        bitmap = page.render(scale=width_px / page.get_width())
        png = io.BytesIO()
        bitmap.to_pil().save(png, "PNG")
        return png.getvalue()
    finally:
        document.close()
