"""How inserted pages are numbered: 23a, 23b … behind page 23, and what makes a viewer show these numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onrecord.model.changes import Supplement


def numbered(supplement: Supplement, pages: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """The numbers of the inserted pages of each interview, which has so many `pages`."""
    already = dict(supplement.taken)
    found = {}
    for insert in supplement.inserts:
        base, style, _ = parsed(insert.page)
        page = base if style == "a" else insert.page
        count = pages[insert.slug]
        found[insert.slug] = insert_labels(page, count, already.get(page, 0))
        already[page] = already.get(page, 0) + count
    return found


def insert_labels(page: str, count: int, already: int = 0) -> tuple[str, ...]:
    """The numbers of `count` pages that belong behind `page`: 23a, 23b …; `already` inserts stand there before.

    After z comes aa, then bb, as viewers count (ISO 32000-1 §12.4.2). A roman number is set off: ix-a.
    """
    before = page if page[-1:].isdecimal() else f"{page}-"
    return tuple(f"{before}{_letters(number)}" for number in range(already + 1, already + count + 1))


def _letters(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[(number - 1) % 26] * -(-number // 26)


@dataclass(frozen=True, slots=True)
class LabelRange:
    """An entry of a PDF's page labels: from page `index` (from 0) on `prefix` and a number in `style`, first `start`.

    `style` is D (1, 2), r (i, ii), a (a, b) or "" for the prefix alone.
    """

    index: int
    prefix: str
    style: str
    start: int


def label_ranges(labels: Sequence[str]) -> tuple[LabelRange, ...]:
    """The page labels that make a viewer show these numbers, in as few ranges as there are."""
    out: list[LabelRange] = []
    for index, label in enumerate(labels):
        prefix, style, number = parsed(label)
        last = out[-1] if out else None
        if (
            last
            and style
            and (last.prefix, last.style) == (prefix, style)
            and number == last.start + index - last.index
        ):
            continue
        out.append(LabelRange(index, prefix, style, number))
    return tuple(out)


_ROMAN = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def parsed(label: str) -> tuple[str, str, int]:
    """Prefix, style and number."""
    if _ROMAN.fullmatch(label):
        values = [_VALUES[letter] for letter in label]
        return (
            "",
            "r",
            sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True)),
        )
    if found := re.fullmatch(r"(.*\d|.+-)(([a-z])\3*)", label):
        return found[1], "a", 26 * (len(found[2]) - 1) + ord(found[3]) - ord("a") + 1
    if found := re.fullmatch(r"(.*?)([1-9]\d{0,8})", label):
        return found[1], "D", int(found[2])
    return label, "", 1
