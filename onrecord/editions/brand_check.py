"""Check that the font families of a brand are there, with an italic for the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from onrecord.model import Book
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import font_files


def find_brand_problems(book: Book, folder: Path) -> Iterator[Problem]:
    """Yield a problem for each face of the brand that is nowhere, and a warning if the text face has no italic.

    Faces are looked for in our packages and in the book's `fonts/`.
    """
    brand = book.design.brand
    if not brand.families:
        return
    folders = (*font_files.list_package_folders(), folder / "fonts")
    files = font_files.list_font_files(folders)
    known = font_files.list_families(files)
    for face in (brand.text_face, brand.heading_face):
        if face is None or face.text in known:
            continue
        near = find_closest_word(face.text, known)
        sentence = f"no font “{face}”" + (f"; did you mean “{near}”?" if near else "")
        hint = f"put the font file into fonts/, or choose one of: {', '.join(sorted(known))}"
        yield Problem(face.location, Rule.FONTS_ARE_THERE, sentence, hint)
    text_face = brand.text_face
    if text_face is None or text_face.text not in known or not _has_italics(book.title):
        return
    if not font_files.has_italic(text_face.text, files):
        sentence = f"“{text_face}” has no italic here: emphasis is not seen in print"
        hint = "put its italic into fonts/, too, or choose another text face"
        yield Problem(text_face.location, Rule.FONTS_ARE_THERE, sentence, hint, severity=Severity.WARNING)


def _has_italics(text: str) -> bool:
    """Return whether a text is in a script that has italics: Latin, Greek or Cyrillic."""
    return any(unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC")) for char in text)
