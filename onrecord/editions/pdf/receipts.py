"""The receipt sheet of a pack: who takes which copy, with a line to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from onrecord import __version__
from onrecord.editions import styles
from onrecord.editions.markup import Markup
from onrecord.editions.pdf.bind.binding import bind
from onrecord.editions.pdf.bind.leaves import Leaf
from onrecord.editions.pdf.bind.unbound_document import Bookmark, Copy
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.editions.pdf.typeset.weasyprint_adapter import Characters, Sheet, set_part, specimens
from onrecord.model import Place, Trim
from onrecord.model.problems import Problem, Refused
from onrecord.model.recipients import NumberedCopy
from onrecord.runtime import font_files
from onrecord.wording import translations

_MARGINS_MM = (18, 20, 20, 20)  # top, bottom, and both sides: the sheet is not bound
_STAMPS = {"folio": "0123456789", "address": "Q"}


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """What stands above the list: the pack's title, lines about the meeting (name, day and place), its marking."""

    title: str
    about: tuple[str, ...]
    language: str
    date: date  # the pack's own
    marking: str = ""
    publisher: str = ""
    trim: Trim = Trim.A4


def receipts(sheet: ReceiptSheet, copies: Sequence[NumberedCopy], folder: Path) -> bytes:
    """A tagged PDF with a row for each copy; `folder` is the book's, for its own styles, templates and fonts.

    Raises `Refused` when the layout engine complains or a character has no glyph.
    """
    width, height = sheet.trim.size_mm
    page = PageGeometry(width, height, *_MARGINS_MM, 11, 14.5)
    own = font_files.font_files([folder / "fonts"])
    fonts = tuple((path.name, path.read_bytes()) for path in own)
    css = f"{page.css()}\n{styles.read('print', folder)}"
    told = translations.words(sheet.language)
    html = Markup(folder).page("print/receipts.html", sheet=sheet, copies=copies, words=told)

    def setting(html: str, side: str) -> Sheet:
        return Sheet(
            html, css, sheet.language, told["receipts"], fonts=fonts, head=escape(sheet.title[:60]), head_side=side
        )

    part = set_part(setting(html, "recto"))
    complaints = [*part.complaints, *(f"no font has {char!r} (U+{ord(char):04X})" for char in part.missing)]
    if complaints:
        place = copies[0].recipient.place if copies else Place("")
        raise Refused(
            Problem(place, "receipts-can-be-set", f"the receipt sheet: {text}", "look at the names")
            for text in complaints
        )
    faces_, stamps = specimens(Characters(css, tuple(_STAMPS.items()), fonts))
    files = {font_files.digest(path): path for path in (*font_files.font_files(font_files.packaged_folders()), *own)}
    copy = Copy(
        title=f"{told['receipts']}: {sheet.title}",
        language=sheet.language,
        authors=sheet.publisher,
        subject="; ".join(sheet.about),
        publisher=sheet.publisher,
        date=sheet.date.isoformat(),
        identifier="",
        leaves=(Leaf(part, opening_folio=True),),
        bookmarks=(Bookmark(told["receipts"], "receipts"),),
        page=page,
        folio=stamps["folio"],
        address=stamps["address"],
        verso_head=set_part(setting("", "verso")),
        stamps=faces_,
        version=__version__,
    )
    return bind(copy, lambda sha256: files[sha256].read_bytes()).data
