"""Normalize the texts of both sides of a comparison, and mark what is not text but has a place in it.

Text is compared character by character: case, digits and punctuation count. White space of any length is one space, and
characters without width and ink are left out. What is not text but has its place in it (a footnote's number, the number
of a list item, a picture's alternative text, the beginning of a page) is written between Unicode noncharacters, which
no manuscript contains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from onrecord.model.word_count import count_words_in

_CALL, _CALL_END, _PICTURE, _PICTURE_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
LINE_END_HYPHEN = "\ufdd4"  # a line ended in U+2010: a divided word, or a hyphen of the author's
LINE_END_MINUS = "\ufdd6"  # a line ended in U+002D; some fonts draw U+2010 with the same glyph
SOFT_GAP = "\ufdd5"  # a gap: a space, or a line end inside a word that needs no hyphen

# Without width and ink (Unicode, Default_Ignorable_Code_Point): soft hyphens, joiners, directions, variants.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_PAGE, _PAGE_END = "\ufdd7", "\ufdd8"
PAGE_MARK = re.compile(f"{_PAGE}(.*?){_PAGE_END}", re.DOTALL)  # `split` gives text and names of pages in turn
_NUMBER, _NUMBER_END = "\ufdd9", "\ufdda"
_NUMBERS = re.compile(f"{_NUMBER}(.*?){_NUMBER_END}")
_CALLS = re.compile(f"{_CALL}(.*?){_CALL_END}")
_PICTURES = re.compile(f"{_PICTURE}(.*?){_PICTURE_END}", re.DOTALL)
_LINE_CHANGES = re.compile(rf"[\s\-\u2010\u2011{LINE_END_HYPHEN}{LINE_END_MINUS}{SOFT_GAP}]")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")


def normalize_text(text: str) -> str:
    """Return `text` composed (NFC), with single spaces and without invisible characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))  # in this order: a joiner keeps marks apart
    return " ".join(text.split())


def mark_note_call(number: object) -> str:
    """Return the mark that stands for the call of a footnote in text that the proof compares."""
    return f"{_CALL}{number}{_CALL_END}"


def mark_picture(alt: str) -> str:
    """Return the mark that stands for a picture with this alternative text in text that the proof compares."""
    return f"{_PICTURE}{alt}{_PICTURE_END}"


def list_pictures(text: str) -> list[str]:
    """Return the alternative texts of the pictures whose marks stand in `text`."""
    return _PICTURES.findall(text)


def begins_with_picture(text: str) -> bool:
    """Return whether `text` begins with the mark of a picture."""
    return text.startswith(_PICTURE)


def mark_list_number(number: str) -> str:
    """Return the mark of a list item's number ("1984.") in front of the item, in text that the proof compares."""
    return f"{_NUMBER}{number}{_NUMBER_END}"


def is_list_number(text: str) -> bool:
    """Return whether `text` is the mark of a list item's number and nothing else."""
    return text.startswith(_NUMBER)


def mark_page_start(name: object) -> str:
    """Return the mark of a place where the printed page `name` begins, in text that the proof compares."""
    return f"{_PAGE}{name}{_PAGE_END}"


def insert_notes(text: str, notes: Mapping[str, str]) -> str:
    """Return `text` with the words of each footnote in the place of the mark of its number."""
    return _CALLS.sub(lambda match: f" [{notes.get(match.group(1), '')}]", text)


def keep_printed_letters(text: str) -> str:
    """Return running text without marks, and without the blanks and hyphens that line ends change.

    Letters and their accents are apart, so that the length does not depend on where a line or a run ends.
    """
    text = _NUMBERS.sub("", _CALLS.sub("", _PICTURES.sub("", PAGE_MARK.sub("", text))))
    return _LINE_CHANGES.sub("", unicodedata.normalize("NFD", text))


def replace_noncharacters(text: str) -> str:
    """Return text out of a file with U+FFFD for noncharacters, so that it cannot pretend to hold marks."""
    return text if text.isascii() else _NONCHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)


def make_readable(text: str) -> str:
    """Return `text` for a message: the proof's marks as words or left out, control characters as U+FFFD."""
    text = _NUMBERS.sub(r"\1", _CALLS.sub(r"[note \1]", text))
    text = _PICTURES.sub(r"[picture: \1]", text).replace(_PICTURE, "").replace(_PICTURE_END, "")
    text = text.replace(LINE_END_HYPHEN, "-").replace(LINE_END_MINUS, "-").replace(SOFT_GAP, "")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def shorten_text(text: str, length: int = 60) -> str:
    """Return the beginning of `text` for a message, about `length` characters, cut between words."""
    text = make_readable(text)
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip() + " …"


def is_in_other_script(text: str) -> bool:
    """Return whether a text has letters that are not Latin, Cyrillic or Greek.

    Outside the tag tree nothing puts them in order: they run from the right or in clusters, and have gaps in two faces.
    """
    return any(char.isalpha() and char >= "\u0530" for char in text)


def list_letters(text: str) -> list[str]:
    """Return the letters and digits of a text in their order, without marks; a sign that is two letters as these."""
    return [char for char in unicodedata.normalize("NFKD", text) if char.isalnum()]


def count_words(text: str) -> int:
    """Count the printed words: not the numbers of notes and list items, not alternative text."""
    if _CALL in text or _PICTURE in text or _NUMBER in text:
        text = _NUMBERS.sub("", _CALLS.sub("", _PICTURES.sub(" ", text)))
    return count_words_in(text)
