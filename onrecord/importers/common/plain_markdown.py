"""Write plain characters as Markdown that means exactly them, and count the words of both."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_MARKUP = re.compile(r"[\\`*\[\]<~^{}#@$]|_(?![^\W_])|(?<![^\W_])_|!(?=\[)")
_ENTITY = re.compile(r"&(?=\\?#?\w+;)")
_BLOCK_START = re.compile(r"(?:[-+>|=:]|\d{1,9}(?=[.)]))")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
# Marks that Markdown or a typographer may add, take away or change.
_UNCOUNTED = frozenset("`~^|<>=+$-")


def escape_paragraph(text: str) -> str:
    """Return one line of Markdown, a paragraph, that prints these characters."""
    return escape_start(escape_inline(text.strip(" ")))


def escape_inline(text: str) -> str:
    """Return Markdown that prints these characters inside a paragraph, not at its beginning."""
    return _ENTITY.sub("&amp;", _MARKUP.sub(lambda mark: f"\\{mark[0]}", text))


def escape_start(text: str) -> str:
    """Return Markdown that begins a paragraph, and no list, heading or quotation."""
    match = _BLOCK_START.match(text)
    if match is None:
        return text
    start = match.group()
    return f"{start}\\{text[len(start) :]}" if start.isdigit() else f"\\{text}"


def split_into_tokens(text: str) -> list[str]:
    """Return the words, question marks and symbols of a text, without other punctuation."""
    parts = _TOKEN.findall(unicodedata.normalize("NFC", text))
    return [part for part in parts if part.isalnum() or _counts_as_token(part)]


@cache
def _counts_as_token(sign: str) -> bool:
    """Return whether a character counts as a token: question and combining marks, most symbols."""
    return sign in "?？؟" or (sign not in _UNCOUNTED and unicodedata.category(sign)[0] in "MS" and sign not in "´¨¸")


def cut_leading_words(text: str, words: str) -> str | None:
    """Return `text`, which is Markdown, without the plain `words` that it begins with.

    Emphasis that is open after them is opened anew. None if the words cannot be cut off cleanly.
    """
    position, open_marks, is_after_mark = 0, list[str](), True
    for char in words:
        while position < len(text) and text[position] != char and text[position] in "*_\\":
            mark = text[position]
            if mark != "\\" and open_marks and not is_after_mark and open_marks[-1] == mark:
                open_marks.pop()
            elif mark != "\\":
                open_marks.append(mark)
                is_after_mark = True
            position += 1
        if position >= len(text) or text[position] != char:
            return None
        position += 1
        is_after_mark = False
    remaining = text[position:]
    while open_marks and remaining.startswith(open_marks[-1]):
        remaining = remaining[1:]
        open_marks.pop()
    return "".join(open_marks) + remaining.lstrip()
