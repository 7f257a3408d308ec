"""Return whether painted glyphs are a text: shape the text anew and compare glyph by glyph, from the left.

The order comes from the Unicode bidirectional algorithm (UAX #9) of python-bidi, the glyphs of words from HarfBuzz and
the complete faces. Neither wrote what it judges: WeasyPrint orders with FriBidi and shapes with Pango.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import uharfbuzz
from bidi import algorithm

from onrecord.proof.reading.normalize import normalize_text
from onrecord.proof.reading.painted_glyphs import PaintedGlyph
from onrecord.proof.reading.shaped_scripts import SHAPED_SCRIPTS

if TYPE_CHECKING:
    from bidi.algorithm import _Storage

_FEATURES: tuple[dict[str, bool], ...] = ({}, {"liga": False, "clig": False})  # spaced letters have no ligatures
_LANGUAGES = ("", "ar", "fa", "ur", "he", "hi", "mr", "ne", "th")  # some faces draw a letter by language
# Scripts whose letters change with their neighbours; others are compared by their ToUnicode maps, as all Latin text is.
_SHAPED = re.compile(f"[{SHAPED_SCRIPTS}\U0001f3fb-\U0001f3ff]")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}  # for brackets (UAX #9, rule N0)
_MIRRORED = algorithm.MIRRORED
_JOINER = "\u200d"
_NOT_PAINTED = "\u200e\u200f\u061c\u2060"  # marks of direction, and the joiner before the call of a note
_REMOVED = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # embeddings and isolates


@dataclass(slots=True)
class _LinePiece:
    """A word, a number, a sign or a space: its text, its level (odd: from the right), and which of them it is."""

    text: str
    level: int
    kind: str  # of `_classify_character`


@dataclass(slots=True)
class Reshaper:
    """Shapes words with complete faces; remembers of which file a font of the PDF seems to be made."""

    files: Sequence[Path]
    _sources: dict[str, Path] = field(default_factory=dict)

    def find_difference(self, text: str, glyphs: Sequence[PaintedGlyph]) -> str | None:
        """Return the text's first word, from the left, that the painted glyphs are not; "" for surplus glyphs; or None.

        Return None if the glyphs are the text, in a line that runs from the left or from the right.
        """
        differences = [self._find_unpainted_token(_order_tokens(text, base), glyphs) for base in (0, 1)]
        return None if None in differences else differences[0]

    def _find_unpainted_token(self, tokens: Sequence[_LinePiece], glyphs: Sequence[PaintedGlyph]) -> str | None:
        """Return the text of the first token that is not painted, None if the glyphs are these tokens."""
        place = _skip_spaces(glyphs, 0)
        for token in tokens:
            end = _skip_spaces(glyphs, place) if token.kind == "space" else self._match_token(token, glyphs, place)
            if end <= place:
                return token.text
            place = end
        return None if _skip_spaces(glyphs, place) == len(glyphs) else ""

    def _match_token(self, token: _LinePiece, glyphs: Sequence[PaintedGlyph], place: int) -> int:
        """Return the end of a token's painted glyphs that begin at `place`, -1 if other glyphs stand there."""
        if place >= len(glyphs) or glyphs[place].text.isspace():
            return -1
        is_joined = _JOINER in token.text and token.kind == "sign"
        if is_joined or not _SHAPED.search(token.text):
            end = _match_spelling(token, glyphs, place)
            if end > place or not is_joined:
                return end
        if is_joined and (end := self._match_emoji_parts(token, glyphs, place)) > place:
            return end
        font = glyphs[place].font
        # The last file first; no other is left out, because the digits of two weights may have the same numbers.
        for file in dict.fromkeys([*filter(None, [self._sources.get(font)]), *self.files]):
            for codes in _shape_word(file, token.text, is_from_right=bool(token.level % 2)):
                painted = glyphs[place : place + len(codes)]
                if tuple(glyph.code for glyph in painted) == codes and all(glyph.font == font for glyph in painted):
                    self._sources[font] = file
                    return place + len(codes)
        return _match_letters_in_any_order(token, glyphs, place)

    def _match_emoji_parts(self, token: _LinePiece, glyphs: Sequence[PaintedGlyph], place: int) -> int:
        """Return the end of the glyphs of an emoji whose parts are drawn each by itself; -1 if they are not.

        The layout engine takes a part that a face of text has, as ♀, from there.
        """
        for part in token.text.split(_JOINER):
            if place >= 0 and part:
                place = self._match_token(_LinePiece(part, token.level, token.kind), glyphs, place)
        return place


# --- words ------------------------------------------------------------------------------------------


def _skip_spaces(glyphs: Sequence[PaintedGlyph], place: int) -> int:
    """Return the index of the first painted glyph from `place` on that is no white space."""
    while place < len(glyphs) and not normalize_text(glyphs[place].text):
        place += 1
    return place


def _match_spelling(token: _LinePiece, glyphs: Sequence[PaintedGlyph], place: int) -> int:
    """Return the end of the painted glyphs that spell the token, by their ToUnicode maps; -1 if none do."""
    text = _MIRRORED.get(token.text, token.text) if token.level % 2 else token.text
    expected = _fold_text(text)
    spelled = ""
    while len(spelled) < len(expected) and place < len(glyphs) and not glyphs[place].text.isspace():
        spelled = _fold_text(spelled + glyphs[place].text)
        place += 1
    return place if spelled == expected else -1


def _match_letters_in_any_order(token: _LinePiece, glyphs: Sequence[PaintedGlyph], place: int) -> int:
    """Return the end of painted glyphs with the token's letters in any order and several fonts; -1 if none.

    A word in several fonts is not shaped as a whole.
    """
    expected = sorted(unicodedata.normalize("NFD", normalize_text(token.text)))
    spelled: list[str] = []
    fonts = set()
    while len(spelled) < len(expected) and place < len(glyphs) and not glyphs[place].text.isspace():
        spelled += unicodedata.normalize("NFD", normalize_text(glyphs[place].text))
        fonts.add(glyphs[place].font)
        place += 1
    return place if sorted(spelled) == expected and len(fonts) > 1 else -1


def _fold_text(text: str) -> str:
    """Return the text normalized, hyphens that look alike made one."""
    return normalize_text(text).replace("\u2010", "-").replace("\u2011", "-")


@cache
def _shape_word(file: Path, text: str, *, is_from_right: bool) -> tuple[tuple[int, ...], ...]:
    """Return the different ways in which a face draws a word, as glyphs from the left; none if it lacks a character."""
    font = _load_font(file)
    ways: dict[tuple[int, ...], None] = {}
    for features in _FEATURES:
        for language in _LANGUAGES:
            buffer = uharfbuzz.Buffer()
            buffer.add_str(text)
            buffer.guess_segment_properties()
            buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES  # Pango paints no glyph for a joiner
            buffer.direction = "rtl" if is_from_right else "ltr"
            if language:
                buffer.language = language
            uharfbuzz.shape(font, buffer, features)
            ways[tuple(info.codepoint for info in buffer.glyph_infos)] = None
    return tuple(way for way in ways if way and 0 not in way)


@cache
def _load_font(file: Path) -> uharfbuzz.Font:
    """Return the first face in a font file, as HarfBuzz shapes with it."""
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file)))


# --- order ------------------------------------------------------------------------------------------


def _order_tokens(text: str, base: int) -> list[_LinePiece]:
    """Return the tokens of a line in visual order, from the left, in a paragraph of this level (UAX #9, rule L2)."""
    text = text.strip()
    tokens = list(_split_into_tokens(text, _find_bidi_levels(text, base)))
    for level in range(max((token.level for token in tokens), default=0), 0, -1):
        start = 0
        while start < len(tokens):
            stop = start
            while stop < len(tokens) and tokens[stop].level >= level:
                stop += 1
            tokens[start:stop] = reversed(tokens[start:stop])
            start = max(stop, start + 1)
    return tokens


def _split_into_tokens(text: str, levels: Sequence[int]) -> Iterator[_LinePiece]:
    """Yield the words, numbers, signs and spaces of a line with their levels, in reading order."""
    token: _LinePiece | None = None
    for char, level in zip(text, levels, strict=True):
        kind = _classify_character(char)
        if char in _NOT_PAINTED or char in _REMOVED:
            continue
        if token and _continues_token(token, char, kind, level):
            token.text += char
            continue
        if token:
            yield token
        token = _LinePiece(char, level, "word" if kind == "mark" else kind)
    if token:
        yield token


def _classify_character(char: str) -> str:
    """Return of which kind of token a character is: of a word, a number or white space, a mark, or a sign."""
    if char.isspace():
        return "space"
    category = unicodedata.category(char)
    if category.startswith("M") or category == "Cf" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return "mark"
    return "word" if category.startswith("L") else "number" if category == "Nd" else "sign"


def _continues_token(token: _LinePiece, char: str, kind: str, level: int) -> bool:
    """Return whether a character belongs to the token before it: marks, letters, digits, parts of an emoji."""
    if kind == "mark":
        return token.kind != "space" or not normalize_text(char)
    if token.kind == "sign":
        is_flag = len(token.text) == 1 and all("\U0001f1e6" <= letter <= "\U0001f1ff" for letter in token.text + char)
        return (token.text.endswith(_JOINER) and kind == "sign") or is_flag
    return kind == token.kind and (level == token.level or kind == "space")


def _find_bidi_levels(text: str, base: int) -> list[int]:
    """Return the bidi level of each character (UAX #9), in a paragraph of level `base`.

    What the algorithm removes (rule X9: joiners, marks of direction) has the level of the character before it.
    """
    visible = "".join(char for char in text if char not in _REMOVED and unicodedata.bidirectional(char) != "BN")
    levels = iter(_find_visible_levels(visible, base))
    level, every_level = base, []
    for char in text:
        is_visible = char not in _REMOVED and unicodedata.bidirectional(char) != "BN"
        level = next(levels) if is_visible else level
        every_level.append(level)
    return every_level


def _find_visible_levels(text: str, base: int) -> list[int]:
    """Return the bidi level of each character; none of them is a mark of direction or removed."""
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    algorithm.get_embedding_levels(text, storage, False, False)
    algorithm.explicit_embed_and_overrides(storage, False)
    algorithm.resolve_weak_types(storage, False)
    _resolve_brackets(storage, text, base)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return [char["level"] for char in storage["chars"]]


def _resolve_brackets(storage: _Storage, text: str, base: int) -> None:
    """Set pairs of brackets to the direction of what is inside (UAX #9, rule N0, which python-bidi leaves out)."""
    outer, inner, chars = "LR"[base], "RL"[base], storage["chars"]
    kinds = [_STRONG.get(str(char["type"]), "") for char in chars]
    for start, stop in sorted(_find_bracket_pairs(text)):
        inside = set(kinds[start + 1 : stop])
        before = next((kind for kind in reversed(kinds[:start]) if kind), outer)
        if inside & {outer, inner}:
            direction = outer if outer in inside or before == outer else inner
            kinds[start] = kinds[stop] = direction
            chars[start]["type"] = chars[stop]["type"] = direction


def _find_bracket_pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of opening and closing brackets that belong together."""
    opened: list[int] = []
    for place, char in enumerate(text):
        if char in _CLOSING.values():
            opened.append(place)
        elif char in _CLOSING and (starts := [start for start in opened if text[start] == _CLOSING[char]]):
            yield starts[-1], place
            del opened[opened.index(starts[-1]) :]
