"""Keep words together in print that run against the direction of their block and stand in several inline elements.

WeasyPrint 70 orders each inline box by itself: an English line would show `<b>שלום</b> <i>עולם</i>` in the order of the
boxes, from the left, though both words are one phrase that runs from the right (UAX #9, rule L2). In an element with
the direction of the phrase they stand in the right order. A phrase with its own language has one already.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from onrecord.model import Inline, LanguageSpan, LineBreak, NoteReference, Text, to_plain_text

_TO_LAST_DIGIT = re.compile(r".*\d", re.DOTALL)
_LAST_DIGITS = re.compile(r"\d+$")
_Piece = tuple[Inline, str]  # an inline or a part of a text, and how it runs


@dataclass(frozen=True, slots=True)
class DirectedRun:
    """Inlines that run together in a direction: `rtl` or `ltr`."""

    content: tuple[Inline, ...]
    direction: str


def group_runs(content: tuple[Inline, ...], around: str) -> tuple[Inline | DirectedRun, ...]:
    """Return the inlines of a block that runs `ltr` or `rtl`, with phrases that run against it as `DirectedRun`."""
    if all(isinstance(inline, Text) for inline in content):
        return content
    pieces = [piece for inline in content for piece in _divide(inline, around)]
    pieces = list(_turn_numbers(pieces) if around == "ltr" else _join_numbers(pieces))
    groups: list[Inline | DirectedRun] = []
    place = 0
    while place < len(pieces):
        end = _find_end(pieces, place)
        if sum(kind == "against" for _, kind in pieces[place:end]) > 1:
            run = tuple(inline for inline, _ in pieces[place:end])
            groups.append(DirectedRun(run, "ltr" if around == "rtl" else "rtl"))
        else:
            end = place + 1
            groups.append(pieces[place][0])
        place = end
    return tuple(groups) if any(isinstance(group, DirectedRun) for group in groups) else content


def _turn_numbers(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces; a number behind a phrase that runs from the right goes with it (UAX #9, rule N1)."""
    last = ""
    for inline, kind in pieces:
        number = _TO_LAST_DIGIT.match(inline.text) if isinstance(inline, Text) and kind == "neutral" else None
        if isinstance(inline, Text) and number and last == "against":
            yield Text(number[0]), "against"
            yield Text(inline.text[number.end() :]), "neutral"
        else:
            yield inline, kind
        last = kind if kind != "neutral" else last


def _join_numbers(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces of a block from the right; a number that goes on in the next element runs from the left."""
    waiting = ""  # digits at the end of the text before
    for index, (inline, kind) in enumerate(pieces):
        following = to_plain_text((pieces[index + 1][0],)) if index + 1 < len(pieces) else ""
        text = to_plain_text((inline,))
        number = _LAST_DIGITS.search(text) if isinstance(inline, Text) and kind != "against" else None
        if waiting and text[:1].isdecimal() and not isinstance(inline, Text):
            yield inline, "against"
        elif number and following[:1].isdecimal():
            yield Text(text[: number.start()]), kind
            yield Text(number[0]), "against"
        else:
            yield inline, kind
        waiting = number[0] if number else ""


def _find_end(pieces: list[_Piece], start: int) -> int:
    """Return where the phrase ends that begins at `start`: behind its last piece that runs against the block."""
    end = start
    for place in range(start, len(pieces)):
        kind = pieces[place][1]
        if kind == "with" or (kind == "neutral" and end == start):
            break
        if kind == "against":
            end = place + 1
    return end


def _divide(inline: Inline, around: str) -> Iterator[_Piece]:
    """Yield the inline, or the parts of a text, with how each runs: “with” the block, “against” it, or “neutral”."""
    match inline:
        case NoteReference():
            yield inline, "neutral"
        case LineBreak() | LanguageSpan():
            yield inline, "with"
        case Text(text):
            yield from ((Text(part), kind) for part, kind in _divide_text(text, around))
        case _:
            kinds = {kind for _, kind in _divide_text(to_plain_text((inline,)), around)}
            yield inline, "with" if "with" in kinds else "against" if "against" in kinds else "neutral"


def _divide_text(text: str, around: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text that run the same way; signs and spaces go with the letters that they stand between."""
    kinds = _find_kinds(text, around)
    for kind, places in groupby(range(len(text)), key=kinds.__getitem__):
        yield "".join(text[place] for place in places), kind


def _find_kinds(text: str, around: str) -> list[str]:
    """Return how each character runs: signs between letters of one kind run as these do."""
    kinds = [_find_kind(char, around) for char in text]
    letters = [place for place, kind in enumerate(kinds) if kind != "neutral"]
    for before, after in pairwise(letters):
        if kinds[before] == kinds[after]:
            kinds[before:after] = [kinds[before]] * (after - before)
    return kinds


def _find_kind(char: str, around: str) -> str:
    """Return how a character runs in a block of this direction."""
    direction = {"L": "ltr", "R": "rtl", "AL": "rtl"}.get(unicodedata.bidirectional(char))
    return "neutral" if direction is None else "with" if direction == around else "against"
