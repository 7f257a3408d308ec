"""Lays out HTML into a part with WeasyPrint, whose private side we use as its version is (`_VERSION`): see `extraction`."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from onrecord.editions.pdf.pages.part import Part, Specimen
from onrecord.editions.pdf.typeset import fixes, speedups
from onrecord.editions.pdf.typeset.extraction import Extraction, specimen
from onrecord.runtime import font_files

if TYPE_CHECKING:  # importing it takes half a second, and wants its fonts to be configured
    import weasyprint
    from weasyprint.document import Document
    from weasyprint.urls import URLFetcher

_VERSION = 70


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that can change the look of a part, and nothing else: its cache key is this value."""

    html: str  # the body
    css: str
    language: str
    title: str
    pictures: tuple[tuple[str, str, bytes], ...] = ()  # name, media type, bytes
    fonts: tuple[tuple[str, bytes], ...] = ()  # of the book, beside those of our packages: file name, bytes
    head: str = ""  # running head, as HTML
    head_side: str = "recto"  # or verso: the pages that the running head is for
    rules: str = ""  # CSS of this part alone, behind that of all


def set_part(sheet: Sheet) -> Part:
    """Lay the sheet out. Runs in a worker: WeasyPrint's documents hold C pointers, a Part does not."""
    engine = _engine(sheet.fonts)
    with _complaints() as complaints:
        document = engine.render(sheet)
        part = Extraction(document, has_head=bool(sheet.head)).part()
    return replace(part, complaints=tuple(dict.fromkeys(complaints)))


@dataclass(frozen=True, slots=True)
class Characters:
    """What will be stamped: class name -> characters, in this style."""

    css: str
    texts: tuple[tuple[str, str], ...]
    fonts: tuple[tuple[str, bytes], ...] = ()


def specimens(wanted: Characters) -> tuple[Part, dict[str, Specimen]]:
    """Shapes the characters for stamping, by class name; the part has only fonts. Runs in a worker."""
    rows = "".join(
        f'<div class="specimen {name}">' + "".join(f"<span>{char}</span> " for char in text) + "</div>"
        for name, text in wanted.texts
    )
    sheet = Sheet(rows, wanted.css, "en", "specimens", fonts=wanted.fonts)
    document = _engine(wanted.fonts).render(sheet)
    extraction = Extraction(document, has_head=False)
    found = {name: specimen(extraction, page) for page, (name, _) in enumerate(wanted.texts)}
    return extraction.part(), found


def make_ready(fonts: tuple[tuple[str, bytes], ...]) -> None:
    """Load the layout engine with these fonts: half a second that the first part of this process need not wait for."""
    _engine(fonts)


# --- the engine -----------------------------------------------------------------------------------


class _Engine:
    """WeasyPrint, imported once per process, with our fonts and nothing of the machine's."""

    def __init__(self, fonts: tuple[tuple[str, bytes], ...]) -> None:
        folders = [*font_files.packaged_folders(), *([font_files.kept(fonts)] if fonts else [])]
        os.environ["FONTCONFIG_FILE"] = str(font_files.configured(folders))
        import weasyprint
        import weasyprint.pdf
        from weasyprint.text.fonts import FontConfiguration

        if weasyprint.VERSION.split(".")[0] != str(_VERSION):
            raise RuntimeError(f"this binder knows WeasyPrint {_VERSION}, not {weasyprint.VERSION}")
        fixes.mend()
        speedups.share()
        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()

    @lru_cache(maxsize=4)  # noqa: B019 - there is one engine for each set of fonts, and it stays
    def _parsed(self, css: str) -> weasyprint.CSS:
        """The style sheet that all parts share: parsing it takes a seventh of an interview's time."""
        return self._css(css)

    def _css(self, css: str) -> weasyprint.CSS:
        fetcher = _fetcher(
            ()
        )  # what styles fetch while they are parsed: fonts and other styles, of which there are none
        return self.weasyprint.CSS(string=css, font_config=self.fonts, url_fetcher=fetcher, base_url="book:/")

    def render(self, sheet: Sheet) -> Document:
        styles = [self._parsed(sheet.css), *([self._css(sheet.rules)] if sheet.rules else [])]
        page = (
            f'<!DOCTYPE html><html lang="{sheet.language}"><head><meta charset="utf-8"/><title>part</title></head>'
            f"<body>{sheet.html}{_head_page(sheet)}</body></html>"
        )
        html = self.weasyprint.HTML(string=page, base_url="book:/", url_fetcher=_fetcher(sheet.pictures))
        return html.render(font_config=self.fonts, stylesheets=styles)


@cache
def _engine(fonts: tuple[tuple[str, bytes], ...]) -> _Engine:
    return _Engine(fonts)


def _head_page(sheet: Sheet) -> str:
    return f'<div class="running-head {sheet.head_side}">{sheet.head}</div>' if sheet.head else ""


def _fetcher(own: tuple[tuple[str, str, bytes], ...]) -> URLFetcher:
    """Answers for a sheet's own pictures from memory; there is nothing else: no file, no network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    pictures = {f"book:/images/{name}": (media_type, data) for name, media_type, data in own}

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url not in pictures:
                raise ValueError(f"not a picture of this interview: {url}")
            media_type, data = pictures[url]
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return Fetcher(allowed_protocols=["book"], allow_redirects=False)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What the layout engine and the font tools log while the block runs."""
    found: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    handler = Collect(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    before = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield found
    finally:
        logger.handlers, logger.propagate = before
