"""Check that what is read aloud of a line of a PDF (/ActualText) is what is painted there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pikepdf

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.painted_glyphs import read_spoken_lines
from onrecord.proof.reading.reshaping import Reshaper
from onrecord.proof.rules.page_range import PageRange
from onrecord.proof.rules.report import HINT
from onrecord.runtime import font_files

_DAMAGED = (pikepdf.PdfError, ValueError, KeyError, AttributeError, TypeError, IndexError)


def check_spoken_lines(
    book: Book, data: bytes, ranges: Sequence[PageRange], font_folders: Sequence[Path]
) -> Iterator[Problem]:
    """Yield a problem for each printed line whose glyphs differ from what is read aloud; needs the font folders."""
    spoken = [is_spoken for page_range in ranges for is_spoken in page_range.spoken]
    labels = [label for page_range in ranges for label in page_range.labels]
    sheets = {index for index, is_spoken in enumerate(spoken) if is_spoken}
    if not sheets:
        return
    reshaper = Reshaper(font_files.list_font_files((*font_files.list_package_folders(), *font_folders)))
    try:
        for line in read_spoken_lines(data, sheets):
            difference = reshaper.find_difference(line.text, line.glyphs)
            if difference is not None:
                position = f"first at “{shorten_text(difference)}”" if difference else "more is printed"
                where = f"the PDF, page {labels[line.sheet]} (sheet {line.sheet + 1})"
                sentence = f"{where}: “{shorten_text(line.text)}” is read aloud for other words ({position})"
                yield Problem(book.location, Rule.EVERY_WORD_IS_SEEN, sentence, HINT)
    except _DAMAGED as error:
        sentence = f"the PDF: what is read aloud of its lines cannot be compared with them ({error})"
        yield Problem(book.location, Rule.COPY_CAN_BE_READ, sentence, HINT)
