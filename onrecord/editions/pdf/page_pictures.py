"""Draw laid out pages as pictures, for screens."""

from __future__ import annotations

from PIL import Image


def draw_pages(data: bytes, width: int, height: int) -> tuple[Image.Image, ...]:
    """Return each page of a PDF as a picture of this size in pixels, which has the proportions of the page."""
    import pypdfium2  # most builds have all pictures in the cache

    document = pypdfium2.PdfDocument(data)
    try:
        pages = (document[index] for index in range(len(document)))
        drawn = [page.render(scale=width / page.get_width()).to_pil().convert("RGB") for page in pages]
        return tuple(image.crop((0, 0, width, height)) for image in drawn)
    finally:
        document.close()
