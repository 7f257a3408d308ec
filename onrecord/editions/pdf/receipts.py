"""Print the receipt sheet of a pack: who takes which copy, with a line to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from pathlib import Path
from typing import TypeVar

from onrecord import __version__
from onrecord.editions import design_tokens
from onrecord.editions.markup import PageRenderer
from onrecord.editions.pdf.bind.binding import bind_document
from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.unbound_document import Bookmark, UnboundDocument
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, StampCharacters, set_part, shape_specimens
from onrecord.model import SourceLocation, Trim
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem, Refused
from onrecord.model.recipients import NumberedCopy
from onrecord.model.rule import Rule
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import NO_WORKERS, TaskFailure, TaskRunner, build_input
from onrecord.wording import translations

V = TypeVar("V")
R = TypeVar("R")

_MARGINS_MM = (18, 20, 20)  # top and both sides: the sheet is not bound
_LINES = {Trim.A4: 50, Trim.LETTER: 47, Trim.A5: 33}
_STAMPS = {"folio": "0123456789", "address": "Q"}
_LONGEST_HEAD = 60  # characters


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """The head of the receipt sheet: the pack's title, lines about the meeting, its marking."""

    title: str
    about: tuple[str, ...]  # name, day and place of the meeting
    language: str
    date: date  # of the pack
    marking: str = ""
    publisher: str = ""
    trim: Trim = Trim.A4


def run_receipt_job(job: tuple[ReceiptSheet, Sequence[NumberedCopy], Path]) -> bytes:
    """Return the receipt sheet of copies. Runs in a worker if the book has a design of its own."""
    return print_receipts(*job)


def print_receipts(
    sheet: ReceiptSheet, copies: Sequence[NumberedCopy], folder: Path, runner: TaskRunner = NO_WORKERS
) -> bytes:
    """Return a tagged PDF with a row for each copy; `folder` is the book's, with its styles, templates and fonts.

    The workers of the runner lay it out. Raises `Refused` when the layout engine complains or a character has no glyph.
    """
    width, height = sheet.trim.size_mm
    page = PageGeometry(width, height, *_MARGINS_MM, 11, 14.5, _LINES[sheet.trim])
    font_paths = font_files.list_font_files([folder / "fonts"])
    fonts = tuple((path.name, path.read_bytes()) for path in font_paths)
    css = design_tokens.join_print_stylesheets(page.build_css(), folder, "print")
    words = translations.get_interface_texts(sheet.language)
    html = PageRenderer(folder).render_page("print/receipts.html", sheet=sheet, copies=copies, words=words)
    head = escape(sheet.title[:_LONGEST_HEAD])
    first_side = PartSource(
        html, css, sheet.language, words["receipts"], fonts=fonts, head=head, is_mirrored=is_from_right(sheet.language)
    )
    part, verso_head = _run_cached(runner, "set", set_part, first_side, replace(first_side, html="", head_side="verso"))
    _refuse_complaints(part, copies[0].recipient.location if copies else SourceLocation(""))
    characters = StampCharacters(css, tuple(_STAMPS.items()), fonts)
    ((stamp_fonts, stamps),) = _run_cached(runner, "stamp", shape_specimens, characters)
    packaged_paths = font_files.list_font_files(font_files.list_package_folders())
    paths_by_hash = {font_files.compute_digest(path): path for path in (*packaged_paths, *font_paths)}
    document = UnboundDocument(
        title=f"{words['receipts']}: {sheet.title}",
        language=sheet.language,
        authors=sheet.publisher,
        subject="; ".join(sheet.about),
        publisher=sheet.publisher,
        date=sheet.date.isoformat(),
        identifier="",
        leaves=(BookLeaf(part, has_opening_folio=True, opens_anywhere=True),),
        bookmarks=(Bookmark(words["receipts"], "receipts"),),
        page=page,
        folio=stamps["folio"],
        address=stamps["address"],
        verso_head=verso_head,
        stamp_fonts=stamp_fonts,
        version=__version__,
    )
    return bind_document(document, lambda sha256: paths_by_hash[sha256].read_bytes()).data


def _run_cached(runner: TaskRunner, step: str, task: Callable[[V], R], *values: V) -> list[R]:
    """Return the result of a layout step for each value, from the cache or a worker; raise the error if one fails."""
    identity = build_identity.compute_build_identity()
    inputs = [build_input(compute_fingerprint(step, identity, value), value) for value in values]
    results = []
    for result in runner.run_cached(task, inputs, is_short=True):
        if isinstance(result, TaskFailure):
            raise result.get_error()
        results.append(result)
    return results


def _refuse_complaints(part: TypesetPart, place: SourceLocation) -> None:
    """Raise Refused if the layout engine complained or a character has no glyph."""
    complaints = [*part.complaints, *(f"no font has {char!r} (U+{ord(char):04X})" for char in part.missing_characters)]
    if complaints:
        raise Refused(
            Problem(place, Rule.RECEIPTS_CAN_BE_SET, f"the receipt sheet: {text}", "look at the names")
            for text in complaints
        )
