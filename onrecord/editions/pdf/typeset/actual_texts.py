"""Say what is read aloud where the glyphs of a line do not stand in the order in which they are read.

A right-to-left word is drawn from its last letter to its first. Page readers (PDFium, poppler, MuPDF) put such lines
in order by guesses of their own, and turn an /ActualText of marked content round as well; an /ActualText of a structure
element is taken as it is (ISO 32000-1 §14.9.4). Signs and numbers change places with the words around them, so each
text box of such a line has one, and in a book that is read from the right (/Direction /R2L) each text box with signs:
PDFium turns the words of all its lines round. Clusters of scripts that run from the left have theirs in marked content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from onrecord.editions.pdf.typeset.unicode_maps import needs_actual_text

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox, PageBox, TextBox


MIRRORED = "data-mirrored"  # attribute of the root element of a part of a book that is read from the right


class ActualTexts:
    """What is read aloud of the text boxes of a document, page by page."""

    def __init__(self, *, is_mirrored: bool = False) -> None:
        self._is_mirrored = is_mirrored
        self._sources: dict[Element, tuple[str, int]] = {}  # the words of an element, and where they are read up to

    def describe_lines(self, page_box: PageBox) -> dict[Box, str]:
        """Return the text of each text box in a page's lines that readers must not read glyph by glyph."""
        texts: dict[Box, str] = {}
        for line in _iterate_lines(page_box):
            boxes = list(_iterate_texts(line))
            is_from_right = self._is_mirrored or line.style["direction"] == "rtl"
            if any(
                needs_actual_text(box.text) or (is_from_right and _has_reordered_characters(box.text)) for box in boxes
            ):
                for box in boxes:
                    gap = " " if box is boxes[-1] and self._ends_before_space(box) else ""
                    texts[box] = box.text + gap
        return texts

    def _ends_before_space(self, box: TextBox) -> bool:
        """Return whether the words of an element go on with a space where the box, the last of its line, ends.

        WeasyPrint drops the space at which a line ends.
        """
        if box.element is None or not box.text.strip():
            return False
        source, start = self._sources.get(box.element, ("", 0))
        source = source or "".join(box.element.itertext())
        words = re.compile(r"\s+".join(map(re.escape, box.text.split())))
        match = words.search(source, start)
        if match is None:
            return False  # hyphenated, or changed by a style sheet
        self._sources[box.element] = source, match.end()
        return source[match.end() : match.end() + 1].isspace()


def _has_reordered_characters(text: str) -> bool:
    """Return whether a text has spaces, signs or points that a right-to-left line moves; it needs ActualText."""
    return bool(text.strip()) and not text.isalnum()


def _iterate_lines(box: Box) -> Iterator[LineBox]:
    """Yield the lines of text in a box, outermost first."""
    from weasyprint.formatting_structure.boxes import LineBox

    box = getattr(box, "_box", box)  # an absolutely positioned box is wrapped in a placeholder
    if isinstance(box, LineBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _iterate_lines(child)


def _iterate_texts(box: Box) -> Iterator[TextBox]:
    """Yield the text boxes of a laid-out line in reading order; not those of lines inside it."""
    from weasyprint.formatting_structure.boxes import InlineBox, TextBox

    for child in getattr(box, "children", ()):
        if isinstance(child, TextBox):
            yield child
        elif isinstance(child, InlineBox):
            yield from _iterate_texts(child)
