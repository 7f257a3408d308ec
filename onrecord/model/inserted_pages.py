"""Number inserted pages 23a, 23b … after page 23, and build the page labels that make a viewer show these numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onrecord.model.changes import Supplement
from onrecord.model.value import Value

_ROMAN = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def number_inserted_pages(supplement: Supplement, pages: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the numbers of each interview's inserted pages; `pages` says how many it has, by slug."""
    insert_counts = dict(supplement.insert_counts)
    labels = {}
    for insert in supplement.inserts:
        base, style, _ = parse_page_label(insert.page)
        page = base if style == "a" else insert.page
        count = pages[insert.slug]
        already = insert_counts.get(page, 0)
        labels[insert.slug] = format_insert_labels(page, count, already)
        insert_counts[page] = already + count
    return labels


def format_insert_labels(page: str, count: int, already: int = 0) -> tuple[str, ...]:
    """Return the numbers of `count` pages inserted after `page` and its `already` earlier inserts: 23a, 23b ….

    After z comes aa, then bb, as viewers count (ISO 32000-1 §12.4.2). A roman number is set off: ix-a.
    """
    prefix = page if page[-1:].isdecimal() else f"{page}-"
    return tuple(f"{prefix}{_format_letters(number)}" for number in range(already + 1, already + count + 1))


def _format_letters(number: int) -> str:
    """Return the letters of an inserted page, from 1: a, b, … z, aa, bb."""
    return _LETTERS[(number - 1) % 26] * -(-number // 26)


@dataclass(frozen=True, slots=True)
class LabelRange(Value):
    """An entry of a PDF's page labels: from page `index` (from 0) on `prefix` and a number in `style`, first `start`.

    `style` is D (1, 2), r (i, ii), a (a, b) or "" for the prefix alone.
    """

    index: int
    prefix: str
    style: str
    start: int


def build_label_ranges(labels: Sequence[str]) -> tuple[LabelRange, ...]:
    """Return the fewest page label ranges that make a viewer show these numbers, one for each page."""
    ranges: list[LabelRange] = []
    for index, label in enumerate(labels):
        prefix, style, number = parse_page_label(label)
        following = LabelRange(index, prefix, style, number)
        if not ranges or not _continues(ranges[-1], following):
            ranges.append(following)
    return tuple(ranges)


def _continues(label_range: LabelRange, following: LabelRange) -> bool:
    """Return whether `following` only counts on from `label_range`, so that it can be left out."""
    expected = label_range.start + following.index - label_range.index
    expected_label = (label_range.prefix, label_range.style, expected)
    return bool(following.style) and expected_label == (following.prefix, following.style, following.start)


def parse_page_label(label: str) -> tuple[str, str, int]:
    """Return prefix, style and number of a page's label; see `LabelRange`."""
    if _ROMAN.fullmatch(label):
        return "", "r", _parse_roman(label)
    if match := re.fullmatch(r"(.*\d|.+-)(([a-z])\3*)", label):
        return match[1], "a", 26 * (len(match[2]) - 1) + _LETTERS.index(match[3]) + 1
    if match := re.fullmatch(r"(.*?)([1-9]\d{0,8})", label):
        return match[1], "D", int(match[2])
    return label, "", 1


def _parse_roman(numeral: str) -> int:
    """Return the value of a lower-case roman numeral."""
    digits = [_ROMAN_VALUES[letter] for letter in numeral]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return sum(-digit if digit < following else digit for digit, following in pairs)
