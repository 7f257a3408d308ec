"""Find signs that Markdown takes for marks although they are text: 2^10 and 2^20, ~5 km and ~6 km, 5 $ to *6* $.

A subscript or superscript holds no blank, a formula no link, note or emphasis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.runtime import pandoc

_PLACE = re.compile(r"(\d+):(\d+)-(\d+):(\d+)")
_MARKS = {"Superscript": "^", "Subscript": "~", "Math": "$"}
# No formula: a link, a note, bold text, code, an address, or emphasis between blanks.
_OTHER_MARKUP = re.compile(r"\]\(|\[\^|\*\*|`|https?:|(?<!\S)([*_])\w[^*_$]*\1(?!\w)")


def escape_accidental_markup(text: str, tree: list[pandoc.Block]) -> str:
    """Return Markdown with a backslash before each sign that pandoc wrongly took for markup in `tree`."""
    if not any(text.count(sign) > 1 for sign in _MARKS.values()):  # no pair, so none was taken for a mark
        return text
    marks = list(_iterate_suspects(tree))
    if not marks:
        return text
    lines = text.split("\n")
    false_places = {mark.start for mark in marks if mark.is_false or _is_followed_by_digit(mark, lines)}
    for line, column in sorted(false_places, reverse=True):
        typed = lines[line - 1]
        if typed[column - 1 : column] in _MARKS.values():  # after a tab the column is another
            lines[line - 1] = f"{typed[: column - 1]}\\{typed[column - 1 :]}"
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A subscript, superscript or formula: line and column of its first sign, and of what follows it."""

    kind: str
    start: tuple[int, int]
    stop: tuple[int, int]
    is_false: bool


def _is_followed_by_digit(mark: _Mark, lines: list[str]) -> bool:
    """Return whether a formula ends before a digit: “$5 and $6” is money."""
    line, column = mark.stop
    return mark.kind == "Math" and lines[line - 1][column - 1 : column].isdigit()


def _iterate_suspects(tree: object) -> Iterator[_Mark]:
    """Yield the inlines of pandoc's tree that may be accidental markup; without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("t") == "Span":
                yield from _read_suspect(node["c"])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _read_suspect(content: tuple[pandoc.Attributes, list[pandoc.Inline]]) -> Iterator[_Mark]:
    """Yield the inline that may be accidental markup and is alone in a span which tells its place."""
    (_, _, pairs), inlines = content
    inline = inlines[0] if len(inlines) == 1 else None
    if inline is None or inline["t"] not in _MARKS:
        return
    is_false = _OTHER_MARKUP.search(inline["c"][1]) is not None if inline["t"] == "Math" else has_blank(inline)
    for key, position in pairs:
        if key == "data-pos" and (place := _PLACE.match(position)):
            line, column, last_line, end = map(int, place.groups())
            yield _Mark(inline["t"], (line, column), (last_line, end), is_false)


def has_blank(inline: pandoc.Inline) -> bool:
    """Return whether a pandoc subscript or superscript holds a blank; a no-break space is none."""
    waiting: list[object] = [dict(inline)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("t") in ("Space", "SoftBreak", "LineBreak"):
                return True
            if node.get("t") == "Str" and " " in str(node.get("c")):
                return True
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return False
