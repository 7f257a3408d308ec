"""Say the text of clusters whose glyphs do not stand in the order of their characters, for copying and searching.

In Indic scripts, Khmer and Lao a vowel sign stands before the letter that it follows, or on both sides of it, so no
ToUnicode map can spell the cluster. An /ActualText of marked content around its glyphs does (ISO 32000-1 §14.9.4);
PDFium, poppler and MuPDF take it as it is where the text runs from the left. Where it runs from the right they turn it
round, and PDFium leaves out characters beyond U+FFFF: such clusters have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pydyf

    Operator = pydyf.Object | str | bytes | float  # what a content stream holds

_SHOW = re.compile(rb"\[(.*)\] TJ", re.DOTALL)
_OPERANDS = re.compile(rb"<([0-9a-f]*)>|([^<>]+)")


@dataclass(frozen=True, slots=True)
class GlyphGroup:
    """So many glyphs, one after the other, and the text that a reader says instead of them, "" for none."""

    count: int
    text: str = ""


def mark_groups(operators: Sequence[Operator], groups: Sequence[GlyphGroup]) -> list[Operator]:
    """Return the operators that show a line, with marked content around the groups that have a text.

    They are returned as they are if the groups are not all of their glyphs.
    """
    shows = [_SHOW.fullmatch(operator) if isinstance(operator, bytes) else None for operator in operators]
    count = sum(len(codes) // 4 for show in shows if show for codes, _ in _OPERANDS.findall(show[1]))
    if not any(group.text for group in groups) or count != sum(group.count for group in groups):
        return list(operators)
    bounds = _find_bounds(groups)
    marked: list[Operator] = []
    place = 0
    for operator, show in zip(operators, shows, strict=True):
        if show is None:
            marked.append(operator)
        else:
            marked += _divide_show(show[1], place, bounds)
            place += sum(len(codes) // 4 for codes, _ in _OPERANDS.findall(show[1]))
    return marked


def _find_bounds(groups: Sequence[GlyphGroup]) -> dict[int, list[bytes]]:
    """Return the operators that begin and end marked content, by the glyph before which they stand."""
    bounds: dict[int, list[bytes]] = {}
    place = 0
    for group in groups:
        if group.text:
            text = b"feff" + group.text.encode("utf-16-be").hex().encode()
            bounds.setdefault(place, []).append(b"/Span <</ActualText<%s>>> BDC" % text)
            bounds.setdefault(-place - group.count, []).append(b"EMC")  # negative: after the glyph before
        place += group.count
    return bounds


def _divide_show(operands: bytes, place: int, bounds: dict[int, list[bytes]]) -> Iterator[bytes]:
    """Yield PDF operators that show the same glyphs, with marks put in from the glyph `place` of the line on."""
    pieces: list[bytes] = []
    for codes, distance in _OPERANDS.findall(operands):
        if distance:
            pieces.append(distance)
        for start in range(0, len(codes), 4):
            if place in bounds:
                yield from _show(pieces)
                yield from bounds[place]
            pieces.append(b"<%s>" % codes[start : start + 4])
            place += 1
            if -place in bounds:
                yield from _show(pieces)
                yield from bounds[-place]
    yield from _show(pieces)


def _show(pieces: list[bytes]) -> Iterator[bytes]:
    """Yield the PDF operator that shows these pieces of text, if there are any, and empty the list."""
    if pieces:
        yield b"[%s] TJ" % b" ".join(pieces)
        pieces.clear()
