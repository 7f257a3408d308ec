"""Decode text in UTF-8, UTF-16 and older encodings, and refuse damaged files."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from onrecord.manuscript.yaml_config import find_unprintable
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity

MAX_TEXT_BYTES = 2_000_000  # as much as a manuscript; without pictures, long interviews have a quarter of it
_RUSSIAN = frozenset("оеаинтсрвл")  # the ten letters that make up two thirds of a Russian text
_WESTERN = frozenset("éèàçêîôûùäöüßÄÖÜñáíóúÉ’‘“”—–…«»¿¡©\u00a0")
_CENTRAL_EUROPEAN = frozenset("ąęłśżźćńšžčřěůőű„”–’")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
# The encodings that a file may declare.
_ENCODING_OF_NAME = {
    "windows-1251": "cp1251",
    "cp1251": "cp1251",
    "koi8-r": "koi8_r",
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-15": "iso8859_15",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso8859_2",
    "iso-8859-5": "iso8859_5",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "shift_jis",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
    "windows-1256": "cp1256",
    "iso-8859-6": "iso8859_6",
}
_NAME_OF_ENCODING = {
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp866": "CP 866",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
}


def decode_text(data: bytes, name: str, declared: str = "") -> tuple[str, tuple[Problem, ...]]:
    """Return the text in NFC with `\\n` as line end, and warnings; raises Refused.

    `declared` is the encoding that the file itself names; it is used when the bytes are no UTF-8.
    """
    text, notes = _decode_bytes(data, name, declared)
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", text)).replace("\x1b", "")
    for char, description in find_unprintable(text).items():
        if not char.isspace():
            place = SourceLocation(name, text.count("\n", 0, text.index(char)) + 1)
            sentence = f"{description} cannot be printed and was left out"
            notes += (build_warning(place, Rule.CHARACTERS_ARE_PRINTABLE, sentence),)
        text = text.replace(char, "")
    return text, notes


def _decode_bytes(data: bytes, name: str, declared: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text, and a warning for UTF-16 or a guess; raise Refused if it is binary or damaged."""
    data = data.removeprefix(BOM_UTF8)
    utf_16 = _detect_utf_16(data)
    if utf_16:
        try:
            return data.decode(utf_16).removeprefix("\ufeff"), (_warn_of_encoding(name, "UTF-16"),)
        except UnicodeDecodeError as error:
            sentence = "the file is marked as UTF-16, but it is not"
            raise build_refusal(name, Rule.TEXT_IS_READABLE, sentence, "save it as “UTF-8”") from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if declared in _ENCODING_OF_NAME:
            return data.decode(_ENCODING_OF_NAME[declared], "replace"), ()
        return _decode_legacy(data, name, error)
    if _is_binary(data):
        raise _refuse_binary(name)
    return text, ()


def _detect_utf_16(data: bytes) -> str:
    """Return the kind of UTF-16, by its byte order mark or its many bytes 0 and 4, or ""."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:2000]
    if len(sample) <= 20 or len(data) % 2:
        return ""
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high_bytes = sample[start::2]  # 0 for Latin characters, 4 for Cyrillic ones
        latin_count, cyrillic_count = high_bytes.count(0), high_bytes.count(4)
        if (
            latin_count + cyrillic_count > 0.7 * len(high_bytes)
            and latin_count > 0.05 * len(high_bytes)
            and sample[1 - start :: 2].count(0) == 0
        ):
            return encoding
    return ""


def _decode_legacy(data: bytes, name: str, error: UnicodeDecodeError) -> tuple[str, tuple[Problem, ...]]:
    """Return text in an 8-bit encoding; refuse a file that is UTF-8 but for a few bytes."""
    if _is_binary(data):
        raise _refuse_binary(name)
    valid_count = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]{1,3}", data))
    if valid_count >= data.decode("utf-8", "replace").count("\ufffd"):
        line = data.count(b"\n", 0, error.start) + 1
        sentence = f"byte 0x{data[error.start]:02X} in this line is not UTF-8; the file is damaged"
        raise build_refusal(name, Rule.TEXT_IS_UTF_8, sentence, "copy the text again, and save it as “UTF-8”", line)
    encoding = max(_NAME_OF_ENCODING, key=lambda candidate: _rate_encoding(data, candidate))
    return data.decode(encoding, "replace"), (_warn_of_encoding(name, _NAME_OF_ENCODING[encoding]),)


def _rate_encoding(data: bytes, encoding: str) -> float:
    """Return how much the bytes beyond ASCII look like letters of words in this encoding."""
    sample = data[:400_000].decode(encoding, "replace")
    beyond_ascii = [char for char in sample if ord(char) > 127]
    if not beyond_ascii:
        return 0.0
    if encoding in ("cp1251", "koi8_r", "cp866"):
        has_words = len(re.findall(r"[а-яё]{3}", sample)) > 2
        return sum(char in _RUSSIAN for char in beyond_ascii) / len(beyond_ascii) * 1.5 if has_words else 0.0
    letters = _WESTERN if encoding == "cp1252" else _CENTRAL_EUROPEAN
    return sum(char in letters for char in beyond_ascii) / len(beyond_ascii) * 0.9


def _is_binary(data: bytes) -> bool:
    """Return whether the bytes are no text.

    Word processors leave a few control characters; these are allowed.
    """
    return b"\0" in data or sum(1 for _ in _CONTROL.finditer(data)) > 3 + len(data) // 1_000


def _warn_of_encoding(name: str, encoding: str) -> Problem:
    """Return the warning that the file was read in another encoding than UTF-8."""
    sentence = f"the file is not UTF-8; it was read as {encoding}"
    return build_warning(SourceLocation(name), Rule.TEXT_IS_UTF_8, sentence, "check that the letters are right")


def _refuse_binary(name: str) -> Refused:
    """Return the error of a file that is not text."""
    sentence = "this is not a text file: it contains binary data"
    return build_refusal(name, Rule.FILE_IS_TEXT, sentence, "export it as text, DOCX or HTML")


def build_warning(place: SourceLocation, rule: Rule, sentence: str, hint: str = "") -> Problem:
    """Return a problem that does not stop the import."""
    return Problem(place, rule, sentence, hint, severity=Severity.WARNING)


def build_refusal(name: str, rule: Rule, sentence: str, hint: str = "", line: int = 0) -> Refused:
    """Return, to be raised, the refusal of a file for one problem."""
    return Refused([Problem(SourceLocation(name, line), rule, sentence, hint)])
