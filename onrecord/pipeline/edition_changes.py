"""Compare a book with an earlier edition of it, answer by answer, by the record of that edition's proof."""

from __future__ import annotations

from pathlib import Path

from onrecord.manuscript.edition_record import UnreadableRecordError, read_edition_record
from onrecord.model import SourceLocation
from onrecord.model.edition_comparison import EditionChange, list_edition_changes
from onrecord.model.problems import Problem, Refused
from onrecord.model.redirects import EarlierEdition
from onrecord.model.rule import Rule
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import WHOLE_BOOK


def compare_editions(folder: Path, record: Path) -> tuple[EditionChange, ...]:
    """Return what is new, changed or gone since the edition of the record, in the order of the book."""
    earlier = require_record(record)
    book, _ = load_book(folder, WHOLE_BOOK)
    return list_edition_changes(book, earlier)


def require_record(record: Path) -> EarlierEdition:
    """Return what the record says of its edition; raise Refused if it cannot be read."""
    place = SourceLocation(str(record.absolute()))  # a problem takes a relative path for one in the book's folder
    try:
        return read_edition_record(record, place)
    except UnreadableRecordError as error:
        hint = "name the record of an edition of this book: dist/SLUG.proof.json"
        raise Refused([Problem(place, Rule.RECORD_CAN_BE_READ, str(error), hint)]) from error
