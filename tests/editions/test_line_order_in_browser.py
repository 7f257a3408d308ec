"""Words, numbers and brackets of a printed line stand in the order in which Chromium shows the web edition's."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.editions.page_marks import PageCursor
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book, Inline, Interview, NoteReference, Paragraph, Text, to_plain_text
from onrecord.model.directions import direct_block
from onrecord.model.passages import iterate_blocks, walk_blocks
from onrecord.runtime import font_files
from tests.support.browser import serve_folder, start_browser
from tests.support.paths import ROOT
from tests.support.translated import write_interview

pytestmark = pytest.mark.slow

# Each is a paragraph of an English, a Hebrew and an Arabic interview.
HARD_LINES = (
    "**שלום David** *Cohen* (השומר) ו־**24** *25*.",
    "The board **(אור *הנמל* 24)** says *שלום* **עולם [7]** 12, see *(ISO* **15836)**.",
    "*In **שלום (David) עולם*** *24*, (**ab** *שתים*) and so on.",
    "ראו **ISO *(15836*)** 7 *David **Cohen (24)*** אחר, **10***6*: 1–25.",
    "***(שלום** David)* Cohen *Moor **עולם (7** [Ada*]** 3:30.",
    "قال **المصباح (12 *ميلا*)** ISO *٣٫١٤* **50%** *(Ada **Moor)*** ثم **1,250** *24*.",
    "[(אור) **24** *David* **Cohen (7)** *[נמל](https://example.org)* 9]{lang=he} [Light **שלום** *(נר)* 7]{lang=en}.",
    "See **[*David* Cohen](https://example.org) (24)** *7* [**אור** *הנמל*](https://example.org) **(8)** נמל.",
    "Light [אור (24)]{lang=he} נמל 7 [שלום *David* (8)]{lang=he} עולם, [ضوء 12]{lang=ar} ميناء 7.",
    "See [Light שלום (24)](https://example.org) עולם 7, [*נמל* David](https://example.org) **Cohen** and [א](#a1) *ב*.",
    "ראו [אור David](https://example.org) *Cohen* **24** [(Ada **נמל**) 7](https://example.org) *Moor*, 5.",
    "He wrote **المصباح** *12* **(24)** ميناء, and 5.",
)
_CHARACTERS = """JSON.stringify([...document.querySelectorAll('p')].map((block) => {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), places = [];
  for (let node; (node = walker.nextNode());)
    for (let at = 0; at < node.length; at++) {
      const range = document.createRange();
      range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      places.push([(box.left + box.right) / 2, node.data[at]]);
    }
  return places;
}))"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, ...]:
    """Return the two books that are read from the right, and one of hard lines."""
    folder = tmp_path_factory.mktemp("lines")
    settings = "title: Lines\nslug: lines\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n"
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    for language in ("en", "he", "ar"):
        write_interview(folder, f"lines-{language}", language, "**Which?**\n\n" + "\n\n".join(HARD_LINES) + "\n")
    return tuple(map(read_book, (folder, *(ROOT / "tests/validators" / name for name in ("hebrew", "arabic")))))


def test_printed_lines_are_in_the_order_of_the_browser(books: Iterable[Book], tmp_path: Path) -> None:
    """Compare letters, digits and brackets from the left, one paragraph in one line."""
    lines = [
        (book, interview, *line) for book in books for interview in book.interviews for line in _list_lines(interview)
    ]
    assert len(lines) > 60
    printed = [_write_line(book, interview, content, "print") for book, interview, content in lines]
    shown = [_write_line(book, interview, content, "html") for book, interview, content in lines]
    (tmp_path / "lines.html").write_text(_write_page(shown), encoding="utf-8")
    with start_browser() as browser, serve_folder(tmp_path) as address:
        tab = browser.open(f"{address}lines.html")
        in_browser = json.loads(tab.evaluate(_CHARACTERS))
        tab.close()
    import weasyprint

    document: Any = weasyprint.HTML(string=_write_page(printed))
    in_print = list(_read_places(document.write_pdf()))
    assert len(in_print) == len(in_browser) == len(lines)
    differences = [
        f"{to_plain_text(content)}: {_order(places)} in print, {_order(expected)} in the browser"
        for (_, _, content), places, expected in zip(lines, in_print, in_browser, strict=True)
        if _order(places) != _order(expected)
    ]
    assert differences == []


def _list_lines(interview: Interview) -> Iterator[tuple[tuple[Inline, ...]]]:
    """Yield the paragraphs that hold more than text, without notes, which print moves to the foot of the page."""
    for block in walk_blocks(iterate_blocks(interview)):
        if isinstance(block, Paragraph):
            content = tuple(inline for inline in block.content if not isinstance(inline, NoteReference))
            if not all(isinstance(inline, Text) for inline in content):
                yield (content,)


def _write_line(book: Book, interview: Interview, content: tuple[Inline, ...], edition: str) -> str:
    """Return a paragraph as it is written in an edition; references to turns have no addresses."""
    syntax = EditionSyntax(edition, interview.slug)
    writer = InlineWriter(interview, book, syntax, PageCursor((), edition), {})
    direction = direct_block(to_plain_text(content), interview.language)
    direction = direction or ("rtl" if interview.language in ("ar", "he") else "ltr")
    with writer._write_apart(hides_links=False):
        return f'<p dir="{direction}">{writer.write_inlines(content)}</p>'


def _write_page(lines: Iterable[str]) -> str:
    """Return a document with each paragraph in one line, in print on a page of its own."""
    files = font_files.list_font_files(font_files.list_package_folders())
    faces = [next(path for path in files if name in path.name) for name in ("FrankRuhl", "Amiri-Regular")]
    css = "@page { size: 1500mm 40mm; margin: 5mm } p { break-after: page; white-space: nowrap }"
    css += "body { font-family: face0, face1 }"
    css += "p:last-child { break-after: auto } [dir=rtl] { direction: rtl } [dir=ltr] { direction: ltr }"
    css += "".join(f"@font-face {{ font-family: face{n}; src: url({path.as_uri()}) }}" for n, path in enumerate(faces))
    head = f"<head><meta charset='utf-8'><style>{css}</style></head>"
    return f"<!DOCTYPE html><html>{head}<body>{''.join(lines)}</body></html>"


def _read_places(data: bytes) -> Iterator[list[tuple[float, str]]]:
    """Yield for each page its characters, each with its middle."""
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        for page in document:
            text: Any = page.get_textpage()
            boxes = [text.get_charbox(index, loose=True) for index in range(text.count_chars())]
            yield [((box[0] + box[2]) / 2, text.get_text_range(index, 1)) for index, box in enumerate(boxes)]


def _order(places: Iterable[tuple[float, str]]) -> str:
    """Return letters, digits and brackets from the left.

    Brackets are all one sign, because some are mirrored; alef, lam and mim, which stand above others, are left out.
    """
    chars = "".join(char for _, char in sorted(places))
    chars = "".join("|" if char in "()[]" else char for char in unicodedata.normalize("NFKC", chars))
    return "".join(char for char in chars if (char.isalnum() or char == "|") and char not in "الم")
