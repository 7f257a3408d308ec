"""Say which characters no face of a book can draw, and what helps: one problem for each script of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.runtime import font_files
from onrecord.runtime.environment import format_install_command, get_program_name
from onrecord.runtime.font_files import is_drawn

_MOST_NAMES = 8  # of characters in one sentence
_SERIF_ONLY = frozenset(("Tibetan", "Ahom", "Dogra", "Hmong", "Tangut", "Toto", "Vithkuqi", "Yezidi"))  # in Noto
_IDEOGRAPHIC = {"Han": "SC", "Hiragana": "JP", "Katakana": "JP", "Hangul": "KR", "Bopomofo": "TC"}


@dataclass(slots=True)
class _Missing:
    """Characters of one script that no face has, in one file."""

    location: SourceLocation  # the first
    characters: set[str] = field(default_factory=set)
    lines: set[int] = field(default_factory=set)


def find_missing_glyphs(passages: Iterable[tuple[SourceLocation, str]], known: Set[str]) -> Iterator[Problem]:
    """Yield a problem for each file and script with characters that are not known, at their first line."""
    missing: dict[tuple[str, str], _Missing] = {}
    for location, text in passages:
        for char in sorted({*text} - known, key=text.index):
            if is_drawn(char):
                place = missing.setdefault((location.file, _name_script(char)), _Missing(location))
                place.characters.add(char)
                place.lines.add(location.line)
    for (_, script), place in missing.items():
        yield Problem(place.location, Rule.GLYPHS_EXIST, _describe(place), advise(script))


def _describe(place: _Missing) -> str:
    """Return which characters no font has, and on how many other lines they stand."""
    names = [f"{char!r} (U+{ord(char):04X})" for char in sorted(place.characters)]
    more = f" and {len(names) - _MOST_NAMES} more characters" if len(names) > _MOST_NAMES else ""
    others = len(place.lines) - 1
    where = f"; also on {others} other line{'s' if others > 1 else ''}" if others else ""
    return f"no font has {' '.join(names[:_MOST_NAMES])}{more}{where}"


def advise(script: str) -> str:
    """Return what to type for characters of this script (“Hangul”) that no face has."""
    screens = f"; the e-book and the web edition do without: {get_program_name()} epub html"
    package = font_files.OPTIONAL_PACKAGES.get(script)
    if package:
        return f"install its face: {format_install_command(package.replace('_', '-'))}{screens}"
    if script in _IDEOGRAPHIC:
        example = f", for example NotoSerifCJK-Regular.ttc or NotoSerif{_IDEOGRAPHIC[script]}-Regular.otf"
    elif script in ("Common", "Inherited", "Unknown"):
        return f"take the character away, write it in words, or put a font that has it into fonts/{screens}"
    else:
        face = "NotoSerif" if script in _SERIF_ONLY else "NotoSans"
        example = f", for example {face}{script.replace(' ', '')}-Regular.ttf"
    return f"put a font that has it into fonts/{example}{screens}"


def _name_script(char: str) -> str:
    """Return the English name of a character's script, "Common" for signs."""
    from fontTools import unicodedata as script_data  # loads in 30 ms, which most books do not need

    return script_data.script_name(script_data.script(char), default="Unknown").replace("_", " ")
