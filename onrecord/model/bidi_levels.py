"""Find in which direction each character of a line of text runs (Unicode bidirectional algorithm, UAX #9).

Only what texts without explicit embeddings need: rules W1 to W7, N0 to N2, I1 and I2. The proof orders lines with
python-bidi, so that none of the two judges itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from onrecord.model.directions import may_run_from_right

_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥", "⟨⟩", "⟦⟧", "「」", "『』", "（）", "［］")
# Signs that are drawn as another one where they run from the right.
MIRRORED = {char: twin for pair in _PAIRS for char, twin in (tuple(pair), tuple(reversed(pair)))}

_CLOSING = {")": "(", "]": "[", "}": "{", "⟩": "⟨", "」": "「", "』": "『", "）": "（"}
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "ES", "ET", "CS"))
_FROM_RIGHT = frozenset(("R", "EN", "AN"))  # numbers count as R for the signs around them


def find_levels(text: str, *, is_from_right: bool) -> list[int]:
    """Return the embedding level of each character, in paragraphs of level 0, or 1 if they run from the right.

    An odd level runs from the right. A line end begins a paragraph.
    """
    if not is_from_right and not may_run_from_right(text):
        return [0] * len(text)
    levels: list[int] = []
    for line in text.split("\n"):
        levels += [*_find_line_levels(line, is_from_right), int(is_from_right)]
    return levels[:-1]


def _find_line_levels(text: str, is_from_right: bool) -> list[int]:
    """Return the levels of one paragraph."""
    base = "R" if is_from_right else "L"
    kinds = _resolve_weak_kinds([unicodedata.bidirectional(char) or "L" for char in text], base)
    _resolve_brackets(kinds, text, base)
    _resolve_neutrals(kinds, base)
    if is_from_right:
        return [1 if kind == "R" else 2 for kind in kinds]
    return [{"L": 0, "R": 1}.get(kind, 2) for kind in kinds]


def _resolve_weak_kinds(kinds: list[str], base: str) -> list[str]:
    """Return the kinds of characters after rules W1 to W7; what is removed goes with the character before it."""
    last, strong = base, base
    for place, kind in enumerate(kinds):
        if kind in ("NSM", "BN"):
            kind = last
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        strong = kind if kind in ("L", "R", "AL") else strong
        last = kinds[place] = kind
    _join_numbers(kinds)
    strong = base
    for place, kind in enumerate(kinds):
        kinds[place] = "R" if kind == "AL" else "L" if kind == "EN" and strong == "L" else kind
        strong = kinds[place] if kinds[place] in ("L", "R") else strong
    return kinds


def _join_numbers(kinds: list[str]) -> None:
    """Give separators in numbers and signs beside them the kind of the numbers, in place (rules W4 and W5)."""
    for place in range(1, len(kinds) - 1):
        before, kind, after = kinds[place - 1 : place + 2]
        if before == after and ((kind == "CS" and before in ("EN", "AN")) or (kind == "ES" and before == "EN")):
            kinds[place] = before
    start = 0
    for kind, run in groupby(list(kinds)):
        end = start + len(list(run))
        if kind == "ET" and "EN" in (kinds[start - 1] if start else "", kinds[end] if end < len(kinds) else ""):
            kinds[start:end] = ["EN"] * (end - start)
        start = end


def _resolve_brackets(kinds: list[str], text: str, base: str) -> None:
    """Give pairs of brackets the direction of what is inside them (rule N0)."""
    for start, end in sorted(_find_pairs(text, kinds)):
        inside = {_get_direction(kind) for kind in kinds[start + 1 : end]} - {""}
        before = next(filter(None, map(_get_direction, reversed(kinds[:start]))), base)
        if inside:
            kinds[start] = kinds[end] = base if base in inside else before


def _find_pairs(text: str, kinds: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of brackets that belong together."""
    opened: list[int] = []
    for place, char in enumerate(text):
        if kinds[place] != "ON":
            continue
        if char in _CLOSING.values():
            opened.append(place)
        elif starts := [start for start in opened if text[start] == _CLOSING.get(char)]:
            yield starts[-1], place
            del opened[opened.index(starts[-1]) :]


def _resolve_neutrals(kinds: list[str], base: str) -> None:
    """Let signs and spaces run as the letters and numbers on both sides, else as the paragraph (rules N1 and N2)."""
    start = 0
    for is_neutral, run in groupby(list(kinds), _NEUTRAL.__contains__):
        end = start + len(list(run))
        if is_neutral:
            before = _get_direction(kinds[start - 1]) if start else base
            after = _get_direction(kinds[end]) if end < len(kinds) else base
            kinds[start:end] = [before if before == after else base] * (end - start)
        start = end


def _get_direction(kind: str) -> str:
    """Return the direction in which a character of this kind runs, "" if it has none."""
    return "L" if kind == "L" else "R" if kind in _FROM_RIGHT else ""
