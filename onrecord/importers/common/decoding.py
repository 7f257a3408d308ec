"""Decode text in UTF-8, UTF-16 and older encodings, and refuse damaged files."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections import Counter
from collections.abc import Iterator

from onrecord.importers.common import encoding_guess
from onrecord.manuscript.yaml_config import find_unprintable
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity

MAX_TEXT_BYTES = 2_000_000  # as much as a manuscript; without pictures, long interviews have a quarter of it
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_BOMS = ((BOM_UTF32_LE, "UTF-32"), (BOM_UTF32_BE, "UTF-32"), (BOM_UTF16_LE, "UTF-16"), (BOM_UTF16_BE, "UTF-16"))
_TWICE_ENCODED = re.compile(r"[ÂÃÄÅÐÑÎÏ×Ø][\x80-\xbf\u0152-\u0161\u0178-\u017e\u0192\u02c6-\u02dc\u2013-\u2122]")


def decode_text(data: bytes, name: str, declared: str = "") -> tuple[str, tuple[Problem, ...]]:
    """Return an imported file's text in NFC with `\n` as line end, and warnings; raise Refused for other files.

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
    """Return an imported file's text, a warning for any encoding but UTF-8; raise Refused if binary or damaged."""
    data = data.removeprefix(BOM_UTF8)
    if unicode_text := _decode_wide(data, name):
        return unicode_text
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, name, declared, error)
    if encoding_guess.has_escapes(data) and data.isascii():
        guess = encoding_guess.guess_encoding(data)
        if guess is not None and not guess.text.isascii():
            return guess.text, (_warn_of_encoding(name, guess.name),)
    if _is_binary(data):
        raise _refuse_binary(name)
    return text, _warn_of_twice_encoded(text, name)


def _decode_wide(data: bytes, name: str) -> tuple[str, tuple[Problem, ...]] | None:
    """Return an imported text in UTF-16 or UTF-32, with or without a byte order mark; None for any other."""
    encoding = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), "")
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), (_warn_of_encoding(name, encoding),)
        except UnicodeDecodeError as error:
            sentence = f"the file is marked as {encoding}, but it is not"
            raise build_refusal(name, Rule.TEXT_IS_READABLE, sentence, "save it as “UTF-8”") from error
    if b"\0" not in data[:4_000]:
        return None
    detected, text = encoding_guess.detect_utf_16_or_32(data)
    return (text, (_warn_of_encoding(name, detected),)) if detected else None


def _decode_legacy(data: bytes, name: str, declared: str, error: UnicodeDecodeError) -> tuple[str, tuple[Problem, ...]]:
    """Return an imported text in an older encoding; refuse a file that is UTF-8 but for a few bytes."""
    if _is_binary(data):
        raise _refuse_binary(name)
    characters = Counter(char == "\ufffd" for char in data.decode("utf-8", "replace") if not char.isascii())
    line = data.count(b"\n", 0, error.start) + 1
    if characters[False] >= characters[True]:
        sentence = f"byte 0x{data[error.start]:02X} in this line is not UTF-8; the file is damaged"
        raise build_refusal(name, Rule.TEXT_IS_UTF_8, sentence, "copy the text again, and save it as “UTF-8”", line)
    guess = encoding_guess.guess_encoding(data, declared)
    if guess is None:
        sentence = "the letters of this file are in no encoding that is known"
        raise build_refusal(name, Rule.TEXT_IS_READABLE, sentence, "open it in its program and save it as “UTF-8”")
    if declared and guess.is_declared and guess.other is None:
        return guess.text, ()
    notes = (_warn_of_encoding(name, guess.name),)
    return guess.text, (*notes, *_warn_of_doubtful_letters(guess, name))


def _warn_of_doubtful_letters(guess: encoding_guess.EncodingGuess, name: str) -> Iterator[Problem]:
    """Yield a warning if another encoding is nearly as probable, with the first words that differ."""
    if guess.other is None:
        return
    pairs = zip(guess.text.split(), guess.other.text.split(), strict=False)
    ours, others = next(((a, b) for a, b in pairs if a != b), ("", ""))
    line = guess.text[: guess.text.find(ours)].count("\n") + 1
    sentence = (
        f"it is not sure which letters these are: “{ours[:40]}” ({guess.name}) or “{others[:40]}” ({guess.other.name})"
    )
    hint = "open the file in its program and save it as “UTF-8”, or correct the letters in the interview"
    yield build_warning(SourceLocation(name, line), Rule.LETTERS_ARE_RIGHT, sentence, hint)


def _warn_of_twice_encoded(text: str, name: str) -> tuple[Problem, ...]:
    """Return a warning if most letters beyond ASCII look like UTF-8 that was read as another encoding and saved."""
    pairs = _TWICE_ENCODED.findall(text)
    if len(pairs) < 2 or 2 * len(pairs) < 0.6 * sum(not char.isascii() for char in text):
        return ()
    line = text[: text.find(pairs[0])].count("\n") + 1
    sentence = f"letters like “{pairs[0]}” look as if the text was saved in a wrong encoding once"
    hint = "import the text from where it was copied, or correct the letters in the interview"
    return (build_warning(SourceLocation(name, line), Rule.LETTERS_ARE_RIGHT, sentence, hint),)


def _is_binary(data: bytes) -> bool:
    """Return whether the bytes of an imported file are no text.

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
    """Return a problem of an imported file that does not stop the import."""
    return Problem(place, rule, sentence, hint, severity=Severity.WARNING)


def build_refusal(name: str, rule: Rule, sentence: str, hint: str = "", line: int = 0) -> Refused:
    """Return, to be raised, the refusal of an imported file for one problem."""
    return Refused([Problem(SourceLocation(name, line), rule, sentence, hint)])
