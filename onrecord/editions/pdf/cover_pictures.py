"""The cover of the e-book in letters that need a layout engine: from the right, shaped, or of other faces.

The designs are those of every cover. They are laid out as the printed cover is, and drawn as a picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.editions import cover, design_tokens
from onrecord.editions.cover_canvas import HEIGHT, WIDTH, MarkupCanvas
from onrecord.editions.cover_designs import DESIGNS
from onrecord.editions.pdf.page_pictures import draw_pages
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, print_pages
from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import build_identity, font_check, font_files
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import TaskRunner

_MM = 0.1  # the length of a unit on the page that is drawn
_MOST_NAMED = 8  # letters that a message names
_CSS = """
@page :right { margin: 0 }
@page :left { margin: 0 }
html { font-family: var(--heading-face-print); line-height: 1; color: var(--ink) }
body { margin: 0; hyphens: manual }
p, div { position: absolute; margin: 0; white-space: nowrap }
img { display: block; width: 100%; height: 100% }
"""


def build_cover(book: Book, folder: Path, runner: TaskRunner) -> bytes:
    """Return the cover as PNG, from the cache if it was drawn before."""
    look = cover.read_cover_look(folder, book.design)
    if cover.is_drawn_by_letters(book, look):
        return cover.build_cover(book, folder, runner)
    task = _describe(book, folder, look)
    key = compute_fingerprint("laid out cover", build_identity.compute_build_identity(), task)
    return runner.cache.get_or_compute(key, lambda: _draw_png(task))


def find_cover_problems(book: Book, folder: Path) -> Iterator[Problem]:
    """Yield a warning if the cover leaves out a text, because no font has its letters."""
    look = cover.read_cover_look(folder, book.design)
    if not cover.is_drawn_by_letters(book, look) and (missing := _list_missing_letters(book, folder)):
        letters = " ".join(missing[:_MOST_NAMED])
        sentence = f"no font has {letters}: the cover of the e-book leaves out what is written with them"
        hint = "put a font with these letters into fonts/, or give the cover as a picture: cover: {file: …}"
        yield Problem(book.location, Rule.GLYPHS_EXIST, sentence, hint, severity=Severity.WARNING)


def _list_missing_letters(book: Book, folder: Path) -> list[str]:
    """Return the letters of the cover that neither our fonts nor those of the book have."""
    known = font_files.list_code_points(_list_fonts(folder))
    return sorted({letter for text in cover.list_texts(book) for letter in text if not _is_known(letter, known)})


def _is_known(letter: str, known: frozenset[int]) -> bool:
    """Return whether a letter can be drawn, or shows nothing."""
    return ord(letter) in known or letter.isspace() or not letter.isprintable()


def _list_fonts(folder: Path) -> tuple[Path, ...]:
    """Return the files of our fonts and of those of a book."""
    return (
        *font_files.list_font_files(font_files.list_package_folders()),
        *font_check.list_sound_fonts(folder / "fonts"),
    )


@dataclass(frozen=True, slots=True)
class _CoverMarkup:
    """A cover to be laid out, with all that determines its look."""

    html: str
    css: str
    language: str
    pictures: tuple[tuple[str, str, bytes], ...]
    fonts: tuple[tuple[str, bytes], ...]


def _describe(book: Book, folder: Path, look: cover.CoverLook) -> _CoverMarkup:
    """Return the cover as HTML; a text that no font can write is left out."""
    missing = set(_list_missing_letters(book, folder))

    def leave_out(text: str) -> str:
        """Return the text, "" if letters of it are missing."""
        return "" if missing.intersection(text) else text

    known = replace(
        book,
        title=leave_out(book.title),
        subtitle=leave_out(book.subtitle),
        publisher=leave_out(book.publisher),
        editors=tuple(filter(None, map(leave_out, book.editors))),
    )
    colors = cover.read_cover_colors(folder, book.design)
    canvas = MarkupCanvas(
        width=WIDTH,
        height=HEIGHT,
        mm=_MM,
        left_mm=0,
        paper=colors.paper,
        language=book.language,
        bleed_mm=0,
        bleeds_left=False,
        bleeds_right=False,
    )
    canvas.fill((0, 0, WIDTH, HEIGHT), colors.paper)
    DESIGNS[look.design](canvas, known, colors, look)
    page = PageGeometry(WIDTH * _MM, HEIGHT * _MM, 0, 0, 0, 11, 11, 1)
    css = design_tokens.join_print_stylesheets(page.build_css(), folder, design=book.design)
    fonts = tuple((path.name, path.read_bytes()) for path in font_check.list_sound_fonts(folder / "fonts"))
    html = f'<section id="cover">{"".join(canvas.html)}</section>'
    return _CoverMarkup(html, f"{css}\n{_CSS}", book.language, tuple(canvas.pictures), fonts)


def _draw_png(sheet: _CoverMarkup) -> bytes:
    """Return the drawn cover as PNG."""
    data = print_pages(PartSource(sheet.html, sheet.css, sheet.language, "cover", sheet.pictures, sheet.fonts))
    (image,) = draw_pages(data, WIDTH, HEIGHT)[:1]
    return cover.save_cover(image, 0 if sheet.pictures else 32)
