"""Refuse a document that holds words which its reader does not see, and collect them as a document is read.

Hidden words are notes to oneself, names that were taken out, or something that a program left behind: only an editor
can say which. A reader of a format finds them; what they have in common is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tinycss2 import color3

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule

_MAX_PROBLEMS = 20
_MAX_QUOTED = 100  # characters
_SMALL_PT = 3  # smaller type is not meant to be read
_LIKE_BACKGROUND = 16  # of 255, in each of red, green and blue
_HEX = re.compile(r"#?([0-9a-fA-F]{6})$")
_SHORT_HEX = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])$")
_LEAST_OPACITY, _OPAQUE = 0.05, 0.95
_MAX_COLOR_CHARACTERS = 60
WHITE = "ffffff"


@dataclass(frozen=True, slots=True)
class HiddenWords:
    """Words that a reader does not see: where they stand, and what hides them."""

    place: str
    words: str
    reason: str


def refuse_hidden_words(name: str, passages: Iterable[HiddenWords], hint: str) -> None:
    """Raise Refused if an imported file has hidden words; neighbours in the same place are named together."""
    joined: list[HiddenWords] = []
    for passage in passages:
        last = joined[-1] if joined else None
        if last is not None and (last.place, last.reason) == (passage.place, passage.reason):
            joined[-1] = HiddenWords(last.place, f"{last.words}{passage.words}", last.reason)
        else:
            joined.append(passage)
    visible = [passage for passage in joined if passage.words.strip()]
    problems = [_build_hidden_problem(name, passage, hint) for passage in visible[:_MAX_PROBLEMS]]
    if len(visible) > _MAX_PROBLEMS:
        count = len(visible) - _MAX_PROBLEMS
        sentence = f"words are hidden in {count} more place{'s' if count > 1 else ''}"
        problems.append(Problem(SourceLocation(name), Rule.WORDS_ARE_VISIBLE, sentence, hint))
    if problems:
        raise Refused(problems)


def _build_hidden_problem(name: str, passage: HiddenWords, hint: str) -> Problem:
    """Return the problem of one passage of hidden words in an imported file."""
    words = " ".join(passage.words.split())
    quoted = words if len(words) <= _MAX_QUOTED else f"{words[: _MAX_QUOTED - 1]}…"
    sentence = f"words in {passage.place} are hidden ({passage.reason}): “{quoted}”"
    return Problem(SourceLocation(name), Rule.WORDS_ARE_VISIBLE, sentence, hint)


def is_too_small(size_pt: float) -> bool:
    """Return whether type of this size cannot be read."""
    return size_pt <= _SMALL_PT


def parse_color(text: str) -> str:
    """Return a colour in an imported file as six hexadecimal digits, "" for none, or a marked partly opaque one."""
    words = text.strip().lower()
    if match := _HEX.match(words):
        return match[1].lower()
    if match := _SHORT_HEX.match(words):
        return "".join(digit * 2 for digit in match.groups())
    color = _parse_css_color(words)
    return "".join(f"{round(255 * part):02x}" for part in color[:3]) if color and color[3] > _OPAQUE else ""


def is_transparent_color(text: str) -> bool:
    """Return whether words of this colour of CSS cannot be seen on any background."""
    color = _parse_css_color(text.strip().lower())
    return color is not None and color[3] <= _LEAST_OPACITY


def _parse_css_color(words: str) -> tuple[float, float, float, float] | None:
    """Return red, green, blue and opacity of a colour of CSS, each from 0 to 1; None if it is none."""
    color = color3.parse_color(words) if len(words) <= _MAX_COLOR_CHARACTERS else None
    return None if color is None or isinstance(color, str) else (color.red, color.green, color.blue, color.alpha)


def is_like_background(color: str, background: str) -> bool:
    """Return whether text of this colour cannot be seen on this background; both as `parse_color` gives them."""
    if not color or not background:
        return False
    pairs = zip(bytes.fromhex(color), bytes.fromhex(background), strict=True)
    return all(abs(first - second) <= _LIKE_BACKGROUND for first, second in pairs)
