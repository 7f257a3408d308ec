"""What e-book and web say of a pack around its interviews: when and where, what for, how it may be used."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Book
from onrecord.model.pack import Distribution, Pack
from onrecord.wording import change_sheet, markings, translations
from onrecord.wording.change_sheet import ChangeSheet


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts of a pack in the language of its book. `marking` stands on every page; `changes` in a supplement."""

    pack: Pack
    when: str
    marking: str
    explained: tuple[str, ...]
    changes: ChangeSheet | None = None

    @property
    def is_public(self) -> bool:
        return self.pack.markings.distribution is Distribution.PUBLIC


def brief(book: Book) -> Brief | None:
    """None of a book that is no pack."""
    if book.pack is None:
        return None
    own, language = book.pack.markings, book.language
    when = translations.moment(book.pack.starts, language)
    sheet = change_sheet.sheet(book.pack.supplement, language) if book.pack.supplement else None
    return Brief(book.pack, when, markings.line(own, language), markings.explained(own, language), sheet)
