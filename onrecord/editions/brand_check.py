"""Check that the font families of a brand are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.model import Book
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.rule import Rule
from onrecord.runtime import font_files


def find_brand_problems(book: Book, folder: Path) -> Iterator[Problem]:
    """Yield a problem for each face of the brand that neither our packages nor the book's `fonts/` hold."""
    brand = book.design.brand
    if not brand.families:
        return
    folders = (*font_files.list_package_folders(), folder / "fonts")
    known = font_files.list_families(font_files.list_font_files(folders))
    for face in (brand.text_face, brand.heading_face):
        if face is None or face.text in known:
            continue
        near = find_closest_word(face.text, known)
        sentence = f"no font “{face}”" + (f"; did you mean “{near}”?" if near else "")
        hint = f"put the font file into fonts/, or choose one of: {', '.join(sorted(known))}"
        yield Problem(face.location, Rule.FONTS_ARE_THERE, sentence, hint)
