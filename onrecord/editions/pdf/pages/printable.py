"""What keeps a good manuscript from being printed: fonts from elsewhere, notes longer than a page, characters without a glyph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from onrecord.editions.pdf.pages.geometry import geometry, pack_geometry
from onrecord.model import Book, Place, block_passages, printed
from onrecord.model.problems import Problem
from onrecord.runtime import font_files


def unprintable(book: Book, folder: Path) -> tuple[Problem, ...]:
    """What keeps a good manuscript from being printed, each with its place."""
    return (*_foreign_fonts(folder), *_long_notes(book), *_strange_characters(book, folder))


def _foreign_fonts(folder: Path) -> Iterator[Problem]:
    """Files in `fonts/` that are links to places outside the book."""
    for path in font_files.font_files([folder / "fonts"]):
        if not path.resolve().is_relative_to(folder.resolve()):
            sentence = "this font is a link to a place outside the book's folder"
            yield Problem(Place(f"fonts/{path.name}"), "file-is-in-the-book", sentence, "copy the file itself here")


def _long_notes(book: Book) -> Iterator[Problem]:
    """Footnotes that fill more than half a page: WeasyPrint 70 cannot divide a note."""
    page = pack_geometry(book.trim) if book.pack else geometry(book.trim)
    most = int(
        (page.height - page.top - page.bottom) / 25.4 * 72 / page.leading_pt * page.measure_pt / page.text_pt * 0.3
    )
    for interview in book.interviews:
        for note in interview.footnotes:
            words = sum(len(passage.text.split()) for passage in block_passages(note.blocks, ""))
            if words > most:
                sentence = f"footnote {note.number} has {words} words; at this size a page has room for notes of {most}"
                hint = "shorten it, or move a part of it into the answer"
                yield Problem(note.place, "notes-fit-the-page", sentence, hint)


def _strange_characters(book: Book, folder: Path) -> Iterator[Problem]:
    """Characters that no face of the book can draw."""
    known = {*map(chr, font_files.characters(font_files.font_files(font_folders(folder)))), *"\n\t\u00ad\u200b\u2060"}
    doubtful = (
        one
        for one in book.interviews
        if not one.inventory or one.pointer or not known.issuperset(one.inventory.characters)
    )
    for passage in chain.from_iterable(map(printed, doubtful)):
        if not known.issuperset(passage.text):
            strange = sorted({*passage.text} - known)
            names = " ".join(f"{char!r} (U+{ord(char):04X})" for char in strange)
            hint = "take the character away, write it in words, or put a font that has it into fonts/"
            yield Problem(passage.place, "glyphs-exist", f"no font has {names}", hint)


def font_folders(folder: Path) -> tuple[Path, ...]:
    return (*font_files.packaged_folders(), folder.resolve() / "fonts")
