"""Draw the pictures that show one book in three editions: on paper, on an e-reader, on the web.

    python -m benchmarks.edition_pictures  # writes docs/images/editions.png and page-mark.png

It needs Chromium. Run it when the look of an edition or the sample book has changed, and look at what has; then correct
the words beside the pictures (README.md, docs/interviews/the-page.md) if they name other words of the book.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from onrecord.pipeline.build import build_book
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime.task_runner import NO_WORKERS
from tests.support.browser import Browser, serve_folder, start_browser

_ROOT = Path(__file__).parents[1]
_BOOK, _IMAGES = _ROOT / "book", _ROOT / "docs/images"
_CONVERSATION, _INTERVIEW = "lines-of-a-page", "kalika-central-asia"
_WORDS = "Who decides which of the two"  # on the left-hand page of the spread
_PAGE = "5"  # which begins in the middle of a paragraph of the interview
_GROUND, _READER, _PHONE, _GLASS = "#e9e6e0", "#3b3b3b", "#1f1f1f", "#f0f0f0"
_E_READER, _PHONE_SCREEN = (440, 676), (390, 803)  # windows in CSS pixels
_MARGIN = 40


def draw_pictures() -> None:
    """Build the book in all editions, and write both pictures."""
    with tempfile.TemporaryDirectory() as home, start_browser() as browser:
        folder = Path(home)
        build_book(_BOOK, folder, ("pdf", "epub", "html"), NO_WORKERS, lambda *_: None, BuildOptions())
        with zipfile.ZipFile(next(folder.glob("*.epub"))) as e_book:
            e_book.extractall(folder / "e-book")
        pages = pypdfium2.PdfDocument(next(folder.glob("*.pdf")).read_bytes())
        with serve_folder(folder) as root:
            _draw_editions(pages, browser, root)
            _draw_page_mark(pages, browser, root)


def _draw_editions(pages: pypdfium2.PdfDocument, browser: Browser, root: str) -> None:
    """Draw a spread, an e-reader and a phone side by side."""
    left = next(number for number, page in enumerate(pages) if _WORDS in page.get_textpage().get_text_range())
    left -= 1 - left % 2  # a left-hand page has an odd index
    spread = [_render_page(pages[number], 640) for number in (left, left + 1)]
    e_page = _take_picture(browser, f"{root}e-book/EPUB/{_CONVERSATION}.xhtml", _E_READER, "margin: 48px 34px")
    web_page = _take_picture(browser, f"{root}on-record/{_CONVERSATION}.html", _PHONE_SCREEN)
    picture = Image.new("RGB", (1800, 720), _GROUND)
    x = _MARGIN
    for page in spread:
        picture.paste(page, (x, _MARGIN))
        x += page.width
    pen = ImageDraw.Draw(picture)
    pen.line((_MARGIN + spread[0].width, _MARGIN, _MARGIN + spread[0].width, _MARGIN + 640), fill="#c9c5bd", width=2)
    x += _MARGIN
    pen.rounded_rectangle((x, 66, x + 380, 654), 18, fill=_READER)
    picture.paste(e_page.resize((340, 522), Image.Resampling.LANCZOS), (x + 20, 88))
    x += 380 + _MARGIN
    pen.rounded_rectangle((x, 90, x + 276, 630), 26, fill=_PHONE)
    picture.paste(web_page.resize((254, 523), Image.Resampling.LANCZOS), (x + 11, 98))
    picture.crop((0, 0, x + 276 + _MARGIN, 720)).quantize(48).save(_IMAGES / "editions.png", optimize=True)


def _draw_page_mark(pages: pypdfium2.PdfDocument, browser: Browser, root: str) -> None:
    """Draw the head of the printed page 5, and below it the same place on the web."""
    number = next(number for number in range(len(pages)) if pages.get_page_label(number) == _PAGE)
    printed = _render_page(pages[number], 1000)
    printed = printed.crop((40, 40, printed.width - 40, 248))
    script = f"document.getElementById('page-{_PAGE}')"
    tab = browser.open("about:blank")
    try:
        tab.set_window(800, 700)
        tab.send("Emulation.setScrollbarsHidden", hidden=True)
        tab.go(f"{root}on-record/{_INTERVIEW}.html")
        tab.evaluate(f"{script}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        tab.settle()
        middle = round(float(tab.evaluate(f"{script}.getBoundingClientRect().top")))
        web = Image.open(io.BytesIO(tab.take_screenshot())).convert("RGB")
    finally:
        tab.close()
    web = web.crop((40, middle - 90, 760, middle + 100))
    picture = Image.new("RGB", (760, printed.height + web.height + 60), _GROUND)
    picture.paste(printed, ((760 - printed.width) // 2, 20))
    picture.paste(web, (20, printed.height + 40))
    picture.quantize(32).save(_IMAGES / "page-mark.png", optimize=True)


def _render_page(page: pypdfium2.PdfPage, height: int) -> Image.Image:
    """Return a printed page at this height in pixels."""
    return page.render(scale=height / page.get_height()).to_pil().convert("RGB")


def _take_picture(browser: Browser, address: str, size: tuple[int, int], body: str = "") -> Image.Image:
    """Return what a window of this size shows of a page; `body` are margins that an e-reader has."""
    tab = browser.open("about:blank")
    try:
        tab.set_window(*size)
        tab.send("Emulation.setScrollbarsHidden", hidden=True)
        tab.go(address)
        if body:
            tab.evaluate(f"document.body.style = '{body}; background: {_GLASS}'")
            tab.evaluate(f"document.documentElement.style.background = '{_GLASS}'")
        tab.settle()
        return Image.open(io.BytesIO(tab.take_screenshot())).convert("RGB")
    finally:
        tab.close()


if __name__ == "__main__":
    draw_pictures()
