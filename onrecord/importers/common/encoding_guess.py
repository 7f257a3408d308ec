"""Guess the encoding of text that is no Unicode: chardet proposes, and the letters of the language decide.

Two encodings often differ in a few characters only. The one whose characters belong to the alphabet of the language
is taken; where both do, and chardet thinks both nearly as likely, the guess is doubtful.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import lookup
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import chardet

from onrecord.importers.common import language_models

_MOST_FILE_BYTES = 400_000  # of a file in which lines are looked for
_MOST_BYTES = 60_000  # of these lines
_CLOSE = 0.85  # of the confidence in the best guess
_COMPARED = 0.2  # of it, for encodings whose letters look better
# Small letters beyond ASCII that each language uses. Languages in a script of their own are not listed.
_LETTERS = {
    "af": "áèéêëíîïóôöúûý",
    "bs": "čćđšž",
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "cy": "âêîôûŵŷ",
    "da": "æøåéü",
    "de": "äöüßéè",
    "en": "éèêëïôöüñçàâæœ",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "eu": "ñç",
    "fi": "äöåšžé",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "ga": "áéíóú",
    "gl": "áéíñóúüç",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "is": "áæéíðóöúýþ",
    "it": "àèéìíòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "nb": "æøåéèêóòâôü",
    "nl": "áèéêëïíóöüĳ",
    "no": "æøåéèêóòâôü",
    "pl": "ąćęłńóśźż",
    "pt": "áàâãçéêíóôõúü",
    "ro": "ăâîşșţț",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ",
    "sq": "çë",
    "sv": "åäöéàü",
    "tr": "âçğıîöşüûi̇",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "be": "абвгдежзійклмнопрстуфхцчшыьэюяёў",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "uk": "абвгґдежзийклмнопрстуфхцчшщьюяєії",
    "el": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",
}
_PLAIN_SIGNS = frozenset("’‘“”„‚«»‹›–—…·¿¡§°©®™€£•\u00a0\u00ad№²³½¼¾×÷±¬،؛؟´")
_SIGN_INSIDE_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s'’·.‐‑/-](?=[^\W\d_])")
_BEYOND_ASCII = re.compile("[^\0-\x7f]+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_PRESENTATION_FORM = re.compile("[\ufb50-\ufdff\ufe70-\ufeff]")  # of Arabic letters, which only old systems store
_LEAST_PROBABILITY = 0.3  # of a language
# Encodings that people still have files in; others must look clearly better.
_COMMON_NAMES = (
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859-1 iso8859-2 iso8859-5 iso8859-6 iso8859-7 "
    "iso8859-8 iso8859-9 iso8859-13 iso8859-15 koi8-r koi8-u cp866 cp850 cp852 mac-roman mac-cyrillic mac-latin2 "
    "mac-greek mac-turkish big5 gb18030 gb2312 gbk cp932 shift_jis euc_jp euc_kr cp949 cp874 tis-620 iso2022_jp "
    "iso2022_kr hz"
)
_FEW_BYTES = 12  # beyond ASCII; chardet may then propose other encodings only
_WESTERN = ("cp1252", "mac-roman")
_COMMON = frozenset(_COMMON_NAMES.split())
_ESCAPES = (b"\x1b$", b"\x1b(", b"~{")
# Names in pages (WHATWG Encoding Standard §4.2) that Python knows otherwise.
_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859_8",
}
_NAMES = {
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "koi8-r": "KOI8-R",
    "cp866": "CP 866",
}


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """The most probable reading of bytes; `other` is a second one that is nearly as probable, None if there is none."""

    name: str
    text: str
    other: EncodingGuess | None = None
    is_declared: bool = False  # the file itself names this encoding


@dataclass(frozen=True, slots=True)
class _EncodingProposal:
    """A reading of the sample with chardet's confidence."""

    codec: str
    confidence: float
    sample: str
    is_declared: bool = False


@lru_cache(maxsize=2)  # the reader of a file and the count of its letters call this
def guess_encoding(data: bytes, declared: str = "") -> EncodingGuess | None:
    """Return the text of bytes that are no UTF-8; None if no encoding fits.

    `declared` is the encoding that the file itself names; it is believed where its text looks right.
    """
    sample = _cut_sample(data)
    candidates = sorted(_list_candidates(sample, declared), key=lambda candidate: -candidate.confidence)
    if not candidates:
        return None
    first = candidates[0]
    near = [c for c in candidates if c.confidence >= _COMPARED * first.confidence]
    strangeness = {sample: measure_unlikely_letters(sample) for sample in {c.sample for c in near}}
    best = min(near, key=lambda c: (round(strangeness[c.sample], 2), c.codec not in _COMMON, -c.confidence))
    best = next((c for c in near if c.codec == "cp1252" and c.sample == best.sample), best)  # the usual name
    rivals = (
        c
        for c in near
        if c.sample != best.sample
        and c.confidence >= _CLOSE * best.confidence
        and strangeness[c.sample] <= strangeness[best.sample] + 0.01
        and c.codec in _COMMON
    )
    rival = next(rivals, None)
    other = EncodingGuess(_format_encoding_name(rival.codec), data.decode(rival.codec, "replace")) if rival else None
    is_declared = any(c.is_declared and c.sample == best.sample for c in candidates)
    return EncodingGuess(_format_encoding_name(best.codec), data.decode(best.codec, "replace"), other, is_declared)


@lru_cache(maxsize=2)
def detect_utf_16_or_32(data: bytes) -> tuple[str, str]:
    """Return the name of UTF-16 or UTF-32 without a byte order mark, and the text; "" for any other bytes."""
    detected = str(chardet.detect(data[:_MOST_BYTES])["encoding"] or "")
    if not detected.upper().startswith(("UTF-16", "UTF-32")):
        return "", ""
    try:
        text = data.decode(detected)
    except UnicodeDecodeError:
        return "", ""
    return (detected.upper(), text) if "\0" not in text and measure_unlikely_letters(text) < 0.2 else ("", "")


def has_escapes(data: bytes) -> bool:
    """Return whether bytes below 128 switch to other characters, as ISO-2022 and HZ do."""
    return any(escape in data for escape in _ESCAPES)


def _find_codec(name: str) -> str:
    """Return Python's name of an encoding; raise LookupError for an unknown one, and one that holds no text."""
    name = _ALIASES.get(name.lower(), name)
    codec = lookup(name)
    if not getattr(codec, "_is_text_encoding", True):
        raise LookupError(name)
    return codec.name


def _cut_sample(data: bytes) -> bytes:
    """Return the lines of a file with bytes beyond ASCII, without tags, to guess the encoding by."""
    if has_escapes(data) and data.isascii():
        return data[:_MOST_BYTES]
    plain = re.sub(rb"<[A-Za-z/!?][^<>]{0,2000}>", b" ", data[:_MOST_FILE_BYTES])
    lines = [line for line in plain.split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:_MOST_BYTES] if lines else data[-_MOST_BYTES:]


def _list_candidates(sample: bytes, declared: str) -> Iterator[_EncodingProposal]:
    """Yield the encodings that chardet proposes and that can read the sample."""
    proposals = [(r["encoding"], r["language"], r["confidence"]) for r in chardet.detect_all(sample)]
    if sum(byte > 127 for byte in sample) < _FEW_BYTES:
        most = max((confidence for *_, confidence in proposals), default=1.0)
        proposals += [(encoding, "", 0.5 * most) for encoding in _WESTERN]
    if declared:
        proposals.append((declared, "", max((confidence for *_, confidence in proposals), default=1.0)))
    for encoding, _, confidence in proposals:
        try:
            codec = _find_codec(encoding or "")
            text = sample.decode(codec, "ignore" if len(sample) == _MOST_BYTES else "strict")
        except (LookupError, UnicodeDecodeError):
            continue
        yield _EncodingProposal(codec, confidence, text, is_declared=encoding == declared)


def measure_unlikely_letters(text: str) -> float:
    """Return the share of characters beyond ASCII that the text's language does not use, or that stand oddly."""
    language, probability = language_models.classify_text(text)
    letters = frozenset(_LETTERS.get(language, "")) if probability >= _LEAST_PROBABILITY else frozenset()
    beyond = "".join(_BEYOND_ASCII.findall(text))
    strange = sum(_is_foreign_letter(char, letters) for char in beyond)
    strange += len(_SIGN_INSIDE_WORD.findall(text))
    strange += sum(map(_count_odd_letters, re.findall(r"[^\W\d_]+", text)))
    latin = len(_ASCII_LETTER.findall(text))
    other = sum(char.isalpha() and not unicodedata.name(char, "").startswith("LATIN") for char in beyond)
    strange += other if other < 0.3 * latin else 0  # a few letters of another script in a Latin text
    accented = sum(map(str.isalpha, beyond)) - other
    strange += accented if accented > latin + other else 0  # no language writes most letters with accents
    return strange / (len(beyond) or 1)


def _is_foreign_letter(char: str, letters: frozenset[str]) -> bool:
    """Return whether a text in a language with these letters has no such character."""
    if char in _PLAIN_SIGNS:
        return False
    if char.isalpha() and letters:
        return char.lower() not in letters
    return unicodedata.category(char)[0] in "CS" or bool(_PRESENTATION_FORM.match(char))


def _count_odd_letters(word: str) -> int:
    """Return how many letters of a word are capitals after small ones, or of another script than the first."""
    if word.isascii():
        return 0
    capitals = 0 if word.isupper() else sum(after.isupper() and before.islower() for before, after in pairwise(word))
    is_mixed = 0 < sum(map(str.isascii, word)) < len(word) and not all(
        unicodedata.name(char, "").startswith("LATIN") for char in word
    )
    return capitals + is_mixed


def _format_encoding_name(codec: str) -> str:
    """Return the usual name of an encoding, for messages."""
    return _NAMES.get(codec, codec.upper().replace("_", "-"))
