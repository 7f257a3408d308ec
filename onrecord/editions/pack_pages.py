"""What e-book and web edition say of a pack around its interviews: when and where it is for, and how it may be used."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Book, Distribution, Pack
from onrecord.wording import change_sheet, markings, translations
from onrecord.wording.change_sheet import ChangeSheet


@dataclass(frozen=True, slots=True)
class PackBrief:
    """The facts of a pack in the language of its book, for templates.

    `marking` stands on every page; a supplement has `changes`.
    """

    pack: Pack
    when: str
    marking: str
    explained: tuple[str, ...]
    changes: ChangeSheet | None = None

    @property
    def is_public(self) -> bool:
        """Return whether the pack's distribution marking is PUBLIC."""
        return self.pack.markings.distribution is Distribution.PUBLIC


def select_words(book: Book, language: str) -> dict[str, str]:
    """Return the interface texts in `language`, those for packs if the book is a pack."""
    if book.pack is None:
        return translations.get_interface_texts(language)
    return translations.get_pack_texts(language, late=book.pack.supplement is not None)


def build_pack_brief(book: Book) -> PackBrief | None:
    """Return the facts of the book's pack, None for a book that is no pack."""
    if book.pack is None:
        return None
    pack, language = book.pack, book.language
    when = translations.format_date_and_time(pack.starts, language)
    changes = change_sheet.build_change_sheet(pack.supplement, language) if pack.supplement else None
    marking = markings.format_markings(pack.markings, language)
    return PackBrief(pack, when, marking, markings.explain_markings(pack.markings, language), changes)
