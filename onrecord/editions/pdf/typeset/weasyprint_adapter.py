"""Lay HTML out as a part with WeasyPrint, in the one version (`WEASYPRINT_VERSION`) whose private names we use."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.pages.specimens import Specimen
from onrecord.editions.pdf.typeset import (
    css_properties,
    fixes,
    line_grid,
    page_feet,
    paragraph_placing,
    picture_fit,
    speedups,
    style_sharing,
    unicode_maps,
)
from onrecord.editions.pdf.typeset.actual_texts import MIRRORED
from onrecord.editions.pdf.typeset.engine_log import collect_log_records
from onrecord.editions.pdf.typeset.extraction import Extraction, extract_stamp, read_specimen
from onrecord.editions.pdf.typeset.note_places import find_unfit_notes
from onrecord.editions.pdf.typeset.quick_import import import_quickly
from onrecord.model.directions import direct_page, is_from_right
from onrecord.runtime import environment, font_files, font_store
from onrecord.runtime.environment import EnvironmentProblem

if TYPE_CHECKING:  # importing it takes half a second, and needs the font configuration
    import weasyprint
    from weasyprint.document import Document
    from weasyprint.urls import URLFetcher


@dataclass(frozen=True, slots=True)
class PartSource:
    """All that determines the look of a part, and nothing else: the cache key is made of this value."""

    html: str  # the body
    css: str
    language: str
    title: str
    pictures: tuple[tuple[str, str, bytes], ...] = ()  # name, media type, bytes
    fonts: tuple[tuple[str, bytes], ...] = ()  # the book's: file name, bytes
    head: str = ""  # running head, as HTML
    head_side: str = "recto"  # or verso: the pages that carry the running head
    first_side: str = "recto"  # or verso: the side of the first page
    rules: str = ""  # CSS of this part alone, read after `css`
    is_mirrored: bool = False  # in a book that is read from the right


def set_part(sheet: PartSource) -> TypesetPart:
    """Return the HTML of a section laid out by WeasyPrint, as a part of the bound PDF.

    Runs in a worker, so it returns plain data: WeasyPrint's documents hold C pointers.
    """
    engine = _get_engine(sheet.fonts)
    with _collect_complaints() as records:
        document = engine.render(sheet)
        part = Extraction(document, has_head=bool(sheet.head)).build_part()
        unfit = _find_unfit_notes(document, len(part.pages))
    return replace(part, unfit_notes=unfit, complaints=tuple(dict.fromkeys(record.getMessage() for record in records)))


@contextlib.contextmanager
def _collect_complaints() -> Iterator[list[logging.LogRecord]]:
    """Collect what WeasyPrint logs.

    It says so once for each style and each value of a style sheet: what it complained of is read and computed again.
    """
    with collect_log_records() as records:
        try:
            yield records
        finally:
            if records:
                style_sharing.forget_styles()
                _Engine._get_css.cache_clear()


def _find_unfit_notes(document: Document, page_count: int) -> tuple[int, ...]:
    """Return the numbers of the footnotes for which the first pages of the document have no room."""
    pages = [page._page_box for page in document.pages[:page_count]]
    root = pages[0].children[0].element if pages else None
    return find_unfit_notes(root, pages) if root is not None else ()


def print_pages(sheet: PartSource) -> bytes:
    """Return the sheet as a PDF of its own, to be drawn as pictures. Runs in a worker."""
    engine = _get_engine(sheet.fonts)
    with _collect_complaints():
        return bytes(engine.render(sheet).write_pdf() or b"")


@dataclass(frozen=True, slots=True)
class StampCharacters:
    """The characters to stamp: pairs of a class name and its characters, in this style.

    `pieces` are words of the first class, in this language.
    """

    css: str
    texts: tuple[tuple[str, str], ...]
    fonts: tuple[tuple[str, bytes], ...] = ()
    pieces: tuple[str, ...] = ()
    language: str = "en"


def shape_specimens(characters: StampCharacters) -> tuple[TypesetPart, dict[str, Specimen]]:
    """Return a part that holds the fonts of the characters, and a specimen for each class. Runs in a worker."""
    rows = "".join(
        f'<div class="specimen {name}">' + "".join(f"<span>{char}</span> " for char in text) + "</div>"
        for name, text in characters.texts
    )
    name, direction = characters.texts[0][0], direct_page(characters.language) or "ltr"
    rows += "".join(
        f'<div class="specimen {name}" lang="{characters.language}" dir="{direction}">{escape(piece)}</div>'
        for piece in characters.pieces
    )
    sheet = PartSource(rows, characters.css, "en", "specimens", fonts=characters.fonts)
    with _collect_complaints():
        document = _get_engine(characters.fonts).render(sheet)
    extraction = Extraction(document, has_head=False)
    specimens_by_class = {name: read_specimen(extraction, page) for page, (name, _) in enumerate(characters.texts)}
    count = len(characters.texts)
    pieces = {piece: extract_stamp(extraction, count + number) for number, piece in enumerate(characters.pieces)}
    if pieces:
        is_turned = direction == "rtl"
        specimens_by_class[name] = replace(specimens_by_class[name], pieces=pieces, is_from_right=is_turned)
    return extraction.build_part(), specimens_by_class


def load_engine(fonts: tuple[tuple[str, bytes], ...]) -> None:
    """Load the layout engine with these fonts ahead of the first part: it takes half a second."""
    _get_engine(fonts)


# --- the engine -----------------------------------------------------------------------------------


class _Engine:
    """WeasyPrint, imported once per process, with our fonts and none of the machine's."""

    def __init__(self, fonts: tuple[tuple[str, bytes], ...]) -> None:
        import_weasyprint(fonts)
        import weasyprint
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        css_properties.add_properties()
        speedups.apply_speedups()  # first: what follows calls the functions that they replace
        fixes.apply_fixes()
        line_grid.keep_grid()
        line_grid.align_baselines()
        line_grid.ignore_lent_letters()
        paragraph_placing.set_paragraphs()
        picture_fit.limit_pictures()
        page_feet.align_feet()
        unicode_maps.correct_unicode_maps()
        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()
        self.counters = CounterStyle()  # those that style sheets define
        self._refuse_all = _make_fetcher(())  # made once: it takes 0.2 ms, the time of two lines of text

    @lru_cache(maxsize=4)  # noqa: B019 - engines live as long as the process
    def _get_css(self, css: str) -> weasyprint.CSS:
        """Return the style sheet parsed, from memory if it is one of the last four; it may fetch nothing.

        All parts share it, and parsing it takes a seventh of an interview's time.
        """
        return self.weasyprint.CSS(
            string=css,
            font_config=self.fonts,
            counter_style=self.counters,
            url_fetcher=self._refuse_all,  # a style sheet may fetch no font and no other style sheet
            base_url="book:/",
        )

    def render(self, sheet: PartSource) -> Document:
        """Return WeasyPrint's document: the sheet laid out, its running head on the last page."""
        rules = sheet.rules + ("" if sheet.first_side == "recto" else " html { break-before: verso }")
        styles = [self._get_css(sheet.css), *([self._get_css(rules)] if rules else [])]
        direction = ' dir="rtl"' if is_from_right(sheet.language) else ""
        mirrored = f' {MIRRORED}="yes"' if sheet.is_mirrored else ""
        page = (
            f'<!DOCTYPE html><html lang="{sheet.language}"{mirrored}>'
            '<head><meta charset="utf-8"/><title>part</title></head>'
            f"<body{direction}>{sheet.html}{_build_head(sheet)}</body></html>"
        )
        fetcher = _make_fetcher(sheet.pictures) if sheet.pictures else self._refuse_all
        html = self.weasyprint.HTML(string=page, base_url="book:/", url_fetcher=fetcher)
        return html.render(font_config=self.fonts, counter_style=self.counters, stylesheets=styles)


def import_weasyprint(fonts: tuple[tuple[str, bytes], ...] = ()) -> None:
    """Import WeasyPrint with our fonts, these fonts of a book, and none of the machine's.

    Raises EnvironmentProblem if WeasyPrint, or a library that it loads, is missing or another one.
    """
    folders = [*font_files.list_package_folders(), *([font_store.store_fonts(fonts)] if fonts else [])]
    os.environ["FONTCONFIG_FILE"] = str(font_store.write_fontconfig(folders))
    try:
        with import_quickly():
            import weasyprint

            if weasyprint.VERSION.split(".")[0] != str(environment.WEASYPRINT_VERSION):
                raise environment.explain_version(weasyprint.VERSION)
            import weasyprint.pdf
    except ImportError as error:
        raise EnvironmentProblem(f"WeasyPrint cannot be loaded ({error})", environment.explain_install()) from None
    except OSError as error:  # cffi finds no library of that name
        raise environment.explain_libraries(str(error).partition(":")[0]) from None


@cache
def _get_engine(fonts: tuple[tuple[str, bytes], ...]) -> _Engine:
    """Return the layout engine with these fonts, the same one at every call in a process."""
    return _Engine(fonts)


def _build_head(sheet: PartSource) -> str:
    """Return the running head as a `<div>`, "" if the sheet has none."""
    return f'<div class="running-head {sheet.head_side}">{sheet.head}</div>' if sheet.head else ""


def _make_fetcher(pictures: tuple[tuple[str, str, bytes], ...]) -> URLFetcher:
    """Return a fetcher that serves these pictures from memory and nothing else: no file, no network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    responses = {f"book:/images/{name}": (media_type, data) for name, media_type, data in pictures}

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            """Return the picture at this address; raise ValueError for any other address."""
            if url not in responses:
                raise ValueError(f"not a picture of this interview: {url}")
            media_type, data = responses[url]
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return Fetcher(allowed_protocols=["book"], allow_redirects=False)
