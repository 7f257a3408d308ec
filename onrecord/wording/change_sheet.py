"""What a supplement says of itself in words: what is new, changed and withdrawn, by interview and answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.model.changes import Change, ChangeKind, Supplement
from onrecord.wording import translations


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the change sheet; `of_interview`: it speaks of a whole interview, the others of something in it."""

    text: str
    of_interview: bool


@dataclass(frozen=True, slots=True)
class ChangeSheet:
    """What is new, changed and withdrawn, in words: a heading, the lines, and a last line after which nothing comes."""

    heading: str
    rows: tuple[Row, ...]
    closing: str


def sheet(supplement: Supplement, language: str) -> ChangeSheet:
    """The change sheet in this language: by interview, then by answer, with the pages of the earlier pack."""
    own = translations.words(language)
    rows = []
    behind = {insert.slug: insert.page for insert in supplement.inserts}
    for change in supplement.changes:
        where = (
            own["behind_page"].format(behind[change.slug])
            if change.kind is ChangeKind.NEW
            else _pages(change.page, change.last, own)
        )
        rows.append(Row(f"{own[f'sheet_{change.kind.value}']}: {change.title} ({where})", True))
        rows += [Row(_row(one, own), False) for one in change.changes]
    return ChangeSheet(own["changes_since"].format(supplement.of), tuple(rows), own["changes_end"])


def _pages(first: str, last: str, own: Mapping[str, str]) -> str:
    return own["page_in"].format(first) if first == last else own["pages_in"].format(f"{first}–{last}")


def _row(change: Change, own: Mapping[str, str]) -> str:
    """“A3: changed, page 16”; “A4 (before: A3): changed, page 16” where the number is another now."""
    pieces = [piece for piece in (change.now, change.before) if piece]
    names = [piece.name or own[f"piece_{piece.kind}"] for piece in pieces]
    name = names[0] if len(set(names)) == 1 else f"{names[0]} ({own['before'].format(names[1])})"
    page = f", {own['page_in'].format(change.page)}" if change.page else ""
    return f"{name}: {own[f'change_{change.kind.value}']}{page}"
