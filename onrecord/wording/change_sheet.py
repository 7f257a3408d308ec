"""The change sheet of a supplement: what is new, changed and withdrawn, by interview and answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.model.changes import Change, ChangeKind, Supplement
from onrecord.runtime.interface_texts import InterfaceLanguage, get_language


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line of the change sheet, `of_interview` or of something in the interview above it."""

    text: str
    of_interview: bool


@dataclass(frozen=True, slots=True)
class ChangeSheet:
    """The texts of a change sheet; `closing` says that nothing else has changed."""

    heading: str
    rows: tuple[ChangeRow, ...]
    closing: str


def build_change_sheet(supplement: Supplement, language: str) -> ChangeSheet:
    """Return the change sheet in this language, with the page numbers of the earlier pack."""
    words = get_language(language)
    texts = words.texts
    insert_pages = {insert.slug: insert.page for insert in supplement.inserts}
    rows = []
    for change in supplement.changes:
        if change.kind is ChangeKind.NEW:
            pages = texts["after_page"].format(insert_pages[change.slug])
        else:
            pages = _format_pages(change.page, change.last_page, texts)
        title = f"{texts[f'sheet_{change.kind.value}']}{words.colon}{change.title} ({pages})"
        rows.append(ChangeRow(title, of_interview=True))
        rows += [ChangeRow(_format_change(detail, words), of_interview=False) for detail in change.changes]
    return ChangeSheet(texts["changes_since"].format(supplement.earlier_title), tuple(rows), texts["changes_end"])


def _format_pages(first: str, last: str, texts: Mapping[str, str]) -> str:
    """Return the page or page range in words: “page 16”, “pages 16–18”."""
    return texts["page_in"].format(first) if first == last else texts["pages_in"].format(f"{first}–{last}")


def _format_change(change: Change, words: InterfaceLanguage) -> str:
    """Return a changed piece in words: “A3: changed, page 16”.

    If its number has changed: “A4 (before: A3): changed, page 16”.
    """
    texts = words.texts
    pieces = [piece for piece in (change.now, change.before) if piece]
    names = [piece.name or texts[f"piece_{piece.kind}"] for piece in pieces]
    name = names[0] if len(set(names)) == 1 else f"{names[0]} ({texts['before'].format(names[1])})"
    page = f"{words.comma}{texts['page_in'].format(change.page)}" if change.page else ""
    return f"{name}{words.colon}{texts[f'change_{change.kind.value}']}{page}"
