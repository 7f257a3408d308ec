"""Check that a manuscript can be printed: its fonts, a glyph for every character."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from onrecord.editions.pdf.pages.missing_glyphs import find_missing_glyphs
from onrecord.model import Book, SourceLocation, iterate_printed_passages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.runtime import folders, font_check, font_files
from onrecord.runtime.project import Project


def check_printable(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return the problems that prevent printing: fonts, missing glyphs."""
    fonts = check_fonts(folder)
    return (*fonts, *(() if fonts else _check_characters(book, folder)))


def check_fonts(folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the files in `fonts/`: links out of the book, unusable fonts."""
    fonts = folder / "fonts"
    paths = sorted(fonts.iterdir()) if fonts.is_dir() else []
    problems: list[Problem] = []
    for path in paths:
        problems += _check_font(path, folder)
        if problems and font_check.TOO_EXPENSIVE in problems[-1].sentence:
            break  # many such fonts would take hours
    return tuple(problems)


def _check_font(path: Path, folder: Path) -> Iterator[Problem]:
    """Yield the problem of a file in `fonts/`, if any; other kinds of files are ignored."""
    place = SourceLocation(f"fonts/{path.name}")
    suffix = path.suffix.lower()
    if suffix not in (*font_files.FONT_SUFFIXES, *font_files.OTHER_FONT_SUFFIXES):
        return
    if not Project(folder).holds(path.absolute()):
        sentence = "this font is a link to a place outside the book's folder"
        yield Problem(place, Rule.FILE_IS_IN_THE_BOOK, sentence, "copy the file itself here")
    elif not path.is_file():
        yield Problem(place, Rule.FONTS_ARE_READABLE, "this is no file", "copy the font itself here, or delete this")
    elif suffix not in font_files.FONT_SUFFIXES:
        sentence = f"On Record reads no “{suffix}” fonts"
        hint = "put the same font here as a .ttf, .otf, .ttc, .woff or .woff2 file, one file for each style"
        yield Problem(place, Rule.FONTS_ARE_READABLE, sentence, hint)
    elif fault := font_check.find_font_fault(folders.read_file(path)):
        hint = "copy the font here again, or delete this one"
        yield Problem(place, Rule.FONTS_ARE_READABLE, f"this file {fault}", hint)


def _check_characters(book: Book, folder: Path) -> Iterator[Problem]:
    """Report characters that no face of the book can draw."""
    known = font_files.list_characters(tuple(font_files.list_font_files(list_font_folders(folder))))
    doubtful = (
        interview
        for interview in book.interviews
        if not interview.inventory
        or interview.pointer
        or interview.credit
        or not known.issuperset(interview.inventory.characters)
    )
    passages = chain.from_iterable(map(iterate_printed_passages, doubtful))
    levels = book.printed_index.iterate_levels() if book.printed_index else ()
    headings = ((sub or heading).name for heading, sub in levels)
    texts = ((passage.location, passage.text) for passage in passages)
    return find_missing_glyphs(chain(texts, ((name.location, name.text) for name in headings)), known)


def list_font_folders(folder: Path) -> tuple[Path, ...]:
    """Return the folders of the packaged fonts and the book's own."""
    return (*font_files.list_package_folders(), folder.resolve() / "fonts")
