"""The cover of the e-book, drawn from the book's title, subtitle, editors, publisher and guests; or its own picture."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

from PIL import Image

from onrecord.editions import design_tokens
from onrecord.editions.cover_canvas import HEIGHT, WIDTH, RasterCanvas
from onrecord.editions.cover_designs import DESIGNS, HOUSE_LOOK, CoverColors, CoverLook, list_initials
from onrecord.model import Book
from onrecord.model.design import HOUSE_DESIGN, CoverDesign, Design
from onrecord.runtime import build_identity, face_choice, font_check
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.project import Project
from onrecord.runtime.task_runner import TaskRunner

__all__ = [
    "HEIGHT",
    "HOUSE_LOOK",
    "WIDTH",
    "CoverColors",
    "CoverLook",
    "build_cover",
    "draw_cover",
    "is_drawn_by_letters",
    "list_initials",
    "list_texts",
    "read_cover_colors",
    "read_cover_look",
    "save_cover",
]


def read_cover_colors(folder: Path, design: Design = HOUSE_DESIGN) -> CoverColors:
    """Return the colours of the cover from the design tokens of the book in `folder`."""
    names = ("--paper-cover", "--ink", "--accent", "--quiet")
    return CoverColors(*(design_tokens.read_color(folder, name, design) for name in names))


def read_cover_look(folder: Path, design: Design) -> CoverLook:
    """Return the look of the cover: its design, face and pictures."""
    family = design_tokens.read_family(folder, "--heading-face", design)
    paths = font_check.list_sound_fonts(folder / "fonts")
    fonts = tuple((path.name, path.read_bytes()) for path in paths)
    pictures = (design.brand.logo, design.cover_file)
    paths_of_pictures = [Project(folder).find(picture.text) if picture else None for picture in pictures]
    logo, picture = (path.read_bytes() if path else b"" for path in paths_of_pictures)
    return CoverLook(design.cover, family, fonts, logo, picture)


def list_texts(book: Book) -> tuple[str, ...]:
    """Return all texts that the cover shows: title, subtitle, editors, publisher, initials."""
    initials = list_initials(book) if book.design.cover is CoverDesign.INITIALS else ()
    return tuple(filter(None, (book.title, book.subtitle, *book.editors, book.publisher, *initials)))


def is_drawn_by_letters(book: Book, look: CoverLook) -> bool:
    """Return whether the cover is a picture, or its face has all letters, which stand one by one from the left."""
    if look.picture:
        return True
    letters = set("".join(list_texts(book))) - {" "}
    faces = (face_choice.find_face(look.family, style, look.faces) for style in ("normal", "italic"))
    known = frozenset.intersection(*(face_choice.list_face_code_points(data, number) for data, number in faces))
    return not any(
        ord(letter) not in known
        or unicodedata.bidirectional(letter) in ("R", "AL", "AN")
        or unicodedata.category(letter) in ("Mn", "Mc", "Cf")
        for letter in letters
    )


def build_cover(book: Book, folder: Path, runner: TaskRunner) -> bytes:
    """Return the cover as PNG, from the cache if it was drawn before."""
    colors, look = read_cover_colors(folder, book.design), read_cover_look(folder, book.design)
    texts = (book.title, book.subtitle, book.editors, book.publisher, list_initials(book))
    key = compute_fingerprint("cover", build_identity.compute_build_identity(), *texts, colors, look)
    return runner.cache.get_or_compute(key, lambda: draw_cover(book, colors, look))


def draw_cover(book: Book, colors: CoverColors, look: CoverLook = HOUSE_LOOK) -> bytes:
    """Return the cover as PNG, 1600 × 2400 pixels.

    Long texts are set in a smaller size, so that they stay on the cover and do not overlap.
    """
    canvas = RasterCanvas(colors.paper)
    if look.picture:
        canvas.paste(look.picture, (0, 0, WIDTH, HEIGHT), "center")
        return save_cover(canvas.image, 0)
    DESIGNS[look.design](canvas, book, colors, look)
    return save_cover(canvas.image, 0 if look.logo else 32)


def save_cover(image: Image.Image, colors: int) -> bytes:
    """Return the image as PNG, reduced to so many colours; 0: to none."""
    out = io.BytesIO()
    (image.quantize(colors) if colors else image).save(out, "PNG", optimize=True)
    return out.getvalue()
