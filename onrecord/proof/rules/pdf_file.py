"""Check what a PDF says of itself and how it opens: catalog, information, XMP, outline, destinations, sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from onrecord.model import (
    Book,
    DefinitionList,
    Division,
    Interview,
    ListBlock,
    Question,
    iterate_block_passages,
    iterate_blocks,
    to_plain_text,
    walk_blocks,
)
from onrecord.model.dates import get_first_day
from onrecord.model.directions import is_from_right
from onrecord.model.facing import map_facing
from onrecord.model.names import list_spellings
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import PAGE_MARK, shorten_text
from onrecord.proof.reading.pdf_description import OutlineEntry, PdfObjects
from onrecord.proof.rules.changes_rules import has_changes
from onrecord.proof.rules.expected_claims import get_pack_words
from onrecord.proof.rules.facing_rules import join_facing_leaves, may_be_blank
from onrecord.proof.rules.index_rules import has_index
from onrecord.proof.rules.page_range import PageRange
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_COPY = "the PDF"
_POINTS_PER_MM = 72 / 25.4
_LONGEST_QUESTION = 90  # characters, in the outline
_CATALOG = {
    "/Type": "/Catalog",
    "/MarkInfo": "/Marked True",
    "/ViewerPreferences": "/DisplayDocTitle True",
    "/PageMode": "/UseOutlines",
}
_CATALOG_TREES = ("/Pages", "/StructTreeRoot", "/Outlines", "/Names", "/Metadata", "/PageLabels", "/OutputIntents")
_HARMLESS = frozenset({"/Version"})
_PAGE_KEYS = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/TrimBox", "/Resources", "/Contents", "/StructParents", "/Tabs", "/Annots"}
)
_LINK_KEYS = frozenset({"/Type", "/Subtype", "/Rect", "/F", "/StructParent", "/A", "/Dest", "/Contents", "/BS"})
_TREE_KEYS = {
    "Names": frozenset({"/Dests"}),
    "StructTreeRoot": frozenset({"/Type", "/K", "/ParentTree", "/ParentTreeNextKey", "/IDTree"}),
}
_ENTRY_KEYS = frozenset({"/Title", "/Parent", "/Dest", "/Prev", "/Next", "/First", "/Last", "/Count"})
_XYZ_LENGTH, _BELOW_PT, _ABOVE_PT = 5, 12, 150
_PAGES = ("front.", "back.", "part.")  # whose words may stand anywhere below the top of their page
_NUMBERINGS = {
    "decimal": "Decimal",
    "lower-alpha": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}
_LEAF_ORDER = ("front.half-title", "front.title", "front.imprint", "front.contents")


def check_pdf_file(
    book: Book, objects: PdfObjects, ranges: Sequence[PageRange], *, is_large: bool = False
) -> Iterator[Problem]:
    """Yield a problem for what a PDF says of itself against the book, and for what acts when it is opened.

    `ranges` is what was read on its sheets, `is_large` tells whether it is the large print of a pack.
    """
    rules = _FileRules(book, objects, ranges, is_large)
    for rule, fault in rules.check():
        yield Problem(book.location, rule, f"{_COPY} {fault}", HINT)


_Finding = tuple[Rule, str]


@dataclass(frozen=True, slots=True)
class _FileRules:
    """Checks one file."""

    book: Book
    objects: PdfObjects
    ranges: Sequence[PageRange]
    is_large: bool

    def check(self) -> Iterator[_Finding]:
        """Yield rule and words of everything that is wrong in what a PDF says of itself."""
        if self.objects.is_encrypted:
            yield Rule.NOTHING_ACTS, "is encrypted"
        yield from self._check_catalog()
        yield from ((Rule.CLAIMS_ARE_TRUE, fault) for fault in (*self._check_info(), *self._check_xmp()))
        yield from self._check_sheets()
        yield from self._check_outline()
        yield from self._check_destinations()
        yield from ((Rule.MARKUP_IS_TRUE, fault) for fault in (*self.objects.tags.faults, *self._check_numberings()))

    def _check_numberings(self) -> Iterator[str]:
        """Yield what is wrong where tags announce an interview's lists with other numbers than they have."""
        for interview in self.book.interviews:
            expected = Counter(_expect_numberings(interview))
            actual = self.objects.tags.numberings.get(interview.slug, Counter())
            if expected != actual:
                kind = next(iter([*(actual - expected), *(expected - actual)]))
                yield f"announces {actual[kind]} lists of “{interview.slug}” as {kind}, not {expected[kind]}"

    def _check_catalog(self) -> Iterator[_Finding]:
        """Yield keys of a PDF's catalog that no edition has, that it lacks, or that have another value."""
        catalog = {key: value for key, value in self.objects.catalog.items() if key not in _HARMLESS}
        expected = {**_CATALOG, "/Lang": self.book.language}
        if is_from_right(self.book.language):
            expected["/ViewerPreferences"] = "/Direction /R2L /DisplayDocTitle True"
        for key in sorted(catalog.keys() - expected.keys() - set(_CATALOG_TREES)):
            yield Rule.NOTHING_ACTS, f"has “{shorten_text(key)}”, which no edition has"
        for key, value in expected.items():
            if catalog.get(key) != value:
                yield Rule.CLAIMS_ARE_TRUE, f"says “{key} {shorten_text(catalog.get(key, 'nothing'))}”, not “{value}”"
        for key in _CATALOG_TREES:
            if key not in catalog:
                yield Rule.CLAIMS_ARE_TRUE, f"lacks its “{key}”"
        if not self.objects.has_profile:
            yield Rule.CLAIMS_ARE_TRUE, "lacks its profile of colours"
        for tree, keys in _TREE_KEYS.items():
            for key in sorted(self.objects.trees.get(tree, frozenset()) - keys):
                yield Rule.NOTHING_ACTS, f"has “{shorten_text(key)}” in its {tree}, which no edition has"

    # descriptions

    def _expect_facts(self) -> dict[str, str]:
        """Return the facts of the book that the PDF's document information and XMP metadata must both give."""
        book = self.book
        title, large_title = book.title, f"{book.title} ({get_language(book.language).texts['large_print']})"
        if self.is_large or (book.pack and self.objects.info.get("/Title") == large_title):
            title = large_title  # `prove` is given the large print of a pack as a file of its own
        if book.offprint:
            title = book.interviews[0].title.text
        guests = ", ".join(list_spellings(person.name for interview in book.interviews for person in interview.guests))
        authors = guests if book.pack or book.offprint else ", ".join(book.editors) or guests
        return {"title": title, "authors": authors, "subject": book.description or book.subtitle}

    def _check_info(self) -> Iterator[str]:
        """Yield what is wrong in a PDF's document information."""
        facts, info = self._expect_facts(), dict(self.objects.info)
        date = f"D:{get_first_day(self.book.date).isoformat().replace('-', '')}000000Z"
        expected = {"/Title": facts["title"], "/Author": facts["authors"], "/Subject": facts["subject"]}
        expected |= {"/CreationDate": date, "/ModDate": date}
        for tool in ("/Creator", "/Producer"):
            if not info.pop(tool, "").startswith("On Record "):
                yield f"names another program as its “{tool}”"
        if self.book.pack:
            info.pop("/Keywords", None)  # the marking, which another rule checks
        for key in {**info, **expected}:
            if info.get(key, "") != expected.get(key, ""):
                actual_value, expected_value = (
                    shorten_text(info.get(key, "nothing")),
                    shorten_text(expected.get(key, "nothing")),
                )
                yield f"says “{key} {actual_value}” in its document information, not “{expected_value}”"

    def _check_xmp(self) -> Iterator[str]:
        """Yield what is wrong in a PDF's XMP metadata."""
        facts, book = self._expect_facts(), self.book
        date = f"{get_first_day(book.date).isoformat()}T00:00:00Z"
        expected = Counter(
            [
                *(("part", "3"), ("conformance", "A"), ("part", "1"), ("title", facts["title"])),
                *((name, date) for name in ("createdate", "modifydate", "metadatadate")),
                *(("language", book.language), ("identifier", book.identifier)),
                *([("creator", facts["authors"])] if facts["authors"] else []),
                *([("description", facts["subject"])] if facts["subject"] else []),
                *([("publisher", book.publisher)] if book.publisher else []),
            ]
        )
        claims = Counter(
            (name.lower(), text)
            for name, text in self.objects.xmp
            if name.lower() not in ("creatortool", "producer", "keywords")
        )
        for name, text in [*(claims - expected)][:2]:
            yield f"says “{shorten_text(name)}: {shorten_text(text)}” in its XMP metadata"
        for name, text in [*(expected - claims)][:2]:
            yield f"does not say “{name}: {shorten_text(text)}” in its XMP metadata"

    # sheets

    def _check_sheets(self) -> Iterator[_Finding]:
        """Yield sheets of a PDF that are turned, scaled, cut, of wrong size, or blank where no page may be blank."""
        width, height = (side * _POINTS_PER_MM for side in self.book.trim.size_mm)
        first = self.objects.sheets[0].box if self.objects.sheets else ()
        if not self.book.pack and not _is_close(first, (0, 0, width, height)):
            yield Rule.EVERY_WORD_IS_SEEN, "has sheets of another size than the book's trim"
        for number, sheet in enumerate(self.objects.sheets, 1):
            if strange := sorted(sheet.keys - _PAGE_KEYS):
                yield (
                    Rule.EVERY_WORD_IS_SEEN,
                    f"has “{strange[0]}” on sheet {number}, which turns, cuts, scales or acts",
                )
            if sheet.trim not in ((), sheet.box):
                yield Rule.EVERY_WORD_IS_SEEN, f"has a sheet {number} that is to be cut"
            if strange := sorted(sheet.annotation_keys - _LINK_KEYS):
                yield Rule.NOTHING_ACTS, f"has “{strange[0]}” on a link of sheet {number}, which no edition has"
            if sheet.box != first:
                yield Rule.EVERY_WORD_IS_SEEN, f"has a sheet {number} of another size"
        yield from self._check_blank_sheets()
        yield from self._check_order()

    def _check_blank_sheets(self) -> Iterator[_Finding]:
        """Yield right-hand pages of a PDF that are blank: only a pack, or what stands on left-hand pages, has any."""
        names = [names for page_range in self.ranges for names in page_range.names]
        right_hand_pages = range(0, len(names), 2)
        for index in right_hand_pages if not self.book.pack else ():
            following = names[index + 1] if index + 1 < len(names) else frozenset()
            is_blank = not names[index] and "front.imprint" not in following  # the imprint is on a left-hand page
            if is_blank and not may_be_blank(self.book, names, index):
                yield Rule.NOTHING_IS_ADDED, f"has a blank right-hand page, sheet {index + 1}"

    def _check_order(self) -> Iterator[_Finding]:
        """Yield leaves of a PDF whose sheets are not together, or not in the order of the book."""
        names = join_facing_leaves(self.book, [names for page_range in self.ranges for names in page_range.names])
        order = [name for sheet in names for name in sorted(sheet)]
        runs = [name for index, name in enumerate(order) if not index or order[index - 1] != name]
        if len(names) and max(map(len, names)) <= 1 and len(runs) != len(set(runs)):
            yield Rule.ORDER_IS_KEPT, "has sheets of one interview between those of others"
        facing = map_facing(self.book)
        slugs = [interview.slug for interview in self.book.interviews if interview.slug not in facing]
        front = [name for name in runs if name in _LEAF_ORDER]
        body = [name for name in runs if name in slugs]
        if not self.book.pack and (front != [name for name in _LEAF_ORDER if name in front] or body != slugs):
            yield Rule.ORDER_IS_KEPT, "has its sheets in another order than the book"
        for interview in (interview for page_range in self.ranges for interview in page_range.interviews):
            sheets = [int(number) for number in PAGE_MARK.findall(interview.text)]
            if sheets != sorted(sheets):
                yield Rule.ORDER_IS_KEPT, f"has the sheets of “{interview.slug}” in another order"

    # outline and destinations

    def _check_outline(self) -> Iterator[_Finding]:
        """Yield entries of a PDF's outline with other words or another target than the book's."""
        entries = self.objects.outline
        for entry in entries:
            if not entry.keys <= _ENTRY_KEYS:
                yield Rule.NOTHING_ACTS, f"has a bookmark “{shorten_text(entry.title)}” that acts or looks otherwise"
        expected = list(_expect_outline(self.book))
        for actual_entry, expected_entry in zip_longest(entries, expected):
            if (
                actual_entry is None
                or expected_entry is None
                or (actual_entry.depth, actual_entry.title) != (expected_entry.depth, expected_entry.title)
            ):
                titles = [entry.title if entry else "nothing" for entry in (actual_entry, expected_entry)]
                sentence = f"has the bookmark “{shorten_text(titles[0])}” in the place of “{titles[1]}”"
                yield Rule.CLAIMS_ARE_TRUE, sentence
                return
            if actual_entry.target != self.objects.destinations.get(expected_entry.name):
                yield Rule.LINKS_ARE_TRUE, f"has a bookmark “{shorten_text(actual_entry.title)}” that leads elsewhere"

    def _check_destinations(self) -> Iterator[_Finding]:
        """Yield named destinations of a PDF that are not where the element of that name stands."""
        anchors = {name: anchor for page_range in self.ranges for name, anchor in page_range.anchors.items()}
        labels = [label for page_range in self.ranges for label in page_range.labels]
        is_large = any(page_range.is_large for page_range in self.ranges)
        for name, target in self.objects.destinations.items():
            if name.startswith("page."):
                if name.removeprefix("page.") not in _get_target_label(labels, target):
                    yield Rule.LINKS_ARE_TRUE, f"has a destination “{shorten_text(name)}” on another page"
                continue
            if is_large and name.startswith("normal."):
                continue  # a number in the margin, which `large_print` judges
            if name not in anchors or not target or target[0] == -1:
                yield Rule.LINKS_ARE_TRUE, f"has a destination “{shorten_text(name)}” that is nowhere"
            elif not _is_target_of(target, anchors[name], is_page=name.startswith(_PAGES)):
                yield Rule.LINKS_ARE_TRUE, f"has a destination “{shorten_text(name)}” that is not where it stands"


def _expect_numberings(interview: Interview) -> Iterator[str]:
    """Yield how each list of an interview must be announced by its tag (ISO 32000-1 §14.8.5.5)."""
    for block in walk_blocks(iterate_blocks(interview)):
        if isinstance(block, ListBlock):
            yield "Disc" if block.start is None else _NUMBERINGS[block.style]
        elif isinstance(block, DefinitionList):
            yield "None"


def _is_target_of(target: Sequence[object], anchor: tuple[int, float], *, is_page: bool) -> bool:
    """Return whether a destination is on an element's sheet, a little above its words, and changes no zoom."""
    sheet, top = anchor
    if target[0] != sheet or len(target) != _XYZ_LENGTH or (target[1], target[-1]) != ("/XYZ", "0"):
        return False
    above = float(str(target[3])) - top
    return top < 0 or (above > -_BELOW_PT and (is_page or above < _ABOVE_PT))


def _get_target_label(labels: Sequence[str], target: tuple[object, ...]) -> tuple[str, ...]:
    """Return the label of the sheet that a destination names first, () if it names none."""
    sheet = target[0] if target else None
    return (labels[sheet],) if isinstance(sheet, int) else ()


def _is_close(first: Sequence[float], second: Sequence[float]) -> bool:
    """Return whether two boxes are the same, but for rounding."""
    return len(first) == len(second) and all(abs(a - b) < 0.2 for a, b in zip(first, second, strict=True))


@dataclass(frozen=True, slots=True)
class _Bookmark:
    """An expected entry of the outline, and the destination that it leads to."""

    depth: int
    title: str
    name: str


def _expect_outline(book: Book) -> Iterator[_Bookmark]:
    """Yield the entries that the outline of a PDF must have, in order."""
    words = _get_edition_words(book)
    yield _Bookmark(0, book.title if book.pack else words["title_page"], "front.title")
    if not book.offprint:
        yield _Bookmark(0, words["contents"], "front.contents")
    for number, part in enumerate(book.parts, 1):
        depth = 1 if part.has_opening_page else 0
        if part.has_opening_page:
            yield _Bookmark(0, f"{number} {part.title}" if book.pack else part.title, f"part.{number}")
        for interview in part.interviews:
            yield from _expect_interview_bookmarks(interview, depth)
    if any(interview.people for interview in book.interviews) and not book.offprint:
        yield _Bookmark(0, words["contributors"], "back.contributors")
    if has_changes(book):
        yield _Bookmark(0, words["edition_changes"], "back.changes")
    if has_index(book):
        yield _Bookmark(0, words["book_index"], "back.index")


def _expect_interview_bookmarks(interview: Interview, depth: int) -> Iterator[_Bookmark]:
    """Yield the outline entries that an interview must have: its title, its divisions, its questions below them."""
    yield _Bookmark(depth, interview.title.text, interview.slug)
    inner = depth + 1
    for entry in interview.conversation:
        if isinstance(entry, Division):
            inner = depth + 2
            yield _Bookmark(depth + 1, to_plain_text(entry.content), f"{interview.slug}.{entry.id}")
        elif isinstance(entry, Question):
            words = " ".join(passage.numbered_text for passage in iterate_block_passages(entry.blocks, ""))
            title = f"{entry.address} {_shorten_question(' '.join(words.split()))}"
            yield _Bookmark(inner, title, f"{interview.slug}.{entry.id}")


def _shorten_question(text: str) -> str:
    """Return the beginning of a question, with an ellipsis if it is longer than an outline entry."""
    if len(text) <= _LONGEST_QUESTION:
        return text
    return text[: _LONGEST_QUESTION - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _get_edition_words(book: Book) -> Mapping[str, str]:
    """Return the interface texts of a book's edition; a pack has its own."""
    if book.pack is None:
        return get_language(book.language).texts
    return get_pack_words(book.language, late=book.pack.supplement is not None)


__all__ = ["OutlineEntry", "check_pdf_file"]
