"""Draw pictures of the manual: a page in each interview style and in each theme, the covers, spreads and page sizes.

    python -m benchmarks.gallery                  # writes docs/images/gallery-*.png and print-cover.png

Run it when the look of a style or theme has changed, and look at what has.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from onrecord.editions import cover
from onrecord.editions.pdf import edition, print_cover
from onrecord.finishing import print_shop
from onrecord.model import Book, SourceLocation, TextLine
from onrecord.model.design import THEMES, CoverDesign, Design, Theme
from onrecord.model.interview_style import InterviewStyle
from onrecord.pipeline.load import load_book
from onrecord.runtime.task_runner import NO_WORKERS

_STYLE_CUT, _THEME_CUT = (0.345, 0.608), (0.0, 0.79)  # of the height of the page
_IMAGES = Path(__file__).parents[1] / "docs/images"
_BOOK = """title: Voices from the Harbour
subtitle: Conversations about the light
publisher: The Publications Desk
language: en
date: 2026-01-01
disclaimer: none
"""
_COVER: dict[str, Any] = {
    "editors": ("The Night Desk",),
    "identifier": "urn:isbn:9783161484100",
    "paper_thickness_mm": 0.11,
    "back_text": TextLine(
        "The keeper of the harbour light says what a lamp is for, and for whom it burns.\n\n"
        "A book about dusk and sunrise, about oil and wicks, and about the hour that is written into the book.",
        SourceLocation("book.yaml"),
    ),
}
_INTERVIEW = """---
title: The Light at the End of the Pier
standfirst: The keeper of the harbour light says what a lamp is for, and for whom it burns.
byline: A visitor in conversation with the keeper of the light
people:
  - {name: A Visitor, role: interviewer, labels: [AV]}
  - {name: The Keeper, role: interviewee, labels: [TK]}
---

**A Visitor:** Who lights the lamp?

**The Keeper:** I do, at dusk. Before I go up I look at the sky, at the water, and at the boats that are still out. Then
I trim the wick, as it has always been done here, and I write the hour into the book.

**A Visitor:** And for whom does it burn, when every boat has an instrument that knows better than any lamp where it is?

**The Keeper:** For whoever looks up. An instrument says where you are. A light says that somebody is there.

I have thought about it, up there. On a clear night you can see it for eleven miles, and nobody has ever written to say
so. That is as it should be.

**A Visitor:** When is it put out?

**The Keeper:** At sunrise, and never a minute before.

**A Visitor:** Do you sleep?

**The Keeper:** In the afternoon, like a cat.
"""


def draw_gallery() -> None:
    """Write all pictures."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / "interviews").mkdir(parents=True)
        (folder / "book.yaml").write_text(_BOOK, encoding="utf-8")
        (folder / "interviews/light.md").write_text(_INTERVIEW, encoding="utf-8")
        book, _ = load_book(folder)
        for style in InterviewStyle:
            _save(_draw_page(_set_style(book, style, Theme.OCTAVO), folder, _STYLE_CUT), f"style-{style}")
        books = [_set_style(book, THEMES[theme].labelled_style, theme) for theme in Theme]
        _save(_join_without_spaces([_draw_page(book, folder, _THEME_CUT) for book in books]), "themes")
        covers = [_draw_cover(replace(book, design=Design(cover=design)), folder) for design in CoverDesign]
        _save(_join_without_spaces(covers, 100), "covers")
        _draw_print_cover(replace(book, **_COVER), folder).quantize(40).save(_IMAGES / "print-cover.png", optimize=True)


def _set_style(book: Book, style: InterviewStyle, theme: Theme) -> Book:
    """Return the book in a style and a theme."""
    (part,) = book.parts
    interviews = tuple(replace(interview, style=style, reading_key="") for interview in part.interviews)
    return replace(book, parts=(replace(part, interviews=interviews),), design=Design(theme))


def _draw_page(book: Book, folder: Path, cut: tuple[float, float]) -> Image.Image:
    """Return the first page of the interview, from one share of its height to another."""
    data = edition.make_pdf(book, folder, NO_WORKERS).data
    pages = pypdfium2.PdfDocument(data)
    page = next(page for page in pages if "lights the lamp" in page.get_textpage().get_text_range())
    image = page.render(scale=2).to_pil().convert("RGB")
    top, bottom = (round(image.height * share) for share in cut)
    return image.crop((50, top, image.width - 10, bottom))


def _draw_cover(book: Book, folder: Path) -> Image.Image:
    """Return the cover of the book."""
    data = cover.draw_cover(book, cover.read_cover_colors(folder), cover.read_cover_look(folder, book.design))
    return Image.open(io.BytesIO(data)).convert("RGB").resize((300, 450))


def _draw_print_cover(book: Book, folder: Path) -> Image.Image:
    """Return the cover for the print shop of a book of 240 pages."""
    sheet = print_cover.print_cover(book, folder, 240)
    data = print_shop.make_print_shop_file(sheet.data, None, sheet.folds_mm, is_cover=True)
    return pypdfium2.PdfDocument(data)[0].render(scale=0.9).to_pil().convert("RGB")


def _join_without_spaces(images: list[Image.Image], gap: int = 30) -> Image.Image:
    """Return the pictures side by side on a grey ground."""
    edge, height = 30, max(image.height for image in images)
    row = Image.new("RGB", (sum(image.width + gap for image in images) + gap, height + 2 * edge), "#9a9a9a")
    left = gap
    for image in images:
        row.paste(image, (left, edge))
        left += image.width + gap
    return row


def _save(image: Image.Image, name: str) -> None:
    """Write a picture of 40 colours."""
    image.quantize(40).save(_IMAGES / f"gallery-{name}.png", optimize=True)


if __name__ == "__main__":
    draw_gallery()
