"""Sort headings as a language does: the Unicode collation (UTS 10) with the letters that a language sorts otherwise.

Words are compared one after another (ISO 999): “New York” stands before “Newark”, and “Moor, Ada” before “Moor House”.
Punctuation does not count. The book's own script comes first; Chinese is sorted by its sounds, in Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from pyuca.collator import Collator_10_0_0

SortKey = tuple[object, ...]

# Letters that a language sorts after others, by the letter before them. ISO 639 codes; norms as in CLDR.
_TAILORED: dict[str, dict[str, str]] = {
    "cs": {"c": "č", "h": "ch", "r": "ř", "s": "š", "z": "ž"},
    "da": {"z": "æøå"},
    "es": {"n": "ñ"},
    "fa": {"ن": "و"},
    "fi": {"z": "åäö"},
    "nb": {"z": "æøå"},
    "nn": {"z": "æøå"},
    "no": {"z": "æøå"},
    "pl": {"a": "ą", "c": "ć", "e": "ę", "l": "ł", "n": "ń", "o": "ó", "s": "ś", "z": "źż"},
    "sk": {"a": "ä", "c": "č", "h": "ch", "o": "ô", "s": "š", "z": "ž"},
    "sv": {"z": "åäö"},
    "tr": {"c": "ç", "g": "ğ", "h": "ı", "o": "ö", "s": "ş", "u": "ü"},
}
_SCRIPTS = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "mn"), "CYRILLIC"),
    **dict.fromkeys(("ar", "fa", "ur"), "ARABIC"),
    **dict.fromkeys(("hi", "mr", "ne"), "DEVANAGARI"),
    "el": "GREEK",
    "he": "HEBREW",
    "ka": "GEORGIAN",
    "hy": "ARMENIAN",
    "ko": "HANGUL",
    "ja": "HIRAGANA",
    "zh": "CJK",
    "th": "THAI",
}
_ALIKE_SCRIPTS = {"KATAKANA": "HIRAGANA", "KATAKANA-HIRAGANA": "HIRAGANA"}
_KANA_ROWS = "あかさたなはまやらわ"
_HANGUL_HEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_COMMA, _BLANK = (0,), (1,)  # before all letters
DIGITS_HEAD = "0–9"


@lru_cache(maxsize=8192)
def make_sort_key(text: str, language: str) -> SortKey:
    """Return the key that sorts an index heading among others in a language."""
    code = language.split("-")[0].lower()
    plain = _prepare_heading(text, code)
    primaries = tuple(_iterate_primaries(plain, code))
    return _rank_script(plain, code), primaries, _load_collator().sort_key(plain), text


def find_head(text: str, language: str) -> str:
    """Return the letter under which an index heading stands in a language, "0–9" for a figure, "" for other signs."""
    code = language.split("-")[0].lower()
    plain = _prepare_heading(text, code)
    start = next((index for index, char in enumerate(plain) if char.isalnum()), len(plain))
    if plain[start : start + 1].isdigit():
        return DIGITS_HEAD
    if start == len(plain) or not plain[start].isalpha() or _HAN.match(plain[start]):
        return ""  # a Han letter is sorted by its code, which no reader knows
    for letters in _TAILORED.get(code, {}).values():
        for letter in _split_letters(letters):
            if plain.startswith(letter, start):
                return letter.upper()
    return _find_letter(plain[start], code)


def _find_letter(first: str, code: str) -> str:
    """Return the letter, without marks, that a heading's first letter is sorted as."""
    base = unicodedata.normalize("NFD", first)[0]
    name = _find_script(base)
    if name == "HANGUL":
        return _HANGUL_HEADS[ord(base) - 0x1100] if 0x1100 <= ord(base) < 0x1100 + len(_HANGUL_HEADS) else base
    if name == "HIRAGANA":
        hiragana = chr(ord(base) - 0x60) if "ァ" <= base <= "ヶ" else base
        return next((row for row in reversed(_KANA_ROWS) if hiragana >= row), _KANA_ROWS[0])
    if name == "CYRILLIC":
        return "Е" if first == "ё" else first.upper()  # й is a letter of its own
    if name == "LATIN":
        return "İ" if (code, base) == ("tr", "i") else anyascii(base)[:1].upper()
    return base.upper()


def _split_letters(letters: str) -> list[str]:
    """Return the letters that are written together in a table of sort orders; “ch” is one letter."""
    return [letters] if letters == "ch" else list(letters)


def _lower_text(text: str, code: str) -> str:
    """Return the text in small letters; Turkish has two kinds of i."""
    text = text.replace("I", "ı").replace("İ", "i") if code == "tr" else text
    return unicodedata.normalize("NFC", text).lower()


def _prepare_heading(text: str, code: str) -> str:
    """Return what is sorted in place of a heading: small letters, Chinese by sounds, Arabic without article."""
    text = _lower_text(text, code)
    if code == "zh":
        text = "".join(anyascii(char).lower() if _HAN.match(char) else char for char in text)
    if code == "ar":
        text = re.sub(r"(?<!\w)ال(?=\w{2})", "", text)
    return text


def _iterate_primaries(text: str, code: str) -> list[tuple[int, ...]]:
    """Return the collation weights of the letters of a text, with those of commas and blanks."""
    primaries: list[tuple[int, ...]] = []
    for letter in re.findall(r"ch|.", text) if "ch" in _TAILORED.get(code, {}).values() else text:
        if letter == ",":
            primaries.append(_COMMA)
        elif letter.isspace() or unicodedata.category(letter[0]) == "Pd":
            if primaries and primaries[-1] not in (_COMMA, _BLANK):
                primaries.append(_BLANK)
        elif unicodedata.category(letter[0])[0] in "LMN":
            primaries.append(_get_weights(letter, code))
    return primaries


@lru_cache(maxsize=4096)
def _get_weights(letter: str, code: str) -> tuple[int, ...]:
    """Return the primary collation weights of a letter; a tailored one has one more than the letter before it."""
    for before, letters in _TAILORED.get(code, {}).items():
        following = _split_letters(letters)
        if letter in following:
            return (*_get_weights(before, ""), 1 + following.index(letter))
    weights = _load_collator().sort_key(letter)
    return weights[: weights.index(0)]


def _rank_script(text: str, code: str) -> int:
    """Return 0 for a heading that begins with a figure or a sign, 1 for one in the script of the language, else 2."""
    first = next((char for char in text if char.isalnum()), "")
    if not first.isalpha():
        return 0
    script = "LATIN" if code == "zh" else _SCRIPTS.get(code, "LATIN")
    return 1 if _find_script(unicodedata.normalize("NFD", first)[0]) == script else 2


def _find_script(char: str) -> str:
    """Return the script of a letter, by its Unicode name."""
    name = unicodedata.name(char, "").split(" ")[0]
    return _ALIKE_SCRIPTS.get(name, name)


@lru_cache(maxsize=1)
def _load_collator() -> Collator_10_0_0:
    """Return the table of weights (DUCET 10.0); reading it takes a quarter of a second."""
    return Collator_10_0_0()
