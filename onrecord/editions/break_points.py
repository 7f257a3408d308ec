"""Say where an address may be divided at the end of a line: after a slash, before other marks, never with a hyphen."""

from __future__ import annotations

import re

BREAK = "\u200b"  # zero-width space
_JOIN = "\u2060"  # word joiner
_WITH_SCHEME = r"(?:https?://|www\.|mailto:)\S+"
_MAIL = r"(?<![^\s@/])[^\s@/]+@[^\s@]+\.[^\s@]+"
_BARE = r"(?<![\w@./-])(?:[\w-]+\.)+[a-z]{2,}/\S*"  # example.org/lamp
_HOST_OR_FILE = r"(?<![\w@./-])(?:[\w/-]+\.)+[^\W\d]\w+"
_ADDRESS = re.compile(rf"{_WITH_SCHEME}|{_MAIL}|{_BARE}", re.IGNORECASE)
# What is never divided with a hyphen, which would seem to belong to it
WITHOUT_HYPHEN = rf"(?i:{_ADDRESS.pattern}|{_HOST_OR_FILE})"
_BREAK_POINT = re.compile(r"(?<=[^/:]/)(?=[^\s/])|(?<=[^\W_])(?=[._?&=#~-][\w%])")
_UNWANTED = re.compile(r"(?<=[?|!+-])(?=[^\s\u200b])")  # where Unicode (UAX 14) allows a line end


_LONGEST_WHOLE_WORD = 24  # letters; a longer one may be longer than its line


def is_glued(before: str, after: str) -> bool:
    """Return whether a long word stands right after other text, in another element, so that no line ends there.

    WeasyPrint 70 breaks a word that is too long at the beginning of a line only, so it needs a place to break before.
    """
    if not before or before[-1].isspace() or after[:1].isspace():
        return False
    words = after.split(maxsplit=1)
    return bool(words) and len(words[0]) > _LONGEST_WHOLE_WORD


def is_inside_long_word(text: str, index: int) -> bool:
    """Return whether a long word goes on at `index`: a mark there keeps its lines together as other elements do."""
    before, after = text[:index].rsplit(maxsplit=1)[-1:], text[index:].split(maxsplit=1)[:1]
    is_inside = bool(before and after) and not text[index - 1].isspace() and not text[index].isspace()
    return is_inside and len(before[0] + after[0]) > _LONGEST_WHOLE_WORD


def allow_break(mark: str) -> str:
    """Return an empty HTML element before which a line can end, as WeasyPrint 70 breaks none beside an empty one."""
    return BREAK + mark.replace("></", f">{_JOIN}</")


def has_address(text: str) -> bool:
    """Return whether a web or e-mail address stands in the text."""
    return ("/" in text or "@" in text or "www." in text) and _ADDRESS.search(text) is not None


def is_address(text: str) -> bool:
    """Return whether the text is an address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def add_break_points(text: str, *, is_print: bool) -> str:
    """Return the text with a zero-width space wherever an address in it may be divided.

    In print, word joiners forbid the other places: a line that ends in a hyphen of the address looks divided by one.
    """
    if not has_address(text):
        return text
    return _ADDRESS.sub(lambda match: _add_breaks_to_address(match.group(), is_print=is_print), text)


def _add_breaks_to_address(address: str, *, is_print: bool) -> str:
    """Return a web address with zero-width spaces where a line may end."""
    divided = _BREAK_POINT.sub(BREAK, address)
    return _UNWANTED.sub(_JOIN, divided) if is_print else divided
