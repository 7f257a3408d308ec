"""Check what a pack adds to the pages of a book: markings, running heads, page numbers, tabs of agenda items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from onrecord.model import Book, Pack
from onrecord.model.inserted_pages import number_inserted_pages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.text import format_roman
from onrecord.proof.reading.normalize import is_in_other_script, list_letters, normalize_text, shorten_text
from onrecord.proof.reading.painting import fold_brackets
from onrecord.proof.reading.sentences import expect_marking, expect_occasion
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_RULE = Rule.EVERY_PAGE_IS_MARKED
_FROM_RIGHT = re.compile("[\u0590-\u08ff]")


def expect_marking_text(book: Book, pack: Pack) -> str:
    """Return the marking that every page of the pack must bear, normalized."""
    return normalize_text(expect_marking(pack, book.language))


# --- e-book and web edition -----------------------------------------------------------------------


def check_markings(
    book: Book, pages: Iterable[tuple[str, str]], access_rights: Sequence[str], copy: str
) -> Iterator[Problem]:
    """Yield a problem for each page of a pack, and for its metadata, that lacks the pack's marking.

    `pages` are names and normalized texts; `access_rights` is what the metadata state about who may read the copy.
    """
    if book.pack is None:
        return
    marking = expect_marking_text(book, book.pack)
    for name, text in pages:
        if marking not in text:
            yield Problem(book.pack.location, _RULE, f"{copy}: {name} does not say “{marking}”", HINT)
    if marking not in [normalize_text(text) for text in access_rights]:
        yield Problem(book.pack.location, _RULE, f"{copy}: its metadata do not say “{marking}”", HINT)


# --- print ----------------------------------------------------------------------------------------


def check_inserted_pages(
    book: Book, labels: Sequence[str], names: Sequence[frozenset[str]], copy: str
) -> Iterator[Problem]:
    """Yield a problem for each interview of a supplement whose printed pages have no or wrong insert numbers.

    All other pages count i, ii, iii. `labels` and `names` (the leaves whose words stand on it) are by sheet; a blank
    sheet belongs to the leaf before it.
    """
    supplement = book.pack.supplement if book.pack else None
    if supplement is None:
        return
    labels_by_slug: dict[str, list[str]] = {insert.slug: [] for insert in supplement.inserts}
    leaf, others = "", list[str]()
    for label, sheet_names in zip(labels, names, strict=True):
        leaf = next(iter(sheet_names), leaf)
        labels_by_slug.get(leaf, others).append(label)
    roman = [format_roman(number) for number in range(1, len(others) + 1)]
    if others != roman:
        pages = f"{', '.join(others)} instead of {', '.join(roman)}"
        yield Problem(book.location, Rule.INSERTS_ARE_NUMBERED, f"{copy} numbers its own pages {pages}", HINT)
    expected = number_inserted_pages(supplement, {slug: len(inserted) for slug, inserted in labels_by_slug.items()})
    for interview in book.interviews:
        printed, right = labels_by_slug.get(interview.slug, []), list(expected.get(interview.slug, ()))
        if printed != right:
            pages = f"{', '.join(printed)} instead of {', '.join(right)}"
            sentence = f"{copy} numbers the pages of “{interview.slug}” {pages}"
            yield Problem(interview.location, Rule.INSERTS_ARE_NUMBERED, sentence, HINT)


@dataclass(frozen=True, slots=True)
class PackArtifacts:
    """What one sheet of a pack must say outside its tagged text: occasion, marking, folio, tab."""

    occasion: str
    marking: str
    folio: str
    tab: int  # the agenda item that the sheet belongs to, 0: none
    normal_pages: str = ""  # in large print, a pattern of the normal edition's page numbers, proved elsewhere

    def fold_brackets(self) -> PackArtifacts:
        """Return the same with one sign for all brackets."""
        return replace(self, occasion=fold_brackets(self.occasion), marking=fold_brackets(self.marking))

    def allows(self, text: str) -> bool:
        """Return whether a printed line is part of the expected running head, or a whole folio, tab or page number."""
        is_head = any(
            f" {text} " in f" {head} " or (is_in_other_script(head) and _contains_all_letters(head, text))
            for head in (self.occasion, self.marking)
        )
        is_tab = self.tab > 0 and text == str(self.tab)
        is_normal_page = bool(self.normal_pages and re.fullmatch(self.normal_pages, text))
        return is_head or _is_folio(text, self.folio) or is_tab or is_normal_page

    def check(self, lines: Sequence[str], pack: Pack, where: str) -> Iterator[Problem]:
        """Report each head, folio or tab missing among a sheet's lines; `where` names the sheet."""
        text = " ".join(lines)
        missing = [
            head
            for head in (self.occasion, self.marking)
            if head not in text and not (is_in_other_script(head) and _contains_all_letters(text, head))
        ]
        missing += [] if any(_is_folio(line, self.folio) for line in lines) else [self.folio]
        missing += [str(self.tab)] if self.tab and str(self.tab) not in lines else []
        for line in missing:
            yield Problem(pack.location, _RULE, f"{where} does not say “{shorten_text(line)}”", HINT)


def _is_folio(text: str, folio: str) -> bool:
    """Return whether a printed line is the page number `folio`, with or without signs around it.

    In scripts that are not read letter by letter from the left, it has the same letters, and its numbers in order.
    """
    if text == folio or not is_in_other_script(folio):
        return text == folio
    numbers = re.findall(r"\d+", folio)
    is_same = Counter(list_letters(text)) == Counter(list_letters(folio))
    return is_same and re.findall(r"\d+", text) == (numbers[::-1] if _FROM_RIGHT.search(folio) else numbers)


def _contains_all_letters(text: str, part: str) -> bool:
    """Return whether a text has all letters and digits of another text, in any order.

    Words that run from the right, or in clusters, are read from the left in a running head; and a line in two faces
    has gaps.
    """
    return Counter(list_letters(part)) <= Counter(list_letters(text))


def expect_pack_artifacts(
    book: Book, pack: Pack, labels: Sequence[str], names: Sequence[frozenset[str]], *, is_large: bool
) -> tuple[PackArtifacts, ...]:
    """Return for each printed sheet of a pack the running head, folio and tab that it must show.

    By sheet: `labels` are the page numbers that a viewer shows, `names` the leaves whose words stand on it.
    """
    texts = get_language(book.language).texts
    occasion, marking = normalize_text(expect_occasion(pack, book.language)), expect_marking_text(book, pack)
    normal_pages = "" if not is_large else r"\d+[a-z]*|[ivxlc]+" if pack.supplement else r"\d+"
    sheets = []
    for index, (label, tab) in enumerate(zip(labels, _expect_tabs(book, names), strict=True)):
        folio = texts["large_page_of" if is_large else "page_of"].format(page=index + 1, pages=len(labels))
        if pack.supplement and not is_large:
            folio = texts["page_in"].format(label)
        sheets.append(PackArtifacts(occasion, marking, folio, tab, normal_pages))
    return tuple(sheets)


def is_large_print(book: Book, title: str) -> bool:
    """Return whether a PDF with that title in its metadata is the large-print edition."""
    return title == f"{book.title} ({get_language(book.language).texts['large_print']})"


def _expect_tabs(book: Book, names: Sequence[frozenset[str]]) -> tuple[int, ...]:
    """Return the number of each sheet's agenda item by the leaves on it; a blank sheet's is the one before."""
    numbers = {f"part.{part.number}": part.number for part in book.parts}
    numbers |= {interview.slug: part.number for part in book.parts for interview in part.interviews}
    tabs, tab = [], 0
    for sheet_names in names:
        tab = max((numbers.get(name, 0) for name in sheet_names), default=tab)
        tabs.append(tab)
    return tuple(tabs)
