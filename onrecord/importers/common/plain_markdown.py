"""Plain characters → Markdown that means exactly them, and the words by which both are compared."""

from __future__ import annotations

import re
import unicodedata

_ANYWHERE = re.compile(r"[\\`*\[\]<~^{}#@$]|_(?![^\W_])|(?<![^\W_])_|!(?=\[)")
_ENTITY = re.compile(r"&(?=\\?#?\w+;)")
_AT_START = re.compile(r"(?:[-+>|=:]|\d{1,9}(?=[.)]))")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
# Marks that Markdown or a typographer may add, take away or change.
_FREE = frozenset("`~^|<>=+$-")


def escaped(text: str) -> str:
    """One paragraph of Markdown on one line that prints these characters."""
    return started(within(text.strip(" ")))


def within(text: str) -> str:
    """Characters inside a paragraph, where no mark of its beginning can stand."""
    return _ENTITY.sub("&amp;", _ANYWHERE.sub(r"\\\g<0>", text))


def started(text: str) -> str:
    """Markdown that begins a paragraph: its first characters make no list, no heading, no quotation."""
    start = _AT_START.match(text)
    if start is None:
        return text
    found = start.group()
    return f"{found}\\{text[len(found) :]}" if found.isdigit() else f"\\{text}"


def tokens(text: str) -> list[str]:
    """The words, question marks and signs of a text; punctuation and markup do not count."""
    found = _TOKEN.findall(unicodedata.normalize("NFC", text))
    return [one for one in found if one.isalnum() or _counts(one)]


def _counts(sign: str) -> bool:
    return sign in "?？؟" or (sign not in _FREE and unicodedata.category(sign)[0] in "MS" and sign not in "´¨¸")


def cut(text: str, words: str) -> str | None:
    """The Markdown behind the plain `words` that `text` begins with; None if they cannot be cut off cleanly."""
    position, opened, fresh = 0, list[str](), True
    for char in words:
        while position < len(text) and text[position] != char and text[position] in "*_\\":
            mark = text[position]
            if mark != "\\" and opened and not fresh and opened[-1] == mark:
                opened.pop()
            elif mark != "\\":
                opened.append(mark)
                fresh = True
            position += 1
        if position >= len(text) or text[position] != char:
            return None
        position += 1
        fresh = False
    rest = text[position:]
    while opened and rest.startswith(opened[-1]):
        rest = rest[1:]
        opened.pop()
    marks = "".join(opened)
    return marks + rest.lstrip() if marks else rest.lstrip()
