"""Bytes → text: UTF-8, UTF-16 and the older encodings, recognized, decoded and said; refused when none is sure."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from onrecord.manuscript.yaml_config import unprintable
from onrecord.model import Place
from onrecord.model.problems import Problem, Refused, Severity

MAX_BYTES = 4_000_000  # pictures apart, the longest interviews have half of it
_RUSSIAN = frozenset("оеаинтсрвл")  # the ten letters that make up two thirds of a Russian text
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")


def decoded(data: bytes, name: str, declared: str = "") -> tuple[str, tuple[Problem, ...]]:
    """The text with `\\n` line ends in NFC, and what an editor should know about it; raises Refused.

    `declared` is the encoding that the file itself names; it is used when the text is no UTF-8.
    """
    text, notes = _text(data, name, declared)
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).replace("\x1b", "")
    for char, called in unprintable(text).items():
        if not char.isspace():
            place = Place(name, text.count("\n", 0, text.index(char)) + 1)
            notes += (warning(place, "characters-are-printable", f"{called} cannot be printed and was left out"),)
        text = text.replace(char, "")
    return text, notes


def _text(data: bytes, name: str, declared: str) -> tuple[str, tuple[Problem, ...]]:
    data = data.removeprefix(BOM_UTF8)
    wide = _utf_16(data)
    if wide:
        try:
            return data.decode(wide).removeprefix("\ufeff"), (_note(name, "UTF-16"),)
        except UnicodeDecodeError as error:
            raise refused(
                name, "text-is-readable", "the file says that it is UTF-16 and is not", "save it as “UTF-8”"
            ) from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if declared in _DECLARED:
            return data.decode(_DECLARED[declared], "replace"), ()
        return _legacy(data, name, error)
    if _is_binary(data):
        raise _binary(name)
    return text, ()


def _utf_16(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    head = data[:2000]
    if len(head) > 20 and len(data) % 2 == 0:
        for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            pages = head[start::2]  # which page of Unicode each character stands on: Latin and Cyrillic fill two
            if (
                pages.count(0) + pages.count(4) > 0.7 * len(pages)
                and pages.count(0) > 0.05 * len(pages)
                and head[1 - start :: 2].count(0) == 0
            ):
                return encoding
    return ""


def _legacy(data: bytes, name: str, error: UnicodeDecodeError) -> tuple[str, tuple[Problem, ...]]:
    """Text in an 8-bit encoding; a file that is UTF-8 but for a few bytes is broken, not old."""
    if _is_binary(data):
        raise _binary(name)
    sound = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]{1,3}", data))
    lost = sum(1 for char in data.decode("utf-8", "replace") if char == "\ufffd")
    if sound >= lost:
        line = data.count(b"\n", 0, error.start) + 1
        sentence = f"byte 0x{data[error.start]:02X} in this line is not UTF-8; the file is damaged"
        raise refused(name, "text-is-utf-8", sentence, "copy the text anew, and save it as “UTF-8”", line)
    encoding = max(("cp1251", "koi8_r", "cp866", "cp1252", "cp1250"), key=lambda one: _likeness(data, one))
    return data.decode(encoding, "replace"), (_note(name, _NAMES[encoding]),)


_DECLARED = {
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
_NAMES = {
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp866": "CP 866",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
}


def _likeness(data: bytes, encoding: str) -> float:
    """How much the bytes beyond ASCII look like letters of words in this encoding."""
    sample = data[:400_000].decode(encoding, "replace")
    beyond = [char for char in sample if ord(char) > 127]
    if not beyond:
        return 0.0
    russian = sum(char in _RUSSIAN for char in beyond) / len(beyond)
    if encoding in ("cp1251", "koi8_r", "cp866"):
        return russian * 1.5 if len(re.findall(r"[а-яё]{3}", sample)) > 2 else 0.0
    common = "éèàçêîôûùäöüßÄÖÜñáíóúÉ’‘“”—–…«»¿¡©\u00a0" if encoding == "cp1252" else "ąęłśżźćńšžčřěůőű„”–’"
    return sum(char in common for char in beyond) / len(beyond) * 0.9


def _is_binary(data: bytes) -> bool:
    """Whether the bytes are no text; a stray control character, as word processors leave them, does not say so."""
    return b"\0" in data or sum(1 for _ in _CONTROL.finditer(data)) > 3 + len(data) // 1_000


def _note(name: str, encoding: str) -> Problem:
    sentence = f"the file is not UTF-8; it was read as {encoding}"
    return warning(Place(name), "text-is-utf-8", sentence, "look whether the letters are right")


def _binary(name: str) -> Refused:
    return refused(
        name, "file-is-text", "this is no text: it holds bytes that no text has", "export it as text, DOCX or HTML"
    )


def warning(place: Place, rule: str, sentence: str, hint: str = "") -> Problem:
    return Problem(place, rule, sentence, hint, severity=Severity.WARNING)


def refused(name: str, rule: str, sentence: str, hint: str = "", line: int = 0) -> Refused:
    return Refused([Problem(Place(name, line), rule, sentence, hint)])
